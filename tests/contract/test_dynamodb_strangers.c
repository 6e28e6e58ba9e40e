/* What other programs write into the table, and what is done beside it: on DynamoDB Local. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "contract_fixture.h"
#include "dynamodb_tables.h"

static int set_up(void **state)
{
	struct contract *c = calloc(1, sizeof(*c));

	contract_cx_open(&c->cx, &c->arena, 0);
	c->store = dynamodb_tables_new_store();
	*state = c;
	return 0;
}

static int tear_down(void **state)
{
	struct contract *c = *state;

	store_close(c->store);
	arena_close(&c->arena);
	free(c);
	return 0;
}

/* Puts h/x with these members in typed JSON, as another program does. */
static void put_raw(struct contract *c, const char *members)
{
	struct str item = str_printf(
		&c->arena, "\"Item\":{\"code\":{\"S\":\"h\"},\"itemType\":{\"S\":\"x\"}%s%s}",
		*members ? "," : "", members);
	struct dynamodb_reply reply;

	assert_int_equal(dynamodb_tables_call(&c->cx, "PutItem", str_c(&c->arena, item), &reply),
			 OK);
}

/* The item h/x as the service tells it. */
static const char *get_raw(struct contract *c)
{
	struct dynamodb_reply reply;

	assert_int_equal(dynamodb_tables_call(&c->cx, "GetItem",
					      "\"Key\":{\"code\":{\"S\":\"h\"},\"itemType\":{\"S\":"
					      "\"x\"}},\"ConsistentRead\":true",
					      &reply),
			 OK);
	return str_c(&c->arena, reply.body);
}

static struct item get_x(struct contract *c)
{
	struct item item;

	assert_int_equal(store_get(c->store, &c->cx, contract_key("h", "x"), &item), OK);
	return item;
}

static enum err put_x(struct contract *c, uint64_t if_rev, uint64_t rev)
{
	return contract_commit_one(
		c, contract_put(&c->arena, contract_key("h", "x"), if_rev, rev, "ours"));
}

static void items_of_any_type_are_read(void **state)
{
	struct contract *c = *state;
	const struct value *value;
	struct page page;
	struct item item;

	put_raw(c,
		"\"ss\":{\"SS\":[\"b\",\"a\"]},\"ns\":{\"NS\":[\"1E+3\"]},\"b\":{\"B\":\"YWI=\"},"
		"\"bs\":{\"BS\":[\"YWI=\"]},\"none\":{\"NULL\":true},\"n\":{\"N\":\"1.50\"},"
		"\"l\":{\"L\":[{\"M\":{\"deep\":{\"BOOL\":true}}}]},\"user\":{\"S\":\"u\"}");
	assert_int_equal(store_query(c->store, &c->cx, &(struct query){ .code = STR("h") }, &page),
			 OK);
	assert_int_equal(page.n, 1);
	item = get_x(c);
	assert_int_equal(item.rev, REV_NONE);
	assert_int_equal(item.attrs.n, 8);
	assert_int_equal(page.items[0].attrs.n, 8);
	value = attrs_find(&item.attrs, STR("ss"));
	assert_int_equal(value->kind, VALUE_LIST);
	assert_int_equal(value->n, 2);
	value = attrs_find(&item.attrs, STR("ns"));
	assert_true(str_eq(value->items[0].text, STR("1000")));
	value = attrs_find(&item.attrs, STR("b"));
	assert_true(str_eq(value->text, STR("YWI=")));
	value = attrs_find(&item.attrs, STR("n"));
	assert_true(str_eq(value->text, STR("1.5")));
	assert_int_equal(attrs_find(&item.attrs, STR("none"))->kind, VALUE_NULL);
	value = attrs_find(&item.attrs, STR("l"));
	assert_int_equal(value->items[0].map.n, 1);
}

static void an_item_without_rev_is_conditioned_on_having_none(void **state)
{
	struct contract *c = *state;

	assert_int_equal(put_x(c, REV_NONE, 1), ERR_CONFLICT);
	put_raw(c, "");
	assert_int_equal(put_x(c, REV_ABSENT, 1), ERR_CONFLICT);
	assert_int_equal(put_x(c, 1, 2), ERR_CONFLICT);
	assert_int_equal(contract_commit_one(c, contract_check(contract_key("h", "x"), REV_NONE)),
			 OK);
	assert_int_equal(put_x(c, REV_NONE, 1), OK);
	contract_has(c, contract_key("h", "x"), 1, "ours");
	assert_int_equal(put_x(c, REV_NONE, 2), ERR_CONFLICT);
	assert_int_equal(contract_commit_one(c, contract_check(contract_key("h", "x"), REV_NONE)),
			 ERR_CONFLICT);
}

static void an_item_that_is_taken_over_as_it_is_has_no_rev(void **state)
{
	struct contract *c = *state;

	assert_int_equal(put_x(c, REV_ABSENT, REV_NONE), OK);
	assert_null(strstr(get_raw(c), "rev"));
	assert_int_equal(get_x(c).rev, REV_NONE);
	assert_int_equal(contract_commit_one(c, contract_delete(contract_key("h", "x"), REV_NONE)),
			 OK);
	contract_has_not(c, contract_key("h", "x"));
}

/* It reads as none, and is written over as none: but a fraction, which no condition of ours tells from a rev. */
static void a_rev_that_is_none_of_ours_is_none(void **state)
{
	static const struct {
		const char *typed;
		enum err err; /* of a write over it */
	} cases[] = {
		{ "{\"S\":\"5\"}", OK },
		{ "{\"N\":\"0\"}", OK },
		{ "{\"N\":\"-1\"}", OK },
		{ "{\"N\":\"18446744073709551614\"}", OK },
		{ "{\"NULL\":true}", OK },
		{ "{\"L\":[]}", OK },
		{ "{\"N\":\"1.5\"}", ERR_CONFLICT },
	};
	struct contract *c = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		put_raw(c, str_c(&c->arena, str_printf(&c->arena, "\"rev\":%s", cases[i].typed)));
		assert_int_equal(get_x(c).rev, REV_NONE);
		assert_int_equal(put_x(c, 1, 2), ERR_CONFLICT);
		assert_int_equal(put_x(c, REV_NONE, 2), cases[i].err);
	}
	put_raw(c, "\"rev\":{\"N\":\"18446744073709551613\"}");
	assert_true(get_x(c).rev == REV_NONE - 1);
	assert_int_equal(put_x(c, REV_NONE, 2), ERR_CONFLICT);
	assert_int_equal(put_x(c, REV_NONE - 1, 2), OK);
}

/* As deep as the service takes it. */
static void the_deepest_item_is_read(void **state)
{
	struct contract *c = *state;
	const struct value *value;
	struct item item;
	struct page page;
	struct buf buf;

	buf_init(&buf, &c->arena);
	buf_add(&buf, STR("\"deep\":"));
	for (int i = 0; i < 31; i++)
		buf_add(&buf, STR("{\"M\":{\"a\":"));
	buf_add(&buf, STR("{\"S\":\"bottom\"}"));
	for (int i = 0; i < 31; i++)
		buf_add(&buf, STR("}}"));
	put_raw(c, str_c(&c->arena, buf_str(&buf)));
	item = get_x(c);
	value = attrs_find(&item.attrs, STR("deep"));
	for (int i = 0; i < 31; i++)
		value = attrs_find(&value->map, STR("a"));
	assert_true(str_eq(value->text, STR("bottom")));
	assert_int_equal(store_query(c->store, &c->cx, &(struct query){ .code = STR("h") }, &page),
			 OK);
	assert_int_equal(page.n, 1);
}

/* What the SDKs read of ours: plain types, a number as a number. */
static void our_items_are_plain_for_others(void **state)
{
	struct contract *c = *state;
	const char *raw;

	assert_int_equal(put_x(c, REV_ABSENT, 7), OK);
	raw = get_raw(c);
	assert_non_null(strstr(raw, "\"rev\":{\"N\":\"7\"}"));
	assert_non_null(strstr(raw, "\"text\":{\"S\":\"ours\"}"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(items_of_any_type_are_read),
		TEST(an_item_without_rev_is_conditioned_on_having_none),
		TEST(an_item_that_is_taken_over_as_it_is_has_no_rev),
		TEST(a_rev_that_is_none_of_ours_is_none),
		TEST(the_deepest_item_is_read),
		TEST(our_items_are_plain_for_others),
	};
	int failed;

	dynamodb_tables_open();
	failed = cmocka_run_group_tests_name("strangers", tests, NULL, NULL);
	dynamodb_tables_close();
	return failed;
}
