/* layer: record, adapter */
#include "intent_rig.h"

#include <string.h>

#include "record/batch.h"
#include "record/commit_many.h"
#include "record/hotel_record.h"
#include "record/intent.h"
#include "record/intent_view.h"
#include "record/item.h"
#include "record/key.h"

static bool is_empty(struct intent_rig *rig, struct str partition)
{
	const struct query query = { .code = partition };
	struct page page;

	assert_int_equal(store_query(rig->fixture->store, intent_rig_cx(rig), &query, &page), OK);
	return page.n == 0;
}

/* Seen through a view it is all there; finished it is there too, and nothing else is left. True when some of it had waited. */
static bool check_written(struct intent_rig *rig, struct str code, const struct intent_model *model)
{
	struct store *store = rig->fixture->store;
	struct intent_view view;
	struct ctl ctl, settled;

	assert_int_equal(record_get_ctl(intent_rig_cx(rig), store, code, &ctl), OK);
	assert_int_equal(ctl.rev, 2);
	assert_int_equal(intent_view_open(intent_rig_cx(rig), store, code, &ctl, INTENT_ALL, &view),
			 OK);
	intent_rig_check(rig, view.store, code, model, false);
	intent_view_close(&view);
	assert_int_equal(
		intent_view_open(intent_rig_cx(rig), store, code, &ctl, INTENT_DOCUMENT, &view),
		OK);
	intent_rig_check(rig, view.store, code, model, true);
	intent_view_close(&view);
	assert_int_equal(intent_settle(intent_rig_cx(rig), store, code, &settled), OK);
	assert_int_equal(settled.intent.len, 0);
	assert_int_equal(settled.rev, 2);
	assert_true(str_eq(settled.token, ctl.token));
	intent_rig_check(rig, store, code, model, false);
	if (ctl.intent.len != 0)
		assert_true(is_empty(rig, key_intent(&rig->fixture->arena, ctl.intent, 0).code));
	return ctl.intent.len != 0;
}

struct way {
	enum err err;
	bool applied, and_all_after;
};

/* The n-th commit fails. False once there are no so many. */
static bool fail_commit(struct intent_rig *rig, const struct way *way, unsigned n, unsigned *sealed)
{
	struct store_fixture *fixture = rig->fixture;
	struct str code = str_printf(&fixture->arena, "%d%d%d-%u", way->err, way->applied,
				     way->and_all_after, n);
	struct intent_model model;
	struct str token = intent_rig_begin(rig, code, &model);
	unsigned calls;
	enum err err;

	store_fixture_plan(fixture, STORE_FAULT_COMMIT, n, way->err, way->applied);
	fixture->plan.and_all_after = way->and_all_after;
	err = intent_rig_write(rig, code, token, &model);
	calls = atomic_load(&fixture->plan.calls);
	fixture->plan.and_all_after = false;
	store_fixture_plan(fixture, 0, 0, OK, false);
	assert_true(err == OK || err == ERR_UNAVAILABLE);
	if (err == OK)
		*sealed += check_written(rig, code, &model);
	else
		intent_rig_check(rig, fixture->store, code, &model, false);
	return calls >= n;
}

static void what_waits_is_seen_through_a_view_wherever_finishing_ends(void **state)
{
	static const struct way ways[] = {
		{ ERR_UNAVAILABLE, false, false }, { ERR_UNAVAILABLE, false, true },
		{ ERR_UNCERTAIN, true, false },    { ERR_UNCERTAIN, false, false },
		{ ERR_UNCERTAIN, true, true },
	};
	struct intent_rig *rig = *state;

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		unsigned sealed = 0, n = 1;

		/* Small ones make many parts. */
		rig->api.max_bytes = i % 2 ? SIZE_MAX : 4000;
		while (fail_commit(rig, &ways[i], n, &sealed))
			n++;
		assert_in_range(n, 8, 60);
		if (!ways[i].applied && ways[i].err == ERR_UNAVAILABLE)
			assert_in_range(sealed, 4, n);
	}
}

/* A hotel that is sealed, and nothing of it in its place. */
static struct ctl seal(struct intent_rig *rig, struct str code, struct intent_model *model)
{
	struct str token = intent_rig_begin(rig, code, model);
	struct ctl ctl = { .rev = 0 };

	for (unsigned n = 2; n < 20 && ctl.intent.len == 0; n++) {
		store_fixture_plan(rig->fixture, STORE_FAULT_COMMIT, n, ERR_UNAVAILABLE, false);
		rig->fixture->plan.and_all_after = true;
		(void)intent_rig_write(rig, code, token, model);
		rig->fixture->plan.and_all_after = false;
		store_fixture_plan(rig->fixture, 0, 0, OK, false);
		assert_int_equal(
			record_get_ctl(intent_rig_cx(rig), rig->fixture->store, code, &ctl), OK);
	}
	assert_true(ctl.intent.len != 0);
	ctl.intent = str_dup(&rig->fixture->arena, ctl.intent);
	return ctl;
}

static void a_guess_by_the_token_of_a_sealed_hotel_is_refused(void **state)
{
	struct intent_rig *rig = *state;
	struct intent_model model;
	struct ctl ctl = seal(rig, STR("1"), &model);
	struct batch batch;
	size_t conflict;

	batch_init(&batch, intent_rig_cx(rig));
	intent_rig_put_ctl(&batch, STR("1"), 3, ctl.token);
	assert_int_equal(commit_many(&batch, rig->fixture->store, intent_rig_key(rig, STR("1"), 0),
				     &conflict),
			 ERR_CONFLICT);
	assert_true(check_written(rig, STR("1"), &model));
	assert_int_equal(commit_many(&batch, rig->fixture->store, intent_rig_key(rig, STR("1"), 0),
				     &conflict),
			 OK);
}

/* What must not be taken for finished: removes, or changes, an item of the intent. */
static void spoil(struct intent_rig *rig, struct str token, unsigned part, bool remove)
{
	struct key key = key_intent(&rig->fixture->arena, token, part);
	const struct key none = { STR(""), STR("") };
	struct batch batch;
	size_t conflict;

	batch_init(&batch, intent_rig_cx(rig));
	if (remove)
		batch_delete(&batch, key, REV_ANY);
	else
		intent_rig_put(&batch, key, "spoilt", REV_ANY, 1);
	assert_int_equal(batch_commit(&batch, rig->fixture->store, none, &conflict), OK);
}

static void a_part_that_is_lost_or_changed_is_damage(void **state)
{
	struct intent_rig *rig = *state;

	rig->api.max_bytes = 4000;
	for (unsigned i = 0; i < 6; i++) {
		struct str code = str_printf(&rig->fixture->arena, "%u", i);
		struct intent_view view;
		struct intent_model model;
		struct ctl ctl = seal(rig, code, &model), settled;

		spoil(rig, ctl.intent, i / 2, i % 2 != 0);
		assert_int_equal(intent_view_open(intent_rig_cx(rig), rig->fixture->store, code,
						  &ctl, INTENT_ALL, &view),
				 ERR_INTERNAL);
		assert_true(rig->fixture->cx.failure.detail.len != 0);
		assert_int_equal(
			intent_settle(intent_rig_cx(rig), rig->fixture->store, code, &settled),
			ERR_INTERNAL);
		assert_true(rig->fixture->cx.failure.detail.len != 0);
	}
}

static void a_batch_of_no_hotel_or_of_two_must_fit(void **state)
{
	struct intent_rig *rig = *state;

	for (unsigned hotels = 0; hotels <= 2; hotels += 2) {
		struct batch batch;
		size_t conflict;

		batch_init(&batch, intent_rig_cx(rig));
		for (unsigned i = 0; i < hotels; i++)
			intent_rig_put_ctl(&batch, str_printf(&rig->fixture->arena, "%u", i), 1,
					   STR(""));
		for (unsigned i = 0; i < 8; i++)
			intent_rig_put(&batch, intent_rig_key(rig, STR("0"), i), "x", REV_ABSENT,
				       1);
		assert_int_equal(commit_many(&batch, rig->fixture->store,
					     intent_rig_key(rig, STR("0"), 0), &conflict),
				 ERR_LIMIT);
		assert_string_equal(rig->fixture->cx.failure.code, "too_large");
	}
	assert_true(is_empty(rig, STR("0")));
}

static void conditions_in_other_partitions_can_not_wait(void **state)
{
	struct intent_rig *rig = *state;
	struct batch batch;
	size_t conflict;

	for (unsigned others = 4; others <= 5; others++) {
		batch_init(&batch, intent_rig_cx(rig));
		intent_rig_put_ctl(&batch, str_printf(&rig->fixture->arena, "%u", others), 1,
				   STR(""));
		intent_rig_put(
			&batch,
			intent_rig_key(rig, str_printf(&rig->fixture->arena, "%u", others), 0), "x",
			REV_ABSENT, 1);
		for (unsigned i = 0; i < others; i++)
			intent_rig_put(&batch, intent_rig_key(rig, STR("other"), i), "x",
				       others == 4 ? REV_ABSENT : REV_ANY - 1 - i, 1);
		intent_rig_put(&batch, intent_rig_key(rig, STR("any"), 11), "x", REV_ANY, 1);
		assert_int_equal(
			commit_many(&batch, rig->fixture->store,
				    intent_rig_key(
					    rig, str_printf(&rig->fixture->arena, "%u", others), 0),
				    &conflict),
			others == 4 ? OK : ERR_LIMIT);
	}
	assert_int_equal(
		intent_rig_text(rig, rig->fixture->store, intent_rig_key(rig, STR("any"), 11)).len,
		1);
}

static void a_conflict_names_the_write_of_the_whole_batch(void **state)
{
	struct intent_rig *rig = *state;
	struct batch batch;
	size_t conflict;

	batch_init(&batch, intent_rig_cx(rig));
	intent_rig_put(&batch, intent_rig_key(rig, STR("other"), 0), "x", REV_ABSENT, 1);
	assert_int_equal(batch_commit_pieces(&batch, rig->fixture->store), OK);
	batch_init(&batch, intent_rig_cx(rig));
	for (unsigned i = 0; i < 20; i++)
		intent_rig_put(&batch, intent_rig_key(rig, STR("1"), i), "x", REV_ABSENT, 1);
	intent_rig_put(&batch, intent_rig_key(rig, STR("other"), 0), "x", REV_ABSENT, 1);
	intent_rig_put_ctl(&batch, STR("1"), 1, STR(""));
	assert_int_equal(commit_many(&batch, rig->fixture->store, intent_rig_key(rig, STR("1"), 0),
				     &conflict),
			 ERR_CONFLICT);
	assert_int_equal(conflict, 20);
	assert_true(is_empty(rig, STR("1")));
}

static const char *text_of(struct intent_rig *rig, size_t bytes)
{
	char *text = arena_bytes(&rig->fixture->arena, bytes + 1);

	memset(text, 'x', bytes);
	text[bytes] = '\0';
	return text;
}

/* DynamoDB refuses an item above 400 kB and a commit above 4 MB, with whatever is around them. */
static void no_item_and_no_commit_is_larger_than_the_engine_takes(void **state)
{
	static const size_t sizes[] = { 100, 250000, 389700, 389999, 395000, 409000 };
	struct intent_rig *rig = *state;

	rig->api.max_bytes = 4000000;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct str code = str_printf(&rig->fixture->arena, "%zu", i);
		const char *text = text_of(rig, sizes[i]);
		struct batch batch;
		size_t conflict;
		enum err err;

		batch_init(&batch, intent_rig_cx(rig));
		intent_rig_put_ctl(&batch, code, 1, STR(""));
		for (unsigned k = 0; k < 12; k++)
			intent_rig_put(&batch, intent_rig_key(rig, code, k), text, REV_ABSENT, 1);
		err = commit_many(&batch, rig->fixture->store, intent_rig_key(rig, code, 0),
				  &conflict);
		/* Twelve that can not wait are too much. */
		assert_int_equal(err, sizes[i] < 389800 ? OK : ERR_LIMIT);
		assert_int_equal(
			intent_rig_text(rig, rig->fixture->store, intent_rig_key(rig, code, 11))
				.len,
			sizes[i] < 389800 ? sizes[i] : 0);
	}
}

/* Each has time for a few commits alone. */
static void each_who_finishes_goes_on_where_the_last_one_ended(void **state)
{
	struct intent_rig *rig = *state;
	struct intent_model model;
	unsigned tries = 0;
	struct ctl ctl;
	enum err err;

	rig->api.max_bytes = 4000;
	(void)seal(rig, STR("1"), &model);
	do {
		store_fixture_plan(rig->fixture, STORE_FAULT_COMMIT, 4, ERR_UNAVAILABLE, false);
		rig->fixture->plan.and_all_after = true;
		err = intent_settle(intent_rig_cx(rig), rig->fixture->store, STR("1"), &ctl);
		rig->fixture->plan.and_all_after = false;
		store_fixture_plan(rig->fixture, 0, 0, OK, false);
		assert_true(err == OK || err == ERR_UNAVAILABLE);
	} while (err != OK && ++tries < 20);
	assert_int_equal(err, OK);
	assert_in_range(tries, 1, 19);
	intent_rig_check(rig, rig->fixture->store, STR("1"), &model, false);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, intent_rig_open, intent_rig_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_waits_is_seen_through_a_view_wherever_finishing_ends),
		TEST(a_guess_by_the_token_of_a_sealed_hotel_is_refused),
		TEST(a_part_that_is_lost_or_changed_is_damage),
		TEST(each_who_finishes_goes_on_where_the_last_one_ended),
		TEST(a_batch_of_no_hotel_or_of_two_must_fit),
		TEST(conditions_in_other_partitions_can_not_wait),
		TEST(a_conflict_names_the_write_of_the_whole_batch),
		cmocka_unit_test_setup_teardown(
			no_item_and_no_commit_is_larger_than_the_engine_takes, intent_rig_open_wide,
			intent_rig_close),
	};

	return cmocka_run_group_tests_name("record_intent", tests, NULL, NULL);
}
