/* layer: api */
#include "cx_fixture.h"

#include <string.h>

#include "api/cursor.h"
#include "disagree.h"
#include "random_object.h"

static void a_cursor_comes_back_for_its_query(void **state)
{
	struct cx *cx = *state;
	struct dice dice = dice_open();

	for (unsigned i = 0; i < 2000; i++) {
		struct str after = dice_code(&dice, cx->arena), back;
		struct str query = str_printf(cx->arena, "listHotels %u", dice_roll(&dice, 5));
		struct str cursor = cursor_write(cx->arena, query, after);

		for (size_t j = 0; j < cursor.len; j++)
			assert_true(
				strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
				       cursor.ptr[j]) != NULL);
		assert_int_equal(cursor_parse(cx, cursor, query, &back), OK);
		assert_text(back, after);
		assert_int_equal(cursor_parse(cx, cursor, STR("listTags"), &back), ERR_INVALID);
		cx_clear(cx);
		arena_reset(cx->arena, 0);
	}
}

/* Every byte, to every other value; every prefix; every byte more. */
static void any_change_is_noticed(void **state)
{
	struct cx *cx = *state;
	struct str cursor = cursor_write(cx->arena, STR("listHotels"), STR("364425903")), after;

	for (size_t i = 0; i < cursor.len; i++) {
		for (int byte = 0; byte < 256; byte++) {
			char *copy = str_c(cx->arena, cursor);

			if (copy[i] == (char)byte)
				continue;
			copy[i] = (char)byte;
			cx_clear(cx);
			if (cursor_parse(cx, (struct str){ copy, cursor.len }, STR("listHotels"),
					 &after) == OK)
				disagree("byte %zu as %d was taken", i, byte);
		}
		cx_clear(cx);
		assert_int_equal(cursor_parse(cx, str_sub(cursor, 0, i), STR("listHotels"), &after),
				 ERR_INVALID);
		cx_clear(cx);
		assert_int_equal(cursor_parse(cx,
					      str_printf(cx->arena, STR_FMT "A", STR_ARG(cursor)),
					      STR("listHotels"), &after),
				 ERR_INVALID);
	}
	assert_says(cx, blamed(cx), "cursor");
	assert_int_equal(cx->failure.blames[0].kind, BLAME_PARAMETER);
}

static void query_and_key_can_not_be_shifted_into_each_other(void **state)
{
	struct cx *cx = *state;
	struct str after;

	assert_int_equal(cursor_parse(cx, cursor_write(cx->arena, STR("list"), STR("ab")),
				      STR("lista"), &after),
			 ERR_INVALID);
	cx_clear(cx);
	assert_int_equal(cursor_parse(cx, cursor_write(cx->arena, STR("list"), STR("")),
				      STR("list"), &after),
			 ERR_INVALID);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cx, close_cx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_cursor_comes_back_for_its_query),
		TEST(any_change_is_noticed),
		TEST(query_and_key_can_not_be_shifted_into_each_other),
	};

	return cmocka_run_group_tests_name("api_cursor", tests, NULL, NULL);
}
