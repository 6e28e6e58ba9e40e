/* layer: runtime */
#include <unistd.h>

#include "lambda_platform.h"

#define THREADS 64
#define CALLS_EACH 10

/* Hands out an invocation to the first who asks, takes every answer, and leaves whoever asks then waiting. */
static bool leave_the_second_waiting(struct http_stub_request *request)
{
	if (strstr(request->head, "/next ") && http_stub_requests(request->stub) > 1) {
		http_stub_linger(request->fd);
		return false;
	}
	http_stub_say(request->fd, strstr(request->head, "/next ") ? INVOCATION : ACCEPTED);
	return true;
}

static struct world *open_waiting(void)
{
	struct world *w = open_world(NULL, 0);

	lambda_api_close(w->api);
	http_stub_close(w->stub);
	w->stub = http_stub_open(leave_the_second_waiting, NULL);
	w->api = lambda_api_open(str_printf(&w->arena, "127.0.0.1:%d", http_stub_port(w->stub)));
	return w;
}

static void *stop_soon(void *user)
{
	struct world *w = user;

	while (http_stub_requests(w->stub) < 3)
		usleep(1000);
	usleep(20000);
	lambda_api_stop(w->api);
	return NULL;
}

static void a_stop_ends_the_waiting_and_is_not_a_reason_to_try_again(void **state)
{
	struct world *w = open_waiting();
	pthread_t thread;

	(void)state;
	assert_invoked(w);
	assert_int_equal(answer(w, "1"), OK);
	assert_int_equal(pthread_create(&thread, NULL, stop_soon, w), 0);
	assert_failure(w, next(w), ERR_UNAVAILABLE, "stopped");
	pthread_join(thread, NULL);
	assert_failure(w, next(w), ERR_UNAVAILABLE, "stopped");
	assert_int_equal(http_stub_requests(w->stub), 3);
	close_world(w);
}

static void after_a_stop_what_was_worked_for_is_still_answered(void **state)
{
	struct world *w = open_waiting();

	(void)state;
	assert_invoked(w);
	lambda_api_stop(w->api);
	assert_int_equal(answer(w, "1"), OK);
	assert_int_equal(lambda_api_fail(w->api, &w->cx, w->invocation.id, "A.B", STR("c")), OK);
	assert_failure(w, next(w), ERR_UNAVAILABLE, "stopped");
	assert_int_equal(http_stub_requests(w->stub), 3);
	assert_int_equal(http_stub_connections(w->stub), 2);
	close_world(w);
}

static void a_stop_before_the_first_call_ends_that(void **state)
{
	struct world *w = open_waiting();

	(void)state;
	lambda_api_stop(w->api);
	assert_failure(w, next(w), ERR_UNAVAILABLE, "stopped");
	assert_int_equal(http_stub_connections(w->stub), 0);
	close_world(w);
}

/* Numbers what is asked for: the id and the event are the same, and so has the answer to be. */
static bool number(struct http_stub_request *request)
{
	char text[256];

	if (strstr(request->head, "/next ")) {
		snprintf(text, sizeof(text),
			 "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: %06u-%06u\r\n"
			 "Content-Length: 13\r\n\r\n%06u-%06u",
			 request->connection, request->nth, request->connection, request->nth);
		http_stub_say(request->fd, text);
		return true;
	}
	snprintf(text, sizeof(text), "/%s/response ", request->body);
	http_stub_say(request->fd,
		      strstr(request->head, text) ? ACCEPTED : STATUS("400 Another's"));
	return true;
}

static void *loop(void *user)
{
	const struct world *w = user;
	struct lambda_api *api;
	struct arena arena;
	struct cx cx;
	uintptr_t nwrong = 0;

	arena_init(&arena, 0);
	api = lambda_api_open(str_printf(&arena, "127.0.0.1:%d", http_stub_port(w->stub)));
	for (int i = 0; i < CALLS_EACH; i++) {
		struct lambda_invocation invocation;

		cx_init(&cx, &arena);
		if (lambda_api_next(api, &cx, &invocation) != OK ||
		    lambda_api_answer(api, &cx, invocation.id, invocation.event) != OK)
			nwrong++;
		arena_reset(&arena, 0);
	}
	lambda_api_close(api);
	arena_close(&arena);
	return (void *)nwrong;
}

static void sixty_four_loops_answer_their_own(void **state)
{
	struct world *w = open_waiting();
	pthread_t threads[THREADS];

	(void)state;
	http_stub_close(w->stub);
	w->stub = http_stub_open(number, NULL);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, loop, w), 0);
	for (int i = 0; i < THREADS; i++) {
		void *nwrong;

		pthread_join(threads[i], &nwrong);
		assert_int_equal((uintptr_t)nwrong, 0);
	}
	assert_int_equal(http_stub_requests(w->stub), 2 * THREADS * CALLS_EACH);
	assert_int_equal(http_stub_connections(w->stub), THREADS);
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stop_ends_the_waiting_and_is_not_a_reason_to_try_again),
		cmocka_unit_test(after_a_stop_what_was_worked_for_is_still_answered),
		cmocka_unit_test(a_stop_before_the_first_call_ends_that),
		cmocka_unit_test(sixty_four_loops_answer_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
