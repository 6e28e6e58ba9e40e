/* layer: base */
#include "arena_fixture.h"

#include <string.h>

#include "base/buf.h"
#include "base/vec.h"

static void strings_are_equal_by_their_bytes(void **state)
{
	(void)state;
	assert_true(str_eq(STR("inn"), str_of("inn")));
	assert_true(str_eq(STR(""), str_of(NULL)));
	assert_false(str_eq(STR("inn"), STR("inns")));
	assert_false(str_eq(STR("a\0b"), STR("a\0c")));
	assert_true(str_eq_nocase(STR("Content-TYPE"), STR("content-type")));
	assert_false(str_eq_nocase(STR("[a"), STR("{a")));
}

static void a_prefix_is_smaller_and_bytes_are_unsigned(void **state)
{
	(void)state;
	assert_true(str_cmp(STR("ab"), STR("abc")) < 0);
	assert_true(str_cmp(STR(""), STR("a")) < 0);
	assert_true(str_cmp(STR("\x7f"), STR("\x80")) < 0);
	assert_int_equal(str_cmp(STR("abc"), STR("abc")), 0);
	assert_int_equal(str_cmp(str_of(NULL), STR("")), 0);
}

static void a_part_never_leaves_its_string(void **state)
{
	(void)state;
	assert_text(str_sub(STR("hotel"), 1, 3), STR("ote"));
	assert_text(str_sub(STR("hotel"), 3, 100), STR("el"));
	assert_text(str_sub(STR("hotel"), 5, 1), STR(""));
	assert_text(str_sub(STR("hotel"), 6, SIZE_MAX), STR(""));
	assert_true(str_starts(STR("hotel"), STR("hot")));
	assert_true(str_starts(STR("hotel"), STR("")));
	assert_false(str_starts(STR("hot"), STR("hotel")));
}

static void a_byte_that_is_not_there_is_at_the_end(void **state)
{
	(void)state;
	assert_int_equal(str_index(STR("a=b"), '='), 1);
	assert_int_equal(str_index(STR("ab"), '='), 2);
	assert_int_equal(str_index(str_of(NULL), '='), 0);
	assert_int_equal(str_index(STR("a\0="), '='), 2);
}

static void copies_live_in_the_arena(void **state)
{
	char source[] = "inn";
	struct str copy = str_dup(*state, str_of(source));
	char *terminated = str_c(*state, str_of(source));

	source[0] = 'x';
	assert_text(copy, STR("inn"));
	assert_string_equal(terminated, "inn");
	assert_text(str_printf(*state, "%s-%03d", "room", 7), STR("room-007"));
	assert_text(str_dup(*state, str_of(NULL)), STR(""));
}

static void copies_past_the_cap_are_empty(void **state)
{
	arena_reset(*state, 4);
	assert_text(str_dup(*state, STR("too long")), STR(""));
	assert_null(str_c(*state, STR("too long")));
	assert_text(str_printf(*state, "%s", "too long"), STR(""));
}

static void numbers_are_digits_that_fit(void **state)
{
	static const char *const bad[] = { "",
					   " 1",
					   "1 ",
					   "+1",
					   "-1",
					   "0x1",
					   "1.0",
					   "18446744073709551616",
					   "99999999999999999999" };
	uint64_t value = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(str_to_u64(str_of(bad[i]), &value));
	assert_int_equal(value, 7);
	assert_true(str_to_u64(STR("18446744073709551615"), &value));
	assert_true(value == UINT64_MAX);
	assert_true(str_to_u64(STR("007"), &value));
	assert_int_equal(value, 7);
}

static void a_buffer_grows_and_keeps_its_text(void **state)
{
	struct buf buf;

	buf_init(&buf, *state);
	for (int i = 0; i < 1000; i++) {
		buf_add(&buf, STR("abc"));
		buf_add_char(&buf, '-');
		arena_bytes(*state, 1); /* so that it has to move */
	}
	assert_false(buf.failed);
	assert_int_equal(buf.len, 4000);
	for (size_t i = 0; i < 4000; i += 4)
		assert_memory_equal(buf.ptr + i, "abc-", 4);
}

static void a_buffer_takes_numbers_and_formats(void **state)
{
	struct buf buf;

	buf_init(&buf, *state);
	buf_add_u64(&buf, 0);
	buf_add_char(&buf, ' ');
	buf_add_u64(&buf, UINT64_MAX);
	buf_printf(&buf, " %s %d", "night", -1);
	buf_printf(&buf, "%s", "");
	assert_text(buf_str(&buf), STR("0 18446744073709551615 night -1"));
}

static void a_full_buffer_stays_failed_and_drops_what_follows(void **state)
{
	struct buf buf;

	buf_init(&buf, *state);
	buf.max_bytes = 5;
	buf_add(&buf, STR("12345"));
	assert_false(buf.failed);
	buf_add_char(&buf, '6');
	assert_true(buf.failed);
	buf_add(&buf, STR(""));
	buf_printf(&buf, "%d", 7);
	assert_null(buf_reserve(&buf, 0));
	assert_text(buf_str(&buf), STR("12345"));
}

static void a_buffer_fails_with_its_arena(void **state)
{
	struct buf buf;

	arena_reset(*state, 1000);
	buf_init(&buf, *state);
	for (int i = 0; i < 1000; i++)
		buf_add(&buf, STR("0123456789"));
	assert_true(buf.failed);
	assert_true(((struct arena *)*state)->refused);
}

static void an_absurd_reservation_fails(void **state)
{
	struct buf buf;

	buf_init(&buf, *state);
	assert_null(buf_reserve(&buf, SIZE_MAX / 2 + 2));
	assert_true(buf.failed);
	buf_init(&buf, *state);
	buf_add_char(&buf, 'a');
	assert_null(buf_reserve(&buf, SIZE_MAX));
	assert_true(buf.failed);
}

static void a_vector_grows_with_zeroed_elements(void **state)
{
	struct vec vec = { 0 };

	for (int i = 0; i < 1000; i++) {
		int *item = vec_push(&vec, *state, sizeof(*item));

		assert_int_equal(*item, 0);
		*item = i;
	}
	assert_int_equal(vec.n, 1000);
	for (size_t i = 0; i < vec.n; i++)
		assert_int_equal(*(int *)vec_at(&vec, i, sizeof(int)), i);
}

static void a_vector_past_the_cap_is_unchanged(void **state)
{
	struct vec vec = { 0 };

	arena_reset(*state, 100);
	for (int i = 0; i < 8; i++)
		assert_non_null(vec_push(&vec, *state, 8));
	assert_null(vec_push(&vec, *state, 8));
	assert_int_equal(vec.n, 8);
	assert_non_null(vec_at(&vec, 7, 8));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(strings_are_equal_by_their_bytes),
		TEST(a_prefix_is_smaller_and_bytes_are_unsigned),
		TEST(a_part_never_leaves_its_string),
		TEST(a_byte_that_is_not_there_is_at_the_end),
		TEST(copies_live_in_the_arena),
		TEST(copies_past_the_cap_are_empty),
		TEST(numbers_are_digits_that_fit),
		TEST(a_buffer_grows_and_keeps_its_text),
		TEST(a_buffer_takes_numbers_and_formats),
		TEST(a_full_buffer_stays_failed_and_drops_what_follows),
		TEST(a_buffer_fails_with_its_arena),
		TEST(an_absurd_reservation_fails),
		TEST(a_vector_grows_with_zeroed_elements),
		TEST(a_vector_past_the_cap_is_unchanged),
	};

	return cmocka_run_group_tests_name("base_text", tests, NULL, NULL);
}
