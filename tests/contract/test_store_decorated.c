/* The decorators pass everything on: the suite over SQLite through all. What they do besides is told at the end. */
#include <stdlib.h>

#include "adapter/store_count.h"
#include "adapter/store_fault.h"
#include "adapter/store_narrow.h"
#include "contract_fixture.h"
#include "contract_folder.h"
#include "store_contract.h"

/* Fewer than SQLite takes, as many as a port must. */
#define NARROW 100

static struct store_counts suite_counts;
static struct store_fault_plan idle;

static struct store *open_decorated(void)
{
	struct store *store = contract_folder_new_sqlite();

	if (!store)
		return NULL;
	store = store_count_open(store_fault_open(store, &idle), &suite_counts);
	return store_narrow_open(store, NARROW);
}

struct rig {
	struct contract c;
	struct store_counts counts;
	struct store_fault_plan plan;
};

static int set_up(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));

	contract_cx_open(&rig->c.cx, &rig->c.arena, 0);
	rig->c.store = store_fault_open(
		store_count_open(contract_folder_new_sqlite(), &rig->counts), &rig->plan);
	*state = rig;
	return 0;
}

static int tear_down(void **state)
{
	struct rig *rig = *state;

	store_close(rig->c.store);
	arena_close(&rig->c.arena);
	free(rig);
	return 0;
}

static void calls_and_items_are_counted(void **state)
{
	struct rig *rig = *state;
	struct contract *c = &rig->c;
	struct write writes[3] = {
		contract_put(&c->arena, contract_key("h", "a"), REV_ABSENT, 1, "x"),
		contract_put(&c->arena, contract_key("h", "b"), REV_ABSENT, 1, "x"),
		contract_check(contract_key("h", "c"), REV_ABSENT),
	};

	assert_int_equal(contract_commit(c, writes, 3), OK);
	assert_int_equal(contract_commit(c, writes, 3), ERR_CONFLICT);
	contract_has(c, contract_key("h", "a"), 1, "x");
	contract_has_not(c, contract_key("h", "c"));
	assert_int_equal(contract_count(c->store, &c->cx, "h", 1), 2);
	assert_int_equal(rig->counts.commits, 2);
	assert_int_equal(rig->counts.items_written, 2);
	assert_int_equal(rig->counts.gets, 2);
	assert_int_equal(rig->counts.queries, 2);
	assert_int_equal(rig->counts.items_read, 3);
}

static void the_planned_call_fails_and_no_other(void **state)
{
	struct rig *rig = *state;
	struct contract *c = &rig->c;

	rig->plan = (struct store_fault_plan){
		.kinds = STORE_FAULT_COMMIT, .nth = 2, .err = ERR_UNAVAILABLE, .code = "unavailable"
	};
	contract_set(c, contract_key("h", "a"), 1, "x");
	assert_int_equal(contract_commit_one(c, contract_delete(contract_key("h", "a"), 1)),
			 ERR_UNAVAILABLE);
	assert_string_equal(c->cx.failure.code, "unavailable");
	cx_clear(&c->cx);
	contract_has(c, contract_key("h", "a"), 1, "x");
	contract_set(c, contract_key("h", "a"), 2, "x");
	assert_int_equal(rig->plan.calls, 3);
}

static void a_fault_after_applying_loses_only_the_answer(void **state)
{
	struct rig *rig = *state;
	struct contract *c = &rig->c;

	rig->plan = (struct store_fault_plan){ .kinds = STORE_FAULT_COMMIT,
					       .nth = 1,
					       .applied = true,
					       .err = ERR_UNCERTAIN,
					       .code = "uncertain" };
	assert_int_equal(contract_commit_one(c, contract_put(&c->arena, contract_key("h", "a"),
							     REV_ABSENT, 1, "x")),
			 ERR_UNCERTAIN);
	cx_clear(&c->cx);
	contract_has(c, contract_key("h", "a"), 1, "x");
}

static void reads_fail_as_planned_until_the_plan_ends(void **state)
{
	struct rig *rig = *state;
	struct contract *c = &rig->c;
	struct item item;
	struct page page;

	contract_set(c, contract_key("h", "a"), 1, "x");
	rig->plan.kinds = STORE_FAULT_GET | STORE_FAULT_QUERY;
	rig->plan.nth = 2;
	rig->plan.and_all_after = true;
	rig->plan.err = ERR_UNAVAILABLE;
	rig->plan.code = "unavailable";
	contract_has(c, contract_key("h", "a"), 1, "x");
	assert_int_equal(store_query(c->store, &c->cx, &(struct query){ .code = STR("h") }, &page),
			 ERR_UNAVAILABLE);
	assert_int_equal(store_get(c->store, &c->cx, contract_key("h", "a"), &item),
			 ERR_UNAVAILABLE);
	rig->plan.kinds = 0;
	cx_clear(&c->cx);
	contract_has(c, contract_key("h", "a"), 1, "x");
}

static void a_narrow_store_takes_fewer_writes_and_never_more_than_the_one_below(void **state)
{
	struct rig *rig = *state;
	struct contract *c = &rig->c;
	size_t most = c->store->api->max_writes;

	assert_true(most > NARROW);
	c->store = store_narrow_open(c->store, most + 1);
	assert_int_equal(c->store->api->max_writes, most);
	c->store = store_narrow_open(c->store, NARROW);
	assert_int_equal(c->store->api->max_writes, NARROW);
	contract_set(c, contract_key("h", "a"), 1, "x");
	contract_has(c, contract_key("h", "a"), 1, "x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(calls_and_items_are_counted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_planned_call_fails_and_no_other, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_fault_after_applying_loses_only_the_answer,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_narrow_store_takes_fewer_writes_and_never_more_than_the_one_below, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(reads_fail_as_planned_until_the_plan_ends, set_up,
						tear_down),
	};
	int failed;

	contract_folder_open();
	failed = store_contract("sqlite through store_fault, store_count and store_narrow",
				open_decorated);
	failed += cmocka_run_group_tests_name("decorators", tests, NULL, NULL);
	contract_folder_close();
	return failed;
}
