/* layer: api */
/* What a request's traceparent and tracestate leave in cx: what later calls to others send on. */
#include "cx_fixture.h"

#include <string.h>

#include "api/api.h"

#define TRACE "0af7651916cd43dd8448eb211c80319c"
#define PARENT "b7ad6b7169203331"

static const struct str_pair valid = { STR_INIT("TraceParent"),
				       STR_INIT("00-" TRACE "-" PARENT "-01") };

/* GET /livez with those fields, looked at twice as a request with a body is. */
static void ask(struct cx *cx, const struct str_pair *fields, size_t n, struct api_answer *answer)
{
	const struct api_options options = { .auth_open = true };
	const struct api_request request = { .method = STR("GET"),
					     .path = STR("/livez"),
					     .host = STR("localhost"),
					     .headers = fields,
					     .nheaders = n };
	struct api *api = api_open(cx->arena, NULL, &options);

	assert_non_null(api);
	assert_int_equal(api_begin(api, cx, &request, answer), API_ANSWERED);
	assert_int_equal(answer->status, 200);
	if (n != 0) {
		struct str before = cx->traceparent;

		api_handle(api, cx, &request, answer);
		assert_text(cx->traceparent, before);
	}
}

static void a_trace_is_kept_with_a_parent_of_our_own(void **state)
{
	struct cx *cx = *state;
	struct api_answer answer;

	ask(cx, &valid, 1, &answer);
	assert_text(cx->trace_id, STR(TRACE));
	assert_int_equal(cx->traceparent.len, valid.value.len);
	assert_text(str_sub(cx->traceparent, 0, 36), str_sub(valid.value, 0, 36));
	assert_text(str_sub(cx->traceparent, 52, 3), STR("-01"));
	assert_false(str_eq(str_sub(cx->traceparent, 36, 16), STR(PARENT)));
	assert_text(cx->tracestate, STR(""));
}

static void without_a_trace_none_is_made_up(void **state)
{
	const struct str_pair invalid[] = {
		{ STR("traceparent"), STR("00-" TRACE "-" PARENT "-0") },
		{ STR("tracestate"), STR("a=1") },
	};
	const struct str_pair twice[] = { valid, valid };
	struct api_answer answer;
	struct cx *cx = *state;

	ask(cx, NULL, 0, &answer);
	assert_text(cx->traceparent, STR(""));
	ask(cx, invalid, 2, &answer);
	ask(cx, twice, 2, &answer);
	assert_text(cx->trace_id, STR(""));
	assert_text(cx->traceparent, STR(""));
	assert_text(cx->tracestate, STR(""));
}

static void a_tracestate_is_kept_up_to_its_limit_and_as_a_whole(void **state)
{
	static char bytes[513];
	const struct {
		struct str first, second, wanted;
	} cases[] = {
		{ STR_INIT("a=1"), STR_INIT("b=2"), STR_INIT("a=1, b=2") },
		{ { bytes, 512 }, { NULL, 0 }, { bytes, 512 } },
		{ { bytes, 513 }, { NULL, 0 }, STR_INIT("") },
		{ { bytes, 509 }, STR_INIT("bb"), STR_INIT("") },
		{ STR_INIT("a=\xc3\xa4"), { NULL, 0 }, STR_INIT("") },
		{ STR_INIT("a=1\tb"), { NULL, 0 }, STR_INIT("") },
	};

	memset(bytes, 'a', sizeof(bytes));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct str_pair fields[] = { valid,
						   { STR("tracestate"), cases[i].first },
						   { STR("Tracestate"), cases[i].second } };
		struct cx *shared = *state, cx;
		struct api_answer answer;

		cx_init(&cx, shared->arena);
		ask(&cx, fields, cases[i].second.ptr ? 3 : 2, &answer);
		assert_text(cx.trace_id, STR(TRACE));
		assert_text(cx.tracestate, cases[i].wanted);
	}
}

static void the_answer_is_the_same_with_a_trace(void **state)
{
	struct api_answer without, with;
	struct cx *cx = *state;

	cx->request_id = STR("the-same");
	ask(cx, NULL, 0, &without);
	ask(cx, &valid, 1, &with);
	assert_int_equal(with.nheaders, without.nheaders);
	for (size_t i = 0; i < with.nheaders; i++) {
		assert_text(with.headers[i].name, without.headers[i].name);
		assert_text(with.headers[i].value, without.headers[i].value);
	}
	assert_text(with.body, without.body);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cx, close_cx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_trace_is_kept_with_a_parent_of_our_own),
		TEST(without_a_trace_none_is_made_up),
		TEST(a_tracestate_is_kept_up_to_its_limit_and_as_a_whole),
		TEST(the_answer_is_the_same_with_a_trace),
	};

	return cmocka_run_group_tests_name("api_trace", tests, NULL, NULL);
}
