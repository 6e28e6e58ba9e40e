/* layer: runtime */
/* What a service manager hears, on real sockets: from the notifier alone, and from a server whose event thread hangs. */
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>
#undef fail /* ours is a function */

#include "../support/front_api.c" /* NOLINT(bugprone-suspicious-include): the API under test servers */
#include "patience.h"
#include "runtime/http_server.h"
#include "runtime/metrics.h"
#include "runtime/notifier.h"
#include "runtime/signals.h"

#define WAIT_MS 50000
#define WATCHDOG_MS 400 /* a sign each 100 ms */

/* A manager's socket with an abstract name that the system chose, in the form of NOTIFY_SOCKET. */
static int listen_abstract(char name[64])
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	socklen_t len = sizeof(at);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(sa_family_t)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	snprintf(name, 64, "@%.*s", (int)(len - offsetof(struct sockaddr_un, sun_path) - 1),
		 at.sun_path + 1);
	return fd;
}

/* The next message, or "" when none comes in time. */
static const char *hear(int fd, int64_t wait_ms, char text[600])
{
	const struct timeval wait = { .tv_sec = wait_ms / 1000, .tv_usec = wait_ms % 1000 * 1000 };
	ssize_t n;

	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)), 0);
	do
		n = recv(fd, text, 599, 0);
	while (n < 0 && errno == EINTR); /* the process was stopped for a while */
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void a_message_reaches_a_path_and_an_abstract_name(void **state)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	char name[64], text[600], folder[] = "/tmp/innkeeper-XXXXXX";
	struct notifier notifier;
	int fd = listen_abstract(name);

	(void)state;
	notifier_open(&notifier, name, NULL, NULL);
	notifier_send(&notifier, "READY=%d", 1);
	assert_string_equal(hear(fd, WAIT_MS, text), "READY=1");
	notifier_close(&notifier);
	close(fd);

	assert_non_null(mkdtemp(folder));
	snprintf(at.sun_path, sizeof(at.sun_path), "%s/notify", folder);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	notifier_open(&notifier, at.sun_path, NULL, NULL);
	notifier_send(&notifier, "STATUS=a\nSTOPPING=1");
	assert_string_equal(hear(fd, WAIT_MS, text), "STATUS=a\nSTOPPING=1");
	notifier_close(&notifier);
	close(fd);
	unlink(at.sun_path);
	rmdir(folder);
}

static void without_a_socket_that_makes_sense_nothing_is_open(void **state)
{
	char too_long[200] = "/";
	const char *const names[] = { NULL, "", "/", "@", "relative/path", "vsock:2:1", too_long };
	struct notifier notifier;

	(void)state;
	memset(too_long + 1, 'x', sizeof(too_long) - 2);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		notifier_open(&notifier, names[i], "1000000", NULL);
		assert_int_equal(notifier.fd, -1);
		assert_int_equal(notifier.watchdog_ms, 0);
		notifier_send(&notifier, "READY=1");
		notifier_close(&notifier);
	}
}

static void the_watchdog_is_the_one_meant_for_this_process(void **state)
{
	char own[32], name[64];
	int fd = listen_abstract(name);
	const struct {
		const char *us, *pid;
		int64_t ms;
	} cases[] = {
		{ NULL, NULL, 0 },          { "60000000", NULL, 60000 },
		{ "60000000", own, 60000 }, { "60000000", "1", 0 },
		{ "60000000", "", 0 },      { "0", own, 0 },
		{ "999", NULL, 0 },         { "1000", NULL, 1 },
		{ "-5", NULL, 0 },          { "18446744073709551615", NULL, 0 },
	};

	(void)state;
	snprintf(own, sizeof(own), "%d", getpid());
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct notifier notifier;

		notifier_open(&notifier, name, cases[i].us, cases[i].pid);
		assert_int_equal(notifier.watchdog_ms, cases[i].ms);
		notifier_close(&notifier);
	}
	close(fd);
}

static void a_manager_that_is_gone_or_reads_no_more_never_holds_us(void **state)
{
	char name[64], text[600];
	int fd = listen_abstract(name), heard = 0;
	struct notifier notifier;
	struct stopwatch watch;

	(void)state;
	notifier_open(&notifier, name, NULL, NULL);
	/* Until its queue is full, whatever the system's limit is. */
	for (int i = 0; i < 100000 && !notifier.has_failed; i++)
		notifier_send(&notifier, "STATUS=%d", i);
	assert_true(notifier.has_failed);
	stopwatch_begin(&watch);
	notifier_send(&notifier, "STATUS=late");
	assert_in_range(stopwatch_end_ms(&watch), 0, (uintmax_t)20 * NOTIFIER_WAIT_MS);
	while (hear(fd, 50, text)[0] != '\0')
		heard++;
	assert_true(heard > 0);
	notifier_send(&notifier, "STATUS=again");
	assert_string_equal(hear(fd, WAIT_MS, text), "STATUS=again");
	assert_false(notifier.has_failed);
	close(fd);
	notifier_send(&notifier, "STATUS=nobody");
	assert_true(notifier.has_failed);
	notifier_close(&notifier);
}

/* A server whose /metrics, which an event thread answers, waits until it may go on. */
struct fixture {
	struct arena arena;
	struct cx cx;
	struct metrics *metrics;
	struct notifier notifier;
	struct http_server *server;
	pthread_t runner;
	sem_t hangs, may_go_on;
};

static void hang(void *context, struct buf *out)
{
	struct fixture *fixture = context;

	sem_post(&fixture->hangs);
	sem_wait(&fixture->may_go_on);
	buf_add(out, STR("# nothing\n"));
}

static void *run_server(void *arg)
{
	struct fixture *fixture = arg;

	assert_true(http_server_run(fixture->server));
	return NULL;
}

static void start(struct fixture *fixture, const char *name)
{
	const struct api_options api = { .body_max_bytes = 1000,
					 .write_metrics = hang,
					 .metrics = fixture };
	struct http_options options;

	signals_block();
	arena_init(&fixture->arena, 0);
	cx_init(&fixture->cx, &fixture->arena);
	sem_init(&fixture->hangs, 0, 0);
	sem_init(&fixture->may_go_on, 0, 0);
	notifier_open(&fixture->notifier, name, NULL, NULL);
	fixture->notifier.watchdog_ms = WATCHDOG_MS;
	http_options_init(&options);
	options.listen = "127.0.0.1:0";
	options.event_threads = 2;
	options.workers = 1;
	options.metrics = fixture->metrics = metrics_open();
	options.notifier = &fixture->notifier;
	assert_int_equal(http_server_open(&fixture->cx, &options,
					  api_open(&fixture->arena, NULL, &api), &fixture->server),
			 OK);
	assert_int_equal(pthread_create(&fixture->runner, NULL, run_server, fixture), 0);
}

static void stop(struct fixture *fixture)
{
	http_server_stop(fixture->server);
	assert_int_equal(pthread_join(fixture->runner, NULL), 0);
	http_server_close(fixture->server);
	metrics_close(fixture->metrics);
	notifier_close(&fixture->notifier);
	arena_close(&fixture->arena);
	sem_destroy(&fixture->hangs);
	sem_destroy(&fixture->may_go_on);
}

static int ask_for_metrics(const struct fixture *fixture)
{
	static const char request[] = "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n";
	struct str address = http_server_address(fixture->server);
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	uint64_t port;

	assert_true(str_to_u64(str_sub(address, str_index(address, ':') + 1, 5), &port));
	at.sin_port = htons((uint16_t)port);
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL), sizeof(request) - 1);
	return fd;
}

static void the_watchdog_hears_nothing_while_one_event_thread_hangs(void **state)
{
	struct fixture fixture = { .server = NULL };
	char name[64], text[600];
	int manager = listen_abstract(name), signs = 0, client;

	(void)state;
	start(&fixture, name);
	snprintf(name, sizeof(name), "READY=1\nSTATUS=answers on http://" STR_FMT,
		 STR_ARG(http_server_address(fixture.server)));
	assert_string_equal(hear(manager, WAIT_MS, text), name);
	for (int i = 0; i < 3; i++)
		assert_non_null(strstr(hear(manager, WAIT_MS, text), "WATCHDOG=1\n"));
	client = ask_for_metrics(&fixture);
	sem_wait(&fixture.hangs);
	/* Those that were sent before may still be on their way; if it went on, they would never end. */
	while (signs < 100 && hear(manager, (int64_t)2 * WATCHDOG_MS, text)[0] != '\0')
		signs++;
	assert_true(signs < 100);
	sem_post(&fixture.may_go_on);
	for (int i = 0; i < 3; i++)
		assert_string_equal(hear(manager, WAIT_MS, text),
				    "WATCHDOG=1\nSTATUS=answers, 1 connections are open");
	stop(&fixture);
	while (strncmp(hear(manager, WAIT_MS, text), "WATCHDOG=1\n", 11) == 0)
		;
	assert_string_equal(text, "STOPPING=1\nSTATUS=waits for 1 connections");
	close(client);
	close(manager);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_reaches_a_path_and_an_abstract_name),
		cmocka_unit_test(without_a_socket_that_makes_sense_nothing_is_open),
		cmocka_unit_test(the_watchdog_is_the_one_meant_for_this_process),
		cmocka_unit_test(a_manager_that_is_gone_or_reads_no_more_never_holds_us),
		cmocka_unit_test(the_watchdog_hears_nothing_while_one_event_thread_hangs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
