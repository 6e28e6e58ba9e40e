/* layer: runtime */
/* All loops at once on the real API: what the thread sanitizer is to see. */
#include "cx_fixture.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "http_stub.h"
#include "runtime/lambda_loop.h"
#include "runtime/signals.h"
#include "usecase/app.h"

#define CALLS_EACH 4

struct platform {
	_Atomic unsigned nanswered, nright;
};

/* Each connection is a loop's: it is asked for the figures of all of them, some times, and then left waiting. */
static bool play(struct http_stub_request *request)
{
	struct platform *platform = request->user;

	if (!strstr(request->head, "/next ")) {
		http_stub_say(request->fd, "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
		platform->nright += strstr(request->body, "{\"statusCode\":200,") != NULL;
		platform->nanswered++;
		return true;
	}
	if (request->nth == 2 * CALLS_EACH) {
		http_stub_linger(request->fd);
		return false;
	}
	http_stub_say(request->fd, "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 1\r\n"
				   "Content-Length: 40\r\n\r\n"
				   "{\"httpMethod\":\"GET\",\"path\":\"/metrics\"}  ");
	return true;
}

static void *stop_when_answered(void *user)
{
	const struct platform *platform = user;

	while (platform->nanswered != LAMBDA_LOOPS_MAX * CALLS_EACH)
		usleep(1000);
	kill(getpid(), SIGTERM);
	return NULL;
}

static void every_loop_answers_from_the_first_moment_until_the_signal(void **state)
{
	struct cx *cx = *state;
	struct platform platform = { 0 };
	struct app app = { .store = NULL };
	struct metrics *metrics = metrics_open();
	const struct api_options of_api = {
		.auth_open = true,
		.write_metrics = metrics_write,
		.metrics = metrics,
	};
	struct http_stub *stub = http_stub_open(play, &platform);
	const struct lambda_options options = {
		.runtime_api = str_printf(cx->arena, "127.0.0.1:%d", http_stub_port(stub)),
		.loops = LAMBDA_LOOPS_MAX,
		.handler_timeout_ms = 5000,
		.metrics = metrics,
	};
	struct lambda_loops *loops;
	bool is_idle = false;
	pthread_t stopper;

	assert_int_equal(pthread_create(&stopper, NULL, stop_when_answered, &platform), 0);
	assert_int_equal(lambda_open(cx, api_open(cx->arena, &app, &of_api), &options, &loops), OK);
	assert_true(lambda_run(loops, &is_idle));
	assert_true(is_idle);
	pthread_join(stopper, NULL);
	assert_int_equal(platform.nright, LAMBDA_LOOPS_MAX * CALLS_EACH);
	assert_int_equal(http_stub_connections(stub), LAMBDA_LOOPS_MAX);
	http_stub_close(stub);
	metrics_close(metrics);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			every_loop_answers_from_the_first_moment_until_the_signal, open_cx,
			close_cx),
	};

	signals_block();
	return cmocka_run_group_tests_name("runtime_lambda_loop", tests, NULL, NULL);
}
