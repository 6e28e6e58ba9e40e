/* layer: api, adapter */
/* Where an answer may be so long and no longer: what would answer more is 413, and a write of that kind has written nothing. */
#include "api_fixture.h"

#include <string.h>

#include "usecase/answer.h"

/* Last: it has a macro `fail`. */
#include <cmocka.h>

#define AT "/config/364425903"
#define NAME "\"name\":\"My First hotel\""
#define BOUND 2000

static const struct api_options unbound = { .body_max_bytes = 1 << 20, .auth_open = true };
static const struct api_options bound = { .body_max_bytes = 1 << 20,
					  .auth_open = true,
					  .answer_max_bytes = BOUND };

static int open_it(void **state)
{
	*state = api_fixture_open(&unbound);
	return 0;
}

static int close_it(void **state)
{
	api_fixture_close(*state);
	return 0;
}

/* The same application, behind other options from now on. */
static void set(struct api_fixture *fixture, const struct api_options *options)
{
	fixture->api = api_open(&fixture->base->arena, &fixture->app, options);
	assert_non_null(fixture->api);
}

static unsigned ask(struct api_fixture *fixture, const char *method, const char *path,
		    const char *body)
{
	return api_fixture_ask(fixture, method, path, body, NULL);
}

/* `{<members>,"description":"<n bytes>"}` */
static const char *described(struct api_fixture *fixture, const char *members, size_t n)
{
	char *bytes = arena_bytes(&fixture->base->arena, n);

	memset(bytes, 'd', n);
	return str_c(&fixture->base->arena,
		     str_printf(&fixture->base->arena, "{%s\"description\":\"" STR_FMT "\"}",
				members, STR_ARG(((struct str){ bytes, n }))));
}

static void assert_too_large(struct api_fixture *fixture)
{
	assert_int_equal(fixture->answer.status, 413);
	assert_string_equal(fixture->answer.code, "too_large");
	assert_true(api_fixture_says(fixture, "an answer holds at most 2000 bytes"));
	assert_text(api_fixture_header(fixture, "Content-Type"), STR("application/problem+json"));
	assert_text(api_fixture_header(fixture, "ETag"), STR(""));
	assert_text(api_fixture_header(fixture, "Location"), STR(""));
	assert_text(api_fixture_header(fixture, "Link"), STR(""));
	assert_int_not_equal(api_fixture_header(fixture, "X-Request-Id").len, 0);
}

/* The ETag tells the revision: what is the same before and after has not been written. */
static struct str tag_of(struct api_fixture *fixture, const char *path)
{
	const struct str if_match = STR("\"nothing\"");
	const struct str_pair headers[] = { { STR("Content-Type"), STR("application/json") },
					    { STR("If-Match"), if_match } };

	api_fixture_send(fixture, "DELETE", path,
			 (struct api_request){ .headers = headers, .nheaders = 2 });
	return str_dup(&fixture->base->arena, api_fixture_header(fixture, "ETag"));
}

static void a_hotel_whose_answer_would_be_too_long_is_not_created(void **state)
{
	struct api_fixture *fixture = *state;

	set(fixture, &bound);
	ask(fixture, "POST", "/config", described(fixture, NAME ",", BOUND));
	assert_too_large(fixture);
	assert_int_equal(ask(fixture, "GET", AT, ""), 404);
	assert_int_equal(ask(fixture, "GET", "/config", ""), 200);
	assert_true(api_fixture_says(fixture, "\"response\":[]"));
	/* Neither name nor code were taken. */
	assert_int_equal(ask(fixture, "POST", "/config", "{" NAME "}"), 200);
	assert_text(api_fixture_header(fixture, "Location"), STR(AT));
}

static void no_other_write_with_too_long_an_answer_is_done(void **state)
{
	struct api_fixture *fixture = *state;
	const char *much = described(fixture, "", BOUND);
	const struct {
		const char *method, *path, *body, *then;
	} writes[] = {
		{ "POST", "/config", described(fixture, "\"code\":\"364425903\",", BOUND), AT },
		{ "PUT", AT, described(fixture, NAME ",", BOUND), AT },
		{ "PATCH", AT, much, AT },
		{ "PUT", AT "/tags/NEW", much, AT },
		{ "PUT", AT "/tags/T", much, AT "/tags/T" },
		{ "PATCH", AT "/tags/T", much, AT "/tags/T" },
		{ "PUT", "/chains/c", much, "/chains/c" },
	};

	assert_int_equal(ask(fixture, "POST", "/config", "{" NAME "}"), 200);
	assert_int_equal(ask(fixture, "PUT", AT "/tags/T", "{}"), 201);
	assert_int_equal(ask(fixture, "PUT", "/chains/c", "{}"), 201);
	set(fixture, &bound);
	for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++) {
		struct str before = tag_of(fixture, writes[i].then);

		assert_int_not_equal(before.len, 0);
		ask(fixture, writes[i].method, writes[i].path, writes[i].body);
		assert_too_large(fixture);
		assert_text(tag_of(fixture, writes[i].then), before);
	}
	assert_int_equal(ask(fixture, "PUT", "/chains/d", much), 413);
	assert_int_equal(ask(fixture, "GET", "/chains/d", ""), 404);
	assert_int_equal(
		ask(fixture, "POST", AT "/tags", "{\"tags\":[{\"code\":\"U\"},{\"code\":\"V\"}]}"),
		200);
}

/* The hotel's document is past the bound, its answers to writes are not. */
static void furnish(struct api_fixture *fixture)
{
	assert_int_equal(ask(fixture, "POST", "/config", "{" NAME "}"), 200);
	assert_int_equal(ask(fixture, "PUT", AT "/tags/A", described(fixture, "", 950)), 201);
	assert_int_equal(ask(fixture, "PUT", AT "/tags/B", described(fixture, "", 950)), 201);
	set(fixture, &bound);
}

static void a_read_with_too_long_an_answer_is_refused_cached_or_not(void **state)
{
	struct api_fixture *fixture = *state;

	furnish(fixture);
	for (unsigned i = 0; i < 2; i++) {
		ask(fixture, "GET", AT, "");
		assert_too_large(fixture);
		ask(fixture, "HEAD", AT, "");
		assert_too_large(fixture);
	}
	ask(fixture, "GET", AT "/tags", "");
	assert_too_large(fixture);
	ask(fixture, "GET", "/openapi.json", "");
	assert_too_large(fixture);
	ask(fixture, "GET", "/docs", "");
	assert_too_large(fixture);
}

static void what_is_too_long_as_a_whole_is_read_in_parts(void **state)
{
	struct api_fixture *fixture = *state;

	furnish(fixture);
	assert_int_equal(ask(fixture, "GET", AT "/tags?limit=1", ""), 200);
	assert_true(api_fixture_says(fixture, "\"code\":\"A\""));
	assert_int_equal(ask(fixture, "GET", AT "/tags/B", ""), 200);
	assert_int_equal(ask(fixture, "GET", "/config", ""), 200);
	assert_int_equal(ask(fixture, "DELETE", AT "/tags/B", ""), 200);
	assert_int_equal(ask(fixture, "GET", AT, ""), 200);
}

static unsigned create_with_key(struct api_fixture *fixture, const char *body)
{
	static const struct str_pair headers[] = { { STR_INIT("Content-Type"),
						     STR_INIT("application/json") },
						   { STR_INIT("Idempotency-Key"), STR_INIT("k") } };

	return api_fixture_send(
		fixture, "POST", "/config",
		(struct api_request){ .headers = headers, .nheaders = 2, .body = str_of(body) });
}

static void a_refused_write_frees_its_key(void **state)
{
	struct api_fixture *fixture = *state;

	set(fixture, &bound);
	create_with_key(fixture, described(fixture, NAME ",", BOUND));
	assert_too_large(fixture);
	assert_int_equal(create_with_key(fixture, "{" NAME "}"), 200);
	assert_text(api_fixture_header(fixture, "Idempotency-Replayed"), STR(""));
}

/* Stored where there was no bound, asked for where there is one. */
static void a_stored_answer_that_is_too_long_is_not_sent(void **state)
{
	struct api_fixture *fixture = *state;
	const char *body = described(fixture, NAME ",", BOUND);

	assert_int_equal(create_with_key(fixture, body), 200);
	set(fixture, &bound);
	create_with_key(fixture, body);
	assert_too_large(fixture);
	assert_text(api_fixture_header(fixture, "Idempotency-Replayed"), STR(""));
}

static void the_bound_is_the_last_that_fits(void **state)
{
	static const struct {
		const char *method, *path, *body;
	} asked[] = { { "GET", AT, "" }, { "POST", "/config", "{\"code\":\"364425903\"}" } };
	struct api_fixture *fixture = *state;
	struct api_options options = bound;

	assert_int_equal(ask(fixture, "POST", "/config", described(fixture, NAME ",", 3000)), 200);
	for (size_t i = 0; i < 2; i++) {
		options.answer_max_bytes = 0;
		set(fixture, &options);
		assert_int_equal(ask(fixture, asked[i].method, asked[i].path, asked[i].body), 200);
		options.answer_max_bytes = fixture->answer.body.len;
		set(fixture, &options);
		assert_int_equal(ask(fixture, asked[i].method, asked[i].path, asked[i].body), 200);
		options.answer_max_bytes--;
		set(fixture, &options);
		assert_int_equal(ask(fixture, asked[i].method, asked[i].path, asked[i].body), 413);
	}
}

static enum err check(struct cx *cx, char byte, size_t n, uint64_t max)
{
	static char bytes[200];

	memset(bytes, byte, sizeof(bytes));
	cx_clear(cx);
	return answer_check(cx, (struct str){ bytes, n }, max);
}

/* 100 bytes: 140 with their quotes escaped, as Lambda's JSON wants it. */
static void an_answer_full_of_quotes_may_be_less_long(void **state)
{
	struct api_fixture *fixture = *state;
	struct cx *cx = &fixture->base->cx;

	assert_int_equal(check(cx, 'a', 100, 100), OK);
	assert_int_equal(check(cx, 'a', 101, 100), ERR_LIMIT);
	assert_int_equal(check(cx, '"', 70, 100), OK);
	assert_int_equal(check(cx, '"', 71, 100), ERR_LIMIT);
	assert_int_equal(check(cx, '\\', 70, 100), OK);
	assert_int_equal(check(cx, '\\', 71, 100), ERR_LIMIT);
	assert_int_equal(check(cx, '\n', 23, 100), OK);
	assert_int_equal(check(cx, '\n', 24, 100), ERR_LIMIT);
	assert_int_equal(check(cx, '\xe4', 100, 100), OK);
	assert_int_equal(check(cx, '"', 200, 0), OK);
	assert_int_equal(check(cx, 'a', 0, 1), OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_it, close_it)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_hotel_whose_answer_would_be_too_long_is_not_created),
		TEST(no_other_write_with_too_long_an_answer_is_done),
		TEST(a_read_with_too_long_an_answer_is_refused_cached_or_not),
		TEST(what_is_too_long_as_a_whole_is_read_in_parts),
		TEST(a_refused_write_frees_its_key),
		TEST(a_stored_answer_that_is_too_long_is_not_sent),
		TEST(the_bound_is_the_last_that_fits),
		TEST(an_answer_full_of_quotes_may_be_less_long),
	};

	return cmocka_run_group_tests_name("api_answer_limit", tests, NULL, NULL);
}
