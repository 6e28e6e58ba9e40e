/* layer: net */
#include <stdatomic.h>
#include <unistd.h>

#include "local_client_fixture.h"

static bool answer(struct http_stub_request *request)
{
	http_stub_answer(request->fd, "ok");
	return true;
}

static bool stay_silent(struct http_stub_request *request)
{
	http_stub_linger(request->fd);
	return false;
}

static bool drip(struct http_stub_request *request)
{
	http_stub_say(request->fd, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
	while (!http_stub_is_left(request->fd)) {
		http_stub_say(request->fd, "x");
		usleep(50000);
	}
	return false;
}

static void a_server_that_does_not_answer_in_time_leaves_it_uncertain(void **state)
{
	http_stub_serve *const servers[] = { stay_silent, drip };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct local_client_fixture *f = open_local(servers[i], NULL);

		f->call.timeout_ms = SHORT_MS;
		assert_fails_in_time(f, ERR_UNCERTAIN);
		wait_until(http_stub_requests(f->stub) == 1);
		close_local(f);
	}
}

static bool answer_late(struct http_stub_request *request)
{
	bool is_late = request->nth == 0 && request->connection == 0;

	while (is_late && !http_stub_is_left(request->fd))
		nap();
	http_stub_answer(request->fd, is_late ? "late" : "ok");
	return true;
}

static void an_answer_that_comes_too_late_is_not_taken_for_the_next_one(void **state)
{
	struct local_client_fixture *f = open_local(answer_late, NULL);

	(void)state;
	f->call.timeout_ms = SHORT_MS;
	assert_local_fails(f, ERR_UNCERTAIN, "no answer in time");
	f->call.timeout_ms = LOCAL_CLIENT_FOREVER;
	assert_local(f, "ok");
	close_local(f);
}

static bool answer_byte_by_byte(struct http_stub_request *request)
{
	const char *text = request->user;

	for (; *text; text++) {
		http_stub_send(request->fd, text, 1);
		usleep(100);
	}
	return true;
}

static void an_answer_may_come_byte_by_byte(void **state)
{
	struct local_client_fixture *f = open_local(
		answer_byte_by_byte, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"
				     "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");

	(void)state;
	assert_local(f, "ok");
	f->call.timeout_ms = LOCAL_CLIENT_FOREVER;
	assert_local(f, "ok");
	assert_int_equal(http_stub_connections(f->stub), 1);
	close_local(f);
}

/* Says to the nth connection the nth text, and closes. */
static bool say_and_close(struct http_stub_request *request)
{
	http_stub_say(request->fd, ((const char *const *)request->user)[request->connection]);
	return false;
}

static void what_is_no_whole_answer_leaves_it_uncertain(void **state)
{
	static const char *const answers[] = {
		"",
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
		"HTTP/1.1 100 Continue\r\n\r\n",
		"SSH-2.0-OpenSSH_9.2\r\n",
		"HTTP/1.1 200 OK\r\n\r\nand until the end all is well",
	};
	const size_t n = sizeof(answers) / sizeof(answers[0]);
	struct local_client_fixture *f = open_local(say_and_close, answers);

	(void)state;
	for (size_t i = 0; i + 1 < n; i++) {
		assert_local_fails(f, ERR_UNCERTAIN, "127.0.0.1:");
		assert_int_equal(http_stub_requests(f->stub), i + 1);
	}
	assert_local(f, "and until the end all is well");
	close_local(f);
}

static bool answer_much(struct http_stub_request *request)
{
	http_stub_say(request->fd, "HTTP/1.1 200 OK\r\nId: 7\r\nContent-Length: 11\r\n\r\n"
				   "hello world");
	return true;
}

static void an_answer_that_is_too_long_is_a_limit_and_its_head_is_told(void **state)
{
	struct local_client_fixture *f = open_local(answer_much, NULL);

	(void)state;
	f->call.reply_bytes_max = 10;
	assert_local_fails(f, ERR_LIMIT, "longer than is taken");
	assert_string_equal(f->cx.failure.code, "too_large");
	assert_int_equal(f->reply.status, 200);
	assert_says(&f->cx, http_client_find(&f->reply, STR("id")), "7");
	assert_int_equal(f->reply.body.len, 0);
	f->call.reply_bytes_max = 11;
	assert_local(f, "hello world");
	assert_int_equal(http_stub_connections(f->stub), 2);
	close_local(f);
}

static void memory_that_is_refused_is_a_limit_and_the_next_call_hears_its_own_answer(void **state)
{
	struct local_client_fixture *f = open_local(answer_much, NULL);
	struct arena small;
	size_t cap = 1;
	enum err err;

	(void)state;
	do {
		arena_init(&small, cap);
		cap += 16;
		cx_init(&f->cx, &small);
		err = local_client_call(f->client, &f->cx, &f->call, &f->reply);
		if (err != OK)
			assert_int_equal(err, ERR_LIMIT);
		arena_close(&small);
	} while (err != OK);
	cx_init(&f->cx, &f->arena);
	assert_in_range(cap, 100, 20000);
	assert_local(f, "hello world");
	close_local(f);
}

static struct http_stub *thawed_stub;

/* A clock that, once looked at, is a day later as soon as the server has answered: a process that was frozen. */
static int64_t thaw_mono_ms(const struct clock *clock)
{
	static atomic_int looks;

	(void)clock;
	if (atomic_fetch_add(&looks, 1) == 0)
		return 0;
	wait_until(http_stub_served(thawed_stub) == 2);
	return 86400000;
}

static void an_answer_that_came_while_we_were_frozen_is_taken(void **state)
{
	const struct clock thawed = { .wall_ms = thaw_mono_ms, .mono_ms = thaw_mono_ms };
	struct local_client_fixture *f = open_local(answer, NULL);

	(void)state;
	f->call.timeout_ms = LOCAL_CLIENT_FOREVER;
	assert_local(f, "ok");
	thawed_stub = f->stub;
	f->cx.clock = &thawed;
	f->call.timeout_ms = 1000;
	assert_local(f, "ok");
	close_local(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_server_that_does_not_answer_in_time_leaves_it_uncertain),
		cmocka_unit_test(an_answer_that_comes_too_late_is_not_taken_for_the_next_one),
		cmocka_unit_test(an_answer_may_come_byte_by_byte),
		cmocka_unit_test(what_is_no_whole_answer_leaves_it_uncertain),
		cmocka_unit_test(an_answer_that_is_too_long_is_a_limit_and_its_head_is_told),
		cmocka_unit_test(
			memory_that_is_refused_is_a_limit_and_the_next_call_hears_its_own_answer),
		cmocka_unit_test(an_answer_that_came_while_we_were_frozen_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
