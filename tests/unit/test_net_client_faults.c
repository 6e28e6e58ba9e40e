/* layer: net */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http_client_fixture.h"
#include "patience.h"

#define SHORT_MS 1500 /* enough to send a request, on a machine that stands still for a while */
#define MUCH_LATER_MS 20000 /* a busy machine takes its time */

static atomic_bool names_are_heard;

/* In place of the system's: the one of silent.test hears nothing until then, nobody else has a name. */
/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): the library's are reserved */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
		struct addrinfo **out)
{
	(void)service, (void)hints;
	*out = NULL;
	while (strcmp(name, "silent.test") == 0 && !atomic_load(&names_are_heard))
		nap();
	return EAI_NONAME;
}

/* The call fails so, and not before its time or much later. */
static void assert_fails_in_time(struct http_client_fixture *f, enum err err)
{
	int64_t began = clock_mono_ms(&clock_system);
	struct stopwatch watch;

	stopwatch_begin(&watch);
	assert_fails(f, err, "out");
	assert_in_range(stopwatch_end_ms(&watch), 0, MUCH_LATER_MS);
	assert_true(clock_mono_ms(&clock_system) - began >= SHORT_MS - 20);
}

static bool answer(struct http_stub_request *request)
{
	http_stub_answer(request->fd, "ok");
	return true;
}

static void a_refused_connection_is_unavailable(void **state)
{
	struct http_client_fixture *f = open_client(answer, NULL);
	int holder, port = http_stub_closed_port(&holder);

	(void)state;
	f->call.url = str_printf(&f->arena, "http://127.0.0.1:%d/?secret=1", port);
	assert_fails(f, ERR_UNAVAILABLE, str_printf(&f->arena, "127.0.0.1:%d", port).ptr);
	assert_null(strstr(str_c(&f->arena, f->cx.failure.detail), "secret"));
	close(holder);
	close_client(f);
}

static void a_host_without_a_name_is_unavailable(void **state)
{
	struct http_client_fixture *f = open_client(answer, NULL);

	(void)state;
	f->call.url = STR("http://nobody.test/");
	assert_fails(f, ERR_UNAVAILABLE, "http://nobody.test");
	close_client(f);
}

static void a_silent_name_server_takes_no_more_than_the_time_given(void **state)
{
	struct http_client_fixture *f = open_client(answer, NULL);

	(void)state;
	f->call.url = STR("http://silent.test/");
	f->call.timeout_ms = SHORT_MS;
	assert_fails_in_time(f, ERR_UNAVAILABLE);
	atomic_store(&names_are_heard, true);
	close_client(f);
}

/* A listener whose queue is full: the next one who knocks hears nothing. */
static void a_host_that_does_not_take_connections_is_unavailable_after_connect_ms(void **state)
{
	struct http_client_fixture *f = open_client(answer, NULL);
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int listener = socket(AF_INET, SOCK_STREAM, 0), first;

	(void)state;
	assert_int_equal(bind(listener, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(listener, 0), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &len), 0);
	first = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(first, (struct sockaddr *)&at, sizeof(at)), 0);
	f->call.url = str_printf(&f->arena, "http://127.0.0.1:%d/", ntohs(at.sin_port));
	f->call.timeout_ms = 60000;
	f->call.connect_ms = SHORT_MS;
	assert_fails_in_time(f, ERR_UNAVAILABLE);
	close(first);
	close(listener);
	close_client(f);
}

static bool stay_silent(struct http_stub_request *request)
{
	http_stub_linger(request->fd);
	return false;
}

static void a_server_that_does_not_answer_in_time_leaves_it_uncertain(void **state)
{
	struct http_client_fixture *f = open_client(stay_silent, NULL);

	(void)state;
	f->call.timeout_ms = SHORT_MS;
	assert_fails_in_time(f, ERR_UNCERTAIN);
	wait_until(http_stub_requests(f->stub) == 1);
	close_client(f);
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

static void an_answer_that_drips_ends_with_its_time(void **state)
{
	struct http_client_fixture *f = open_client(drip, NULL);

	(void)state;
	f->call.timeout_ms = SHORT_MS;
	assert_fails_in_time(f, ERR_UNCERTAIN);
	close_client(f);
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
		"HTTP/1.1 200 OK\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n",
		"HTTP/1.1 200 OK\r\nno field\r\n\r\n",
		"HTTP/1.1 100 Continue\r\n\r\n",
		"SSH-2.0-OpenSSH_9.2\r\n",
		"\x15\x03\x01\x00\x02\x02\x46",
		"hello",
	};
	struct http_client_fixture *f = open_client(say_and_close, (void *)(uintptr_t)answers);

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		if (send_call(f) != ERR_UNCERTAIN)
			print_message("# %s: %s\n", answers[i], err_name(f->cx.failure.err));
		assert_int_equal(f->cx.failure.err, ERR_UNCERTAIN);
		assert_int_equal(http_stub_requests(f->stub), i + 1);
	}
	close_client(f);
}

/* The first request of a connection is answered, its second one read and left. */
static bool leave_the_second(struct http_stub_request *request)
{
	if (request->nth == 0)
		http_stub_answer(request->fd, "ok");
	return request->nth == 0;
}

static void a_kept_connection_that_dies_under_a_request_has_it_sent_again(void **state)
{
	struct http_client_fixture *f = open_client(leave_the_second, NULL);

	(void)state;
	f->call.method = STR("POST");
	f->call.body = STR("{\"ClientRequestToken\":\"1\"}");
	assert_answered(f, "ok");
	assert_answered(f, "ok");
	/* Seen twice: net/http_client.h, "Again". */
	assert_int_equal(http_stub_requests(f->stub), 3);
	assert_int_equal(http_stub_connections(f->stub), 2);
	close_client(f);
}

static bool leave_the_second_for_good(struct http_stub_request *request)
{
	if (request->nth == 1)
		http_stub_refuse(request->stub);
	return leave_the_second(request);
}

static void what_has_left_once_stays_uncertain_when_it_can_not_leave_again(void **state)
{
	struct http_client_fixture *f = open_client(leave_the_second_for_good, NULL);

	(void)state;
	assert_answered(f, "ok");
	assert_fails(f, ERR_UNCERTAIN, "127.0.0.1");
	assert_int_equal(http_stub_requests(f->stub), 2);
	assert_int_equal(http_stub_connections(f->stub), 1);
	close_client(f);
}

/* As above, but a line of the answer has come. */
static bool begin_the_second(struct http_stub_request *request)
{
	if (request->nth == 0)
		http_stub_answer(request->fd, "ok");
	else
		http_stub_say(request->fd, "HTTP/1.1 200 OK\r\n");
	return request->nth == 0;
}

static void an_answer_that_has_begun_is_not_asked_for_again(void **state)
{
	struct http_client_fixture *f = open_client(begin_the_second, NULL);

	(void)state;
	assert_answered(f, "ok");
	assert_fails(f, ERR_UNCERTAIN, "127.0.0.1");
	assert_int_equal(http_stub_requests(f->stub), 2);
	close_client(f);
}

static bool answer_and_die(struct http_stub_request *request)
{
	http_stub_answer(request->fd, "ok");
	return false;
}

static void a_kept_connection_that_died_idle_is_replaced_by_another(void **state)
{
	struct http_client_fixture *f = open_client(answer_and_die, NULL);

	(void)state;
	for (unsigned i = 1; i <= 3; i++) {
		assert_answered(f, "ok");
		assert_int_equal(http_stub_connections(f->stub), i);
		assert_int_equal(http_stub_requests(f->stub), i);
		wait_until(http_stub_ended(f->stub) == i);
	}
	close_client(f);
}

static void a_server_that_went_away_while_idle_is_unavailable(void **state)
{
	struct http_client_fixture *f = open_client(answer, NULL);

	(void)state;
	assert_answered(f, "ok");
	http_stub_close(f->stub);
	assert_fails(f, ERR_UNAVAILABLE, "127.0.0.1");
	f->stub = http_stub_open(answer, NULL);
	close_client(f);
}

struct leave {
	atomic_bool is_answered; /* the client has its answer */
	atomic_uint said;
	bool stays_open;
};

/* Takes its leave of an idle connection as some balancers do. */
static bool answer_and_say_goodbye(struct http_stub_request *request)
{
	struct leave *leave = request->user;

	http_stub_answer(request->fd, "ok");
	while (!atomic_load(&leave->is_answered))
		nap();
	http_stub_say(request->fd, "HTTP/1.1 408 Request Timeout\r\nContent-Length: 4\r\n\r\nlate");
	http_stub_settle(request->fd);
	atomic_fetch_add(&leave->said, 1);
	return leave->stays_open;
}

static void what_an_idle_connection_says_is_no_answer_to_the_next_request(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct leave leave = { .stays_open = i == 1 };
		struct http_client_fixture *f = open_client(answer_and_say_goodbye, &leave);

		assert_answered(f, "ok");
		atomic_store(&leave.is_answered, true);
		wait_until(atomic_load(&leave.said) == 1);
		if (!leave.stays_open)
			wait_until(http_stub_ended(f->stub) == 1);
		assert_answered(f, "ok");
		close_client(f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refused_connection_is_unavailable),
		cmocka_unit_test(a_host_without_a_name_is_unavailable),
		cmocka_unit_test(a_silent_name_server_takes_no_more_than_the_time_given),
		cmocka_unit_test(
			a_host_that_does_not_take_connections_is_unavailable_after_connect_ms),
		cmocka_unit_test(a_server_that_does_not_answer_in_time_leaves_it_uncertain),
		cmocka_unit_test(an_answer_that_drips_ends_with_its_time),
		cmocka_unit_test(what_is_no_whole_answer_leaves_it_uncertain),
		cmocka_unit_test(a_kept_connection_that_dies_under_a_request_has_it_sent_again),
		cmocka_unit_test(what_has_left_once_stays_uncertain_when_it_can_not_leave_again),
		cmocka_unit_test(an_answer_that_has_begun_is_not_asked_for_again),
		cmocka_unit_test(a_kept_connection_that_died_idle_is_replaced_by_another),
		cmocka_unit_test(a_server_that_went_away_while_idle_is_unavailable),
		cmocka_unit_test(what_an_idle_connection_says_is_no_answer_to_the_next_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
