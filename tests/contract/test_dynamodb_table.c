/* How a table is made, found and refused, and what is larger than one page of it: on DynamoDB Local. */
#include <stdlib.h>
#include <string.h>

#include "adapter/store_dynamodb.h"
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

/* Opens without making it; must fail so, with that in the text. */
static void assert_refused(struct contract *c, const char *table, enum err err, const char *text)
{
	struct store_dynamodb_options options = { .table = table,
						  .region = "us-east-1",
						  .endpoint = getenv("DYNAMODB_LOCAL"),
						  .creates = false };
	struct store *store = NULL;

	cx_clear(&c->cx);
	assert_int_equal(store_dynamodb_open(&c->cx, &options, &store), err);
	assert_null(store);
	if (!strstr(str_c(&c->arena, c->cx.failure.detail), text))
		assert_string_equal(str_c(&c->arena, c->cx.failure.detail), text);
}

static const char *described(struct contract *c)
{
	struct dynamodb_reply reply;

	assert_int_equal(dynamodb_tables_call(&c->cx, "DescribeTable", "", &reply), OK);
	return str_c(&c->arena, reply.body);
}

static void a_table_is_made_as_the_deployment_makes_it(void **state)
{
	static const char *const parts[] = {
		"\"TableStatus\":\"ACTIVE\"",
		"\"BillingMode\":\"PAY_PER_REQUEST\"",
		"\"StreamViewType\":\"NEW_AND_OLD_IMAGES\"",
		"\"DeletionProtectionEnabled\":true",
		"\"IndexName\":\"user-index\"",
		"{\"AttributeName\":\"user\",\"KeyType\":\"HASH\"}",
		"\"Projection\":{\"ProjectionType\":\"ALL\"}",
	};
	struct contract *c = *state;
	const char *body = described(c);

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!strstr(body, parts[i]))
			assert_string_equal(body, parts[i]);
	}
}

static void a_table_that_is_there_is_left_as_it_is(void **state)
{
	struct contract *c = *state;
	struct store_dynamodb_options options = { .table = dynamodb_tables_name(),
						  .region = "us-east-1",
						  .endpoint = getenv("DYNAMODB_LOCAL"),
						  .creates = true };
	struct dynamodb_reply reply;
	struct store *store;

	contract_set(c, contract_key("h", "ctl"), 1, "stays");
	assert_int_equal(dynamodb_tables_call(&c->cx, "UpdateTable",
					      "\"DeletionProtectionEnabled\":false", &reply),
			 OK);
	assert_int_equal(store_dynamodb_open(&c->cx, &options, &store), OK);
	store_close(store);
	contract_has(c, contract_key("h", "ctl"), 1, "stays");
	assert_null(strstr(described(c), "\"DeletionProtectionEnabled\":true"));
}

static void two_stores_on_one_table_see_each_other_at_once(void **state)
{
	struct contract *c = *state;
	struct store *first = c->store, *second = dynamodb_tables_same_store();

	contract_set(c, contract_key("h", "ctl"), 1, "first");
	c->store = second;
	contract_has(c, contract_key("h", "ctl"), 1, "first");
	contract_set(c, contract_key("h", "ctl"), 2, "second");
	c->store = first;
	contract_has(c, contract_key("h", "ctl"), 2, "second");
	store_close(second);
}

static void what_is_no_table_of_ours_is_refused(void **state)
{
	struct contract *c = *state;
	struct dynamodb_client *client;
	struct dynamodb_reply reply;
	struct dynamodb_call call = {
		.operation = "CreateTable",
		.body = STR("{\"TableName\":\"others\",\"BillingMode\":\"PAY_PER_REQUEST\","
			    "\"KeySchema\":[{\"AttributeName\":\"code\",\"KeyType\":\"HASH\"}],"
			    "\"AttributeDefinitions\":[{\"AttributeName\":\"code\","
			    "\"AttributeType\":\"S\"}]}"),
	};

	assert_refused(c, "nowhere", ERR_INVALID, "there is no table nowhere: `innkeeper migrate`");
	assert_refused(c, "ab", ERR_INVALID, "3 to 255");
	assert_refused(c, "with blank", ERR_INVALID, "3 to 255");
	assert_refused(c, "", ERR_INVALID, "3 to 255");
	cx_clear(&c->cx);
	assert_int_equal(
		dynamodb_client_open(&c->cx, "us-east-1", getenv("DYNAMODB_LOCAL"), &client), OK);
	assert_int_equal(dynamodb_client_call(client, &c->cx, &call, &reply), OK);
	assert_refused(c, "others", ERR_INVALID, "its key is not `code` and `itemType`");
	dynamodb_client_close(client);
}

static void a_place_that_is_none_is_told(void **state)
{
	static const struct {
		const char *region;
		const char *endpoint;
		enum err err;
	} cases[] = {
		{ "us-east-1", "http://127.0.0.1:1", ERR_UNAVAILABLE },
		{ "us-east-1", "ftp://127.0.0.1", ERR_INVALID },
		{ "us-east-1", "http://", ERR_INVALID },
		{ "us-east-1", "http://a/b", ERR_INVALID },
		{ "us-east-1", "http://user@a", ERR_INVALID },
		{ "us east", "http://127.0.0.1:1", ERR_INVALID },
	};
	struct contract *c = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct store_dynamodb_options options = { .table = "table",
							  .region = cases[i].region,
							  .endpoint = cases[i].endpoint,
							  .creates = false };
		struct store *store;

		cx_clear(&c->cx);
		c->cx.deadline_mono_ms = clock_mono_ms(c->cx.clock) + 200;
		assert_int_equal(store_dynamodb_open(&c->cx, &options, &store), cases[i].err);
		assert_non_null(c->cx.failure.code);
	}
}

/* Of 3 MB each: neither is one page. */
static void fill(struct contract *c, const char *code)
{
	char *bytes = arena_bytes(&c->arena, 390001);

	memset(bytes, 'x', 390000);
	bytes[390000] = '\0';
	for (int i = 0; i < 8; i++)
		contract_set(c, (struct key){ str_of(code), str_printf(&c->arena, "item-%d", i) },
			     1, bytes);
}

static void partitions_larger_than_a_page_are_named_once(void **state)
{
	static const char *const large[] = { "a", "b", "c" };
	struct contract *c = *state;
	struct codes codes;

	for (size_t i = 0; i < 3; i++)
		fill(c, large[i]);
	contract_set(c, contract_key("d", "x"), 1, "small");
	for (size_t limit = 0; limit <= 4; limit += 2) {
		struct str after = STR("");
		size_t n = 0;

		do {
			assert_int_equal(store_partitions(c->store, &c->cx, after, limit, &codes),
					 OK);
			assert_true(codes.n > 0 && (limit == 0 || codes.n <= limit));
			after = codes.items[codes.n - 1];
			n += codes.n;
		} while (codes.more);
		assert_int_equal(n, 4);
	}
}

static void more_is_exact_where_the_service_ends_a_page_by_its_bytes(void **state)
{
	struct contract *c = *state;

	fill(c, "h");
	for (size_t limit = 1; limit <= 8; limit = 2 * limit + 1) {
		for (int backwards = 0; backwards < 2; backwards++) {
			struct query query = { .code = STR("h"),
					       .from = STR("item-0"),
					       .to = STR("item-7"),
					       .backwards = backwards,
					       .limit = limit };
			struct page page = { .more = true };
			size_t n = 0;

			while (page.more) {
				assert_int_equal(store_query(c->store, &c->cx, &query, &page), OK);
				assert_true(page.n > 0 && page.n <= limit);
				n += page.n;
				query.after = page.items[page.n - 1].key.item_type;
			}
			assert_int_equal(n, 7);
		}
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_table_is_made_as_the_deployment_makes_it),
		TEST(a_table_that_is_there_is_left_as_it_is),
		TEST(two_stores_on_one_table_see_each_other_at_once),
		TEST(what_is_no_table_of_ours_is_refused),
		TEST(a_place_that_is_none_is_told),
		TEST(partitions_larger_than_a_page_are_named_once),
		TEST(more_is_exact_where_the_service_ends_a_page_by_its_bytes),
	};
	int failed;

	dynamodb_tables_open();
	failed = cmocka_run_group_tests_name("tables", tests, NULL, NULL);
	dynamodb_tables_close();
	return failed;
}
