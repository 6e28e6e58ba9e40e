/* layer: net */
/* What the framing cases can not show: the limit of a chunked body, and where its data lies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chunks_up_to_the_limit_together_pass),
		cmocka_unit_test(one_byte_more_is_refused_before_it_comes),
		cmocka_unit_test(the_next_request_is_not_touched),
		cmocka_unit_test(data_is_a_view_of_what_was_fed),
		cmocka_unit_test(extensions_are_names_with_values_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
