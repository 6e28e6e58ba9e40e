/* layer: net */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "local_client_fixture.h"
#include "own_process.h"

#define THREADS 64
#define CALLS_EACH 10

/* Answers with the body, or with `nothing` where there is none. */
static bool echo(struct http_stub_request *request)
{
	http_stub_answer(request->fd, request->body_bytes ? request->body : "nothing");
	return true;
}

static void a_kept_connection_is_used_again(void **state)
{
	struct local_client_fixture *f = open_local(echo, NULL);

	(void)state;
	for (int i = 0; i < 5; i++) {
		f->call.method = STR("POST");
		f->call.body = STR("{\"a\":1}");
		assert_local(f, "{\"a\":1}");
		f->call.method = STR("GET");
		f->call.body = STR("");
		assert_local(f, "nothing");
	}
	assert_int_equal(http_stub_connections(f->stub), 1);
	assert_int_equal(http_stub_requests(f->stub), 10);
	close_local(f);
}

/* Answers with what was asked. */
static bool tell_head(struct http_stub_request *request)
{
	http_stub_answer(request->fd, request->head);
	return true;
}

static void nothing_is_sent_but_what_is_given_host_and_the_length_of_a_body(void **state)
{
	static const struct str_pair headers[] = {
		{ STR_INIT("Content-Type"), STR_INIT("application/json") },
		{ STR_INIT("Empty"), STR_INIT("") },
	};
	struct local_client_fixture *f = open_local(tell_head, NULL);
	struct str get = str_printf(&f->arena, "GET /a/b?c=%%20 HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n",
				    http_stub_port(f->stub));
	struct str post = str_printf(&f->arena,
				     "POST /a/b?c=%%20 HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
				     "Content-Type: application/json\r\nEmpty: \r\n"
				     "Content-Length: 0\r\n",
				     http_stub_port(f->stub));

	(void)state;
	f->cx.traceparent = STR("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
	f->call.url = STR("/a/b?c=%20");
	assert_local(f, str_c(&f->arena, get));
	f->call.method = STR("POST");
	f->call.headers = headers;
	f->call.nheaders = 2;
	assert_local(f, str_c(&f->arena, post));
	close_local(f);
}

static bool answer_and_close(struct http_stub_request *request)
{
	http_stub_say(request->fd,
		      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
	return false;
}

static bool answer_and_die(struct http_stub_request *request)
{
	http_stub_answer(request->fd, "ok");
	return false;
}

static void a_connection_that_the_server_gives_up_is_not_used_again(void **state)
{
	struct local_client_fixture *f = open_local(answer_and_close, NULL);

	(void)state;
	assert_local(f, "ok");
	assert_local(f, "ok");
	assert_int_equal(http_stub_connections(f->stub), 2);
	close_local(f);
}

static void a_kept_connection_that_was_closed_meanwhile_is_opened_anew(void **state)
{
	struct local_client_fixture *f = open_local(answer_and_die, NULL);

	(void)state;
	f->call.method = STR("POST");
	for (unsigned i = 1; i <= 3; i++) {
		assert_local(f, "ok");
		assert_int_equal(http_stub_connections(f->stub), i);
		assert_int_equal(http_stub_requests(f->stub), i);
		wait_until(http_stub_ended(f->stub) == i);
	}
	close_local(f);
}

/* The client has its answer; the server has said more. */
static atomic_bool is_answered;
static atomic_uint said;

static bool answer_and_speak_later(struct http_stub_request *request)
{
	http_stub_answer(request->fd, "ok");
	while (!atomic_load(&is_answered))
		nap();
	http_stub_say(request->fd, "HTTP/1.1 408 Late\r\nContent-Length: 0\r\n\r\n");
	http_stub_settle(request->fd);
	atomic_fetch_add(&said, 1);
	return true;
}

static void what_a_server_says_unasked_is_no_answer_to_what_comes_next(void **state)
{
	struct local_client_fixture *f = open_local(answer_and_speak_later, NULL);

	(void)state;
	assert_local(f, "ok");
	atomic_store(&is_answered, true);
	wait_until(atomic_load(&said) == 1);
	assert_local(f, "ok");
	assert_int_equal(http_stub_connections(f->stub), 2);
	close_local(f);
}

/* The first request of a connection is answered, its second one read and left. */
static bool leave_the_second(struct http_stub_request *request)
{
	if (request->nth == 0)
		http_stub_answer(request->fd, "ok");
	return request->nth == 0;
}

static void nothing_is_sent_twice(void **state)
{
	struct local_client_fixture *f = open_local(leave_the_second, NULL);

	(void)state;
	assert_local(f, "ok");
	assert_local_fails(f, ERR_UNCERTAIN, "the connection ended before an answer");
	assert_int_equal(http_stub_requests(f->stub), 2);
	assert_local(f, "ok");
	assert_int_equal(http_stub_connections(f->stub), 2);
	close_local(f);
}

static bool take_a_body_of_four_megabytes(struct http_stub_request *request)
{
	const char *whole = request->user;

	http_stub_answer(request->fd, strcmp(request->body, whole) == 0 ? whole : "another");
	return true;
}

static void four_megabytes_go_and_come_whole(void **state)
{
	char *body = malloc((4 << 20) - 4096);
	struct local_client_fixture *f;
	size_t len = (4 << 20) - 4097;

	(void)state;
	assert_non_null(body);
	for (size_t i = 0; i < len; i++)
		body[i] = (char)('a' + i % 23);
	body[len] = '\0';
	f = open_local(take_a_body_of_four_megabytes, body);
	f->call.method = STR("POST");
	f->call.body = (struct str){ body, len };
	f->call.reply_bytes_max = len;
	assert_local(f, body);
	f->call.timeout_ms = LOCAL_CLIENT_FOREVER;
	assert_local(f, body);
	assert_int_equal(http_stub_connections(f->stub), 1);
	close_local(f);
	free(body);
}

static void a_name_is_looked_up(void **state)
{
	struct local_client_fixture *f = open_local(echo, NULL);
	struct local_client *numeric = f->client;

	(void)state;
	f->client =
		local_client_open(str_printf(&f->arena, "localhost:%d", http_stub_port(f->stub)));
	assert_local(f, "nothing");
	local_client_close(f->client);
	f->client = numeric;
	close_local(f);
}

struct caller {
	pthread_t thread;
	struct local_client_fixture *f;
	unsigned number;
};

static void *call_often(void *user)
{
	struct caller *caller = user;
	struct local_client *client = client_of(caller->f->stub);
	struct arena arena;
	struct cx cx;
	uintptr_t nwrong = 0;

	arena_init(&arena, 0);
	for (unsigned i = 0; i < CALLS_EACH; i++) {
		struct http_client_call call = caller->f->call;
		struct http_client_reply reply;

		cx_init(&cx, &arena);
		call.body = str_printf(&arena, "call %u of %u", i, caller->number);
		if (local_client_call(client, &cx, &call, &reply) != OK ||
		    !str_eq(reply.body, call.body))
			nwrong++;
	}
	local_client_close(client);
	arena_close(&arena);
	return (void *)nwrong;
}

static void sixty_four_threads_have_a_client_each_and_hear_their_own_answers(void **state)
{
	struct local_client_fixture *f = open_local(echo, NULL);
	struct caller callers[THREADS];

	(void)state;
	f->call.method = STR("POST");
	for (unsigned i = 0; i < THREADS; i++) {
		callers[i].f = f;
		callers[i].number = i;
		assert_int_equal(pthread_create(&callers[i].thread, NULL, call_often, &callers[i]),
				 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		void *nwrong;

		pthread_join(callers[i].thread, &nwrong);
		assert_int_equal((uintptr_t)nwrong, 0);
	}
	assert_int_equal(http_stub_requests(f->stub), THREADS * CALLS_EACH);
	assert_int_equal(http_stub_connections(f->stub), THREADS);
	close_local(f);
}

static bool refuse_all(struct http_stub_request *request)
{
	http_stub_say(request->fd, "no answer");
	return false;
}

static void no_descriptor_is_left_whatever_came_of_a_call(void **state)
{
	http_stub_serve *const servers[] = { echo, answer_and_close, refuse_all };
	unsigned before = count_own("/proc/self/fd");

	(void)state;
	for (size_t i = 0; i < sizeof(servers) / sizeof(servers[0]); i++) {
		struct local_client_fixture *f = open_local(servers[i], NULL);

		for (int j = 0; j < 20; j++)
			assert_int_equal(send_local(f),
					 servers[i] == refuse_all ? ERR_UNCERTAIN : OK);
		http_stub_refuse(f->stub);
		local_client_stop(f->client);
		assert_local_fails(f, ERR_UNAVAILABLE, "Connection refused");
		close_local(f);
	}
	assert_int_equal(count_own("/proc/self/fd"), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kept_connection_is_used_again),
		cmocka_unit_test(nothing_is_sent_but_what_is_given_host_and_the_length_of_a_body),
		cmocka_unit_test(a_connection_that_the_server_gives_up_is_not_used_again),
		cmocka_unit_test(a_kept_connection_that_was_closed_meanwhile_is_opened_anew),
		cmocka_unit_test(what_a_server_says_unasked_is_no_answer_to_what_comes_next),
		cmocka_unit_test(nothing_is_sent_twice),
		cmocka_unit_test(four_megabytes_go_and_come_whole),
		cmocka_unit_test(a_name_is_looked_up),
		cmocka_unit_test(sixty_four_threads_have_a_client_each_and_hear_their_own_answers),
		cmocka_unit_test(no_descriptor_is_left_whatever_came_of_a_call),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
