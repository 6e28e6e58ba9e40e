/* layer: net */
/* A head's version, and what its fields say about the connection and the body. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "net/http_parser.h"

#define NCASES(cases) (sizeof(cases) / sizeof((cases)[0]))

static enum http_progress parse(struct http_parser *parser, const char *text)
{
	http_parser_init(parser);
	return http_parser_feed(parser, str_of(text));
}

static void versions_are_two_digits_and_the_first_is_1(void **state)
{
	static const struct {
		const char *sentence, *version;
		unsigned status; /* of the refusal, 0 = taken */
	} cases[] = {
		{ "HTTP/1.1 is spoken", "HTTP/1.1", 0 },
		{ "HTTP/1.0 is spoken", "HTTP/1.0", 0 },
		{ "a later minor version counts as 1.1", "HTTP/1.9", 0 },
		{ "HTTP/2 has another preface", "HTTP/2.0", 505 },
		{ "HTTP/0.9 has no version", "HTTP/0.9", 505 },
		{ "a byte below the digits is no major version", "HTTP//.1", 400 },
		{ "a byte above the digits is no major version", "HTTP/:.1", 400 },
		{ "a byte below the digits is no minor version", "HTTP/1./", 400 },
		{ "a byte above the digits is no minor version", "HTTP/1.:", 400 },
		{ "a version has a point", "HTTP/1,1", 400 },
		{ "a version has one digit each", "HTTP/1.10", 400 },
		{ "the name is in capitals", "http/1.1", 400 },
	};
	(void)state;
	for (size_t i = 0; i < NCASES(cases); i++) {
		struct http_parser parser;
		char text[64];

		snprintf(text, sizeof(text), "GET / %s\r\nHost: a\r\n\r\n", cases[i].version);
		parse(&parser, text);
		if (parser.refusal.status != cases[i].status)
			fail_msg("%s: %u instead of %u", cases[i].sentence, parser.refusal.status,
				 cases[i].status);
	}
}

static void fields_are_known_by_their_names_and_not_by_the_length_of_them(void **state)
{
	static const char *const names[] = { "From", "Accept", "User-Agent", "Accept-Charset",
					     "If-Modified-Since" };
	(void)state;
	for (size_t i = 0; i < NCASES(names); i++) {
		struct http_parser parser;
		char text[96];

		/* A second one, with a value that none of the framing fields may have. */
		snprintf(text, sizeof(text),
			 "GET / HTTP/1.1\r\nHost: a\r\n%s: @ @\r\n%s: @ @\r\n\r\n", names[i],
			 names[i]);
		if (parse(&parser, text) != HTTP_DONE)
			fail_msg("%s: refused", names[i]);
		assert_int_equal(parser.request.nheaders, 3);
		assert_true(parser.request.keeps_alive);
		assert_false(parser.request.has_body);
		assert_false(parser.request.expects_continue);
	}
}

static void connection_says_whether_it_is_kept(void **state)
{
	static const struct {
		const char *sentence, *version, *value;
		bool keeps_alive;
	} cases[] = {
		{ "close closes", "1.1", "close", false },
		{ "close closes in any case", "1.1", "CLOSE", false },
		{ "close among others closes", "1.1", "upgrade, close", false },
		{ "close wins", "1.1", "close, keep-alive", false },
		{ "what is not known changes nothing", "1.1", "upgrade", true },
		{ "1.0 is kept when it asks for it", "1.0", "keep-alive", true },
		{ "1.0 closes otherwise", "1.0", "upgrade", false },
		{ "close wins over 1.0's wish", "1.0", "keep-alive, close", false },
		{ "an empty element is nothing", "1.1", ", close", false },
		{ "nothing but empty elements is nothing", "1.1", ",,", true },
	};
	(void)state;
	for (size_t i = 0; i < NCASES(cases); i++) {
		struct http_parser parser;
		char text[96];

		snprintf(text, sizeof(text), "GET / HTTP/%s\r\nHost: a\r\nConnection: %s\r\n\r\n",
			 cases[i].version, cases[i].value);
		if (parse(&parser, text) != HTTP_DONE)
			fail_msg("%s: refused", cases[i].sentence);
		if (parser.request.keeps_alive != cases[i].keeps_alive)
			fail_msg("%s: it does not", cases[i].sentence);
	}
}

static void who_expects_100_continue_without_a_body_waits_for_nothing(void **state)
{
	struct http_parser parser;

	(void)state;
	assert_int_equal(parse(&parser, "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
					"Content-Length: 1\r\n\r\n"),
			 HTTP_DONE);
	assert_true(parser.request.expects_continue);
	assert_int_equal(parse(&parser, "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
					"Content-Length: 0\r\n\r\n"),
			 HTTP_DONE);
	assert_false(parser.request.expects_continue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_are_two_digits_and_the_first_is_1),
		cmocka_unit_test(fields_are_known_by_their_names_and_not_by_the_length_of_them),
		cmocka_unit_test(connection_says_whether_it_is_kept),
		cmocka_unit_test(who_expects_100_continue_without_a_body_waits_for_nothing),
	};

	return cmocka_run_group_tests_name("net_parser", tests, NULL, NULL);
}
