/* layer: adapter */
#include "arena_fixture.h"

#include <string.h>

#include "adapter/dynamodb_item.h"

static struct str written(struct arena *arena, struct key key, uint64_t rev,
			  const struct attrs *attrs)
{
	struct json_writer json;
	struct buf buf;

	buf_init(&buf, arena);
	json_writer_init(&json, &buf);
	dynamodb_item_write(&json, key, rev, attrs);
	return buf_str(&buf);
}

static bool parse(struct arena *arena, struct str text, struct item *out)
{
	struct dynamodb_item_parser parser;
	bool parsed;

	dynamodb_item_parser_init(&parser, arena, text);
	parsed = dynamodb_item_parse(&parser, out) && json_reader_finish(&parser.json);
	dynamodb_item_parser_close(&parser);
	return parsed;
}

static const struct value *parsed_value(void **state, const char *typed)
{
	struct str text = str_printf(*state, "{\"code\":{\"S\":\"h\"},\"x\":%s}", typed);
	static struct item item;
	const struct value *value;

	assert_true(parse(*state, text, &item));
	value = attrs_find(&item.attrs, STR("x"));
	assert_non_null(value);
	return value;
}

static void items_are_written_as_typed_json(void **state)
{
	struct value list[] = { { .kind = VALUE_NUMBER, .text = STR("1") },
				{ .kind = VALUE_NULL } };
	struct attr map[] = { { STR("m"), { .kind = VALUE_BOOL } } };
	struct attr items[] = {
		{ STR("text"), { .kind = VALUE_TEXT, .text = STR("a\"b") } },
		{ STR("number"), { .kind = VALUE_NUMBER, .text = STR("-1.5") } },
		{ STR("yes"), { .kind = VALUE_BOOL, .flag = true } },
		{ STR("list"), { .kind = VALUE_LIST, .items = list, .n = 2 } },
		{ STR("map"), { .kind = VALUE_MAP, .map = { map, 1 } } },
		{ STR("none"), { .kind = VALUE_MAP } },
	};
	struct attrs attrs = { items, 6 }, empty = { NULL, 0 };
	struct key key = { STR("h"), STR("ctl") };

	assert_text(
		written(*state, key, 7, &attrs),
		STR("{\"code\":{\"S\":\"h\"},\"itemType\":{\"S\":\"ctl\"},\"rev\":{\"N\":\"7\"},"
		    "\"text\":{\"S\":\"a\\\"b\"},\"number\":{\"N\":\"-1.5\"},"
		    "\"yes\":{\"BOOL\":true},"
		    "\"list\":{\"L\":[{\"N\":\"1\"},{\"NULL\":true}]},"
		    "\"map\":{\"M\":{\"m\":{\"BOOL\":false}}},\"none\":{\"M\":{}}}"));
	assert_text(written(*state, key, REV_NONE, &empty),
		    STR("{\"code\":{\"S\":\"h\"},\"itemType\":{\"S\":\"ctl\"}}"));
}

static void an_item_is_read_whatever_the_order_of_its_members(void **state)
{
	struct item item;

	assert_true(
		parse(*state,
		      STR("{\"b\":{\"S\":\"\"},\"itemType\":{\"S\":\"cfg-x\"},\"a\":{\"N\":\"1\"},"
			  "\"rev\":{\"N\":\"12\"},\"code\":{\"S\":\"h\"}}"),
		      &item));
	assert_text(item.key.code, STR("h"));
	assert_text(item.key.item_type, STR("cfg-x"));
	assert_int_equal(item.rev, 12);
	assert_int_equal(item.attrs.n, 2);
	assert_text(item.attrs.items[0].name, STR("b"));
	assert_int_equal(item.attrs.items[0].value.kind, VALUE_TEXT);
	assert_text(item.attrs.items[1].value.text, STR("1"));
}

static void sets_and_binary_of_other_programs_are_lists_and_texts(void **state)
{
	const struct value *value = parsed_value(state, "{\"SS\":[\"a\",\"b\"]}");

	assert_int_equal(value->kind, VALUE_LIST);
	assert_int_equal(value->n, 2);
	assert_int_equal(value->items[1].kind, VALUE_TEXT);
	assert_text(value->items[1].text, STR("b"));
	value = parsed_value(state, "{\"NS\":[\"1\",\"2E+3\"]}");
	assert_int_equal(value->items[1].kind, VALUE_NUMBER);
	assert_text(value->items[1].text, STR("2000"));
	value = parsed_value(state, "{\"BS\":[\"YWI=\"]}");
	assert_int_equal(value->items[0].kind, VALUE_TEXT);
	assert_text(value->items[0].text, STR("YWI="));
	value = parsed_value(state, "{\"B\":\"YWI=\"}");
	assert_int_equal(value->kind, VALUE_TEXT);
	assert_text(value->text, STR("YWI="));
}

static void what_nobody_knows_yet_is_null(void **state)
{
	static const char *const typed[] = { "{\"NULL\":true}", "{\"NULL\":false}",
					     "{\"F16\":[1,{\"a\":2}]}", "{}", "{\"\":\"x\"}" };

	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++)
		assert_int_equal(parsed_value(state, typed[i])->kind, VALUE_NULL);
}

static void a_number_that_is_none_is_a_text(void **state)
{
	const struct value *value = parsed_value(state, "{\"N\":\"NaN\"}");

	assert_int_equal(value->kind, VALUE_TEXT);
	assert_text(value->text, STR("NaN"));
	value = parsed_value(state, "{\"N\":\"1E+2\"}");
	assert_int_equal(value->kind, VALUE_NUMBER);
	assert_text(value->text, STR("100"));
}

static void a_rev_is_a_whole_number_from_1_on(void **state)
{
	static const struct {
		const char *typed;
		uint64_t rev;
	} cases[] = {
		{ "{\"N\":\"1\"}", 1 },
		{ "{\"N\":\"1E+2\"}", 100 },
		{ "{\"N\":\"18446744073709551613\"}", DYNAMODB_REV_MAX },
		{ "{\"N\":\"18446744073709551614\"}", REV_NONE },
		{ "{\"N\":\"18446744073709551616\"}", REV_NONE },
		{ "{\"N\":\"0\"}", REV_NONE },
		{ "{\"N\":\"-1\"}", REV_NONE },
		{ "{\"N\":\"1.5\"}", REV_NONE },
		{ "{\"S\":\"1\"}", REV_NONE },
		{ "{\"NULL\":true}", REV_NONE },
		{ "{\"L\":[{\"N\":\"1\"}]}", REV_NONE },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct item item;

		assert_true(
			parse(*state, str_printf(*state, "{\"rev\":%s}", cases[i].typed), &item));
		assert_true(item.rev == cases[i].rev);
		assert_int_equal(item.attrs.n, 0);
	}
	assert_true(REV_ANY > DYNAMODB_REV_MAX && REV_NONE > DYNAMODB_REV_MAX);
}

/* As deep as the service lets anybody write, inside what a reply adds; and not as deep as the stack. */
static void values_nest_as_deep_as_the_service_lets_them(void **state)
{
	for (unsigned depth = 32; depth <= 40; depth += 8) {
		struct item item;
		struct buf buf;

		buf_init(&buf, *state);
		buf_add(&buf, STR("{\"x\":"));
		for (unsigned i = 0; i < depth; i++)
			buf_add(&buf, i % 2 == 0 ? STR("{\"L\":[") : STR("{\"M\":{\"a\":"));
		buf_add(&buf, STR("{\"S\":\"bottom\"}"));
		for (unsigned i = depth; i-- > 0;)
			buf_add(&buf, i % 2 == 0 ? STR("]}") : STR("}}"));
		buf_add_char(&buf, '}');
		assert_int_equal(parse(*state, buf_str(&buf), &item), depth == 32);
	}
}

static void a_name_may_be_as_long_as_the_service_takes_it(void **state)
{
	char *name = arena_bytes(*state, 65535);
	struct item item;

	memset(name, 'n', 65535);
	assert_true(
		parse(*state, str_printf(*state, "{\"%.*s\":{\"S\":\"x\"}}", 65535, name), &item));
	assert_int_equal(item.attrs.items[0].name.len, 65535);
}

static void broken_text_is_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"[]",
		"{\"a\":1}",
		"{\"a\":{\"S\":1}}",
		"{\"a\":{\"S\":\"x\"}",
		"{\"a\":{\"L\":{}}}",
		"{\"a\":{\"M\":[]}}",
		"{\"a\":{\"BOOL\":\"true\"}}",
		"{\"a\":{\"SS\":[1]}}",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct item item;

		assert_false(parse(*state, str_of(texts[i]), &item));
	}
}

static void a_full_arena_is_refused(void **state)
{
	struct arena *arena = *state;
	struct item item;

	arena->refuse_chunk = 1;
	assert_false(parse(arena, STR("{\"a\":{\"S\":\"x\"}}"), &item));
	assert_true(arena->refused);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(items_are_written_as_typed_json, open_arena,
						close_arena),
		cmocka_unit_test_setup_teardown(an_item_is_read_whatever_the_order_of_its_members,
						open_arena, close_arena),
		cmocka_unit_test_setup_teardown(
			sets_and_binary_of_other_programs_are_lists_and_texts, open_arena,
			close_arena),
		cmocka_unit_test_setup_teardown(what_nobody_knows_yet_is_null, open_arena,
						close_arena),
		cmocka_unit_test_setup_teardown(a_number_that_is_none_is_a_text, open_arena,
						close_arena),
		cmocka_unit_test_setup_teardown(a_rev_is_a_whole_number_from_1_on, open_arena,
						close_arena),
		cmocka_unit_test_setup_teardown(values_nest_as_deep_as_the_service_lets_them,
						open_arena, close_arena),
		cmocka_unit_test_setup_teardown(a_name_may_be_as_long_as_the_service_takes_it,
						open_arena, close_arena),
		cmocka_unit_test_setup_teardown(broken_text_is_refused, open_arena, close_arena),
		cmocka_unit_test_setup_teardown(a_full_arena_is_refused, open_arena, close_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
