/* layer: runtime */
#include "lambda_platform.h"

#define ID_64 "0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789ABCDEF"

static void what_has_no_id_that_fits_into_a_path_is_left(void **state)
{
	static const char *const ids[] = {
		"",         "X: 1\r\n", "Lambda-Runtime-Aws-Request-Id:\r\n",
		"a/b",      "a b",      "..\\x",
		"a%2Fb",    "a?b",      "a#b",
		"\xc3\xb6", "a\tb",     ID_64 ID_64 "x",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		char first[512];
		const char *const script[] = { first, INVOCATION };
		struct world *w = OPEN_WORLD(script);

		snprintf(first, sizeof(first), "HTTP/1.1 200 OK\r\n%s%s%sContent-Length: 0\r\n\r\n",
			 i > 2 ? "Lambda-Runtime-Aws-Request-Id: " : "", ids[i],
			 i > 2 ? "\r\n" : "");
		assert_failure(w, next(w), ERR_INVALID, "without an id");
		assert_invoked(w);
		close_world(w);
	}
}

static void an_id_of_128_characters_is_taken(void **state)
{
	static const char *const script[] = {
		"HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: " ID_64 ID_64
		"\r\nContent-Length: 0\r\n\r\n",
		ACCEPTED,
	};
	struct world *w = OPEN_WORLD(script);

	(void)state;
	assert_int_equal(next(w), OK);
	assert_says(&w->cx, w->invocation.id, ID_64 ID_64);
	assert_int_equal(w->invocation.event.len, 0);
	assert_int_equal(lambda_api_answer(w->api, &w->cx, w->invocation.id, STR("1")), OK);
	assert_asked(w, 1, "/" ID_64 ID_64 "/response ");
	close_world(w);
}

#define NAMELESS STATUS("200 OK")

static void a_platform_without_ids_is_given_up_and_one_that_mends_is_not(void **state)
{
	static const char *const script[] = { NAMELESS, NAMELESS, INVOCATION,
					      NAMELESS, NAMELESS, NAMELESS };
	struct world *w = OPEN_WORLD(script);

	(void)state;
	assert_int_equal(next(w), ERR_INVALID);
	assert_int_equal(next(w), ERR_INVALID);
	assert_invoked(w);
	assert_int_equal(next(w), ERR_INVALID);
	assert_int_equal(next(w), ERR_INVALID);
	assert_failure(w, next(w), ERR_UNAVAILABLE, "invocations without an id");
	close_world(w);
}

static void a_deadline_that_is_none_is_none(void **state)
{
	static const char *const deadlines[] = {
		"X: 1", "Lambda-Runtime-Deadline-Ms:", "Lambda-Runtime-Deadline-Ms: soon",
		"Lambda-Runtime-Deadline-Ms: -1", "Lambda-Runtime-Deadline-Ms: 9223372036854775808"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(deadlines) / sizeof(deadlines[0]); i++) {
		char first[512];
		const char *const script[] = { first };
		struct world *w = OPEN_WORLD(script);

		snprintf(first, sizeof(first),
			 "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 1\r\n%s\r\n"
			 "Content-Length: 1\r\n\r\n1",
			 deadlines[i]);
		assert_int_equal(next(w), OK);
		assert_int_equal(w->invocation.deadline_wall_ms, 0);
		close_world(w);
	}
}

/* An invocation whose event has so many bytes. */
static char *long_invocation(size_t nbytes, bool in_chunks)
{
	const char *end = in_chunks ? "\r\n0\r\n\r\n" : "";
	char head[200], *text;
	size_t len;

	snprintf(head, sizeof(head),
		 in_chunks ? "%sTransfer-Encoding: chunked\r\n\r\n%zx\r\n"
			   : "%sContent-Length: %zu\r\n\r\n",
		 "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: big\r\n", nbytes);
	len = strlen(head);
	text = malloc(len + nbytes + strlen(end) + 1);
	assert_non_null(text);
	memcpy(text, head, len);
	memset(text + len, 'x', nbytes);
	memcpy(text + len + nbytes, end, strlen(end) + 1);
	return text;
}

static void an_event_of_seven_mebibytes_is_taken(void **state)
{
	char *const first = long_invocation(LAMBDA_API_EVENT_MAX, false);
	const char *const script[] = { first };
	struct world *w = OPEN_WORLD(script);

	(void)state;
	assert_int_equal(next(w), OK);
	assert_int_equal(w->invocation.event.len, LAMBDA_API_EVENT_MAX);
	assert_int_equal(w->invocation.event.ptr[LAMBDA_API_EVENT_MAX - 1], 'x');
	close_world(w);
	free(first);
}

/* The platform hears why, and the next one is taken; `cap_bytes`: of the arena, 0 = none. */
static void assert_reported_as_too_large(size_t nbytes, bool in_chunks, size_t cap_bytes)
{
	char *const first = long_invocation(nbytes, in_chunks);
	const char *const script[] = { first, ACCEPTED, first, STATUS("403 Late"), INVOCATION };
	struct world *w = OPEN_WORLD(script);

	for (int i = 0; i < 2; i++) {
		arena_reset(&w->arena, cap_bytes);
		assert_int_equal(next(w), ERR_LIMIT);
		assert_string_equal(w->cx.failure.code, "too_large");
	}
	arena_reset(&w->arena, 0);
	assert_invoked(w);
	assert_asked(w, 1, "POST /2018-06-01/runtime/invocation/big/error HTTP/1.1\r\n");
	assert_asked(w, 1, "Lambda-Runtime-Function-Error-Type: Request.TooLarge\r\n");
	assert_asked(w, 1, "\"errorType\":\"Request.TooLarge\"");
	close_world(w);
	free(first);
}

static void an_event_that_is_too_long_is_reported_and_the_next_one_taken(void **state)
{
	(void)state;
	assert_reported_as_too_large(LAMBDA_API_EVENT_MAX + 1, false, 0);
	assert_reported_as_too_large(LAMBDA_API_EVENT_MAX + 1, true, 0);
}

static void an_event_that_the_arena_does_not_take_is_reported_too(void **state)
{
	(void)state;
	assert_reported_as_too_large(200000, false, 100000);
	assert_reported_as_too_large(200000, true, 100000);
}

static void a_platform_that_is_gone_when_an_event_was_too_long_ends_the_loop(void **state)
{
	char *const first = long_invocation(LAMBDA_API_EVENT_MAX + 1, false);
	const char *const script[] = { first, "!", "!", first, STATUS("500 Gone") };
	struct world *w = OPEN_WORLD(script);

	(void)state;
	assert_int_equal(next(w), ERR_UNCERTAIN);
	assert_int_equal(next(w), ERR_UNAVAILABLE);
	close_world(w);
	free(first);
}

static void posts_do_without_the_memory_of_the_invocation(void **state)
{
	static const char *const script[] = { INVOCATION, ACCEPTED, ACCEPTED, ACCEPTED };
	struct world *w = OPEN_WORLD(script);

	(void)state;
	assert_invoked(w);
	w->arena.cap_bytes = 1;
	assert_null(arena_alloc(&w->arena, 1 << 20));
	assert_true(w->arena.refused);
	assert_int_equal(answer(w, "1"), OK);
	assert_int_equal(lambda_api_fail(w->api, &w->cx, STR("abc-1_2.3"), "A.B", STR("c")), OK);
	assert_int_equal(lambda_api_fail_init(w->api, &w->cx, "A.B", STR("c")), OK);
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_has_no_id_that_fits_into_a_path_is_left),
		cmocka_unit_test(an_id_of_128_characters_is_taken),
		cmocka_unit_test(a_platform_without_ids_is_given_up_and_one_that_mends_is_not),
		cmocka_unit_test(a_deadline_that_is_none_is_none),
		cmocka_unit_test(an_event_of_seven_mebibytes_is_taken),
		cmocka_unit_test(an_event_that_is_too_long_is_reported_and_the_next_one_taken),
		cmocka_unit_test(an_event_that_the_arena_does_not_take_is_reported_too),
		cmocka_unit_test(a_platform_that_is_gone_when_an_event_was_too_long_ends_the_loop),
		cmocka_unit_test(posts_do_without_the_memory_of_the_invocation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
