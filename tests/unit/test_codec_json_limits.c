/* layer: codec */
#include "arena_fixture.h"

#include <stdio.h>
#include <string.h>

#include "../fuzz/json_copy.h"

/* What the reader says against a text; both ways of reading must agree. */
static const char *problem_of(void **state, struct str text)
{
	struct str copy;
	const char *problem = json_copy(*state, text, &copy);
	const char *skipped = json_copy_skip(*state, text);

	assert_true(!problem == !skipped);
	return problem;
}

static struct str nest(void **state, unsigned depth, const char *open, const char *close)
{
	struct buf buf;

	buf_init(&buf, *state);
	for (unsigned i = 0; i < depth; i++)
		buf_add(&buf, str_of(open));
	buf_add_char(&buf, '1');
	for (unsigned i = 0; i < depth; i++)
		buf_add(&buf, str_of(close));
	return buf_str(&buf);
}

static void thirty_two_levels_are_read(void **state)
{
	assert_null(problem_of(state, nest(state, 32, "[", "]")));
	assert_null(problem_of(state, nest(state, 32, "{\"a\":", "}")));
	assert_null(problem_of(state, nest(state, 16, "[{\"a\":", "}]")));
}

static void the_thirty_third_level_is_refused(void **state)
{
	static const char too_deep[] = "the text nests too deep";

	assert_string_equal(problem_of(state, nest(state, 33, "[", "]")), too_deep);
	assert_string_equal(problem_of(state, nest(state, 33, "{\"a\":", "}")), too_deep);
	assert_string_equal(problem_of(state, nest(state, 100000, "[", "]")), too_deep);
}

static void depth_is_counted_and_not_the_containers(void **state)
{
	struct buf buf;

	buf_init(&buf, *state);
	buf_add_char(&buf, '[');
	for (int i = 0; i < 100; i++)
		buf_add(&buf, STR("[[]],"));
	buf_add(&buf, STR("{}]"));
	assert_null(problem_of(state, buf_str(&buf)));
}

static void values_of_every_type_count(void **state)
{
	struct str text = STR("[1,\"a\",null,true,{\"b\":[]}]"); /* 7 values */
	struct json_reader reader;

	json_reader_init(&reader, *state, text, 7);
	assert_true(json_skip(&reader));
	assert_true(json_reader_finish(&reader));
	assert_int_equal(reader.values, 7);
	json_reader_init(&reader, *state, text, 6);
	assert_false(json_skip(&reader));
	assert_string_equal(reader.problem, "the text holds too many values");
	assert_text(json_pointer(&reader, *state), STR("/4/b"));
}

static void the_value_too_many_is_refused_whatever_its_type(void **state)
{
	static const char *const values[] = { "\"a\"", "1", "true", "null", "[]", "{}" };

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		char text[16];
		struct json_reader reader;

		snprintf(text, sizeof(text), "[0,%s]", values[i]);
		json_reader_init(&reader, *state, str_of(text), 2);
		assert_false(json_skip(&reader));
		assert_string_equal(reader.problem, "the text holds too many values");
		assert_int_equal(json_offset(&reader), 3);
	}
}

static void a_hundred_thousand_values_are_read_unless_told_otherwise(void **state)
{
	struct buf buf;

	buf_init(&buf, *state);
	buf_add_char(&buf, '[');
	for (int i = 0; i < 99998; i++)
		buf_add(&buf, STR("0,"));
	buf_add(&buf, STR("0]"));
	assert_null(problem_of(state, buf_str(&buf)));
	buf.len--;
	buf_add(&buf, STR(",0]"));
	assert_string_equal(problem_of(state, buf_str(&buf)), "the text holds too many values");
}

static void a_name_has_at_most_256_bytes(void **state)
{
	char name[257];

	memset(name, 'n', sizeof(name));
	assert_null(problem_of(state, str_printf(*state, "{\"%.256s\":1}", name)));
	assert_string_equal(problem_of(state, str_printf(*state, "{\"%.257s\":1}", name)),
			    "a member's name is too long");
	/* six bytes each in the text, one in the name */
	name[200] = '\0';
	assert_null(
		problem_of(state, str_printf(*state, "{\"%s%s%s\":1}", name, "\\u0061\\u0061",
					     "\\u0062\\u0062\\u0062\\u0062\\u0062\\u0062\\u0062")));
}

static void a_byte_order_mark_is_refused(void **state)
{
	assert_string_equal(problem_of(state, STR("\xef\xbb\xbf{}")),
			    "a byte order mark is not allowed");
	assert_null(problem_of(state, STR("\"\xef\xbb\xbf\"")));
}

static void a_cut_text_is_refused_wherever_it_is_cut(void **state)
{
	struct str text =
		STR("{\"a\":[-1.5e+3,\"\\ud83d\\ude00 \xf0\x9f\x98\x80\",true,null],\"b\":{}}");

	assert_null(problem_of(state, text));
	for (size_t len = 0; len < text.len; len++) {
		char *exact = malloc(len ? len : 1); /* so that a read behind it is seen */

		assert_non_null(exact);
		memcpy(exact, text.ptr, len);
		assert_non_null(problem_of(state, (struct str){ exact, len }));
		free(exact);
	}
}

static void a_missing_text_is_refused(void **state)
{
	assert_string_equal(problem_of(state, str_of(NULL)), "the text ends too early");
}

static void what_follows_the_value_is_refused(void **state)
{
	assert_null(problem_of(state, STR("{} \n\r\t")));
	assert_string_equal(problem_of(state, STR("{} {}")), "something follows the value");
	assert_string_equal(problem_of(state, STR("1\0")), "something follows the value");
}

static void refused_memory_is_a_failure(void **state)
{
	struct arena *arena = *state;
	struct json_reader reader;
	struct str text = { NULL, 0 };

	arena_reset(arena, 2);
	json_reader_init(&reader, arena, STR("\"\\n\\n\""), 0);
	assert_false(json_read_string(&reader, &text));
	assert_string_equal(reader.problem, "the text needs too much memory");
	assert_true(arena->refused);
}

static void a_pointer_past_the_cap_is_empty(void **state)
{
	struct json_reader reader;
	struct arena small;
	struct str name;

	arena_init(&small, 1);
	json_reader_init(&reader, *state, STR("{\"abc\":1}"), 0);
	json_enter_object(&reader);
	json_next_member(&reader, &name);
	assert_text(json_pointer(&reader, &small), STR(""));
	assert_true(small.refused);
	arena_close(&small);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)

static void other_limits_hold_where_they_are_allowed(void **state)
{
	struct json_reader reader;
	char text[2 * JSON_FRAMES_MAX + 1];

	for (unsigned depth = 40; depth <= JSON_FRAMES_MAX; depth += 40) {
		for (unsigned n = depth; n <= depth + 1 && n <= JSON_FRAMES_MAX; n++) {
			memset(text, '[', n);
			memset(text + n, ']', n);
			json_reader_init(&reader, *state, (struct str){ text, (size_t)2 * n }, 0);
			json_reader_allow(&reader, depth, 4);
			assert_int_equal(json_skip(&reader) && json_reader_finish(&reader),
					 n == depth);
		}
	}
	json_reader_init(&reader, *state, STR("{\"abcd\":1}"), 0);
	json_reader_allow(&reader, 32, 4);
	assert_true(json_skip(&reader));
	json_reader_init(&reader, *state, STR("{\"abcde\":1}"), 0);
	json_reader_allow(&reader, 32, 4);
	assert_false(json_skip(&reader));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(thirty_two_levels_are_read),
		TEST(the_thirty_third_level_is_refused),
		TEST(depth_is_counted_and_not_the_containers),
		TEST(values_of_every_type_count),
		TEST(the_value_too_many_is_refused_whatever_its_type),
		TEST(a_hundred_thousand_values_are_read_unless_told_otherwise),
		TEST(a_name_has_at_most_256_bytes),
		TEST(a_byte_order_mark_is_refused),
		TEST(a_cut_text_is_refused_wherever_it_is_cut),
		TEST(a_missing_text_is_refused),
		TEST(what_follows_the_value_is_refused),
		TEST(refused_memory_is_a_failure),
		TEST(a_pointer_past_the_cap_is_empty),
		cmocka_unit_test_setup_teardown(other_limits_hold_where_they_are_allowed,
						open_arena, close_arena),
	};

	return cmocka_run_group_tests_name("codec_json_limits", tests, NULL, NULL);
}
