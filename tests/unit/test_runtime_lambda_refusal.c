/* layer: runtime */
/* What HTTP would refuse is refused of an event as well, as `serve` does; and the limits of what can be told at all. */
#include "cx_fixture.h"

#include <string.h>

#include "base/buf.h"
#include "codec/json_writer.h"
#include "lambda_events.h"

/* A request, as its pieces. */
struct pieces {
	struct str method, path, query, name, value;
};

static const struct pieces good = { STR_INIT("GET"), STR_INIT("/config"), STR_INIT("a=1"),
				    STR_INIT("host"), STR_INIT("abc.example") };

static struct str write_event(struct arena *arena, const struct pieces *pieces)
{
	struct json_writer json;
	struct buf buf;

	buf_init(&buf, arena);
	json_writer_init(&json, &buf);
	json_begin_object(&json);
	json_name(&json, STR("version"));
	json_string(&json, STR("2.0"));
	json_name(&json, STR("rawPath"));
	json_string(&json, pieces->path);
	json_name(&json, STR("rawQueryString"));
	json_string(&json, pieces->query);
	json_name(&json, STR("headers"));
	json_begin_object(&json);
	json_name(&json, pieces->name);
	json_string(&json, pieces->value);
	json_end_object(&json);
	json_name(&json, STR("requestContext"));
	json_begin_object(&json);
	json_name(&json, STR("http"));
	json_begin_object(&json);
	json_name(&json, STR("method"));
	json_string(&json, pieces->method);
	json_end_object(&json);
	json_end_object(&json);
	json_end_object(&json);
	assert_false(buf.failed);
	return buf_str(&buf);
}

/* The same over HTTP. */
static struct http_refusal refuse_by_parser(struct arena *arena, const struct pieces *pieces)
{
	static struct http_parser parser;
	struct str head = str_printf(
		arena,
		STR_FMT " " STR_FMT "?" STR_FMT " HTTP/1.1\r\n" STR_FMT ": " STR_FMT "\r\n\r\n",
		STR_ARG(pieces->method), STR_ARG(pieces->path), STR_ARG(pieces->query),
		STR_ARG(pieces->name), STR_ARG(pieces->value));

	http_parser_init(&parser);
	http_parser_feed(&parser, head);
	return parser.refusal;
}

static struct lambda_event read_pieces(struct cx *cx, const struct pieces *pieces)
{
	struct lambda_event event;

	assert_int_equal(lambda_event_read(cx, write_event(cx->arena, pieces), &event), OK);
	return event;
}

static struct str repeat(struct arena *arena, char byte, size_t n)
{
	char *bytes = arena_bytes(arena, n);

	memset(bytes, byte, n);
	return (struct str){ bytes, n };
}

static void what_the_parser_refuses_is_refused_in_its_words(void **state)
{
	static const struct pieces cases[] = {
		{ .method = STR_INIT("GE(T") },
		{ .method = STR_INIT("GET\t") },
		{ .method = STR_INIT("CONNECT") },
		{ .method = STR_INIT("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG") },
		{ .method = STR_INIT("G\x01T") },
		{ .method = STR_INIT("GET /x") },
		{ .query = STR_INIT("a=%4") },
		{ .query = STR_INIT("a=[1]") },
		{ .query = STR_INIT("a=1#b") },
		{ .query = STR_INIT("a=é") },
		{ .query = STR_INIT("a=\x01") },
		{ .query = STR_INIT("a\rb") },
		{ .name = STR_INIT("a b") },
		{ .name = STR_INIT("a\x01") },
		{ .name = STR_INIT(" a") },
		{ .name = STR_INIT("é") },
		{ .name = STR_INIT("a"), .value = STR_INIT("b\x01") },
		{ .name = STR_INIT("a"), .value = STR_INIT("b\x7f") },
		{ .name = STR_INIT("a"), .value = STR_INIT("b\rc") },
		{ .name = STR_INIT("a"), .value = STR_INIT("b\nc") },
		{ .value = STR_INIT("a b") },
		{ .value = STR_INIT("a:0") },
		{ .value = STR_INIT("[::1") },
		{ .name = STR_INIT("content-length"), .value = STR_INIT("1, 2") },
		{ .name = STR_INIT("connection"), .value = STR_INIT("a b") },
	};
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pieces pieces = good;
		struct http_refusal wanted, got;

		pieces.method = cases[i].method.len ? cases[i].method : good.method;
		pieces.query = cases[i].query.len ? cases[i].query : good.query;
		pieces.name = cases[i].name.len ? cases[i].name : good.name;
		pieces.value = cases[i].value.len ? cases[i].value : good.value;
		wanted = refuse_by_parser(cx->arena, &pieces);
		got = read_pieces(cx, &pieces).refusal;
		assert_int_not_equal(wanted.status, 0);
		print_message("%zu: %u %s\n", i, wanted.status, wanted.detail);
		assert_int_equal(got.status, wanted.status);
		assert_string_equal(got.code, wanted.code);
		assert_string_equal(got.detail, wanted.detail);
	}
}

static void the_limits_of_a_head_are_those_of_http(void **state)
{
	struct cx *cx = *state;
	struct pieces pieces = good;

	/* `GET /xx… HTTP/1.0` of 8,192 bytes, and one more */
	pieces.query = STR("");
	pieces.path = repeat(cx->arena, '/', HTTP_LINE_MAX - strlen("GET  HTTP/1.0"));
	assert_int_equal(read_pieces(cx, &pieces).refusal.status, 0);
	pieces.path = repeat(cx->arena, '/', HTTP_LINE_MAX - strlen("GET  HTTP/1.0") + 1);
	assert_int_equal(read_pieces(cx, &pieces).refusal.status, 414);
	/* what is escaped counts as three */
	pieces.path = str_printf(cx->arena, "/" STR_FMT, STR_ARG(repeat(cx->arena, ' ', 3000)));
	assert_int_equal(read_pieces(cx, &pieces).refusal.status, 414);
	pieces = good;
	pieces.name = STR("x");
	pieces.value = repeat(cx->arena, 'x',
			      HTTP_HEAD_MAX - strlen("GET /config?a=1 HTTP/1.0\r\nx: \r\n\r\n"));
	assert_int_equal(read_pieces(cx, &pieces).refusal.status, 0);
	pieces.value.len++;
	assert_int_equal(read_pieces(cx, &pieces).refusal.status, 431);
	assert_says(cx, read_pieces(cx, &pieces).request.path, "/config");
}

static void a_request_has_at_most_a_hundred_fields(void **state)
{
	struct cx *cx = *state;

	for (int n = HTTP_FIELDS_MAX; n <= HTTP_FIELDS_MAX + 1; n++) {
		struct lambda_event event;
		struct buf buf;

		buf_init(&buf, cx->arena);
		buf_add(&buf, STR("{\"httpMethod\":\"GET\",\"path\":\"/\",\"multiValueHeaders\":"
				  "{\"a\":[\"0\""));
		for (int i = 1; i < n; i++)
			buf_printf(&buf, ",\"%d\"", i);
		buf_add(&buf, STR("]}}"));
		assert_int_equal(lambda_event_read(cx, buf_str(&buf), &event), OK);
		assert_int_equal(event.refusal.status, n == HTTP_FIELDS_MAX ? 0 : 431);
		assert_int_equal(event.request.nheaders,
				 n == HTTP_FIELDS_MAX ? HTTP_FIELDS_MAX : 0);
	}
}

/* What would be another line, another target or another name in a head. */
static void no_piece_of_an_event_becomes_another(void **state)
{
	static const struct pieces cases[] = {
		{ .method = STR_INIT("GET /x HTTP/1.1\r\nHost: evil.example\r\n\r\n") },
		{ .method = STR_INIT("GET /x HTTP/1.0\r\nx:") },
		{ .query = STR_INIT("a HTTP/1.0\r\nhost: evil.example\r\nx: y") },
		{ .query = STR_INIT("a HTTP/1.0\nhost: evil.example\nx: y") },
		{ .path = STR_INIT("http://evil.example/config") },
		{ .path = STR_INIT("*") },
		{ .path = STR_INIT("config") },
		{ .name = STR_INIT("host: evil.example\r\nx") },
		{ .name = STR_INIT("host:evil.example\nx") },
		{ .name = STR_INIT("authorization:x") },
		{ .name = STR_INIT("a\r\n\r\n") },
		{ .name = STR_INIT("a"), .value = STR_INIT("b\r\nhost: evil.example") },
		{ .name = STR_INIT("a"), .value = STR_INIT("b\r\n\r\nGET / HTTP/1.1") },
		{ .name = STR_INIT("a"), .value = STR_INIT("\r\n") },
		{ .name = STR_INIT("\r\n"), .value = STR_INIT("\r\n") },
	};
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pieces pieces = good;
		struct lambda_event event;

		pieces.method = cases[i].method.len ? cases[i].method : good.method;
		pieces.path = cases[i].path.len ? cases[i].path : good.path;
		pieces.query = cases[i].query.len ? cases[i].query : good.query;
		pieces.name = cases[i].name.len ? cases[i].name : good.name;
		pieces.value = cases[i].value.len ? cases[i].value : good.value;
		print_message("%zu\n", i);
		event = read_pieces(cx, &pieces);
		assert_int_equal(event.refusal.status, 400);
		assert_string_equal(event.refusal.code, "invalid");
		assert_int_equal(event.request.host.len, 0);
		assert_true(event.request.path.len == 0 || event.request.path.ptr[0] == '/');
	}
}

static void an_empty_path_or_method_is_refused(void **state)
{
	struct cx *cx = *state;
	struct pieces pieces = good;

	pieces.path = STR("");
	assert_int_equal(read_pieces(cx, &pieces).refusal.status, 400);
	pieces = good;
	pieces.method = STR("");
	assert_int_equal(read_pieces(cx, &pieces).refusal.status, 400);
}

/* `[` n times inside the request, and as many `]`. */
static struct str nested_seed(struct arena *arena, size_t n)
{
	return str_printf(arena, "{\"subFunction\":\"saveHotel\",\"request\":" STR_FMT STR_FMT "}",
			  STR_ARG(repeat(arena, '[', n)), STR_ARG(repeat(arena, ']', n)));
}

static void a_seed_request_may_be_as_large_and_deep_as_a_body(void **state)
{
	struct cx *cx = *state;
	size_t n = (size_t)2 * 1024 * 1024;
	char *request = arena_bytes(cx->arena, 2 * n + 1);
	struct lambda_event event;

	/* 4 MiB of `[7,7,7…]`: two million values */
	for (size_t i = 0; i < n; i++)
		memcpy(request + 2 * i, i == 0 ? "[7" : ",7", 2);
	request[2 * n] = ']';
	assert_int_equal(
		lambda_event_read(cx,
				  str_printf(cx->arena, "{\"subFunction\":\"x\",\"request\":%.*s}",
					     (int)(2 * n + 1), request),
				  &event),
		OK);
	assert_int_equal(event.seed.request.len, 2 * n + 1);
	/* deeper than a body may be: for the use case to refuse; deeper than anybody could mean: no telling */
	assert_int_equal(lambda_event_read(cx, nested_seed(cx->arena, 40), &event), OK);
	assert_int_equal(event.seed.request.len, 80);
	assert_int_equal(lambda_event_read(cx, nested_seed(cx->arena, 100), &event), ERR_INVALID);
	assert_says(cx, cx->failure.detail, "event: the text nests too deep");
}

static void a_name_in_a_seed_request_may_be_longer_than_it_may_be(void **state)
{
	struct cx *cx = *state;
	struct str name = repeat(cx->arena, 'n', 1000);
	struct lambda_event event;

	assert_int_equal(
		lambda_event_read(cx,
				  str_printf(cx->arena,
					     "{\"subFunction\":\"x\",\"request\":{\"" STR_FMT
					     "\":1},\"" STR_FMT "\":2}",
					     STR_ARG(name), STR_ARG(name)),
				  &event),
		OK);
	assert_int_equal(event.seed.request.len, 1006);
}

/* Whichever piece of memory is refused: LIMIT, or all is read. */
static void memory_that_is_refused_is_said(void **state)
{
	struct cx *cx = *state;

	for (size_t i = 0; i < lambda_events_sample_count; i++) {
		struct str json = lambda_events_json(cx->arena, lambda_events_samples[i].event);
		unsigned limits = 0;

		for (size_t cap = 0; cap < 60000; cap += 500) {
			struct lambda_event event;
			struct arena arena;
			struct cx small;
			enum err err;

			arena_init(&arena, cap + 1);
			cx_init(&small, &arena);
			err = lambda_event_read(&small, json, &event);
			assert_true(err == OK || err == ERR_LIMIT);
			assert_true(err == OK || strcmp(small.failure.code, "too_large") == 0);
			limits += err != OK;
			arena_close(&arena);
		}
		/* What is all views needs none. */
		print_message("%s: %u\n", lambda_events_samples[i].name, limits);
		assert_true(limits != 0 || strncmp(lambda_events_samples[i].summary, "s", 1) == 0);
		assert_true(limits < 100);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cx, close_cx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_the_parser_refuses_is_refused_in_its_words),
		TEST(the_limits_of_a_head_are_those_of_http),
		TEST(a_request_has_at_most_a_hundred_fields),
		TEST(no_piece_of_an_event_becomes_another),
		TEST(an_empty_path_or_method_is_refused),
		TEST(a_seed_request_may_be_as_large_and_deep_as_a_body),
		TEST(a_name_in_a_seed_request_may_be_longer_than_it_may_be),
		TEST(memory_that_is_refused_is_said),
	};

	return cmocka_run_group_tests_name("runtime_lambda_refusal", tests, NULL, NULL);
}
