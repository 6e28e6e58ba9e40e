/* layer: record, adapter */
#include "store_fixture.h"

#include <string.h>

#include "record/batch.h"
#include "record/item.h"

static struct key key_of(const char *item_type)
{
	return (struct key){ STR("h"), str_of(item_type) };
}

/* A commit of one item with one text. */
static struct batch batch_of(struct store_fixture *fixture, const char *item_type, const char *text,
			     uint64_t if_rev)
{
	struct vec attrs = { NULL, 0, 0 };
	struct batch batch;

	cx_clear(&fixture->cx);
	batch_init(&batch, &fixture->cx);
	item_add_text(&fixture->arena, &attrs, STR("text"), str_of(text));
	batch_put(&batch, key_of(item_type), STR("thing"), if_rev, if_rev + 1, &attrs);
	return batch;
}

static struct item get(struct store_fixture *fixture, const char *item_type)
{
	struct item item = { .rev = 0 };
	enum err err;

	store_fixture_plan(fixture, 0, 0, OK, false);
	err = store_get(fixture->store, &fixture->cx, key_of(item_type), &item);
	assert_true(err == OK || err == ERR_NOT_FOUND);
	return item;
}

static void every_item_gets_token_type_and_version(void **state)
{
	struct store_fixture *fixture = *state;
	struct batch batch = batch_of(fixture, "a", "one", REV_ABSENT);
	struct item item;
	size_t conflict;

	assert_int_equal(batch.token.len, 32);
	assert_int_equal(batch_commit(&batch, fixture->store, key_of("a"), &conflict), OK);
	item = get(fixture, "a");
	assert_int_equal(item.rev, 1);
	assert_text(item_text(&item, STR("wt")), batch.token);
	assert_text(item_text(&item, STR("et")), STR("thing"));
	assert_int_equal(item_u64(&item, STR("sv")), ITEM_VERSION);
}

static void no_two_commits_have_one_token(void **state)
{
	struct store_fixture *fixture = *state;
	struct batch one, other;

	batch_init(&one, &fixture->cx);
	batch_init(&other, &fixture->cx);
	assert_false(str_eq(one.token, other.token));
}

static void a_condition_that_does_not_hold_is_a_conflict(void **state)
{
	struct store_fixture *fixture = *state;
	struct batch batch = batch_of(fixture, "a", "one", REV_ABSENT);
	size_t conflict = 7;

	assert_int_equal(batch_commit(&batch, fixture->store, key_of("a"), &conflict), OK);
	batch = batch_of(fixture, "b", "two", REV_ABSENT);
	batch_delete(&batch, key_of("a"), 5);
	assert_int_equal(batch_commit(&batch, fixture->store, key_of("b"), &conflict),
			 ERR_CONFLICT);
	assert_int_equal(conflict, 1);
	assert_null(fixture->cx.failure.code);
	assert_int_equal(get(fixture, "b").rev, 0);
}

static void an_item_past_the_limit_is_refused_before_anything_is_written(void **state)
{
	struct store_fixture *fixture = *state;
	char *text = arena_bytes(&fixture->arena, ITEM_BYTES_MAX + 1);
	struct item item;
	struct batch batch;
	size_t conflict, rest;

	memset(text, 'x', ITEM_BYTES_MAX);
	text[ITEM_BYTES_MAX] = '\0';
	batch = batch_of(fixture, "a", "", REV_ABSENT);
	item = (struct item){ key_of("a"), 1, ((struct write *)batch.writes.items)->attrs };
	rest = item_size(&item);
	text[ITEM_BYTES_MAX - rest] = '\0';
	batch = batch_of(fixture, "a", text, REV_ABSENT);
	assert_int_equal(batch_commit(&batch, fixture->store, key_of("a"), &conflict), OK);
	text[ITEM_BYTES_MAX - rest] = 'x';
	text[ITEM_BYTES_MAX - rest + 1] = '\0';
	batch = batch_of(fixture, "c", text, REV_ABSENT);
	batch_delete(&batch, key_of("a"), REV_ANY);
	assert_int_equal(batch_commit(&batch, fixture->store, key_of("c"), &conflict), ERR_LIMIT);
	assert_string_equal(fixture->cx.failure.code, "too_large");
	assert_int_equal(get(fixture, "a").rev, 1);
	assert_int_equal(get(fixture, "c").rev, 0);
}

/* The first failure is the one that is told. */
static void a_second_item_past_the_limit_adds_nothing(void **state)
{
	struct store_fixture *fixture = *state;
	struct batch batch = batch_of(fixture, "a", "", REV_ABSENT);
	char *text = arena_bytes(&fixture->arena, ITEM_BYTES_MAX);
	struct attr attr = { STR("text"),
			     { .kind = VALUE_TEXT, .text = { text, ITEM_BYTES_MAX } } };
	struct item item = { key_of("b"), 1, { &attr, 1 } };
	struct str first;
	size_t conflict;

	memset(text, 'x', ITEM_BYTES_MAX);
	batch_put_item(&batch, &item, REV_ABSENT);
	first = fixture->cx.failure.detail;
	attr.value.text.len--;
	batch_put_item(&batch, &item, REV_ABSENT);
	assert_int_equal(batch_commit(&batch, fixture->store, key_of("a"), &conflict), ERR_LIMIT);
	assert_text(fixture->cx.failure.detail, first);
	assert_int_equal(get(fixture, "a").rev, 0);
}

static void more_writes_than_a_commit_takes_are_refused(void **state)
{
	struct store_fixture *fixture = *state;
	struct batch batch;
	size_t conflict;

	batch_init(&batch, &fixture->cx);
	for (size_t i = 0; i <= fixture->store->api->max_writes; i++)
		batch_delete(&batch,
			     (struct key){ STR("h"), str_printf(&fixture->arena, "%zu", i) },
			     REV_ANY);
	assert_int_equal(batch_commit(&batch, fixture->store, key_of("0"), &conflict), ERR_LIMIT);
	assert_string_equal(fixture->cx.failure.code, "too_large");
}

static void refused_memory_is_a_limit_and_nothing_is_written(void **state)
{
	struct store_fixture *fixture = *state;
	struct batch batch = batch_of(fixture, "a", "one", REV_ABSENT);
	size_t conflict;

	fixture->arena.refused = true;
	assert_int_equal(batch_commit(&batch, fixture->store, key_of("a"), &conflict), ERR_LIMIT);
	fixture->arena.refused = false;
	cx_clear(&fixture->cx);
	assert_int_equal(get(fixture, "a").rev, 0);
}

static void a_batch_without_memory_for_its_writes_commits_nothing(void **state)
{
	struct store_fixture *fixture = *state;
	const struct item item = { key_of("a"), 1, { NULL, 0 } };
	struct vec attrs = { NULL, 0, 0 };
	struct arena arena;
	struct batch batch;
	size_t conflict;

	arena_init(&arena, 1);
	fixture->cx.arena = &arena;
	batch_init(&batch, &fixture->cx);
	batch_put(&batch, key_of("a"), STR("thing"), REV_ABSENT, 1, &attrs);
	batch_put_item(&batch, &item, REV_ABSENT);
	batch_check(&batch, key_of("b"), REV_ABSENT);
	batch_delete(&batch, key_of("c"), REV_ANY);
	batch_if_token(&batch, STR("token"));
	assert_int_equal(batch.writes.n, 0);
	assert_int_equal(batch_commit(&batch, fixture->store, key_of("a"), &conflict), ERR_LIMIT);
	fixture->cx.arena = &fixture->arena;
	cx_clear(&fixture->cx);
	arena_close(&arena);
	assert_int_equal(get(fixture, "a").rev, 0);
}

/* The answer is lost, the write is not: the witness has our token. */
static void an_unclear_commit_that_was_applied_is_done(void **state)
{
	struct store_fixture *fixture = *state;
	struct batch batch = batch_of(fixture, "a", "one", REV_ABSENT);
	size_t conflict;

	store_fixture_plan(fixture, STORE_FAULT_COMMIT, 1, ERR_UNCERTAIN, true);
	assert_int_equal(batch_commit(&batch, fixture->store, key_of("a"), &conflict), OK);
	assert_int_equal(atomic_load(&fixture->plan.calls), 1);
	assert_null(fixture->cx.failure.code);
	assert_int_equal(get(fixture, "a").rev, 1);
}

static void an_unclear_commit_that_was_not_applied_is_sent_again(void **state)
{
	struct store_fixture *fixture = *state;
	struct batch batch = batch_of(fixture, "a", "one", REV_ABSENT);
	size_t conflict;

	store_fixture_plan(fixture, STORE_FAULT_COMMIT, 1, ERR_UNCERTAIN, false);
	assert_int_equal(batch_commit(&batch, fixture->store, key_of("a"), &conflict), OK);
	assert_int_equal(atomic_load(&fixture->plan.calls), 2);
	assert_null(fixture->cx.failure.code);
	assert_int_equal(get(fixture, "a").rev, 1);
}

/* Another token stands in the witness: somebody else was faster. */
static void an_unclear_commit_that_lost_the_race_is_a_conflict(void **state)
{
	struct store_fixture *fixture = *state;
	struct batch other = batch_of(fixture, "a", "theirs", REV_ABSENT), batch;
	struct item item;
	size_t conflict;

	assert_int_equal(batch_commit(&other, fixture->store, key_of("a"), &conflict), OK);
	batch = batch_of(fixture, "a", "ours", REV_ABSENT);
	store_fixture_plan(fixture, STORE_FAULT_COMMIT, 1, ERR_UNCERTAIN, false);
	assert_int_equal(batch_commit(&batch, fixture->store, key_of("a"), &conflict),
			 ERR_CONFLICT);
	assert_int_equal(atomic_load(&fixture->plan.calls), 1);
	assert_null(fixture->cx.failure.code);
	item = get(fixture, "a");
	assert_text(item_text(&item, STR("text")), STR("theirs"));
}

static void what_stays_unclear_is_uncertain(void **state)
{
	struct store_fixture *fixture = *state;
	struct batch batch = batch_of(fixture, "a", "one", REV_ABSENT);
	size_t conflict;

	fixture->plan.and_all_after = true;
	store_fixture_plan(fixture, STORE_FAULT_ALL, 1, ERR_UNCERTAIN, true);
	assert_int_equal(batch_commit(&batch, fixture->store, key_of("a"), &conflict),
			 ERR_UNCERTAIN);
	assert_string_equal(fixture->cx.failure.code, "uncertain");
	assert_int_equal(get(fixture, "a").rev, 1);
	batch = batch_of(fixture, "b", "one", REV_ABSENT);
	store_fixture_plan(fixture, STORE_FAULT_COMMIT, 1, ERR_UNCERTAIN, false);
	assert_int_equal(
		batch_commit(&batch, fixture->store, (struct key){ STR(""), STR("") }, &conflict),
		ERR_UNCERTAIN);
	assert_int_equal(get(fixture, "b").rev, 0);
}

static void what_was_not_begun_is_unavailable(void **state)
{
	struct store_fixture *fixture = *state;
	struct batch batch = batch_of(fixture, "a", "one", REV_ABSENT);
	size_t conflict;

	store_fixture_plan(fixture, STORE_FAULT_COMMIT, 1, ERR_UNAVAILABLE, false);
	assert_int_equal(batch_commit(&batch, fixture->store, key_of("a"), &conflict),
			 ERR_UNAVAILABLE);
	assert_int_equal(atomic_load(&fixture->plan.calls), 1);
	assert_int_equal(get(fixture, "a").rev, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_open, store_fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_item_gets_token_type_and_version),
		TEST(no_two_commits_have_one_token),
		TEST(a_condition_that_does_not_hold_is_a_conflict),
		TEST(an_item_past_the_limit_is_refused_before_anything_is_written),
		TEST(a_second_item_past_the_limit_adds_nothing),
		TEST(more_writes_than_a_commit_takes_are_refused),
		TEST(refused_memory_is_a_limit_and_nothing_is_written),
		TEST(a_batch_without_memory_for_its_writes_commits_nothing),
		TEST(an_unclear_commit_that_was_applied_is_done),
		TEST(an_unclear_commit_that_was_not_applied_is_sent_again),
		TEST(an_unclear_commit_that_lost_the_race_is_a_conflict),
		TEST(what_stays_unclear_is_uncertain),
		TEST(what_was_not_begun_is_unavailable),
	};

	return cmocka_run_group_tests_name("record_batch", tests, NULL, NULL);
}
