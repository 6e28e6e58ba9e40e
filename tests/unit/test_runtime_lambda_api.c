/* layer: runtime */
#include "lambda_platform.h"

#include <stdatomic.h>

#define NEXT_LINE "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n"
#define RESPONSE_LINE "POST /2018-06-01/runtime/invocation/abc-1_2.3/response HTTP/1.1\r\n"
#define ERROR_LINE "POST /2018-06-01/runtime/invocation/abc-1_2.3/error HTTP/1.1\r\n"

static void an_invocation_is_taken_and_answered_on_one_connection(void **state)
{
	static const char *const script[] = { INVOCATION, ACCEPTED, INVOCATION, ACCEPTED };
	struct world *w = OPEN_WORLD(script);

	(void)state;
	assert_invoked(w);
	assert_int_equal(answer(w, "[2]"), OK);
	assert_invoked(w);
	assert_int_equal(answer(w, ""), OK);
	assert_asked(w, 0, NEXT_LINE);
	assert_asked(w, 1, RESPONSE_LINE);
	assert_asked(w, 1, "Content-Type: application/json\r\nContent-Length: 3\r\n\r\n[2]");
	assert_asked(w, 3, "Content-Length: 0\r\n\r\n");
	assert_int_equal(http_stub_connections(w->stub), 1);
	close_world(w);
}

static void what_fails_is_posted_with_its_type_and_a_message(void **state)
{
	static const char *const script[] = { ACCEPTED, ACCEPTED, ACCEPTED };
	struct world *w = OPEN_WORLD(script);
	const struct str id = STR("abc-1_2.3");

	(void)state;
	assert_int_equal(lambda_api_fail(w->api, &w->cx, id, "Event.Unknown",
					 STR("no \"event\" of ours: \x01")),
			 OK);
	assert_int_equal(lambda_api_fail(w->api, &w->cx, id, "Event.Unknown", STR("\xff")), OK);
	assert_int_equal(
		lambda_api_fail_init(w->api, &w->cx, "Init.Store", STR("there is no table")), OK);
	assert_asked(w, 0, ERROR_LINE);
	assert_asked(w, 0, "Lambda-Runtime-Function-Error-Type: Event.Unknown\r\n");
	assert_asked(w, 0,
		     "\r\n\r\n{\"errorMessage\":\"no \\\"event\\\" of ours: \\u0001\","
		     "\"errorType\":\"Event.Unknown\",\"stackTrace\":[]}");
	assert_asked(w, 1, "{\"errorMessage\":\"a message that is no text\",");
	assert_asked(w, 2, "POST /2018-06-01/runtime/init/error HTTP/1.1\r\n");
	assert_asked(w, 2, "Lambda-Runtime-Function-Error-Type: Init.Store\r\n");
	assert_asked(w, 2, "{\"errorMessage\":\"there is no table\",\"errorType\":\"Init.Store\",");
	close_world(w);
}

static void a_connection_that_drops_while_we_wait_is_made_anew(void **state)
{
	static const char *const script[] = { "!",        "!HTTP/1.1 200 OK\r\n",
					      INVOCATION, "!",
					      "!SSH-2.0", INVOCATION };
	struct world *w = OPEN_WORLD(script);

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_invoked(w);
	close_world(w);
}

static void three_failures_in_a_row_end_the_waiting(void **state)
{
	static const char *const script[] = { "!",
					      "!",
					      "!",
					      STATUS("403 Forbidden"),
					      STATUS("503 Busy"),
					      "HTTP/1.1 200 OK\r\nno field\r\n" };
	struct world *w = OPEN_WORLD(script);

	(void)state;
	assert_failure(w, next(w), ERR_UNAVAILABLE, "no invocation can be had: 127.0.0.1:");
	assert_int_equal(count_asked(w), 3);
	assert_failure(w, next(w), ERR_UNAVAILABLE, "not a name, a colon and a value");
	close_world(w);
}

/* Each look at it takes a second. */
static int64_t slow_mono_ms(const struct clock *clock)
{
	static _Atomic int64_t now_ms;

	(void)clock;
	return atomic_fetch_add(&now_ms, 1000);
}

static void connections_that_break_after_a_wait_are_made_anew_for_ever(void **state)
{
	static const struct clock slow = { .mono_ms = slow_mono_ms };
	static const char invocation[] = INVOCATION;
	static const char *const script[] = { "!", "!", "!", "!", "!", "!", "!", invocation };
	struct world *w = OPEN_WORLD(script);

	(void)state;
	w->cx.clock = &slow;
	assert_invoked(w);
	assert_int_equal(count_asked(w), 8);
	close_world(w);
}

static void a_wait_takes_no_more_memory_however_often_it_begins_anew(void **state)
{
	static const struct clock slow = { .mono_ms = slow_mono_ms };
	static char busy[60000];
	const char *script[9];
	struct world *w = OPEN_WORLD(script);
	int head =
		snprintf(busy, sizeof(busy), "HTTP/1.1 503 Busy\r\nContent-Length: 50000\r\n\r\n");

	(void)state;
	memset(busy + head, 'x', 50000);
	for (size_t i = 0; i < 8; i++)
		script[i] = busy;
	script[8] = INVOCATION;
	w->cx.clock = &slow;
	assert_invoked(w);
	assert_in_range(w->arena.used_bytes, 1, 200000);
	close_world(w);
}

static void a_status_other_than_200_is_no_invocation(void **state)
{
	static const char *const script[] = { STATUS("403 Forbidden"), STATUS("204 No Content"),
					      STATUS("400 Bad") };
	struct world *w = OPEN_WORLD(script);

	(void)state;
	assert_failure(w, next(w), ERR_UNAVAILABLE, "status 400");
	close_world(w);
}

static void a_platform_that_tells_us_to_go_is_not_asked_again(void **state)
{
	static const char *const script[] = { STATUS("500 Gone"), STATUS("500 Gone"),
					      STATUS("500 Gone") };
	struct world *w = OPEN_WORLD(script);

	(void)state;
	assert_failure(w, next(w), ERR_UNAVAILABLE, "status 500");
	assert_failure(w, answer(w, "1"), ERR_UNAVAILABLE, "status 500");
	cx_clear(&w->cx);
	assert_failure(w, lambda_api_fail_init(w->api, &w->cx, "Init.X", STR("no")),
		       ERR_UNAVAILABLE, "status 500");
	close_world(w);
}

static void what_the_platform_says_to_an_answer_decides_what_the_loop_does(void **state)
{
	static const struct {
		const char *said;
		enum err err;
	} rows[] = {
		{ STATUS("200 OK"), OK },
		{ STATUS("202 Accepted"), OK },
		{ STATUS("204 No Content"), OK },
		{ STATUS("302 Found"), ERR_UNAVAILABLE },
		{ STATUS("400 Bad"), ERR_INVALID },
		{ STATUS("403 Forbidden"), ERR_INVALID },
		{ STATUS("404 Not Found"), ERR_INVALID },
		{ STATUS("413 Too Large"), ERR_LIMIT },
		{ STATUS("500 Gone"), ERR_UNAVAILABLE },
		{ STATUS("503 Busy"), ERR_UNAVAILABLE },
		/* Of what is too long to read, or to be had, the status is enough. */
		{ "HTTP/1.1 202 OK\r\nContent-Length: 70000\r\n\r\n", OK },
		{ "HTTP/1.1 413 OK\r\nContent-Length: 70000\r\n\r\n", ERR_LIMIT },
		{ "!HTTP/1.1 202 OK\r\nContent-Length: 7\r\n\r\ncut", OK },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world *w = open_world(&rows[i].said, 1);
		enum err err = answer(w, "1");

		if (err != rows[i].err)
			print_message("# %s", rows[i].said);
		assert_int_equal(err, rows[i].err);
		assert_int_equal(w->cx.failure.err, rows[i].err);
		close_world(w);
	}
}

static void an_answer_whose_connection_dropped_is_sent_once_more(void **state)
{
	static const char *const script[] = {
		INVOCATION, "!", ACCEPTED, "!", STATUS("403 Forbidden"), "!HTTP/1.1 202 Acc", "!"
	};
	struct world *w = OPEN_WORLD(script);

	(void)state;
	assert_invoked(w);
	assert_int_equal(answer(w, "[1]"), OK);
	assert_asked(w, 1, "\r\n\r\n[1]");
	assert_asked(w, 2, "\r\n\r\n[1]");
	assert_failure(w, answer(w, "[2]"), ERR_INVALID, "status 403");
	assert_failure(w, answer(w, "[3]"), ERR_UNCERTAIN, "127.0.0.1:");
	close_world(w);
}

static void without_a_platform_all_ends_soon(void **state)
{
	static const char *const script[] = { INVOCATION };
	struct world *w = OPEN_WORLD(script);
	struct stopwatch watch;

	(void)state;
	assert_invoked(w);
	stopwatch_begin(&watch);
	lambda_api_close(w->api);
	w->api = lambda_api_open(STR("127.0.0.1:1"));
	assert_failure(w, next(w), ERR_UNAVAILABLE, "Connection refused");
	assert_failure(w, answer(w, "1"), ERR_UNAVAILABLE, "Connection refused");
	lambda_api_close(w->api);
	w->api = lambda_api_open(STR("nothing"));
	assert_failure(w, next(w), ERR_UNAVAILABLE, "is no HOST:PORT");
	assert_in_range(stopwatch_end_ms(&watch), 0, 5000);
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_invocation_is_taken_and_answered_on_one_connection),
		cmocka_unit_test(what_fails_is_posted_with_its_type_and_a_message),
		cmocka_unit_test(a_connection_that_drops_while_we_wait_is_made_anew),
		cmocka_unit_test(three_failures_in_a_row_end_the_waiting),
		cmocka_unit_test(connections_that_break_after_a_wait_are_made_anew_for_ever),
		cmocka_unit_test(a_wait_takes_no_more_memory_however_often_it_begins_anew),
		cmocka_unit_test(a_status_other_than_200_is_no_invocation),
		cmocka_unit_test(a_platform_that_tells_us_to_go_is_not_asked_again),
		cmocka_unit_test(what_the_platform_says_to_an_answer_decides_what_the_loop_does),
		cmocka_unit_test(an_answer_whose_connection_dropped_is_sent_once_more),
		cmocka_unit_test(without_a_platform_all_ends_soon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
