#include "contract_fixture.h"

#include <string.h>

static struct value text_value(const char *text)
{
	return (struct value){ .kind = VALUE_TEXT, .text = str_of(text) };
}

static struct value number_value(const char *text)
{
	return (struct value){ .kind = VALUE_NUMBER, .text = str_of(text) };
}

/* Writes the attributes, reads them by get and by query, and compares. */
static void round_trip(struct contract *c, const struct attr *attrs, size_t n)
{
	struct key key = contract_key("h", "cfg-general");
	struct attrs given = { (struct attr *)(uintptr_t)attrs, n };
	struct write write = {
		.op = WRITE_PUT, .key = key, .if_rev = REV_ANY, .rev = 1, .attrs = given
	};
	struct page page;
	struct item item;

	assert_int_equal(contract_commit_one(c, write), OK);
	assert_int_equal(store_get(c->store, &c->cx, key, &item), OK);
	assert_true(contract_same_attrs(&item.attrs, &given));
	assert_int_equal(store_query(c->store, &c->cx, &(struct query){ .code = STR("h") }, &page),
			 OK);
	assert_int_equal(page.n, 1);
	assert_true(contract_same_attrs(&page.items[0].attrs, &given));
}

static void an_item_without_attributes_comes_back(void **state)
{
	round_trip(*state, NULL, 0);
}

static void scalars_come_back_as_they_were(void **state)
{
	const struct attr attrs[] = {
		{ STR("null"), { .kind = VALUE_NULL } },
		{ STR("yes"), { .kind = VALUE_BOOL, .flag = true } },
		{ STR("no"), { .kind = VALUE_BOOL } },
		{ STR("text"), text_value("Grand Hotel") },
		{ STR("like a number"), text_value("129.5") },
		{ STR("like a word"), text_value("true") },
		{ STR("empty"), text_value("") },
	};

	round_trip(*state, attrs, sizeof(attrs) / sizeof(attrs[0]));
}

static void numbers_keep_every_digit(void **state)
{
	static const char *const numbers[] = {
		"0",
		"-3",
		"129.5",
		"0.001",
		"-0.01",
		"10000000000000000",
		"9007199254740993",
		"18446744073709551615",
		"123456789012345678901234.56789",
		"0.1",
	};
	struct attr attrs[sizeof(numbers) / sizeof(numbers[0])];
	const size_t n = sizeof(numbers) / sizeof(numbers[0]);

	for (size_t i = 0; i < n; i++)
		attrs[i] = (struct attr){ str_of(numbers[i]), number_value(numbers[i]) };
	round_trip(*state, attrs, n);
}

static void any_text_comes_back_byte_for_byte(void **state)
{
	static const char *const texts[] = {
		"quote \" backslash \\ slash / ",
		"tab \t line \n return \r",
		"\x01\x02\x1f control",
		"\x7f",
		"Zürich, 東京, Ελλάδα",
		"😀 𝄞",
		"e\xcc\x81 is not \xc3\xa9",
		"\xe2\x80\xa8 line separator",
		"%s %n ' ; --",
		"\xef\xbf\xbf",
	};
	struct attr attrs[sizeof(texts) / sizeof(texts[0])];
	const size_t n = sizeof(texts) / sizeof(texts[0]);

	for (size_t i = 0; i < n; i++)
		attrs[i] =
			(struct attr){ str_printf(&((struct contract *)*state)->arena, "t%zu", i),
				       text_value(texts[i]) };
	round_trip(*state, attrs, n);
}

static void containers_come_back_empty_or_nested(void **state)
{
	struct value numbers[] = { number_value("1"), text_value(""), { .kind = VALUE_NULL } };
	struct attr entry[] = { { STR("id"), text_value("DBL") },
				{ STR("prices"), { .kind = VALUE_LIST, .items = numbers, .n = 3 } },
				{ STR("none"), { .kind = VALUE_LIST } },
				{ STR("blank"), { .kind = VALUE_MAP } } };
	struct value entries[] = { { .kind = VALUE_MAP, .map = { entry, 4 } },
				   { .kind = VALUE_MAP },
				   { .kind = VALUE_LIST, .items = numbers, .n = 2 },
				   { .kind = VALUE_MAP, .map = { entry, 1 } } };
	const struct attr attrs[] = {
		{ STR("first"), { .kind = VALUE_LIST } },
		{ STR("second"), { .kind = VALUE_MAP } },
		{ STR("rules"), { .kind = VALUE_LIST, .items = entries, .n = 4 } },
		{ STR("address"), { .kind = VALUE_MAP, .map = { entry, 4 } } },
	};

	round_trip(*state, attrs, sizeof(attrs) / sizeof(attrs[0]));
}

static void attributes_come_back_whatever_their_order(void **state)
{
	static const char *const names[] = { "b", "a", "c", "B", "10", "9", "z", "" };
	struct attr attrs[8];

	for (size_t i = 0; i < 8; i++)
		attrs[i] = (struct attr){ str_of(names[i]), number_value("1") };
	round_trip(*state, attrs, 7);
}

static void values_nest_twenty_deep(void **state)
{
	struct contract *c = *state;
	struct value *value = arena_alloc(&c->arena, sizeof(*value));
	struct attr attr = { .name = STR("deep") };

	*value = text_value("bottom");
	for (int i = 0; i < 20; i++) {
		struct value *outer = arena_alloc(&c->arena, sizeof(*outer));

		*outer = (struct value){ .kind = VALUE_LIST, .items = value, .n = 1 };
		value = outer;
	}
	attr.value = *value;
	round_trip(c, &attr, 1);
}

static void an_item_may_be_large(void **state)
{
	struct contract *c = *state;
	char *bytes = arena_bytes(&c->arena, 390000);
	struct attr attrs[2] = { { .name = STR("long") }, { STR("after"), text_value("x") } };

	memset(bytes, 'x', 390000);
	for (size_t len = 100; len <= 390000; len = len * 3 + 1) {
		attrs[0].value = (struct value){ .kind = VALUE_TEXT, .text = { bytes, len } };
		round_trip(c, attrs, 2);
	}
	attrs[0].value.text.len = 390000;
	round_trip(c, attrs, 2);
}

static void an_item_may_hold_thousands_of_values(void **state)
{
	struct contract *c = *state;
	struct value *values = arena_array(&c->arena, 30000, sizeof(*values));
	struct attr attr = { STR("many"), { .kind = VALUE_LIST, .items = values, .n = 30000 } };

	for (size_t i = 0; i < 30000; i++)
		values[i] = number_value("7");
	round_trip(c, &attr, 1);
}

static void keys_are_told_apart_by_their_bytes(void **state)
{
	static const char *const types[] = {
		"A", "a", "ä", "a ", "a\x01", "cfg-room-1", "cfg-roomType-1", "cfg-room%2D1", "~x"
	};
	struct contract *c = *state;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		contract_set(c, contract_key("h", types[i]), i + 1, types[i]);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		contract_has(c, contract_key("h", types[i]), i + 1, types[i]);
}

const struct CMUnitTest contract_value_tests[] = {
	cmocka_unit_test(an_item_without_attributes_comes_back),
	cmocka_unit_test(scalars_come_back_as_they_were),
	cmocka_unit_test(numbers_keep_every_digit),
	cmocka_unit_test(any_text_comes_back_byte_for_byte),
	cmocka_unit_test(containers_come_back_empty_or_nested),
	cmocka_unit_test(attributes_come_back_whatever_their_order),
	cmocka_unit_test(values_nest_twenty_deep),
	cmocka_unit_test(an_item_may_be_large),
	cmocka_unit_test(an_item_may_hold_thousands_of_values),
	cmocka_unit_test(keys_are_told_apart_by_their_bytes),
};
const size_t contract_value_count = sizeof(contract_value_tests) / sizeof(contract_value_tests[0]);
