/* layer: net */
/* What the parser makes of a head, member by member, and the edges of its limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "net/http_parser.h"

#define HOST "Host: h\r\n"

static void add(struct buf *out, const char *name, struct str value)
{
	buf_printf(out, " %s=" STR_FMT, name, STR_ARG(value));
}

/* Everything that is known of a request, in a line. */
static struct str summary(struct arena *arena, const struct http_request *request)
{
	struct buf out;

	buf_init(&out, arena);
	buf_add(&out, request->method);
	add(&out, "path", request->path);
	add(&out, "query", request->query);
	add(&out, "host", request->host);
	if (request->has_body)
		buf_printf(&out, request->is_chunked ? " chunked" : " body=%llu",
			   (unsigned long long)request->body_bytes);
	buf_add(&out, request->is_http10 ? STR(" 1.0") : STR(""));
	buf_add(&out, request->keeps_alive ? STR(" keep") : STR(" close"));
	buf_add(&out, request->expects_continue ? STR(" continue") : STR(""));
	for (size_t i = 0; i < request->nheaders; i++)
		buf_printf(&out, " [" STR_FMT "|" STR_FMT "]", STR_ARG(request->headers[i].name),
			   STR_ARG(request->headers[i].value));
	return buf_str(&out);
}

static struct str outcome(struct arena *arena, struct str head)
{
	struct http_parser parser;
	enum http_progress progress;

	/* What was there before must not matter. */
	memset(&parser, 0xa5, sizeof(parser));
	http_parser_init(&parser);
	progress = http_parser_feed(&parser, head);
	if (progress == HTTP_MORE)
		return STR("more");
	if (progress == HTTP_REFUSED && !parser.has_line)
		assert_int_equal(summary(arena, &parser.request).len,
				 strlen(" path= query= host= close"));
	if (progress == HTTP_REFUSED)
		return str_printf(arena, "%u %s", parser.refusal.status, parser.refusal.code);
	assert_int_equal(parser.head_bytes, head.len);
	return summary(arena, &parser.request);
}

struct head_case {
	const char *head;
	const char *outcome;
};

static const struct head_case cases[] = {
	{ "GET / HTTP/1.1\r\n" HOST "\r\n", "GET path=/ query= host=h keep [Host|h]" },
	{ "GET /a%20b?c=d?e HTTP/1.1\r\n" HOST "\r\n",
	  "GET path=/a%20b query=c=d?e host=h keep [Host|h]" },
	{ "GET http://o:80/p?q HTTP/1.1\r\n" HOST "\r\n",
	  "GET path=/p query=q host=o:80 keep [Host|h]" },
	{ "GET http://o?q HTTP/1.1\r\n" HOST "\r\n", "GET path=/ query=q host=o keep [Host|h]" },
	{ "OPTIONS http://o HTTP/1.1\r\n" HOST "\r\n",
	  "OPTIONS path=* query= host=o keep [Host|h]" },
	{ "OPTIONS http://o/ HTTP/1.1\r\n" HOST "\r\n",
	  "OPTIONS path=/ query= host=o keep [Host|h]" },
	{ "OPTIONS http://o?q HTTP/1.1\r\n" HOST "\r\n",
	  "OPTIONS path=/ query=q host=o keep [Host|h]" },
	{ "GET http://o HTTP/1.1\r\n" HOST "\r\n", "GET path=/ query= host=o keep [Host|h]" },
	{ "OPTIONS * HTTP/1.1\r\n" HOST "\r\n", "OPTIONS path=* query= host=h keep [Host|h]" },
	{ "GET / HTTP/1.0\r\n\r\n", "GET path=/ query= host= 1.0 close" },
	{ "GET / HTTP/1.0\r\nConnection: x, Keep-Alive\r\n\r\n",
	  "GET path=/ query= host= 1.0 keep [Connection|x, Keep-Alive]" },
	{ "GET / HTTP/1.1\r\n" HOST "connection: keep-alive,close\r\n\r\n",
	  "GET path=/ query= host=h close [Host|h] [connection|keep-alive,close]" },
	{ "GET / HTTP/1.1\r\n" HOST "Connection:\r\n\r\n",
	  "GET path=/ query= host=h keep [Host|h] [Connection|]" },
	{ "GET / HTTP/1.1\r\n" HOST "Connection: ,, close ,\r\n\r\n",
	  "GET path=/ query= host=h close [Host|h] [Connection|,, close ,]" },
	{ "GET / HTTP/1.1\r\n" HOST "Connection: a b\r\n\r\n", "400 invalid" },
	{ "GET / HTTP/1.1\r\n" HOST "Connection: close, a b\r\n\r\n", "400 invalid" },
	{ "PUT / HTTP/1.1\r\n" HOST "Content-Length: 7\r\nExpect: 100-Continue\r\n\r\n",
	  "PUT path=/ query= host=h body=7 keep continue [Host|h] [Content-Length|7] "
	  "[Expect|100-Continue]" },
	{ "PUT / HTTP/1.1\r\n" HOST "Content-Length: 0\r\nExpect: 100-continue\r\n\r\n",
	  "PUT path=/ query= host=h keep [Host|h] [Content-Length|0] [Expect|100-continue]" },
	{ "PUT / HTTP/1.1\r\n" HOST "Transfer-Encoding: Chunked\r\n\r\n",
	  "PUT path=/ query= host=h chunked keep [Host|h] [Transfer-Encoding|Chunked]" },
	{ "GET / HTTP/1.1\r\nX:\t a\tb \r\nHost:h\r\nX: c:d\r\n\r\n",
	  "GET path=/ query= host=h keep [X|a\tb] [Host|h] [X|c:d]" },
	/* Fields that are as long as those that frame a message, and others. */
	{ "GET / HTTP/1.1\r\n" HOST "Lost: a b\r\nExpert: a b\r\nContention: a b\r\n"
	  "Content-Weight: a b\r\nTransfer-Encodind: a b\r\n\r\n",
	  "GET path=/ query= host=h keep [Host|h] [Lost|a b] [Expert|a b] [Contention|a b] "
	  "[Content-Weight|a b] [Transfer-Encodind|a b]" },
	{ "\r\nGET / HTTP/1.1\r\n" HOST "\r\n", "GET path=/ query= host=h keep [Host|h]" },
	{ "\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n", "400 invalid" },
	/* Versions. */
	{ "GET / HTTP/1.9\r\n" HOST "\r\n", "GET path=/ query= host=h keep [Host|h]" },
	{ "GET / HTTP/0.0\r\n" HOST "\r\n", "505 http_version" },
	{ "GET / HTTP/0.9\r\n" HOST "\r\n", "505 http_version" },
	{ "GET / HTTP/9.1\r\n" HOST "\r\n", "505 http_version" },
	{ "GET / HTTP//.1\r\n" HOST "\r\n", "400 invalid" },
	{ "GET / HTTP/:.1\r\n" HOST "\r\n", "400 invalid" },
	{ "GET / HTTP/1./\r\n" HOST "\r\n", "400 invalid" },
	{ "GET / HTTP/1.:\r\n" HOST "\r\n", "400 invalid" },
	{ "GET / HTTP/1-1\r\n" HOST "\r\n", "400 invalid" },
	{ "GET / HTTP/1.11\r\n" HOST "\r\n", "400 invalid" },
	{ "GET / HTTP/1.\r\n" HOST "\r\n", "400 invalid" },
	/* Request lines. */
	{ "GET\r\n" HOST "\r\n", "400 invalid" },
	{ "GET \r\n" HOST "\r\n", "400 invalid" },
	{ "GET /\r\n" HOST "\r\n", "400 invalid" },
	{ " / HTTP/1.1\r\n" HOST "\r\n", "400 invalid" },
	{ "GET  HTTP/1.1\r\n" HOST "\r\n", "400 invalid" },
	{ "GE(T / HTTP/1.1\r\n" HOST "\r\n", "400 invalid" },
	{ "CONNECT h:80 HTTP/1.1\r\n" HOST "\r\n", "501 not_implemented" },
	{ "GET /#f HTTP/1.1\r\n" HOST "\r\n", "400 invalid" },
	/* Fields. */
	{ "GET / HTTP/1.1\r\n" HOST "(a: b\r\n\r\n", "400 invalid" },
	{ "GET / HTTP/1.1\r\n" HOST ": b\r\n\r\n", "400 invalid" },
	{ "GET / HTTP/1.1\r\n" HOST "a\r\n\r\n", "400 invalid" },
	{ "PUT / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
	  "400 invalid" },
	{ "PUT / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "400 invalid" },
	{ "GET / HTTP/1.1\r\n\r\n", "400 invalid" },
	{ "GET / HTTP/1.1\r\n" HOST HOST "\r\n", "400 invalid" },
	{ "GET /", "more" },
	{ "GET / HTTP/1.1\r", "more" },
};

static void a_head_is_taken_member_by_member(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str got = outcome(&arena, str_of(cases[i].head));

		if (!str_eq(got, str_of(cases[i].outcome)))
			fail_msg("%s\n is " STR_FMT "\n not %s", cases[i].head, STR_ARG(got),
				 cases[i].outcome);
	}
	arena_close(&arena);
}

static void a_refusal_says_what_is_missing(void **state)
{
	static const struct head_case refused[] = {
		{ "GET\r\n", "the request line is not a method, a target and a version" },
		{ "GET /\r\n", "the request line is not a method, a target and a version" },
		{ "GET / \r\n", "the request line does not end with an HTTP version" },
		{ "GET / HTTP/1.1\r\n\r\n", "Host is missing" },
	};
	struct http_parser parser;

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		http_parser_init(&parser);
		assert_int_equal(http_parser_feed(&parser, str_of(refused[i].head)), HTTP_REFUSED);
		assert_string_equal(parser.refusal.detail, refused[i].outcome);
	}
}

/* `n` times the letter between two texts. */
static struct str padded(struct arena *arena, const char *before, size_t n, const char *behind)
{
	struct buf out;

	buf_init(&out, arena);
	buf_add(&out, str_of(before));
	for (size_t i = 0; i < n; i++)
		buf_add_char(&out, 'x');
	buf_add(&out, str_of(behind));
	return buf_str(&out);
}

static bool is_taken(struct arena *arena, struct str head)
{
	return outcome(arena, head).len > 20;
}

static void refused_with(struct arena *arena, struct str head, const char *wanted)
{
	struct str got = outcome(arena, head);

	if (!str_eq(got, str_of(wanted)))
		fail_msg("is " STR_FMT ", not %s", STR_ARG(got), wanted);
}

static void a_method_has_32_bytes_at_most(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 0);
	assert_true(is_taken(&arena,
			     padded(&arena, "", HTTP_METHOD_MAX, " / HTTP/1.1\r\n" HOST "\r\n")));
	refused_with(&arena, padded(&arena, "", HTTP_METHOD_MAX + 1, " / HTTP/1.1\r\n" HOST "\r\n"),
		     "501 not_implemented");
	arena_close(&arena);
}

static void a_request_line_has_8192_bytes_at_most(void **state)
{
	const size_t rest = strlen("GET / HTTP/1.1");
	struct arena arena;

	(void)state;
	arena_init(&arena, 0);
	assert_true(is_taken(&arena, padded(&arena, "GET /", HTTP_LINE_MAX - rest,
					    " HTTP/1.1\r\n" HOST "\r\n")));
	refused_with(&arena,
		     padded(&arena, "GET /", HTTP_LINE_MAX - rest + 1, " HTTP/1.1\r\n" HOST "\r\n"),
		     "414 too_large");
	/* The first byte too many is enough, whatever follows; the line's place is counted, not the head's. */
	refused_with(&arena, padded(&arena, "", HTTP_LINE_MAX + 1, ""), "414 too_large");
	refused_with(&arena, padded(&arena, "", HTTP_LINE_MAX, ""), "more");
	refused_with(&arena, padded(&arena, "\r\n", HTTP_LINE_MAX, ""), "more");
	refused_with(&arena, padded(&arena, "\r\n", HTTP_LINE_MAX + 1, ""), "414 too_large");
	/* A field's line may be longer. */
	assert_true(is_taken(&arena, padded(&arena, "GET / HTTP/1.1\r\n" HOST "X: ",
					    HTTP_LINE_MAX + 100, "\r\n\r\n")));
	arena_close(&arena);
}

static void a_head_has_16384_bytes_at_most(void **state)
{
	const char *before = "GET / HTTP/1.1\r\n" HOST "X: ";
	const size_t rest = strlen(before) + strlen("\r\n\r\n");
	struct arena arena;

	(void)state;
	arena_init(&arena, 0);
	assert_true(is_taken(&arena, padded(&arena, before, HTTP_HEAD_MAX - rest, "\r\n\r\n")));
	for (size_t more = 1; more < 5; more++)
		refused_with(&arena,
			     padded(&arena, before, HTTP_HEAD_MAX - rest + more, "\r\n\r\n"),
			     "431 too_large");
	refused_with(&arena, padded(&arena, before, HTTP_HEAD_MAX - strlen(before) - 1, ""),
		     "more");
	refused_with(&arena, padded(&arena, before, HTTP_HEAD_MAX - strlen(before), ""),
		     "431 too_large");
	arena_close(&arena);
}

static struct str with_fields(struct arena *arena, size_t n)
{
	struct buf out;

	buf_init(&out, arena);
	buf_add(&out, STR("GET / HTTP/1.1\r\n" HOST));
	for (size_t i = 1; i < n; i++)
		buf_add(&out, STR("a:b\r\n"));
	buf_add(&out, STR("\r\n"));
	return buf_str(&out);
}

static void a_head_has_100_fields_at_most(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 0);
	assert_true(is_taken(&arena, with_fields(&arena, HTTP_FIELDS_MAX)));
	refused_with(&arena, with_fields(&arena, HTTP_FIELDS_MAX + 1), "431 too_large");
	arena_close(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_head_is_taken_member_by_member),
		cmocka_unit_test(a_refusal_says_what_is_missing),
		cmocka_unit_test(a_method_has_32_bytes_at_most),
		cmocka_unit_test(a_request_line_has_8192_bytes_at_most),
		cmocka_unit_test(a_head_has_16384_bytes_at_most),
		cmocka_unit_test(a_head_has_100_fields_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
