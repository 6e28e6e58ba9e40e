/* layer: runtime */
/* What goes back to the invoker: jansson reads it as it is meant. */
#include "cx_fixture.h"

#include <string.h>

#include "jansson_oracle.h"
#include "lambda_events.h"

#define FIELD(name, value)                      \
	{                                       \
		STR_INIT(name), STR_INIT(value) \
	}

static const struct api_answer plain = {
	.status = 200,
	.headers = { FIELD("Content-Type", "application/json"), FIELD("ETag", "\"1-a\"") },
	.nheaders = 2,
	.body = STR_INIT("{\"name\":\"L\xc3\xa9\\u0001\"}\n"),
};

static struct lambda_event event_of(enum lambda_event_kind kind, const char *method)
{
	return (struct lambda_event){
		.kind = kind,
		.request = { .method = str_of(method) },
		.first_record = kind == LAMBDA_EVENT_STREAM ? STR("700\"11") : STR(""),
	};
}

static void assert_answers(struct cx *cx, enum lambda_event_kind kind, const char *method,
			   const struct api_answer *answer, const char *wanted)
{
	struct lambda_event event = event_of(kind, method);
	struct str got = lambda_event_answer(cx, &event, answer);

	print_message(STR_FMT "\n", STR_ARG(got));
	assert_true(oracle_same(got.ptr, got.len, wanted, strlen(wanted)));
}

static void api_gateway_is_answered_with_status_headers_and_body(void **state)
{
	assert_answers(
		*state, LAMBDA_EVENT_HTTP, "GET", &plain,
		"{\"statusCode\":200,\"headers\":{\"Content-Type\":\"application/json\","
		"\"ETag\":\"\\\"1-a\\\"\"},\"body\":\"{\\\"name\\\":\\\"L\\u00e9\\\\u0001\\\"}\\n\","
		"\"isBase64Encoded\":false}");
}

static void head_and_what_has_no_body_are_answered_without_one(void **state)
{
	static const struct {
		const char *method;
		unsigned status;
		const char *wanted;
	} cases[] = {
		{ "HEAD", 200, "" }, { "GET", 204, "" },   { "GET", 304, "" },
		{ "GET", 404, "x" }, { "head", 200, "x" }, { "", 400, "x" },
	};
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct api_answer answer = { .status = cases[i].status, .body = STR("x") };
		struct str wanted = str_printf(cx->arena,
					       "{\"statusCode\":%u,\"headers\":{},\"body\":\"%s\","
					       "\"isBase64Encoded\":false}",
					       cases[i].status, cases[i].wanted);

		assert_answers(cx, LAMBDA_EVENT_HTTP, cases[i].method, &answer,
			       str_c(cx->arena, wanted));
	}
}

static void a_body_that_is_no_text_is_base64(void **state)
{
	struct api_answer answer = { .status = 200, .body = STR("\x89PNG\0\xff") };

	assert_answers(*state, LAMBDA_EVENT_HTTP, "GET", &answer,
		       "{\"statusCode\":200,\"headers\":{},\"body\":\"iVBORwD/\","
		       "\"isBase64Encoded\":true}");
	assert_answers(
		*state, LAMBDA_EVENT_HTTP, "HEAD", &answer,
		"{\"statusCode\":200,\"headers\":{},\"body\":\"\",\"isBase64Encoded\":false}");
}

static void the_seed_is_answered_with_the_body_alone(void **state)
{
	struct lambda_event event = event_of(LAMBDA_EVENT_SEED, "");
	struct str got = lambda_event_answer(*state, &event, &plain);

	assert_ptr_equal(got.ptr, plain.body.ptr);
	assert_int_equal(got.len, plain.body.len);
}

static void what_is_not_built_says_so_and_a_batch_is_sent_again(void **state)
{
	assert_answers(
		*state, LAMBDA_EVENT_STREAM, "", NULL,
		"{\"batchItemFailures\":[{\"itemIdentifier\":\"700\\\"11\"}],\"error\":{\"code\":"
		"\"not_implemented\",\"msg\":\"nothing of this event is processed yet\"}}");
	assert_answers(*state, LAMBDA_EVENT_SCHEDULE, "", NULL,
		       "{\"error\":{\"code\":\"not_implemented\",\"msg\":"
		       "\"nothing of this event is processed yet\"}}");
}

/* An answer with a body of `len` letters, the last of them `last`. */
static struct str answer_of(struct cx *cx, enum lambda_event_kind kind, size_t len, char last)
{
	struct lambda_event event = event_of(kind, "GET");
	struct api_answer answer = { .status = 200 };
	char *body = arena_bytes(cx->arena, len);

	memset(body, 'x', len);
	body[len - 1] = last;
	answer.body = (struct str){ body, len };
	return lambda_event_answer(cx, &event, &answer);
}

static void an_answer_that_the_platform_would_not_take_is_empty(void **state)
{
	static const char around[] =
		"{\"statusCode\":200,\"headers\":{},\"body\":\"\",\"isBase64Encoded\":false}";
	size_t most = LAMBDA_ANSWER_MAX_BYTES - strlen(around);
	struct cx *cx = *state;
	const enum lambda_event_kind http = LAMBDA_EVENT_HTTP;

	assert_int_equal(answer_of(cx, http, most, 'x').len, LAMBDA_ANSWER_MAX_BYTES);
	assert_int_equal(answer_of(cx, http, most - 1, '"').len, LAMBDA_ANSWER_MAX_BYTES);
	assert_int_equal(answer_of(cx, http, most, '"').len, 0);
	assert_int_equal(answer_of(cx, http, most + 1, 'x').len, 0);
	assert_int_equal(answer_of(cx, LAMBDA_EVENT_SEED, LAMBDA_ANSWER_MAX_BYTES, 'x').len,
			 LAMBDA_ANSWER_MAX_BYTES);
	assert_int_equal(answer_of(cx, LAMBDA_EVENT_SEED, LAMBDA_ANSWER_MAX_BYTES + 1, 'x').len, 0);
}

/* Nothing cut is ever sent, wherever memory ends. */
static void an_answer_that_memory_is_refused_for_is_empty(void **state)
{
	struct cx *cx = *state;
	struct lambda_event event = event_of(LAMBDA_EVENT_HTTP, "GET");
	struct str whole = lambda_event_answer(cx, &event, &plain);
	unsigned refused = 0;

	for (size_t cap = 1; cap < 9000; cap += 100) {
		struct arena arena;
		struct cx small;
		struct str got;

		arena_init(&arena, cap);
		cx_init(&small, &arena);
		got = lambda_event_answer(&small, &event, &plain);
		assert_true(got.len == 0 || str_eq(got, whole));
		refused += got.len == 0;
		arena_close(&arena);
	}
	assert_in_range(refused, 1, 89);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cx, close_cx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(api_gateway_is_answered_with_status_headers_and_body),
		TEST(head_and_what_has_no_body_are_answered_without_one),
		TEST(a_body_that_is_no_text_is_base64),
		TEST(the_seed_is_answered_with_the_body_alone),
		TEST(what_is_not_built_says_so_and_a_batch_is_sent_again),
		TEST(an_answer_that_the_platform_would_not_take_is_empty),
		TEST(an_answer_that_memory_is_refused_for_is_empty),
	};

	return cmocka_run_group_tests_name("runtime_lambda_answer", tests, NULL, NULL);
}
