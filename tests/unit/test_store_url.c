/* layer: net */ /* with: src/main/store_url.c */
/* The URL of a store: what it may say, and what is said of one that is wrong. */
#include "cx_fixture.h"

#include <string.h>

#include "main/store_url.h"

/* Last: it has a macro `fail`. */
#include <cmocka.h>

static void a_path_is_decoded_and_nothing_else_is_done_to_it(void **state)
{
	static const struct {
		const char *url, *path;
		size_t max_writes;
	} cases[] = {
		{ "sqlite:a.db", "a.db", 0 },
		{ "sqlite:/var/lib/a b.db", "/var/lib/a b.db", 0 },
		{ "sqlite:./a+b@c:d#e.db", "./a+b@c:d#e.db", 0 },
		{ "sqlite:a%20b%3Fc%25d.db", "a b?c%d.db", 0 },
		{ "sqlite:a.db?", "a.db", 0 },
		{ "sqlite:a.db?max_writes=7", "a.db", 7 },
		{ "sqlite:a.db?max%5Fwrites=%3100", "a.db", 100 },
	};
	struct cx *cx = *state;
	struct store_url url;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(store_url_parse(cx, "--store", str_of(cases[i].url), &url), OK);
		assert_int_equal(url.engine, STORE_ENGINE_SQLITE);
		assert_says(cx, url.path, cases[i].path);
		assert_int_equal(url.max_writes, cases[i].max_writes);
	}
}

static void a_table_has_a_name_and_what_is_said_of_where_it_is(void **state)
{
	static const struct {
		const char *url, *table, *region, *endpoint;
	} cases[] = {
		{ "dynamodb:abc", "abc", "", "" },
		{ "dynamodb:aws-crud_demo.config-7", "aws-crud_demo.config-7", "", "" },
		{ "dynamodb:abc?region=eu-west-1", "abc", "eu-west-1", "" },
		{ "dynamodb:abc?endpoint=http://127.0.0.1:8000", "abc", "",
		  "http://127.0.0.1:8000" },
		{ "dynamodb:%61bc?endpoint=https%3A%2F%2F[::1]%3A8000%2F&region=x", "abc", "x",
		  "https://[::1]:8000" },
		{ "dynamodb:abc?&region=local&", "abc", "local", "" },
	};
	struct cx *cx = *state;
	struct store_url url;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(store_url_parse(cx, "--store", str_of(cases[i].url), &url), OK);
		assert_int_equal(url.engine, STORE_ENGINE_DYNAMODB);
		assert_says(cx, url.table, cases[i].table);
		assert_says(cx, url.region, cases[i].region);
		assert_says(cx, url.endpoint, cases[i].endpoint);
	}
}

static void a_table_has_from_3_to_255_characters(void **state)
{
	struct cx *cx = *state;
	struct store_url url;
	char text[9 + 256 + 1] = "dynamodb:";

	memset(text + 9, 'a', 256);
	assert_int_equal(store_url_parse(cx, "--store", (struct str){ text, 9 + 255 }, &url), OK);
	assert_int_equal(url.table.len, 255);
	assert_int_equal(store_url_parse(cx, "--store", (struct str){ text, 9 + 256 }, &url),
			 ERR_INVALID);
	cx_clear(cx);
	assert_int_equal(store_url_parse(cx, "--store", (struct str){ text, 9 + 2 }, &url),
			 ERR_INVALID);
}

/* `says` is the sentence behind the flag's name. */
static const struct {
	const char *url, *code, *says;
} wrong[] = {
#define FORM " must be sqlite:PATH or dynamodb:TABLE?region=NAME"
	{ "", "invalid", FORM },
	{ "sqlite", "invalid", FORM },
	{ "a.db", "invalid", FORM },
	{ "memory:", "invalid", FORM },
	{ "SQLite:a.db", "invalid", FORM },
	{ "postgres://u:secret@h/d", "not_implemented", ": postgres: is not built yet" },
	{ "postgresql://h/d", "not_implemented", ": postgres: is not built yet" },
	{ "sqlite:", "invalid", " must be sqlite:PATH" },
	{ "sqlite:?max_writes=7", "invalid", " must be sqlite:PATH" },
#define ESCAPE " is not percent-encoded UTF-8: a % is written %25"
	{ "sqlite:100%.db", "invalid", ESCAPE },
	{ "sqlite:a%00.db", "invalid", ESCAPE },
	{ "dynamodb:a%GGb", "invalid", ESCAPE },
#define TABLE ": the name of a table has 3 to 255 characters of A-Z a-z 0-9 _ . -"
	{ "dynamodb:", "invalid", TABLE },
	{ "dynamodb:ab", "invalid", TABLE },
	{ "dynamodb://table", "invalid", TABLE },
	{ "dynamodb:key:secret@table", "invalid", TABLE },
	{ "dynamodb:a%2Fb", "invalid", TABLE },
	{ "sqlite:a.db?region=x", "invalid", ": such a URL has no parameter region" },
	{ "dynamodb:abc?max_writes=7", "invalid", ": such a URL has no parameter max_writes" },
	{ "dynamodb:abc?secret_key=x", "invalid", ": such a URL has no parameter secret_key" },
	{ "dynamodb:abc?Region=x", "invalid", ": such a URL has no parameter Region" },
	{ "dynamodb:abc?region=x&region=x", "invalid", ": the parameter region is there twice" },
	{ "sqlite:a.db?max_writes=7&max_writes=8", "invalid",
	  ": the parameter max_writes is there twice" },
#define REGION ": the parameter region must be one such as eu-west-1"
	{ "dynamodb:abc?region", "invalid", REGION },
	{ "dynamodb:abc?region=", "invalid", REGION },
	{ "dynamodb:abc?region=a.b", "invalid", REGION },
	{ "dynamodb:abc?region=a/b", "invalid", REGION },
	{ "dynamodb:abc?region=a+b", "invalid", REGION },
#define ENDPOINT \
	": the parameter endpoint must be http://HOST:PORT or https://HOST, and nothing else"
	{ "dynamodb:abc?endpoint=", "invalid", ENDPOINT },
	{ "dynamodb:abc?endpoint=http://", "invalid", ENDPOINT },
	{ "dynamodb:abc?endpoint=http:///", "invalid", ENDPOINT },
	{ "dynamodb:abc?endpoint=127.0.0.1:8000", "invalid", ENDPOINT },
	{ "dynamodb:abc?endpoint=ftp://h", "invalid", ENDPOINT },
	{ "dynamodb:abc?endpoint=http://key:secret@h", "invalid", ENDPOINT },
	{ "dynamodb:abc?endpoint=http://h/path", "invalid", ENDPOINT },
	{ "dynamodb:abc?endpoint=http://h:0", "invalid", ENDPOINT },
	{ "dynamodb:abc?endpoint=http://h%23x", "invalid", ENDPOINT },
#define NUMBER ": the parameter max_writes must be a number from 7"
	{ "sqlite:a.db?max_writes=6", "invalid", NUMBER },
	{ "sqlite:a.db?max_writes=x", "invalid", NUMBER },
	{ "sqlite:a.db?max_writes", "invalid", NUMBER },
#define QUERY ": what follows the ? is not percent-encoded well, or too much"
	{ "dynamodb:abc?region=%", "invalid", QUERY },
	{ "dynamodb:abc?a&b&c&d&e&f&g&h&i", "invalid", QUERY },
};

static void what_is_wrong_is_named(void **state)
{
	struct cx *cx = *state;
	struct store_url url;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct str says = str_printf(cx->arena, "--from%s", wrong[i].says);

		cx_clear(cx);
		assert_int_equal(store_url_parse(cx, "--from", str_of(wrong[i].url), &url),
				 ERR_INVALID);
		assert_string_equal(cx->failure.code, wrong[i].code);
		assert_says(cx, cx->failure.detail, str_c(cx->arena, says));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_path_is_decoded_and_nothing_else_is_done_to_it,
						open_cx, close_cx),
		cmocka_unit_test_setup_teardown(a_table_has_a_name_and_what_is_said_of_where_it_is,
						open_cx, close_cx),
		cmocka_unit_test_setup_teardown(a_table_has_from_3_to_255_characters, open_cx,
						close_cx),
		cmocka_unit_test_setup_teardown(what_is_wrong_is_named, open_cx, close_cx),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
