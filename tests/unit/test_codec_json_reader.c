/* layer: codec */
#include "arena_fixture.h"

#include <string.h>

#include "codec/json_reader.h"

static struct json_reader reader_of(void **state, const char *text)
{
	struct json_reader reader;

	json_reader_init(&reader, *state, str_of(text), 0);
	return reader;
}

static void every_type_is_told_before_it_is_read(void **state)
{
	static const struct {
		const char *text;
		enum json_type type;
	} cases[] = {
		{ " null", JSON_NULL },       { "\ttrue", JSON_BOOL },
		{ "\nfalse", JSON_BOOL },     { "\r-1", JSON_NUMBER },
		{ "0", JSON_NUMBER },         { "9", JSON_NUMBER },
		{ "\"night\"", JSON_STRING }, { "[]", JSON_ARRAY },
		{ "{}", JSON_OBJECT },        { "", JSON_NONE },
		{ "  ", JSON_NONE },          { "+1", JSON_NONE },
		{ "]", JSON_NONE },           { "N", JSON_NONE },
		{ ":", JSON_NONE },           { "/", JSON_NONE },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct json_reader reader = reader_of(state, cases[i].text);

		assert_int_equal(json_peek(&reader), cases[i].type);
		assert_int_equal(json_peek(&reader), cases[i].type);
		assert_int_equal(json_skip(&reader), cases[i].type != JSON_NONE);
	}
}

static void what_is_no_number_is_refused_where_it_ceases_to_be_one(void **state)
{
	static const struct {
		const char *text, *problem;
	} cases[] = {
		{ "-/", "a digit is expected here" },
		{ "-:", "a digit is expected here" },
		{ "1./", "a digit is expected here" },
		{ "1e:", "a digit is expected here" },
		{ "1/5", "something follows the value" },
		{ "1-5", "something follows the value" },
		{ "1f5", "something follows the value" },
		{ "1d5", "something follows the value" },
		{ "1e,5", "a digit is expected here" },
		{ "1e.5", "a digit is expected here" },
		{ ",1", "a value is expected here" },
		{ "\"\x1f\"", "a control character must be escaped" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct json_reader reader = reader_of(state, cases[i].text);

		assert_false(json_skip(&reader) && json_reader_finish(&reader));
		assert_string_equal(reader.problem, cases[i].problem);
	}
}

static void what_was_begun_must_be_ended(void **state)
{
	struct json_reader untouched = reader_of(state, "");
	struct json_reader open = reader_of(state, "[1");
	struct str text;

	assert_false(json_reader_finish(&untouched));
	assert_true(json_enter_array(&open) && json_next_element(&open));
	assert_true(json_read_number(&open, &text));
	assert_false(json_reader_finish(&open));
}

static void an_object_is_read_member_by_member(void **state)
{
	struct json_reader reader = reader_of(
		state, " { \"name\" : \"Inn\" , \"open\":true,\"rooms\":[1, 2.50 ],\"x\":null } ");
	struct str name, text;
	bool flag = false;

	assert_true(json_enter_object(&reader));
	assert_true(json_next_member(&reader, &name));
	assert_text(name, STR("name"));
	assert_true(json_read_string(&reader, &text));
	assert_text(text, STR("Inn"));
	assert_true(json_next_member(&reader, &name));
	assert_true(json_read_bool(&reader, &flag));
	assert_true(flag);
	assert_true(json_next_member(&reader, &name));
	assert_true(json_enter_array(&reader));
	assert_true(json_next_element(&reader));
	assert_true(json_read_number(&reader, &text));
	assert_text(text, STR("1"));
	assert_true(json_next_element(&reader));
	assert_true(json_read_number(&reader, &text));
	assert_text(text, STR("2.50"));
	assert_false(json_next_element(&reader));
	assert_true(json_next_member(&reader, &name));
	assert_text(name, STR("x"));
	assert_true(json_read_null(&reader));
	assert_false(json_next_member(&reader, &name));
	assert_int_equal(json_peek(&reader), JSON_NONE);
	assert_true(json_reader_finish(&reader));
	assert_null(reader.problem);
}

static void plain_strings_are_views_of_the_text(void **state)
{
	const char *source = "\"a plain string, longer than eight bytes\"";
	struct json_reader reader = reader_of(state, source);
	struct str text;

	assert_true(json_read_string(&reader, &text));
	assert_ptr_equal(text.ptr, source + 1);
	assert_int_equal(((struct arena *)*state)->used_bytes, 0);
}

static void a_value_of_another_type_is_a_failure(void **state)
{
	struct json_reader reader = reader_of(state, "\"1\"");
	struct str text;
	bool flag;

	assert_false(json_read_number(&reader, &text));
	assert_string_equal(reader.problem, "a number is expected here");
	reader = reader_of(state, "1");
	assert_false(json_read_string(&reader, &text));
	reader = reader_of(state, "1");
	assert_false(json_read_bool(&reader, &flag));
	reader = reader_of(state, "[]");
	assert_false(json_enter_object(&reader));
	reader = reader_of(state, "{}");
	assert_false(json_enter_array(&reader));
	reader = reader_of(state, "false");
	assert_false(json_read_null(&reader));
	assert_string_equal(reader.problem, "null is expected here");
}

static void the_first_failure_sticks(void **state)
{
	struct json_reader reader = reader_of(state, "[1,,2]");
	const char *problem;
	struct str text;
	bool flag;

	assert_true(json_enter_array(&reader));
	assert_true(json_next_element(&reader));
	assert_true(json_skip(&reader));
	assert_true(json_next_element(&reader));
	assert_false(json_skip(&reader));
	problem = reader.problem;
	assert_non_null(problem);
	assert_int_equal(json_offset(&reader), 3);
	assert_int_equal(json_peek(&reader), JSON_NONE);
	assert_false(json_next_element(&reader));
	assert_false(json_next_member(&reader, &text));
	assert_false(json_enter_array(&reader));
	assert_false(json_enter_object(&reader));
	assert_false(json_read_null(&reader));
	assert_false(json_read_bool(&reader, &flag));
	assert_false(json_read_number(&reader, &text));
	assert_false(json_read_string(&reader, &text));
	assert_false(json_skip(&reader));
	assert_false(json_reader_finish(&reader));
	assert_ptr_equal(reader.problem, problem);
	assert_int_equal(json_offset(&reader), 3);
}

static void a_value_that_was_not_read_is_not_finished(void **state)
{
	struct json_reader reader = reader_of(state, "1");

	assert_false(json_reader_finish(&reader));
	reader = reader_of(state, "[]");
	assert_true(json_enter_array(&reader));
	assert_false(json_reader_finish(&reader));
}

static void nothing_is_read_twice(void **state)
{
	struct json_reader reader = reader_of(state, "1 2");
	struct str text;

	assert_true(json_read_number(&reader, &text));
	assert_int_equal(json_peek(&reader), JSON_NONE);
	assert_false(json_read_number(&reader, &text));
}

static void a_value_is_skipped_whole(void **state)
{
	struct json_reader reader =
		reader_of(state, "[{\"a\":[{},[[]],{\"b\":\"\\n\"}],\"c\":-0.1e+2},true]");
	bool flag = false;

	assert_true(json_enter_array(&reader));
	assert_true(json_next_element(&reader));
	assert_true(json_skip(&reader));
	assert_int_equal(reader.depth, 1);
	assert_true(json_next_element(&reader));
	assert_true(json_read_bool(&reader, &flag));
	assert_true(flag);
	assert_false(json_next_element(&reader));
	assert_true(json_reader_finish(&reader));
}

static void skipping_takes_no_memory_for_values(void **state)
{
	struct json_reader reader = reader_of(state, "[\"\\u00e9\\n\",\"\\ud83d\\ude00\"]");

	assert_true(json_skip(&reader));
	assert_int_equal(((struct arena *)*state)->used_bytes, 0);
}

/* Steps into the n-th element or the named member of each container on the way. */
static void a_pointer_names_the_value_at_hand(void **state)
{
	struct json_reader reader =
		reader_of(state, "{\"a/b\":[0,{\"m~n\":{\"\":[[],7]}}],\"\\u0000\\/\":1}");
	struct str name;

	assert_text(json_pointer(&reader, *state), STR(""));
	json_enter_object(&reader);
	assert_text(json_pointer(&reader, *state), STR(""));
	json_next_member(&reader, &name);
	assert_text(json_pointer(&reader, *state), STR("/a~1b"));
	json_enter_array(&reader);
	json_next_element(&reader);
	assert_text(json_pointer(&reader, *state), STR("/a~1b/0"));
	json_skip(&reader);
	assert_text(json_pointer(&reader, *state), STR("/a~1b/0"));
	json_next_element(&reader);
	json_enter_object(&reader);
	json_next_member(&reader, &name);
	assert_text(json_pointer(&reader, *state), STR("/a~1b/1/m~0n"));
	json_enter_object(&reader);
	json_next_member(&reader, &name);
	json_enter_array(&reader);
	json_next_element(&reader);
	json_skip(&reader);
	json_next_element(&reader);
	assert_text(json_pointer(&reader, *state), STR("/a~1b/1/m~0n//1"));
	json_skip(&reader);
	assert_false(json_next_element(&reader));
	assert_text(json_pointer(&reader, *state), STR("/a~1b/1/m~0n/"));
	assert_false(json_next_member(&reader, &name));
	assert_false(json_next_member(&reader, &name));
	assert_false(json_next_element(&reader));
	assert_text(json_pointer(&reader, *state), STR("/a~1b"));
	assert_true(json_next_member(&reader, &name));
	assert_text(json_pointer(&reader, *state), STR("/\0~1"));
	json_skip(&reader);
	assert_false(json_next_member(&reader, &name));
	assert_true(json_reader_finish(&reader));
}

static void a_failure_has_its_pointer_and_offset(void **state)
{
	static const struct {
		const char *text, *pointer;
		size_t offset;
	} cases[] = {
		{ "{\"rooms\":[{},{\"beds\":01}]}", "/rooms/1/beds", 22 },
		{ "{\"a\":1,\"b\":tru}", "/b", 11 },
		{ "{\"a\":1,b:2}", "", 7 },
		{ "[[],[1 2]]", "/1/0", 7 },
		{ "[\"abc\x01\"]", "/0", 5 },
		{ "{\"a\":\"\\x\"}", "/a", 6 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct json_reader reader = reader_of(state, cases[i].text);

		assert_false(json_skip(&reader));
		assert_text(json_pointer(&reader, *state), str_of(cases[i].pointer));
		assert_int_equal(json_offset(&reader), cases[i].offset);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_type_is_told_before_it_is_read),
		TEST(what_is_no_number_is_refused_where_it_ceases_to_be_one),
		TEST(what_was_begun_must_be_ended),
		TEST(an_object_is_read_member_by_member),
		TEST(plain_strings_are_views_of_the_text),
		TEST(a_value_of_another_type_is_a_failure),
		TEST(the_first_failure_sticks),
		TEST(a_value_that_was_not_read_is_not_finished),
		TEST(nothing_is_read_twice),
		TEST(a_value_is_skipped_whole),
		TEST(skipping_takes_no_memory_for_values),
		TEST(a_pointer_names_the_value_at_hand),
		TEST(a_failure_has_its_pointer_and_offset),
	};

	return cmocka_run_group_tests_name("codec_json_reader", tests, NULL, NULL);
}
