/* layer: runtime */
/* The whole server in this process, driven from threads: what the thread sanitizer is to see. */
#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#undef fail /* ours is a function */

#include "../support/front_api.c" /* NOLINT(bugprone-suspicious-include): the API under test servers */
#include "base/clock.h"
#include "runtime/http_listener.h"
#include "runtime/http_server.h"
#include "runtime/metrics.h"
#include "runtime/signals.h"

#define CLIENTS 6
#define ROUNDS 60
#define BODY_BYTES 40000

struct fixture {
	struct arena arena;
	struct cx cx;
	struct http_server *server;
	struct metrics *metrics;
	struct sockaddr_in address;
	pthread_t runner;
	bool has_ended_well;
};

static void *run_server(void *arg)
{
	struct fixture *fixture = arg;

	fixture->has_ended_well = http_server_run(fixture->server);
	return NULL;
}

static struct fixture *start(int64_t stop_timeout_ms, bool writes_apart)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	struct api_options api = { .body_max_bytes = 100000, .write_metrics = metrics_write };
	struct http_options options;
	struct str address;
	uint64_t port;

	assert_non_null(fixture);
	signals_block();
	arena_init(&fixture->arena, 0);
	cx_init(&fixture->cx, &fixture->arena);
	api.metrics = fixture->metrics = metrics_open();
	http_options_init(&options);
	options.listen = "127.0.0.1:0";
	options.event_threads = 2;
	options.workers = 4;
	options.writes_apart = writes_apart;
	options.stop_timeout_ms = stop_timeout_ms;
	options.metrics = fixture->metrics;
	assert_int_equal(http_server_open(&fixture->cx, &options,
					  api_open(&fixture->arena, NULL, &api), &fixture->server),
			 OK);
	address = http_server_address(fixture->server);
	assert_true(str_to_u64(str_sub(address, str_index(address, ':') + 1, 5), &port));
	fixture->address = (struct sockaddr_in){ .sin_family = AF_INET,
						 .sin_port = htons((uint16_t)port),
						 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	assert_int_equal(pthread_create(&fixture->runner, NULL, run_server, fixture), 0);
	return fixture;
}

static void wait_for_end(struct fixture *fixture)
{
	assert_int_equal(pthread_join(fixture->runner, NULL), 0);
	assert_true(fixture->has_ended_well);
	http_server_close(fixture->server);
	metrics_close(fixture->metrics);
	arena_close(&fixture->arena);
	free(fixture);
}

static int connect_to(const struct fixture *fixture)
{
	struct timeval limit = { .tv_sec = 20 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0 &&
	    connect(fd, (const struct sockaddr *)&fixture->address, sizeof(fixture->address)) == 0)
		return fd;
	close(fd);
	return -1;
}

static bool send_all(int fd, const char *bytes, size_t len)
{
	while (len != 0) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

/* Reads one answer; its body's length, or -1. The body is at the end of `text`. */
static long read_answer(int fd, char *text, size_t max, char **body)
{
	size_t len = 0;

	for (;;) {
		char *end, *field;
		ssize_t n = recv(fd, text + len, max - 1 - len, 0);

		if (n <= 0)
			return -1;
		len += (size_t)n;
		text[len] = '\0';
		end = strstr(text, "\r\n\r\n");
		field = strstr(text, "\r\nContent-Length: ");
		if (!end || !field || field > end)
			continue;
		*body = end + 4;
		if (len - (size_t)(*body - text) == strtoul(field + 18, NULL, 10))
			return (long)(len - (size_t)(*body - text));
	}
}

struct client {
	struct fixture *fixture;
	unsigned number;
	unsigned answers; /* that were right */
	pthread_t id;
	char body[BODY_BYTES];
	char sent[BODY_BYTES + 512];
	char got[BODY_BYTES + 1024];
};

static bool echo(struct client *client, int fd, unsigned round)
{
	size_t len = 1 + (client->number * 7919 + round * 997) % (BODY_BYTES - 1);
	char *body;
	int head;

	memset(client->body, (int)('a' + (client->number + round) % 26), len);
	if (round % 2 == 0)
		head = snprintf(client->sent, 512,
				"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: %zu\r\n\r\n",
				len);
	else
		head = snprintf(
			client->sent, 512,
			"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n%zx\r\n",
			len);
	if (!send_all(fd, client->sent, (size_t)head) || !send_all(fd, client->body, len) ||
	    (round % 2 == 1 && !send_all(fd, "\r\n0\r\n\r\n", 7)))
		return false;
	return read_answer(fd, client->got, sizeof(client->got), &body) == (long)len &&
	       memcmp(body, client->body, len) == 0;
}

static bool get(struct client *client, int fd, const char *path)
{
	char *body;
	int len = snprintf(client->sent, 512, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path);

	return send_all(fd, client->sent, (size_t)len) &&
	       read_answer(fd, client->got, sizeof(client->got), &body) > 0 &&
	       strncmp(client->got, "HTTP/1.1 200 OK\r\n", 17) == 0;
}

static void *run_client(void *arg)
{
	static const char *const paths[] = { "/livez", "/thread", "/metrics", "/slow?ms=1",
					     "/big?bytes=9000" };
	struct client *client = arg;
	int fd = connect_to(client->fixture);

	for (unsigned round = 0; round < ROUNDS && fd >= 0; round++) {
		bool is_right = round % 3 == 0 ? echo(client, fd, round)
					       : get(client, fd, paths[round % 5]);

		client->answers += is_right;
		if (round % 8 == 7) { /* sometimes in the middle of something */
			if (round % 16 == 7)
				send_all(fd, "GET /slow?ms=5 HTTP/1.1\r\nHost: a\r\n\r\nGET /li",
					 43);
			close(fd);
			fd = connect_to(client->fixture);
		}
	}
	if (fd >= 0)
		close(fd);
	return NULL;
}

static void ask_from_many_threads(bool writes_apart)
{
	struct fixture *fixture = start(5000, writes_apart);
	struct client *clients = calloc(CLIENTS, sizeof(*clients));

	assert_non_null(clients);
	for (unsigned i = 0; i < CLIENTS; i++) {
		clients[i].fixture = fixture;
		clients[i].number = i;
		assert_int_equal(pthread_create(&clients[i].id, NULL, run_client, &clients[i]), 0);
	}
	for (unsigned i = 0; i < CLIENTS; i++) {
		pthread_join(clients[i].id, NULL);
		assert_int_equal(clients[i].answers, ROUNDS);
	}
	free(clients);
	http_server_stop(fixture->server);
	wait_for_end(fixture);
}

static void many_threads_get_their_own_answers(void **state)
{
	(void)state;
	ask_from_many_threads(false);
}

static void many_threads_get_their_own_answers_from_two_pools(void **state)
{
	(void)state;
	ask_from_many_threads(true);
}

static void a_stop_awaits_what_workers_have(void **state)
{
	static const char request[] = "GET /slow?ms=300 HTTP/1.1\r\nHost: a\r\n\r\n";
	struct fixture *fixture = start(5000, false);
	int fds[8], idle = connect_to(fixture);
	char text[1024], *body;
	int64_t begun_ms;

	(void)state;
	for (unsigned i = 0; i < 8; i++) { /* two each for four workers */
		fds[i] = connect_to(fixture);
		assert_true(send_all(fds[i], request, sizeof(request) - 1));
	}
	usleep(100000);
	begun_ms = clock_mono_ms(&clock_system);
	http_server_stop(fixture->server);
	assert_int_equal(recv(idle, text, sizeof(text), 0), 0);
	for (unsigned i = 0; i < 8; i++) {
		assert_int_equal(read_answer(fds[i], text, sizeof(text), &body), 6);
		assert_non_null(strstr(text, "\r\nConnection: close\r\n"));
		close(fds[i]);
	}
	close(idle);
	wait_for_end(fixture);
	assert_true(clock_mono_ms(&clock_system) - begun_ms < 4000);
}

static void stop_late(bool writes_apart, const char *request)
{
	struct fixture *fixture = start(150, writes_apart);
	char text[1024], *body;
	int fds[10];

	for (unsigned i = 0; i < 10; i++) { /* four are handled, six wait for a worker */
		fds[i] = connect_to(fixture);
		assert_true(send_all(fds[i], request, strlen(request)));
	}
	usleep(100000);
	http_server_stop(fixture->server);
	wait_for_end(fixture);
	for (unsigned i = 0; i < 10; i++) {
		assert_int_equal(read_answer(fds[i], text, sizeof(text), &body), -1);
		close(fds[i]);
	}
}

static void a_late_stop_gives_up_who_waits_and_frees_all(void **state)
{
	(void)state;
	stop_late(false, "GET /slow?ms=500 HTTP/1.1\r\nHost: a\r\n\r\n");
}

static void a_late_stop_of_two_pools_gives_up_writes_that_wait(void **state)
{
	(void)state;
	stop_late(true, "POST /slow?ms=500 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
}

static void a_signal_stops_the_server(void **state)
{
	struct fixture *fixture = start(5000, false);

	(void)state;
	assert_int_equal(kill(getpid(), SIGTERM), 0);
	wait_for_end(fixture);
}

static void only_addresses_can_be_listened_on(void **state)
{
	static const char *const bad[] = { "",
					   "8080",
					   ":8080",
					   "127.0.0.1",
					   "127.0.0.1:",
					   "127.0.0.1:x",
					   "127.0.0.1:65536",
					   "127.0.0.1:-1",
					   "example.org:80",
					   "::1:80",
					   "[::1]",
					   "[::1:80",
					   "256.1.1.1:80",
					   "*:80",
					   "127.1:80",
					   "0x7f.0.0.1:80",
					   "[127.0.0.1:80" };
	struct arena arena;
	struct cx cx;
	int fd;

	(void)state;
	arena_init(&arena, 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cx_init(&cx, &arena);
		if (http_listener_open(&cx, bad[i], &fd) != ERR_INVALID)
			assert_string_equal(bad[i], "listened on");
		assert_false(http_listener_is_loopback(bad[i]));
	}
	arena_close(&arena);
}

static void an_address_in_use_is_unavailable(void **state)
{
	struct arena arena;
	struct cx cx;
	int first, second;

	(void)state;
	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	assert_int_equal(http_listener_open(&cx, "localhost:0", &first), OK);
	assert_int_equal(
		http_listener_open(&cx, str_c(&arena, http_listener_address(&cx, first)), &second),
		ERR_UNAVAILABLE);
	assert_non_null(strstr(str_c(&arena, cx.failure.detail), "can not listen on 127.0.0.1:"));
	close(first);
	arena_close(&arena);
}

static void loopback_addresses_are_told_from_others(void **state)
{
	(void)state;
	assert_true(http_listener_is_loopback("127.0.0.1:80"));
	assert_true(http_listener_is_loopback("127.9.9.9:0"));
	assert_true(http_listener_is_loopback("localhost:80"));
	assert_true(http_listener_is_loopback("[::1]:80"));
	assert_false(http_listener_is_loopback("0.0.0.0:80"));
	assert_false(http_listener_is_loopback("[::]:80"));
	assert_false(http_listener_is_loopback("10.0.0.1:80"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_threads_get_their_own_answers),
		cmocka_unit_test(many_threads_get_their_own_answers_from_two_pools),
		cmocka_unit_test(a_stop_awaits_what_workers_have),
		cmocka_unit_test(a_late_stop_gives_up_who_waits_and_frees_all),
		cmocka_unit_test(a_late_stop_of_two_pools_gives_up_writes_that_wait),
		cmocka_unit_test(a_signal_stops_the_server),
		cmocka_unit_test(only_addresses_can_be_listened_on),
		cmocka_unit_test(an_address_in_use_is_unavailable),
		cmocka_unit_test(loopback_addresses_are_told_from_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
