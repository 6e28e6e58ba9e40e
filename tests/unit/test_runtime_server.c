/* layer: runtime */
/* The whole server in this process, driven from threads: what the thread sanitizer is to see. */
#include <arpa/inet.h>
#include <errno.h>
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
#include "own_process.h"
#include "patience.h"
#include "runtime/http_server.h"
#include "runtime/metrics.h"
#include "runtime/signals.h"

#define CLIENTS 6
#define ROUNDS 60
#define BODY_BYTES 40000
#define PATIENT_MS 60000 /* what has a limit of its own has it where it is tested */

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
	options.header_timeout_ms = options.body_timeout_ms = options.write_timeout_ms =
		options.last_wait_ms = PATIENT_MS;
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
	struct timeval limit = { .tv_sec = 50 };
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

		if (n < 0 && errno == EINTR) /* the process was stopped for a while */
			continue;
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
	struct fixture *fixture = start(50000, writes_apart);
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

/* What /metrics says of the workers of a pool under that name. */
static uint64_t pool_number(const struct fixture *fixture, const char *name, const char *pool)
{
	uint64_t number = 0;
	struct arena arena;
	const char *at;
	struct buf out;
	char row[128];

	arena_init(&arena, 0);
	buf_init(&out, &arena);
	metrics_write(fixture->metrics, &out);
	snprintf(row, sizeof(row), "\n%s{pool=\"%s\"} ", name, pool);
	at = strstr(str_c(&arena, buf_take(&out)), row);
	assert_non_null(at);
	number = strtoul(at + strlen(row), NULL, 10);
	arena_close(&arena);
	return number;
}

/* Until so many requests are with workers, or wait for one. */
static void wait_for_requests(const struct fixture *fixture, const char *pool, uint64_t n)
{
	wait_until(pool_number(fixture, "innkeeper_http_workers_busy", pool) +
			   pool_number(fixture, "innkeeper_http_worker_queue_length", pool) ==
		   n);
}

static void a_stop_awaits_what_workers_have(void **state)
{
	static const char request[] = "GET /gate?n=1 HTTP/1.1\r\nHost: a\r\n\r\n";
	struct fixture *fixture = start(50000, false);
	int fds[8], idle = connect_to(fixture);
	char text[1024], *body;
	struct stopwatch watch;
	ssize_t n;

	(void)state;
	for (unsigned i = 0; i < 8; i++) { /* two each for four workers */
		fds[i] = connect_to(fixture);
		assert_true(send_all(fds[i], request, sizeof(request) - 1));
	}
	wait_for_requests(fixture, "all", 8);
	stopwatch_begin(&watch);
	http_server_stop(fixture->server);
	do
		n = recv(idle, text, sizeof(text), 0);
	while (n < 0 && errno == EINTR); /* the process was stopped for a while */
	assert_int_equal(n, 0);
	atomic_store(&gates_open, 1);
	for (unsigned i = 0; i < 8; i++) {
		assert_int_equal(read_answer(fds[i], text, sizeof(text), &body), 7);
		assert_non_null(strstr(text, "\r\nConnection: close\r\n"));
		close(fds[i]);
	}
	close(idle);
	wait_for_end(fixture);
	assert_in_range(stopwatch_end_ms(&watch), 0, 20000);
	atomic_store(&gates_open, 0);
}

/* Of this process while it serves nothing; a sanitizer has one of its own. */
static unsigned threads_of_none;

static void *tell_thread(void *id)
{
	*(pid_t *)id = gettid();
	return NULL;
}

/* A sanitizer has its thread from when there is a second one. */
static void begin_count(void)
{
	pthread_t thread;
	char path[64];
	pid_t id;

	if (pthread_create(&thread, NULL, tell_thread, &id) != 0)
		abort();
	pthread_join(thread, NULL);
	snprintf(path, sizeof(path), "/proc/self/task/%d", (int)id);
	while (access(path, F_OK) == 0)
		nap();
	threads_of_none = count_own("/proc/self/task");
}

static void stop_late(bool writes_apart, const char *pool, const char *request)
{
	struct fixture *fixture = start(150, writes_apart);
	char text[1024], *body;
	int fds[10];

	for (unsigned i = 0; i < 10; i++) { /* three are handled, seven wait for a worker */
		fds[i] = connect_to(fixture);
		assert_true(send_all(fds[i], request, strlen(request)));
	}
	wait_for_requests(fixture, pool, 10);
	http_server_stop(fixture->server);
	/* The event threads have given up, and idle workers; those three and the runner wait. */
	wait_until(count_own("/proc/self/task") == threads_of_none + 4);
	atomic_store(&gates_open, 1);
	wait_for_end(fixture);
	atomic_store(&gates_open, 0);
	for (unsigned i = 0; i < 10; i++) {
		assert_int_equal(read_answer(fds[i], text, sizeof(text), &body), -1);
		close(fds[i]);
	}
}

static void a_late_stop_gives_up_who_waits_and_frees_all(void **state)
{
	(void)state;
	stop_late(false, "all", "GET /gate?n=1 HTTP/1.1\r\nHost: a\r\n\r\n");
}

static void a_late_stop_of_two_pools_gives_up_writes_that_wait(void **state)
{
	(void)state;
	stop_late(true, "writes",
		  "POST /gate?n=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
}

static void a_signal_stops_the_server(void **state)
{
	struct fixture *fixture = start(50000, false);

	(void)state;
	assert_int_equal(kill(getpid(), SIGTERM), 0);
	wait_for_end(fixture);
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
	};

	begin_count();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
