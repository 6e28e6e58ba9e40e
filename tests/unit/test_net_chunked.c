/* layer: net */
/* What the framing cases can not show: the limit of a chunked body, and where its data lies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "net/http_chunked.h"

#define LIMIT 10

/* Feeds all; the last outcome, with the status of a refusal and the number of data bytes. */
static enum http_chunked_progress feed(struct str in, unsigned *status, size_t *len)
{
	enum http_chunked_progress progress;
	struct http_chunked chunked;
	struct str data;
	size_t used;

	http_chunked_init(&chunked, LIMIT);
	*len = 0;
	do {
		progress = http_chunked_feed(&chunked, in, &used, &data);
		in = str_sub(in, used, in.len);
		*len += progress == HTTP_CHUNKED_DATA ? data.len : 0;
	} while (progress == HTTP_CHUNKED_DATA);
	*status = chunked.refusal.status;
	return progress;
}

static void chunks_up_to_the_limit_together_pass(void **state)
{
	unsigned status;
	size_t len;

	(void)state;
	assert_int_equal(feed(STR("4\r\nabcd\r\n6\r\nefghij\r\n0\r\n\r\n"), &status, &len),
			 HTTP_CHUNKED_DONE);
	assert_int_equal(len, LIMIT);
}

static void one_byte_more_is_refused_before_it_comes(void **state)
{
	unsigned status;
	size_t len;

	(void)state;
	assert_int_equal(feed(STR("4\r\nabcd\r\n7\r\n"), &status, &len), HTTP_CHUNKED_REFUSED);
	assert_int_equal(status, 413);
	assert_int_equal(len, 4);
}

static void the_next_request_is_not_touched(void **state)
{
	struct http_chunked chunked;
	struct str data;
	size_t used;

	(void)state;
	http_chunked_init(&chunked, LIMIT);
	assert_int_equal(http_chunked_feed(&chunked, STR("0\r\n\r\nGET /"), &used, &data),
			 HTTP_CHUNKED_DONE);
	assert_int_equal(used, 5);
	assert_int_equal(http_chunked_feed(&chunked, STR("GET /"), &used, &data),
			 HTTP_CHUNKED_DONE);
	assert_int_equal(used, 0);
}

static void data_is_a_view_of_what_was_fed(void **state)
{
	static const char bytes[] = "5\r\nabcde\r\n";
	struct http_chunked chunked;
	struct str data;
	size_t used;

	(void)state;
	http_chunked_init(&chunked, LIMIT);
	assert_int_equal(http_chunked_feed(&chunked, (struct str){ bytes, 5 }, &used, &data),
			 HTTP_CHUNKED_DATA);
	assert_int_equal(used, 5);
	assert_ptr_equal(data.ptr, bytes + 3);
	assert_int_equal(data.len, 2);
	assert_int_equal(http_chunked_feed(&chunked, (struct str){ bytes + 5, 5 }, &used, &data),
			 HTTP_CHUNKED_DATA);
	assert_ptr_equal(data.ptr, bytes + 5);
	assert_int_equal(data.len, 3);
}

static void extensions_are_names_with_values_at_most(void **state)
{
	static const struct {
		const char *sentence, *extension;
		bool good;
	} cases[] = {
		{ "a name alone", ";ab", true },
		{ "a name with a value", ";ab=cd", true },
		{ "several", ";ab=cd;e;f=g", true },
		{ "a value in quotes", ";a=\"b c;d\"", true },
		{ "a value in quotes with an escape", ";a=\"b\\\"c\"", true },
		{ "no name", ";", false },
		{ "no name before the value", ";=a", false },
		{ "no value", ";a=", false },
		{ "a blank in the name", ";a b", false },
		{ "a blank in the value", ";a=b c", false },
		{ "a second value", ";a=b=c", false },
		{ "something behind the quotes", ";a=\"b\"c", false },
		{ "a control character in the quotes", ";a=\"\x01\"", false },
		{ "a control character behind a backslash", ";a=\"\\\x01\"", false },
		{ "quotes that do not end", ";a=\"b", false },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned status;
		char text[64];
		size_t len;

		snprintf(text, sizeof(text), "1%s\r\na\r\n0\r\n\r\n", cases[i].extension);
		if ((feed(str_of(text), &status, &len) == HTTP_CHUNKED_DONE) != cases[i].good)
			fail_msg("%s: %s", cases[i].sentence, cases[i].good ? "refused" : "taken");
		assert_int_equal(status, cases[i].good ? 0 : 400);
	}
}

/* A number of several digits, in both cases, up to 64 bits; what is larger than the limit says what was read. */
static void sizes_are_hexadecimal_numbers(void **state)
{
	static const struct {
		const char *bytes;
		uint64_t total;
	} sizes[] = {
		{ "1\r\n", 1 },
		{ "0a\r\n", 10 },
		{ "10\r\n", 16 },
		{ "9F\r\n", 159 },
		{ "123\r\n", 291 },
		{ "fedcba\r\n", 16702650 },
		{ "0123456789ABCDEF\r\n", 81985529216486895 },
		{ "7fffffffffffffff;a=b\r\n", INT64_MAX },
		{ "ffffffffffffffff\r\n", UINT64_MAX },
	};
	struct http_chunked chunked;
	struct str data;
	size_t used;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		http_chunked_init(&chunked, UINT64_MAX);
		assert_int_equal(http_chunked_feed(&chunked, str_of(sizes[i].bytes), &used, &data),
				 HTTP_CHUNKED_MORE);
		assert_int_equal(used, strlen(sizes[i].bytes));
		assert_true(chunked.total_bytes == sizes[i].total);
		http_chunked_init(&chunked, sizes[i].total - 1);
		assert_int_equal(http_chunked_feed(&chunked, str_of(sizes[i].bytes), &used, &data),
				 HTTP_CHUNKED_REFUSED);
		assert_int_equal(chunked.refusal.status, 413);
	}
}

static unsigned status_of_body(struct str body, enum http_chunked_progress *progress)
{
	unsigned status = 0;
	size_t len;

	*progress = feed(body, &status, &len);
	return status;
}

static void extensions_may_be_quoted_and_hold_escapes(void **state)
{
	static const char *const taken[] = {
		"0;a\r\n\r\n",          "0;a=b;c\r\n\r\n",
		"0;a=\"\"\r\n\r\n",     "0;a=\"b;\t[c]\";d=e\r\n\r\n",
		"0;a=\"\\\"\"\r\n\r\n", "0;a=\"\\\\\"\r\n\r\n",
		"0;a=\"\\[\"\r\n\r\n",  "0;a=\"[\"\r\n\r\n",
		"0;a=\"]\"\r\n\r\n",
	};
	static const char *const refused[] = {
		"0;a=\"\\\"\r\n\r\n",     "0;a=\"\"\"\r\n\r\n",   "0;a=b\"\r\n\r\n",
		"0;a=\"b\"c\r\n\r\n",     "0;;\r\n\r\n",          "0;=b\r\n\r\n",
		"0;a=\"\\\x01\"\r\n\r\n", "0;a=\"\x7f\"\r\n\r\n", "0;a==b\r\n\r\n",
	};
	enum http_chunked_progress progress;

	(void)state;
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		assert_int_equal(status_of_body(str_of(taken[i]), &progress), 0);
		assert_int_equal(progress, HTTP_CHUNKED_DONE);
	}
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		assert_int_equal(status_of_body(str_of(refused[i]), &progress), 400);
}

/* The last chunk, `n` bytes of extension or trailers or `n` trailers, and the end. */
static struct str body_with(struct arena *arena, const char *before, const char *unit, size_t n,
			    const char *behind)
{
	struct buf out;

	buf_init(&out, arena);
	buf_add(&out, str_of(before));
	for (size_t i = 0; i < n; i++)
		buf_add(&out, str_of(unit));
	buf_add(&out, str_of(behind));
	return buf_str(&out);
}

static void extensions_and_trailers_have_their_limits(void **state)
{
	const size_t max = HTTP_CHUNKED_EXTRA_MAX;
	enum http_chunked_progress progress;
	struct arena arena;

	(void)state;
	arena_init(&arena, 0);
	/* The carriage return that ends an extension counts, and the one of the empty line. */
	assert_int_equal(
		status_of_body(body_with(&arena, "0;", "x", max - 2, "\r\n\r\n"), &progress), 0);
	assert_int_equal(progress, HTTP_CHUNKED_DONE);
	assert_int_equal(
		status_of_body(body_with(&arena, "0;", "x", max - 1, "\r\n\r\n"), &progress), 431);
	assert_int_equal(
		status_of_body(body_with(&arena, "0\r\nx:", "x", max - 4, "\r\n\r\n"), &progress),
		0);
	assert_int_equal(progress, HTTP_CHUNKED_DONE);
	assert_int_equal(
		status_of_body(body_with(&arena, "0\r\nx:", "x", max - 3, "\r\n\r\n"), &progress),
		431);
	assert_int_equal(
		status_of_body(body_with(&arena, "0\r\n", "x:\r\n", 100, "\r\n"), &progress), 0);
	assert_int_equal(progress, HTTP_CHUNKED_DONE);
	assert_int_equal(
		status_of_body(body_with(&arena, "0\r\n", "x:\r\n", 101, "\r\n"), &progress), 431);
	arena_close(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chunks_up_to_the_limit_together_pass),
		cmocka_unit_test(one_byte_more_is_refused_before_it_comes),
		cmocka_unit_test(the_next_request_is_not_touched),
		cmocka_unit_test(data_is_a_view_of_what_was_fed),
		cmocka_unit_test(extensions_are_names_with_values_at_most),
		cmocka_unit_test(extensions_may_be_quoted_and_hold_escapes),
		cmocka_unit_test(extensions_and_trailers_have_their_limits),
		cmocka_unit_test(sizes_are_hexadecimal_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
