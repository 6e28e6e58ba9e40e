/* layer: record */
#include "cx_fixture.h"

#include "record/item.h"

static struct value number(const char *text)
{
	return (struct value){ .kind = VALUE_NUMBER, .text = str_of(text) };
}

static struct value word(const char *text)
{
	return (struct value){ .kind = VALUE_TEXT, .text = str_of(text) };
}

static struct str hash_of_two(struct cx *cx, struct attr one, struct attr other)
{
	struct attr attrs[] = { one, other };
	const struct item item = { { STR("1"), STR("x") }, 7, { attrs, 2 } };

	return item_hash(cx->arena, &item);
}

static void the_hash_of_an_item_does_not_depend_on_the_engine(void **state)
{
	static const char *const same[][2] = {
		{ "1.50", "1.5" }, { "-0", "0" },    { "0.0", "0" },
		{ "007", "7" },    { "-2.0", "-2" }, { "0.5", ".5" }
	};
	static const char *const other[][2] = {
		{ "15", "1.5" }, { "-1", "1" }, { "10", "1" }, { "0", "1" }
	};
	struct cx *cx = *state;
	struct attr in[] = { { STR("a"), number("1") }, { STR("b"), word("x") } };
	struct attr out[] = { in[1], in[0] };
	struct value map = { .kind = VALUE_MAP, .map = { in, 2 } };
	struct value turned = { .kind = VALUE_MAP, .map = { out, 2 } };
	struct attr first = { STR("m"), map }, second = { STR("n"), word("") };
	struct str hash = hash_of_two(cx, first, second);

	assert_true(str_eq(hash, hash_of_two(cx, second, first)));
	assert_true(str_eq(hash, hash_of_two(cx, second, (struct attr){ STR("m"), turned })));
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		assert_true(str_eq(
			hash_of_two(cx, first, (struct attr){ STR("p"), number(same[i][0]) }),
			hash_of_two(cx, first, (struct attr){ STR("p"), number(same[i][1]) })));
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		assert_false(str_eq(
			hash_of_two(cx, first, (struct attr){ STR("p"), number(other[i][0]) }),
			hash_of_two(cx, first, (struct attr){ STR("p"), number(other[i][1]) })));
}

/* Each differs from the others in one place, where texts could run together. */
static void items_that_differ_have_different_hashes(void **state)
{
	struct cx *cx = *state;
	struct value nothing = { .kind = VALUE_NULL }, no = { .kind = VALUE_BOOL };
	struct value yes = { .kind = VALUE_BOOL, .flag = true };
	struct value x = word("x"), one = number("1");
	struct value list = { .kind = VALUE_LIST, .items = &x, .n = 1 };
	struct value lists = { .kind = VALUE_LIST, .items = &list, .n = 1 };
	struct value empty = { .kind = VALUE_LIST };
	struct value values[] = {
		nothing, no, yes, x, one, list, lists, empty, word("1"), word("")
	};
	struct attr attrs[] = { { STR("a"), x }, { STR("b"), x }, { STR("ab"), x } };
	struct str hashes[32];
	size_t n = 0;
	const struct item items[] = {
		{ { STR("1"), STR("x") }, 1, { attrs, 1 } },
		{ { STR("1"), STR("x") }, 1, { attrs, 2 } },
		{ { STR("1"), STR("x") }, 1, { attrs + 2, 1 } },
		{ { STR("1"), STR("x") }, 2, { attrs, 1 } },
		{ { STR("1x"), STR("") }, 1, { attrs, 1 } },
		{ { STR("2"), STR("x") }, 1, { attrs, 1 } },
		{ { STR("1"), STR("x") }, 1, { NULL, 0 } },
	};

	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++)
		hashes[n++] = item_hash(cx->arena, &items[i]);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		hashes[n++] = hash_of_two(cx, attrs[0], (struct attr){ STR("v"), values[i] });
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(hashes[i].len, 64);
		for (size_t j = 0; j < i; j++)
			assert_false(str_eq(hashes[i], hashes[j]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_hash_of_an_item_does_not_depend_on_the_engine,
						open_cx, close_cx),
		cmocka_unit_test_setup_teardown(items_that_differ_have_different_hashes, open_cx,
						close_cx),
	};

	return cmocka_run_group_tests_name("record_item_hash", tests, NULL, NULL);
}
