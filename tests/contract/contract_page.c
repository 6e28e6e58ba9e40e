#include "contract_fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static const char *const types[] = { "A", "a", "a!", "a-", "a-b", "ab", "b", "~" };
enum { TYPES = sizeof(types) / sizeof(types[0]) };

/* Out of order, and between two other partitions. */
static void fill(struct contract *c)
{
	static const size_t order[TYPES] = { 5, 0, 7, 2, 6, 1, 4, 3 };

	contract_set(c, contract_key("g", "a-"), 1, "other");
	contract_set(c, contract_key("ha", "a-"), 1, "other");
	for (size_t i = 0; i < TYPES; i++)
		contract_set(c, contract_key("h", types[order[i]]), order[i] + 1, types[order[i]]);
}

static struct page ask(struct contract *c, struct query query)
{
	struct page page;

	query.code = STR("h");
	assert_int_equal(store_query(c->store, &c->cx, &query, &page), OK);
	return page;
}

static void an_empty_partition_is_an_empty_page(void **state)
{
	struct contract *c = *state;
	struct page page;

	fill(c);
	assert_int_equal(store_query(c->store, &c->cx, &(struct query){ .code = STR("i") }, &page),
			 OK);
	assert_int_equal(page.n, 0);
	assert_false(page.more);
}

static void a_partition_comes_in_the_order_of_its_bytes(void **state)
{
	static const char *const all[] = { "A", "a", "a!", "a-", "a-b", "ab", "b", "~", NULL };
	struct contract *c = *state;
	struct page page;

	fill(c);
	page = ask(c, (struct query){ .limit = 0 });
	contract_page_is(&page, all);
	assert_false(page.more);
	for (size_t i = 0; i < page.n; i++) {
		assert_int_equal(page.items[i].rev, i + 1);
		assert_true(str_eq(page.items[i].key.code, STR("h")));
	}
}

static void a_range_begins_with_from_and_ends_before_to(void **state)
{
	static const char *const inner[] = { "a-", "a-b", "ab", NULL };
	static const char *const tail[] = { "b", "~", NULL }, *const head[] = { "A", NULL };
	struct contract *c = *state;
	struct page page;

	fill(c);
	page = ask(c, (struct query){ .from = STR("a-"), .to = STR("b") });
	contract_page_is(&page, inner);
	page = ask(c, (struct query){ .from = STR("a\"z"), .to = STR("abc") });
	contract_page_is(&page, inner);
	page = ask(c, (struct query){ .from = STR("b") });
	contract_page_is(&page, tail);
	page = ask(c, (struct query){ .to = STR("a") });
	contract_page_is(&page, head);
	page = ask(c, (struct query){ .from = STR("b"), .to = STR("a") });
	assert_int_equal(page.n, 0);
	assert_false(page.more);
}

static void a_limit_ends_the_page_and_more_is_exact(void **state)
{
	static const char *const two[] = { "A", "a", NULL };
	struct contract *c = *state;
	struct page page;

	fill(c);
	page = ask(c, (struct query){ .limit = 2 });
	contract_page_is(&page, two);
	assert_true(page.more);
	page = ask(c, (struct query){ .limit = TYPES });
	assert_int_equal(page.n, TYPES);
	assert_false(page.more);
	page = ask(c, (struct query){ .to = STR("a!"), .limit = 2 });
	contract_page_is(&page, two);
	assert_false(page.more);
}

static void after_continues_behind_a_key_that_need_not_exist(void **state)
{
	static const char *const rest[] = { "ab", "b", "~", NULL }, *const two[] = { "ab", "b",
										     NULL };
	struct contract *c = *state;
	struct page page;

	fill(c);
	page = ask(c, (struct query){ .after = STR("a-b") });
	contract_page_is(&page, rest);
	page = ask(c, (struct query){ .after = STR("a-c"), .limit = 2 });
	contract_page_is(&page, two);
	assert_true(page.more);
	page = ask(c, (struct query){ .from = STR("ab"), .to = STR("~"), .after = STR("A") });
	contract_page_is(&page, two);
	page = ask(c, (struct query){ .after = STR("~") });
	assert_int_equal(page.n, 0);
	assert_false(page.more);
}

static void backwards_is_the_same_from_the_other_end(void **state)
{
	static const char *const all[] = { "~", "b", "ab", "a-b", "a-", "a!", "a", "A", NULL };
	static const char *const inner[] = { "ab", "a-b", "a-", NULL };
	static const char *const two[] = { "a-b", "a-", NULL };
	struct contract *c = *state;
	struct page page;

	fill(c);
	page = ask(c, (struct query){ .backwards = true });
	contract_page_is(&page, all);
	page = ask(c, (struct query){ .from = STR("a-"), .to = STR("b"), .backwards = true });
	contract_page_is(&page, inner);
	page = ask(c, (struct query){ .from = STR("a-"),
				      .to = STR("b"),
				      .after = STR("ab"),
				      .backwards = true });
	contract_page_is(&page, two);
	assert_false(page.more);
	page = ask(c, (struct query){ .after = STR("ab"), .limit = 2, .backwards = true });
	contract_page_is(&page, two);
	assert_true(page.more);
	page = ask(c, (struct query){ .to = STR("b"),
				      .after = STR("~"),
				      .limit = 3,
				      .from = STR("a-"),
				      .backwards = true });
	contract_page_is(&page, inner);
	assert_false(page.more);
}

/* Three megabytes: no store gives them in one page. */
static void pages_go_on_until_everything_was_given(void **state)
{
	struct contract *c = *state;
	char *bytes = arena_bytes(&c->arena, 390001);

	memset(bytes, 'x', 390000);
	bytes[390000] = '\0';
	for (size_t i = 0; i < TYPES; i++)
		contract_set(c, contract_key("h", types[i]), 1, bytes);
	for (int backwards = 0; backwards < 2; backwards++) {
		struct query query = { .code = STR("h"), .backwards = backwards };
		struct page page = { .more = true };
		size_t n = 0, pages = 0;

		for (; page.more; pages++) {
			assert_int_equal(store_query(c->store, &c->cx, &query, &page), OK);
			assert_true(page.n > 0);
			for (size_t i = 0; i < page.n; i++, n++) {
				size_t at = backwards ? TYPES - 1 - n : n;

				assert_true(str_eq(page.items[i].key.item_type, str_of(types[at])));
			}
			query.after = page.items[page.n - 1].key.item_type;
		}
		assert_int_equal(n, TYPES);
		assert_true(pages > 1);
	}
}

enum { STAYING = 3000, PAGE_ITEMS = 37 };

struct churn {
	struct contract *c;
	unsigned thread;
	atomic_bool *stop;
	size_t failed;
};

/* Puts and deletes odd keys, and rewrites even ones, which stay. */
static void *churn(void *arg)
{
	struct churn *self = arg;
	struct arena arena;
	unsigned seed = self->thread;
	struct cx cx;

	contract_cx_open(&cx, &arena, self->thread);
	while (!atomic_load(self->stop)) {
		unsigned i = (unsigned)rand_r(&seed) % (2 * STAYING);
		struct key key = { STR("h"), str_printf(&arena, "item-%05u", i) };
		struct write write = contract_put(&arena, key, REV_ANY, 2, "churned");
		struct commit commit = { .writes = &write, .n = 1, .token = STR("t") };
		size_t conflict;

		if (i % 2 == 1 && seed % 2 == 0)
			write = contract_delete(key, REV_ANY);
		self->failed += store_commit(self->c->store, &cx, &commit, &conflict) != OK;
		arena_reset(&arena, 0);
	}
	arena_close(&arena);
	return NULL;
}

/* Every even key comes once, in order; how many odd ones come is chance. */
static void check_staying(struct contract *c, bool backwards)
{
	struct query query = { .code = STR("h"), .limit = PAGE_ITEMS, .backwards = backwards };
	struct page page = { .more = true };
	struct str last = { NULL, 0 };
	size_t even = 0;

	while (page.more) {
		assert_int_equal(store_query(c->store, &c->cx, &query, &page), OK);
		for (size_t i = 0; i < page.n; i++) {
			struct str type = page.items[i].key.item_type;

			assert_true(last.len == 0 || (str_cmp(last, type) < 0) == !backwards);
			last = type;
			even += (type.ptr[type.len - 1] - '0') % 2 == 0;
		}
		assert_true(page.n > 0 || !page.more);
		query.after = last;
	}
	assert_int_equal(even, STAYING);
}

static void nothing_that_stays_is_skipped_or_repeated_under_writers(void **state)
{
	struct contract *c = *state;
	struct write *writes = arena_array(&c->arena, 100, sizeof(*writes));
	struct churn churns[4];
	pthread_t threads[4];
	atomic_bool stop = false;

	for (unsigned i = 0; i < STAYING; i += 100) {
		for (unsigned k = 0; k < 100; k++) {
			struct str type = str_printf(&c->arena, "item-%05u", 2 * (i + k));

			writes[k] = contract_put(&c->arena, (struct key){ STR("h"), type },
						 REV_ABSENT, 1, "stays");
		}
		assert_int_equal(contract_commit(c, writes, 100), OK);
	}
	for (unsigned i = 0; i < 4; i++) {
		churns[i] = (struct churn){ c, i + 1, &stop, 0 };
		assert_int_equal(pthread_create(&threads[i], NULL, churn, &churns[i]), 0);
	}
	for (int round = 0; round < (c->store->api->is_local ? 6 : 2); round++)
		check_staying(c, round % 2 == 1);
	atomic_store(&stop, true);
	for (unsigned i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(churns[i].failed, 0);
	}
}

static void a_full_arena_is_a_limit_and_not_a_short_page(void **state)
{
	struct contract *c = *state;
	struct arena small;
	struct page page;
	struct item item;
	struct cx cx;

	fill(c);
	contract_cx_open(&cx, &small, 0);
	small.refuse_chunk = 1;
	assert_int_equal(store_query(c->store, &cx, &(struct query){ .code = STR("h") }, &page),
			 ERR_LIMIT);
	arena_close(&small);
	cx_clear(&cx);
	small.refuse_chunk = 1;
	assert_int_equal(store_get(c->store, &cx, contract_key("h", "a"), &item), ERR_LIMIT);
	arena_close(&small);
}

const struct CMUnitTest contract_page_tests[] = {
	cmocka_unit_test(an_empty_partition_is_an_empty_page),
	cmocka_unit_test(a_partition_comes_in_the_order_of_its_bytes),
	cmocka_unit_test(a_range_begins_with_from_and_ends_before_to),
	cmocka_unit_test(a_limit_ends_the_page_and_more_is_exact),
	cmocka_unit_test(after_continues_behind_a_key_that_need_not_exist),
	cmocka_unit_test(backwards_is_the_same_from_the_other_end),
	cmocka_unit_test(pages_go_on_until_everything_was_given),
	cmocka_unit_test(nothing_that_stays_is_skipped_or_repeated_under_writers),
	cmocka_unit_test(a_full_arena_is_a_limit_and_not_a_short_page),
};
const size_t contract_page_count = sizeof(contract_page_tests) / sizeof(contract_page_tests[0]);
