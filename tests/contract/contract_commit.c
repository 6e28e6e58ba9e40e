#include "contract_fixture.h"

#include <string.h>

#include "port/store_stats.h"

static void an_item_that_is_not_there_is_not_found(void **state)
{
	struct contract *c = *state;
	struct item item;

	assert_int_equal(store_get(c->store, &c->cx, contract_key("h", "ctl"), &item),
			 ERR_NOT_FOUND);
	assert_null(c->cx.failure.code);
}

static void what_was_put_is_read_back(void **state)
{
	struct contract *c = *state;
	struct key key = contract_key("h", "cfg-general");

	assert_int_equal(contract_commit_one(c, contract_put(&c->arena, key, REV_ABSENT, 1, "one")),
			 OK);
	contract_has(c, key, 1, "one");
	contract_has_not(c, contract_key("h", "cfg-genera"));
	contract_has_not(c, contract_key("h", "cfg-general1"));
	contract_has_not(c, contract_key("H", "cfg-general"));
}

static void an_absent_item_is_put_once(void **state)
{
	struct contract *c = *state;
	struct key key = contract_key("h", "ctl");

	assert_int_equal(contract_commit_one(c, contract_put(&c->arena, key, REV_ABSENT, 1, "one")),
			 OK);
	assert_int_equal(contract_commit_one(c, contract_put(&c->arena, key, REV_ABSENT, 2, "two")),
			 ERR_CONFLICT);
	assert_int_equal(c->conflict, 0);
	assert_null(c->cx.failure.code);
	contract_has(c, key, 1, "one");
}

static void a_put_over_the_rev_that_was_read_replaces_all_attributes(void **state)
{
	struct contract *c = *state;
	struct key key = contract_key("h", "ctl");
	struct attr attrs[] = { { STR("text"), { .kind = VALUE_TEXT, .text = STR("one") } },
				{ STR("more"), { .kind = VALUE_BOOL, .flag = true } } };
	struct write first = { .op = WRITE_PUT, .key = key, .rev = 1, .attrs = { attrs, 2 } };
	struct item item;

	assert_int_equal(contract_commit_one(c, first), OK);
	assert_int_equal(contract_commit_one(c, contract_put(&c->arena, key, 1, 7, "two")), OK);
	contract_has(c, key, 7, "two");
	assert_int_equal(store_get(c->store, &c->cx, key, &item), OK);
	assert_int_equal(item.attrs.n, 1);
}

static void a_stale_rev_is_a_conflict_that_names_its_write(void **state)
{
	struct contract *c = *state;
	struct key keys[] = { contract_key("h", "a"), contract_key("h", "b"),
			      contract_key("h", "c") };
	struct write writes[3];

	for (size_t i = 0; i < 3; i++)
		contract_set(c, keys[i], 5, "old");
	for (size_t stale = 0; stale < 3; stale++) {
		for (size_t i = 0; i < 3; i++)
			writes[i] = contract_put(&c->arena, keys[i], i == stale ? 4 : 5, 6, "new");
		assert_int_equal(contract_commit(c, writes, 3), ERR_CONFLICT);
		assert_int_equal(c->conflict, stale);
	}
	for (size_t i = 0; i < 3; i++)
		contract_has(c, keys[i], 5, "old");
}

static void a_rev_condition_on_an_absent_item_is_a_conflict(void **state)
{
	struct contract *c = *state;
	struct key key = contract_key("h", "ctl");

	assert_int_equal(contract_commit_one(c, contract_put(&c->arena, key, 1, 2, "x")),
			 ERR_CONFLICT);
	assert_int_equal(contract_commit_one(c, contract_delete(key, 1)), ERR_CONFLICT);
	assert_int_equal(contract_commit_one(c, contract_check(key, 1)), ERR_CONFLICT);
	contract_has_not(c, key);
}

static void a_put_without_condition_writes_whatever_is_there(void **state)
{
	struct contract *c = *state;
	struct key key = contract_key("h", "ctl");

	contract_set(c, key, 9, "one");
	contract_has(c, key, 9, "one");
	contract_set(c, key, 3, "two");
	contract_has(c, key, 3, "two");
}

static void a_delete_removes_the_rev_it_names(void **state)
{
	struct contract *c = *state;
	struct key key = contract_key("h", "ctl");

	contract_set(c, key, 2, "x");
	assert_int_equal(contract_commit_one(c, contract_delete(key, 1)), ERR_CONFLICT);
	contract_has(c, key, 2, "x");
	assert_int_equal(contract_commit_one(c, contract_delete(key, 2)), OK);
	contract_has_not(c, key);
	assert_int_equal(
		contract_commit_one(c, contract_put(&c->arena, key, REV_ABSENT, 1, "again")), OK);
	contract_has(c, key, 1, "again");
}

static void a_delete_without_condition_is_fine_with_nothing(void **state)
{
	struct contract *c = *state;
	struct key key = contract_key("h", "ctl");

	assert_int_equal(contract_commit_one(c, contract_delete(key, REV_ANY)), OK);
	contract_set(c, key, 2, "x");
	assert_int_equal(contract_commit_one(c, contract_delete(key, REV_ANY)), OK);
	contract_has_not(c, key);
}

static void a_check_holds_or_refuses_and_writes_nothing(void **state)
{
	struct contract *c = *state;
	struct key there = contract_key("h", "a"), absent = contract_key("h", "b");
	struct write writes[3];

	contract_set(c, there, 4, "x");
	writes[0] = contract_check(there, 4);
	writes[1] = contract_check(absent, REV_ABSENT);
	writes[2] = contract_put(&c->arena, contract_key("h", "c"), REV_ABSENT, 1, "new");
	assert_int_equal(contract_commit(c, writes, 3), OK);
	contract_has(c, there, 4, "x");
	contract_has_not(c, absent);
	writes[2] = contract_put(&c->arena, contract_key("h", "d"), REV_ABSENT, 1, "new");
	writes[1] = contract_check(there, REV_ABSENT);
	writes[0] = contract_check(absent, REV_ABSENT);
	assert_int_equal(contract_commit(c, writes, 3), ERR_CONFLICT);
	assert_int_equal(c->conflict, 1);
	contract_has_not(c, contract_key("h", "d"));
	assert_int_equal(contract_commit_one(c, contract_check(there, REV_ANY)), OK);
}

/* An item that names the commit which wrote it. */
static struct write put_by(struct contract *c, struct key key, uint64_t if_rev, uint64_t rev,
			   const char *token)
{
	struct write write = contract_put(&c->arena, key, if_rev, rev, "x");
	struct attr *attrs = arena_array(&c->arena, 2, sizeof(*attrs));

	attrs[0] = write.attrs.items[0];
	attrs[1] = (struct attr){ STR("wt"), { .kind = VALUE_TEXT, .text = str_of(token) } };
	write.attrs = (struct attrs){ attrs, 2 };
	return write;
}

static struct write with_token(struct write write, const char *token)
{
	write.if_token = str_of(token);
	return write;
}

static void a_write_over_the_token_that_was_read_is_done(void **state)
{
	struct contract *c = *state;
	struct key key = contract_key("h", "ctl");

	assert_int_equal(contract_commit_one(c, put_by(c, key, REV_ABSENT, 3, "one \"ü\"")), OK);
	assert_int_equal(contract_commit_one(c, with_token(contract_check(key, 3), "one \"ü\"")),
			 OK);
	assert_int_equal(
		contract_commit_one(c, with_token(put_by(c, key, 3, 4, "two"), "one \"ü\"")), OK);
	contract_has(c, key, 4, "x");
	assert_int_equal(contract_commit_one(c, with_token(contract_delete(key, 4), "two")), OK);
	contract_has_not(c, key);
}

/* As a hotel that was imported over one of the same revision. */
static void the_same_rev_of_another_token_is_a_conflict(void **state)
{
	static const char *const others[] = { "other", "on", "one ", "ONE", "3", "null" };
	struct contract *c = *state;
	struct key key = contract_key("h", "ctl");

	assert_int_equal(contract_commit_one(c, put_by(c, key, REV_ABSENT, 3, "one")), OK);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct write writes[3] = { with_token(put_by(c, key, 3, 4, "two"), others[i]),
					   with_token(contract_delete(key, 3), others[i]),
					   with_token(contract_check(key, 3), others[i]) };

		for (size_t j = 0; j < 3; j++) {
			assert_int_equal(contract_commit_one(c, writes[j]), ERR_CONFLICT);
			assert_int_equal(c->conflict, 0);
			contract_has(c, key, 3, "x");
		}
	}
}

static void a_token_does_not_make_up_for_the_rev_or_the_item(void **state)
{
	struct contract *c = *state;
	struct key key = contract_key("h", "ctl"), bare = contract_key("h", "bare");
	struct key absent = contract_key("h", "absent");
	struct write writes[6] = { with_token(put_by(c, key, 2, 4, "two"), "one"),
				   with_token(contract_delete(key, 2), "one"),
				   with_token(contract_check(key, 2), "one"),
				   with_token(contract_check(bare, 3), "one"),
				   with_token(put_by(c, absent, 3, 4, "two"), "one"),
				   with_token(contract_check(absent, 3), "one") };

	assert_int_equal(contract_commit_one(c, put_by(c, key, REV_ABSENT, 3, "one")), OK);
	contract_set(c, bare, 3, "x");
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(contract_commit_one(c, writes[i]), ERR_CONFLICT);
	contract_has(c, key, 3, "x");
	contract_has_not(c, absent);
}

static void a_commit_over_several_partitions_is_all_or_nothing(void **state)
{
	struct contract *c = *state;
	struct key a = contract_key("h1", "ctl"), b = contract_key("~list-all-00", "h1");
	struct write writes[4];

	contract_set(c, contract_key("h2", "ctl"), 5, "old");
	contract_set(c, contract_key("h2", "gone"), 5, "old");
	writes[0] = contract_put(&c->arena, a, REV_ABSENT, 1, "a");
	writes[1] = contract_put(&c->arena, b, REV_ANY, 1, "b");
	writes[2] = contract_delete(contract_key("h2", "gone"), 5);
	writes[3] = contract_put(&c->arena, contract_key("h2", "ctl"), 4, 6, "new");
	assert_int_equal(contract_commit(c, writes, 4), ERR_CONFLICT);
	assert_int_equal(c->conflict, 3);
	contract_has_not(c, a);
	contract_has_not(c, b);
	contract_has(c, contract_key("h2", "gone"), 5, "old");
	writes[3].if_rev = 5;
	assert_int_equal(contract_commit(c, writes, 4), OK);
	contract_has(c, a, 1, "a");
	contract_has(c, b, 1, "b");
	contract_has_not(c, contract_key("h2", "gone"));
	contract_has(c, contract_key("h2", "ctl"), 6, "new");
}

static void a_commit_of_nothing_is_fine(void **state)
{
	struct contract *c = *state;

	assert_int_equal(contract_commit(c, NULL, 0), OK);
}

static void a_commit_takes_as_many_writes_as_the_store_says(void **state)
{
	struct contract *c = *state;
	size_t n = c->store->api->max_writes;
	struct write *writes = arena_array(&c->arena, n, sizeof(*writes));

	assert_true(n >= 100);
	for (size_t i = 0; i < n; i++) {
		struct key key = { STR("h"), str_printf(&c->arena, "cfg-room-%06zu", i) };

		writes[i] = contract_put(&c->arena, key, REV_ABSENT, 1, "room");
	}
	assert_int_equal(contract_commit(c, writes, n), OK);
	assert_int_equal(contract_count(c->store, &c->cx, "h", 0), n);
	for (size_t i = 0; i < n; i++)
		writes[i] = contract_delete(writes[i].key, i == n - 1 ? 2 : 1);
	assert_int_equal(contract_commit(c, writes, n), ERR_CONFLICT);
	assert_int_equal(c->conflict, n - 1);
	assert_int_equal(contract_count(c->store, &c->cx, "h", 0), n);
}

static void large_revs_are_kept(void **state)
{
	struct contract *c = *state;
	struct key key = contract_key("h", "ctl");
	uint64_t rev = (uint64_t)1 << 53;

	contract_set(c, key, rev - 1, "x");
	assert_int_equal(contract_commit_one(c, contract_put(&c->arena, key, rev - 1, rev, "y")),
			 OK);
	contract_has(c, key, rev, "y");
	assert_int_equal(contract_commit_one(c, contract_check(key, rev + 1)), ERR_CONFLICT);
}

/* Nobody's rev is that of an item without one, and the other way round. */
static void an_item_without_rev_is_met_by_that_condition_alone(void **state)
{
	struct contract *c = *state;
	struct key key = contract_key("h", "cfg-general"), ours = contract_key("h", "ctl");
	struct key absent = contract_key("h", "absent");
	const uint64_t others[] = { 1, REV_ABSENT, REV_NONE - 1 };

	contract_set(c, key, REV_NONE, "theirs");
	contract_set(c, ours, 1, "ours");
	contract_has(c, key, REV_NONE, "theirs");
	for (size_t i = 0; i < 3; i++) {
		struct write writes[3] = { contract_check(key, others[i]),
					   contract_put(&c->arena, key, others[i], 2, "x"),
					   contract_delete(key, others[i]) };

		for (size_t j = 0; j < 3; j++)
			assert_int_equal(contract_commit_one(c, writes[j]), ERR_CONFLICT);
	}
	assert_int_equal(contract_commit_one(c, contract_check(ours, REV_NONE)), ERR_CONFLICT);
	assert_int_equal(contract_commit_one(c, contract_delete(absent, REV_NONE)), ERR_CONFLICT);
	assert_int_equal(contract_commit_one(c, contract_check(key, REV_NONE)), OK);
	assert_int_equal(contract_commit_one(c, contract_put(&c->arena, key, REV_NONE, 2, "taken")),
			 OK);
	contract_has(c, key, 2, "taken");
	contract_set(c, key, REV_NONE, "theirs again");
	assert_int_equal(contract_commit_one(c, contract_delete(key, REV_NONE)), OK);
	contract_has_not(c, key);
}

static void past_the_deadline_nothing_is_asked_of_the_store(void **state)
{
	struct contract *c = *state;
	struct key key = contract_key("h", "ctl");
	struct page page;
	struct item item;

	c->cx.deadline_mono_ms = clock_mono_ms(c->cx.clock) - 1;
	assert_int_equal(contract_commit_one(c, contract_put(&c->arena, key, REV_ANY, 1, "x")),
			 ERR_UNAVAILABLE);
	assert_string_equal(c->cx.failure.code, "unavailable");
	assert_int_equal(store_get(c->store, &c->cx, key, &item), ERR_UNAVAILABLE);
	assert_int_equal(store_query(c->store, &c->cx, &(struct query){ .code = STR("h") }, &page),
			 ERR_UNAVAILABLE);
	c->cx.deadline_mono_ms = 0;
	cx_clear(&c->cx);
	contract_has_not(c, key);
}

/* Where the engine has figures of its own there is nothing to see, and that is said. */
static void every_commit_is_counted_once_by_what_came_of_it(void **state)
{
	struct contract *c = *state;
	struct key key = contract_key("h", "ctl");
	struct store_stats before, after;
	uint64_t groups = 0, members = 0;
	bool counts = store_get_stats(c->store, &before);

	assert_int_equal(contract_commit_one(c, contract_put(&c->arena, key, REV_ABSENT, 1, "one")),
			 OK);
	assert_int_equal(contract_commit_one(c, contract_put(&c->arena, key, REV_ABSENT, 2, "two")),
			 ERR_CONFLICT);
	assert_int_equal(contract_commit_one(c, contract_put(&c->arena, key, 1, 2, "two")), OK);
	assert_int_equal(store_get_stats(c->store, &after), counts);
	if (!counts)
		return;
	assert_int_equal(after.applied - before.applied, 2);
	assert_int_equal(after.conflicts - before.conflicts, 1);
	assert_int_equal(after.failed - before.failed, 0);
	assert_false(after.is_stopped);
	for (size_t i = 0; i <= HISTOGRAM_BOUNDS; i++) {
		groups += after.sync_us.buckets[i] - before.sync_us.buckets[i];
		members += after.members.buckets[i] - before.members.buckets[i];
	}
	assert_int_equal(groups, 2);
	assert_int_equal(members, 2);
	assert_int_equal(after.members.sum - before.members.sum, 2);
	assert_true(after.sync_us.sum > before.sync_us.sum);
}

const struct CMUnitTest contract_commit_tests[] = {
	cmocka_unit_test(an_item_that_is_not_there_is_not_found),
	cmocka_unit_test(what_was_put_is_read_back),
	cmocka_unit_test(an_absent_item_is_put_once),
	cmocka_unit_test(a_put_over_the_rev_that_was_read_replaces_all_attributes),
	cmocka_unit_test(a_stale_rev_is_a_conflict_that_names_its_write),
	cmocka_unit_test(a_rev_condition_on_an_absent_item_is_a_conflict),
	cmocka_unit_test(a_put_without_condition_writes_whatever_is_there),
	cmocka_unit_test(a_delete_removes_the_rev_it_names),
	cmocka_unit_test(a_delete_without_condition_is_fine_with_nothing),
	cmocka_unit_test(a_check_holds_or_refuses_and_writes_nothing),
	cmocka_unit_test(a_write_over_the_token_that_was_read_is_done),
	cmocka_unit_test(the_same_rev_of_another_token_is_a_conflict),
	cmocka_unit_test(a_token_does_not_make_up_for_the_rev_or_the_item),
	cmocka_unit_test(a_commit_over_several_partitions_is_all_or_nothing),
	cmocka_unit_test(a_commit_of_nothing_is_fine),
	cmocka_unit_test(a_commit_takes_as_many_writes_as_the_store_says),
	cmocka_unit_test(large_revs_are_kept),
	cmocka_unit_test(an_item_without_rev_is_met_by_that_condition_alone),
	cmocka_unit_test(past_the_deadline_nothing_is_asked_of_the_store),
	cmocka_unit_test(every_commit_is_counted_once_by_what_came_of_it),
};
const size_t contract_commit_count =
	sizeof(contract_commit_tests) / sizeof(contract_commit_tests[0]);
