/* layer: net */
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "deaf_listener.h"
#include "local_client_fixture.h"

#define LONG_BODY ((size_t)32 << 20) /* more than two sockets hold */

static bool answer(struct http_stub_request *request)
{
	http_stub_answer(request->fd, "ok");
	return true;
}

static void what_can_not_be_sent_is_invalid_and_no_connection_is_made(void **state)
{
	static const struct str_pair headers[] = {
		{ STR_INIT("Host"), STR_INIT("x") },
		{ STR_INIT("content-length"), STR_INIT("1") },
		{ STR_INIT("Transfer-Encoding"), STR_INIT("chunked") },
		{ STR_INIT("Connection"), STR_INIT("close") },
		{ STR_INIT("Expect"), STR_INIT("100-continue") },
		{ STR_INIT("A B"), STR_INIT("1") },
		{ STR_INIT(""), STR_INIT("1") },
		{ STR_INIT("A"), STR_INIT("1\r\nB: 2") },
		{ STR_INIT("A"), STR_INIT("1\n") },
		{ STR_INIT("A"), { "\0", 1 } },
	};
	static const char *const targets[] = { "",     "a",  "*",     "http://127.0.0.1/",
					       "/a b", "/%", "/\r\n", "/#a" };
	struct local_client_fixture *f = open_local(answer, NULL);

	(void)state;
	f->call.nheaders = 1;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		f->call.headers = &headers[i];
		assert_local_fails(f, ERR_INVALID, "a header");
	}
	f->call.nheaders = 0;
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		f->call.url = str_of(targets[i]);
		assert_local_fails(f, ERR_INVALID, "a target");
	}
	f->call.url = STR("/");
	f->call.method = STR("GET /");
	assert_local_fails(f, ERR_INVALID, "a method");
	assert_int_equal(http_stub_connections(f->stub), 0);
	close_local(f);
}

/* One connection, served by hand. */
struct by_hand {
	int listener;
	int told[2]; /* a pipe, closed when the test is through */
	pthread_t thread;
	bool begins_with_100, reads, closes_at_once;
	size_t nread; /* of the body */
};

static void *serve_by_hand(void *user)
{
	struct by_hand *hand = user;
	int fd = accept(hand->listener, NULL, NULL);
	char *bytes = calloc(1, 65536);
	ssize_t n = recv(fd, bytes, 4096, 0);

	hand->nread = (size_t)(bytes + n - strstr(bytes, "\r\n\r\n") - 4);
	if (hand->begins_with_100)
		http_stub_say(fd, "HTTP/1.1 100 Continue\r\n\r\n");
	while (hand->reads && n > 0 && hand->nread < LONG_BODY) {
		n = recv(fd, bytes, 65536, 0);
		hand->nread += n > 0 ? (size_t)n : 0;
	}
	http_stub_say(fd, hand->reads ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
				      : "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
	/* The end of what the client sent never comes here: the rest of the body is before it. */
	if (!hand->closes_at_once && read(hand->told[0], bytes, 1) != 0)
		abort();
	close(fd);
	free(bytes);
	return NULL;
}

static struct local_client_fixture *open_by_hand(struct by_hand *hand, struct str *body)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	struct local_client_fixture *f;

	assert_int_equal(pipe(hand->told), 0);
	hand->listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(hand->listener, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(hand->listener, 1), 0);
	assert_int_equal(getsockname(hand->listener, (struct sockaddr *)&at, &len), 0);
	assert_int_equal(pthread_create(&hand->thread, NULL, serve_by_hand, hand), 0);
	f = open_local_at(answer, "127.0.0.1", ntohs(at.sin_port));
	*body = (struct str){ arena_alloc(&f->arena, LONG_BODY), LONG_BODY };
	f->call.method = STR("POST");
	f->call.body = *body;
	return f;
}

static void close_by_hand(struct by_hand *hand, struct local_client_fixture *f)
{
	close_local(f);
	close(hand->told[1]);
	pthread_join(hand->thread, NULL);
	close(hand->told[0]);
	close(hand->listener);
}

static void an_answer_before_all_of_the_body_was_read_is_the_answer(void **state)
{
	static const int64_t times[] = { 20000, LOCAL_CLIENT_FOREVER };

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct by_hand hand = { .closes_at_once = i >= 2 };
		struct str body;
		struct local_client_fixture *f = open_by_hand(&hand, &body);

		f->call.timeout_ms = times[i % 2];
		assert_int_equal(send_local(f), OK);
		assert_int_equal(f->reply.status, 413);
		assert_says(&f->cx, f->reply.body, "no");
		close_by_hand(&hand, f);
	}
}

static void an_interim_answer_does_not_end_the_sending(void **state)
{
	struct by_hand hand = { .begins_with_100 = true, .reads = true };
	struct str body;
	struct local_client_fixture *f = open_by_hand(&hand, &body);

	(void)state;
	assert_local(f, "ok");
	close_by_hand(&hand, f);
	assert_int_equal(hand.nread, LONG_BODY);
}

static void a_server_that_reads_nothing_does_not_hold_a_call_past_its_time(void **state)
{
	struct deaf deaf;
	struct local_client_fixture *f;
	int fd;

	(void)state;
	deaf_open(&deaf);
	fd = accept(deaf.listener, NULL, NULL);
	f = open_local_at(answer, "127.0.0.1", deaf.port);
	f->call.method = STR("POST");
	f->call.body = (struct str){ arena_alloc(&f->arena, LONG_BODY), LONG_BODY };
	f->call.timeout_ms = SHORT_MS;
	assert_fails_in_time(f, ERR_UNCERTAIN);
	close(fd);
	close_local(f);
	deaf_close(&deaf);
}

static bool answer_late(struct http_stub_request *request)
{
	usleep(2 * SHORT_MS * 1000);
	http_stub_answer(request->fd,
			 request->nth == 0 && request->connection == 0 ? "late" : "ok");
	return true;
}

static void ignore(int number)
{
	(void)number;
}

static void *interrupt(void *user)
{
	for (int i = 0; i < 20; i++) {
		usleep(10000);
		pthread_kill(*(pthread_t *)user, SIGUSR1);
	}
	return NULL;
}

static void signals_do_not_end_a_call(void **state)
{
	static const int64_t times[] = { 20000, LOCAL_CLIENT_FOREVER };
	struct sigaction action = { .sa_handler = ignore }, before;
	pthread_t self = pthread_self(), thread;

	(void)state;
	assert_int_equal(sigaction(SIGUSR1, &action, &before), 0);
	for (size_t i = 0; i < 2; i++) {
		struct local_client_fixture *f = open_local(answer_late, NULL);

		assert_int_equal(pthread_create(&thread, NULL, interrupt, &self), 0);
		f->call.timeout_ms = times[i];
		assert_local(f, "late");
		pthread_join(thread, NULL);
		close_local(f);
	}
	sigaction(SIGUSR1, &before, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_can_not_be_sent_is_invalid_and_no_connection_is_made),
		cmocka_unit_test(an_answer_before_all_of_the_body_was_read_is_the_answer),
		cmocka_unit_test(an_interim_answer_does_not_end_the_sending),
		cmocka_unit_test(a_server_that_reads_nothing_does_not_hold_a_call_past_its_time),
		cmocka_unit_test(signals_do_not_end_a_call),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
