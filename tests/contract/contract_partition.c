#include "contract_fixture.h"

#include <stdlib.h>

/* With what sorts apart, what begins alike, and what is no hotel. */
static const char *const codes[] = {
	"364425903",    "36442590",     "A", "a", "a\x01", "ab", "b", "ä", "h", "~chain",
	"~list-all-00", "~list-all-01", "~"
};
enum { CODES = sizeof(codes) / sizeof(codes[0]), ALL_MAX = 2000 };

static void fill(struct contract *c)
{
	for (size_t i = 0; i < CODES; i++) {
		for (size_t item = 0; item <= i; item++) {
			struct key key = { str_of(codes[i]),
					   str_printf(&c->arena, "item-%zu", item) };

			contract_set(c, key, 1, "x");
		}
	}
}

/* All codes, by pages of `limit`; each page but the last is as long as it may be. */
static size_t read_all(struct contract *c, size_t limit, struct str *all)
{
	struct codes page = { .more = true };
	size_t n = 0;

	while (page.more) {
		struct str after = n == 0 ? STR("") : all[n - 1];

		assert_int_equal(store_partitions(c->store, &c->cx, after, limit, &page), OK);
		assert_true(!page.more || page.n == limit || limit == 0);
		assert_true(!page.more || page.n != 0);
		for (size_t i = 0; i < page.n; i++) {
			assert_in_range(n, 0, ALL_MAX - 1);
			all[n++] = page.items[i];
		}
	}
	return n;
}

static size_t times(const struct str *all, size_t n, struct str code)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		found += str_eq(all[i], code);
	return found;
}

static void an_empty_store_has_no_partition(void **state)
{
	struct contract *c = *state;
	struct codes page;

	assert_int_equal(store_partitions(c->store, &c->cx, STR(""), 0, &page), OK);
	assert_int_equal(page.n, 0);
	assert_false(page.more);
}

static void every_partition_is_named_once(void **state)
{
	struct contract *c = *state;
	struct str all[ALL_MAX];
	size_t n;

	fill(c);
	n = read_all(c, 0, all);
	assert_int_equal(n, CODES);
	for (size_t i = 0; i < CODES; i++)
		assert_int_equal(times(all, n, str_of(codes[i])), 1);
}

static void pages_of_any_size_give_the_same_partitions_in_the_same_order(void **state)
{
	struct contract *c = *state;
	struct str all[ALL_MAX], paged[ALL_MAX];

	fill(c);
	assert_int_equal(read_all(c, 0, all), CODES);
	for (size_t limit = 1; limit <= CODES + 1; limit++) {
		assert_int_equal(read_all(c, limit, paged), CODES);
		for (size_t i = 0; i < CODES; i++)
			assert_true(str_eq(all[i], paged[i]));
	}
}

static void partitions_may_be_many(void **state)
{
	struct contract *c = *state;
	struct str all[ALL_MAX];

	for (unsigned i = 0; i < 100; i++) {
		struct write writes[15];

		for (unsigned j = 0; j < 15; j++) {
			struct key key = { str_printf(&c->arena, "%u", i * 15 + j), STR("ctl") };

			writes[j] = contract_put(&c->arena, key, REV_ABSENT, 1, "x");
		}
		assert_int_equal(contract_commit(c, writes, 15), OK);
	}
	assert_int_equal(read_all(c, 0, all), 1500);
	assert_int_equal(read_all(c, 7, all), 1500);
}

static void partitions_come_and_go_with_commits(void **state)
{
	struct contract *c = *state;
	struct key first = contract_key("b", "one"), second = contract_key("b", "two");
	struct str all[ALL_MAX];

	contract_set(c, contract_key("a", "one"), 1, "x");
	assert_int_equal(read_all(c, 0, all), 1);
	contract_set(c, first, 1, "x");
	contract_set(c, second, 1, "x");
	assert_int_equal(read_all(c, 0, all), 2);
	assert_int_equal(contract_commit_one(c, contract_delete(first, 1)), OK);
	assert_int_equal(read_all(c, 0, all), 2);
	assert_int_equal(contract_commit_one(c, contract_delete(second, 1)), OK);
	assert_int_equal(read_all(c, 0, all), 1);
	assert_true(str_eq(all[0], STR("a")));
}

static void what_comes_behind_a_code_that_is_gone_is_found(void **state)
{
	struct contract *c = *state;
	struct str all[ALL_MAX];
	struct codes page;

	fill(c);
	assert_int_equal(read_all(c, 0, all), CODES);
	for (size_t i = 0; i < CODES; i++) {
		struct key key = { all[3], str_printf(&c->arena, "item-%zu", i) };

		assert_int_equal(contract_commit_one(c, contract_delete(key, REV_ANY)), OK);
	}
	assert_int_equal(store_partitions(c->store, &c->cx, all[3], 1, &page), OK);
	assert_int_equal(page.n, 1);
	assert_true(str_eq(page.items[0], all[4]));
}

const struct CMUnitTest contract_partition_tests[] = {
	cmocka_unit_test(an_empty_store_has_no_partition),
	cmocka_unit_test(every_partition_is_named_once),
	cmocka_unit_test(pages_of_any_size_give_the_same_partitions_in_the_same_order),
	cmocka_unit_test(partitions_may_be_many),
	cmocka_unit_test(partitions_come_and_go_with_commits),
	cmocka_unit_test(what_comes_behind_a_code_that_is_gone_is_found),
};
const size_t contract_partition_count =
	sizeof(contract_partition_tests) / sizeof(contract_partition_tests[0]);
