/* layer: record, adapter */
#include "store_fixture.h"

#include <string.h>

#include "adapter/store_narrow.h"
#include "port/item_size.h"
#include "record/batch.h"
#include "record/commit_many.h"
#include "record/hotel_record.h"
#include "record/intent.h"
#include "record/intent_view.h"
#include "record/item.h"
#include "record/key.h"

#define KEYS_MAX 60

/* What a hotel's partition, and its listing, should hold: a text under each key; NULL: nothing. */
struct model {
	const char *texts[KEYS_MAX];
};

struct rig {
	struct store_fixture *fixture;
	struct store_api api;
	unsigned chance;
};

static const struct store_api *narrow_api;

/* What DynamoDB would refuse. */
static enum err commit_within_limits(struct store *store, struct cx *cx,
				     const struct commit *commit, size_t *conflict)
{
	size_t bytes = 0;

	for (size_t i = 0; i < commit->n; i++) {
		const struct write *write = &commit->writes[i];
		const struct item item = { write->key, write->rev, write->attrs };
		size_t size = write->op == WRITE_PUT ? item_size(&item) : 0;

		assert_in_range(size, 0, 400 << 10);
		bytes += size;
	}
	assert_true(bytes <= store->api->max_bytes);
	return narrow_api->commit(store, cx, commit, conflict);
}

static int open_with(void **state, size_t max_writes)
{
	struct rig *rig = calloc(1, sizeof(*rig));
	void *fixture = NULL;

	if (!rig || store_fixture_open(&fixture) != 0)
		return -1;
	rig->fixture = fixture;
	rig->fixture->store = store_narrow_open(rig->fixture->store, max_writes);
	narrow_api = rig->fixture->store->api;
	rig->api = *narrow_api;
	rig->api.commit = commit_within_limits;
	rig->fixture->store->api = &rig->api;
	rig->chance = 20261123;
	*state = rig;
	return 0;
}

static int open_rig(void **state)
{
	return open_with(state, 7);
}

static int open_wide_rig(void **state)
{
	return open_with(state, 100);
}

static int close_rig(void **state)
{
	struct rig *rig = *state;
	void *fixture = rig->fixture;
	int failed = store_fixture_close(&fixture);

	free(rig);
	return failed;
}

static unsigned chance(struct rig *rig, unsigned below)
{
	rig->chance = rig->chance * 1103515245 + 12345;
	return (rig->chance >> 16) % below;
}

/* In the order of the keys within each partition; the last few are of a listing. */
static struct key key_of(struct rig *rig, struct str code, unsigned i)
{
	struct arena *arena = &rig->fixture->arena;

	if (i == KEYS_MAX - 1)
		return (struct key){ STR("~list-all-07"), code };
	if (i < 10)
		return (struct key){ code, str_printf(arena, "cfg-history-%012u", i + 1) };
	return (struct key){ code, str_printf(arena, "%s-%02u", i < 50 ? "cfg-room" : "pub", i) };
}

static struct cx *cx_of(struct rig *rig)
{
	cx_clear(&rig->fixture->cx);
	return &rig->fixture->cx;
}

static void put(struct batch *batch, struct key key, const char *text, uint64_t if_rev,
		uint64_t rev)
{
	struct vec attrs = { NULL, 0, 0 };

	item_add_text(batch->cx->arena, &attrs, STR("text"), str_of(text));
	batch_put(batch, key, STR("thing"), if_rev, rev, &attrs);
}

/* A ctl of revision `rev`, over one of `rev - 1` of that token. */
static void put_ctl(struct batch *batch, struct str code, uint64_t rev, struct str token)
{
	const struct ctl before = { .rev = rev - 1, .token = token };
	struct ctl next = { .rev = rev, .next_number = 1, .history_hash = STR("x") };

	record_put_ctl(batch, code, &before, &next);
}

static struct str text_at(struct rig *rig, struct store *store, struct key key)
{
	struct item item;
	enum err err = store_get(store, cx_of(rig), key, &item);

	if (err == ERR_NOT_FOUND)
		return STR("");
	assert_int_equal(err, OK);
	return item_text(&item, STR("text"));
}

static bool is_in(struct key key, const struct query *query)
{
	struct str type = key.item_type;

	return str_eq(key.code, query->code) && str_cmp(type, query->from) >= 0 &&
	       (query->to.len == 0 || str_cmp(type, query->to) < 0);
}

/* Every page of the query, in its direction, is what the model has. */
static void check_pages(struct rig *rig, struct store *store, const struct model *model,
			struct query query)
{
	struct page page = { .more = true };
	const unsigned all = KEYS_MAX;
	unsigned at = 0;

	for (size_t pages = 0; page.more; pages++) {
		assert_true(pages < 2 * KEYS_MAX);
		assert_int_equal(store_query(store, cx_of(rig), &query, &page), OK);
		assert_true(page.n != 0 || !page.more);
		assert_true(query.limit == 0 || page.n <= query.limit);
		for (size_t i = 0; i < page.n; i++) {
			const struct item *item = &page.items[i];

			query.after = item->key.item_type;
			if (str_eq(item->key.item_type, KEY_CTL))
				continue;
			for (;; at++) {
				unsigned k = query.backwards ? all - 1 - at : at;

				assert_true(at < all);
				if (model->texts[k] && is_in(key_of(rig, query.code, k), &query))
					break;
			}
			at = query.backwards ? all - 1 - at : at;
			assert_true(
				str_eq(item->key.item_type, key_of(rig, query.code, at).item_type));
			assert_true(str_eq(item_text(item, STR("text")), str_of(model->texts[at])));
			at = query.backwards ? all - at : at + 1;
		}
	}
	for (; at < all; at++) {
		unsigned k = query.backwards ? all - 1 - at : at;

		assert_true(!model->texts[k] || !is_in(key_of(rig, query.code, k), &query));
	}
}

/* By key, and by pages of every kind. */
static void check_store(struct rig *rig, struct store *store, struct str code,
			const struct model *model, bool documents)
{
	struct query query = { .code = code };

	for (unsigned i = documents ? 10 : 0; i < (documents ? 50 : KEYS_MAX); i++) {
		struct key key = key_of(rig, code, i);
		const char *wanted = model->texts[i] ? model->texts[i] : "";

		assert_true(str_eq(text_at(rig, store, key), str_of(wanted)));
	}
	for (unsigned round = 0; round < 12; round++) {
		unsigned from = 10 + chance(rig, 40), to = from + chance(rig, 60 - from);

		query.limit = chance(rig, 12);
		query.backwards = chance(rig, 2) != 0;
		query.from = documents || round % 2 ? key_of(rig, code, from).item_type : STR("");
		query.to = documents || round % 3 ? key_of(rig, code, to).item_type : STR("");
		if (documents)
			query.to = key_of(rig, code, to > 49 ? 49 : to).item_type;
		if (str_cmp(query.from, query.to) > 0 && query.to.len != 0)
			continue;
		check_pages(rig, store, model, query);
	}
}

/* Revision 1: a few records. */
static struct str begin(struct rig *rig, struct str code, struct model *model)
{
	struct batch batch;
	size_t conflict;

	*model = (struct model){ { NULL } };
	for (unsigned i = 0; i < KEYS_MAX; i++)
		model->texts[i] = chance(rig, 2) ? "old" : NULL;
	for (unsigned i = 0; i < KEYS_MAX; i++) {
		batch_init(&batch, cx_of(rig));
		if (model->texts[i])
			put(&batch, key_of(rig, code, i), "old", REV_ANY, 1);
		assert_int_equal(batch_commit_pieces(&batch, rig->fixture->store), OK);
	}
	batch_init(&batch, cx_of(rig));
	put_ctl(&batch, code, 1, STR(""));
	assert_int_equal(commit_many(&batch, rig->fixture->store, key_of(rig, code, 0), &conflict),
			 OK);
	return batch.token;
}

/* Revision 2, some fifty writes in any order. */
static enum err write_much(struct rig *rig, struct str code, struct str token, struct model *model)
{
	struct model after = *model;
	const unsigned first = chance(rig, KEYS_MAX);
	struct batch batch;
	size_t conflict;
	enum err err;

	batch_init(&batch, cx_of(rig));
	put_ctl(&batch, code, 2, token);
	for (unsigned i = 0; i < KEYS_MAX; i++) {
		unsigned k = (first + i) % KEYS_MAX;
		unsigned what = k == 0 ? 0 : chance(rig, 5); /* the witness is put always */

		after.texts[k] = what < 3 ? "new" : what == 3 ? NULL : model->texts[k];
		if (what < 3)
			put(&batch, key_of(rig, code, k), "new", REV_ANY, 2);
		else if (what == 3)
			batch_delete(&batch, key_of(rig, code, k), REV_ANY);
	}
	err = commit_many(&batch, rig->fixture->store, key_of(rig, code, 0), &conflict);
	if (err == OK)
		*model = after;
	return err;
}

static bool is_empty(struct rig *rig, struct str partition)
{
	const struct query query = { .code = partition };
	struct page page;

	assert_int_equal(store_query(rig->fixture->store, cx_of(rig), &query, &page), OK);
	return page.n == 0;
}

/* Seen through a view it is all there; finished it is there too, and nothing else is left. True when some of it had waited. */
static bool check_written(struct rig *rig, struct str code, const struct model *model)
{
	struct store *store = rig->fixture->store;
	struct intent_view view;
	struct ctl ctl, settled;

	assert_int_equal(record_get_ctl(cx_of(rig), store, code, &ctl), OK);
	assert_int_equal(ctl.rev, 2);
	assert_int_equal(intent_view_open(cx_of(rig), store, code, &ctl, INTENT_ALL, &view), OK);
	check_store(rig, view.store, code, model, false);
	intent_view_close(&view);
	assert_int_equal(intent_view_open(cx_of(rig), store, code, &ctl, INTENT_DOCUMENT, &view),
			 OK);
	check_store(rig, view.store, code, model, true);
	intent_view_close(&view);
	assert_int_equal(intent_settle(cx_of(rig), store, code, &settled), OK);
	assert_int_equal(settled.intent.len, 0);
	assert_int_equal(settled.rev, 2);
	assert_true(str_eq(settled.token, ctl.token));
	check_store(rig, store, code, model, false);
	if (ctl.intent.len != 0)
		assert_true(is_empty(rig, key_intent(&rig->fixture->arena, ctl.intent, 0).code));
	return ctl.intent.len != 0;
}

struct way {
	enum err err;
	bool applied, and_all_after;
};

/* The n-th commit fails. False once there are no so many. */
static bool fail_commit(struct rig *rig, const struct way *way, unsigned n, unsigned *sealed)
{
	struct store_fixture *fixture = rig->fixture;
	struct str code = str_printf(&fixture->arena, "%d%d%d-%u", way->err, way->applied,
				     way->and_all_after, n);
	struct model model;
	struct str token = begin(rig, code, &model);
	unsigned calls;
	enum err err;

	store_fixture_plan(fixture, STORE_FAULT_COMMIT, n, way->err, way->applied);
	fixture->plan.and_all_after = way->and_all_after;
	err = write_much(rig, code, token, &model);
	calls = atomic_load(&fixture->plan.calls);
	fixture->plan.and_all_after = false;
	store_fixture_plan(fixture, 0, 0, OK, false);
	assert_true(err == OK || err == ERR_UNAVAILABLE);
	if (err == OK)
		*sealed += check_written(rig, code, &model);
	else
		check_store(rig, fixture->store, code, &model, false);
	return calls >= n;
}

static void what_waits_is_seen_through_a_view_wherever_finishing_ends(void **state)
{
	static const struct way ways[] = {
		{ ERR_UNAVAILABLE, false, false }, { ERR_UNAVAILABLE, false, true },
		{ ERR_UNCERTAIN, true, false },    { ERR_UNCERTAIN, false, false },
		{ ERR_UNCERTAIN, true, true },
	};
	struct rig *rig = *state;

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
static struct ctl seal(struct rig *rig, struct str code, struct model *model)
{
	struct str token = begin(rig, code, model);
	struct ctl ctl = { .rev = 0 };

	for (unsigned n = 2; n < 20 && ctl.intent.len == 0; n++) {
		store_fixture_plan(rig->fixture, STORE_FAULT_COMMIT, n, ERR_UNAVAILABLE, false);
		rig->fixture->plan.and_all_after = true;
		(void)write_much(rig, code, token, model);
		rig->fixture->plan.and_all_after = false;
		store_fixture_plan(rig->fixture, 0, 0, OK, false);
		assert_int_equal(record_get_ctl(cx_of(rig), rig->fixture->store, code, &ctl), OK);
	}
	assert_true(ctl.intent.len != 0);
	ctl.intent = str_dup(&rig->fixture->arena, ctl.intent);
	return ctl;
}

static void a_guess_by_the_token_of_a_sealed_hotel_is_refused(void **state)
{
	struct rig *rig = *state;
	struct model model;
	struct ctl ctl = seal(rig, STR("1"), &model);
	struct batch batch;
	size_t conflict;

	batch_init(&batch, cx_of(rig));
	put_ctl(&batch, STR("1"), 3, ctl.token);
	assert_int_equal(
		commit_many(&batch, rig->fixture->store, key_of(rig, STR("1"), 0), &conflict),
		ERR_CONFLICT);
	assert_true(check_written(rig, STR("1"), &model));
	assert_int_equal(
		commit_many(&batch, rig->fixture->store, key_of(rig, STR("1"), 0), &conflict), OK);
}

/* What must not be taken for finished: removes, or changes, an item of the intent. */
static void spoil(struct rig *rig, struct str token, unsigned part, bool remove)
{
	struct key key = key_intent(&rig->fixture->arena, token, part);
	const struct key none = { STR(""), STR("") };
	struct batch batch;
	size_t conflict;

	batch_init(&batch, cx_of(rig));
	if (remove)
		batch_delete(&batch, key, REV_ANY);
	else
		put(&batch, key, "spoilt", REV_ANY, 1);
	assert_int_equal(batch_commit(&batch, rig->fixture->store, none, &conflict), OK);
}

static void a_part_that_is_lost_or_changed_is_damage(void **state)
{
	struct rig *rig = *state;

	rig->api.max_bytes = 4000;
	for (unsigned i = 0; i < 6; i++) {
		struct str code = str_printf(&rig->fixture->arena, "%u", i);
		struct intent_view view;
		struct model model;
		struct ctl ctl = seal(rig, code, &model), settled;

		spoil(rig, ctl.intent, i / 2, i % 2 != 0);
		assert_int_equal(intent_view_open(cx_of(rig), rig->fixture->store, code, &ctl,
						  INTENT_ALL, &view),
				 ERR_INTERNAL);
		assert_true(rig->fixture->cx.failure.detail.len != 0);
		assert_int_equal(intent_settle(cx_of(rig), rig->fixture->store, code, &settled),
				 ERR_INTERNAL);
		assert_true(rig->fixture->cx.failure.detail.len != 0);
	}
}

static void a_batch_of_no_hotel_or_of_two_must_fit(void **state)
{
	struct rig *rig = *state;

	for (unsigned hotels = 0; hotels <= 2; hotels += 2) {
		struct batch batch;
		size_t conflict;

		batch_init(&batch, cx_of(rig));
		for (unsigned i = 0; i < hotels; i++)
			put_ctl(&batch, str_printf(&rig->fixture->arena, "%u", i), 1, STR(""));
		for (unsigned i = 0; i < 8; i++)
			put(&batch, key_of(rig, STR("0"), i), "x", REV_ABSENT, 1);
		assert_int_equal(commit_many(&batch, rig->fixture->store, key_of(rig, STR("0"), 0),
					     &conflict),
				 ERR_LIMIT);
		assert_string_equal(rig->fixture->cx.failure.code, "too_large");
	}
	assert_true(is_empty(rig, STR("0")));
}

static void conditions_in_other_partitions_can_not_wait(void **state)
{
	struct rig *rig = *state;
	struct batch batch;
	size_t conflict;

	for (unsigned others = 4; others <= 5; others++) {
		batch_init(&batch, cx_of(rig));
		put_ctl(&batch, str_printf(&rig->fixture->arena, "%u", others), 1, STR(""));
		put(&batch, key_of(rig, str_printf(&rig->fixture->arena, "%u", others), 0), "x",
		    REV_ABSENT, 1);
		for (unsigned i = 0; i < others; i++)
			put(&batch, key_of(rig, STR("other"), i), "x",
			    others == 4 ? REV_ABSENT : REV_ANY - 1 - i, 1);
		put(&batch, key_of(rig, STR("any"), 11), "x", REV_ANY, 1);
		assert_int_equal(
			commit_many(&batch, rig->fixture->store,
				    key_of(rig, str_printf(&rig->fixture->arena, "%u", others), 0),
				    &conflict),
			others == 4 ? OK : ERR_LIMIT);
	}
	assert_int_equal(text_at(rig, rig->fixture->store, key_of(rig, STR("any"), 11)).len, 1);
}

static void a_conflict_names_the_write_of_the_whole_batch(void **state)
{
	struct rig *rig = *state;
	struct batch batch;
	size_t conflict;

	batch_init(&batch, cx_of(rig));
	put(&batch, key_of(rig, STR("other"), 0), "x", REV_ABSENT, 1);
	assert_int_equal(batch_commit_pieces(&batch, rig->fixture->store), OK);
	batch_init(&batch, cx_of(rig));
	for (unsigned i = 0; i < 20; i++)
		put(&batch, key_of(rig, STR("1"), i), "x", REV_ABSENT, 1);
	put(&batch, key_of(rig, STR("other"), 0), "x", REV_ABSENT, 1);
	put_ctl(&batch, STR("1"), 1, STR(""));
	assert_int_equal(
		commit_many(&batch, rig->fixture->store, key_of(rig, STR("1"), 0), &conflict),
		ERR_CONFLICT);
	assert_int_equal(conflict, 20);
	assert_true(is_empty(rig, STR("1")));
}

static const char *text_of(struct rig *rig, size_t bytes)
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
	struct rig *rig = *state;

	rig->api.max_bytes = 4000000;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct str code = str_printf(&rig->fixture->arena, "%zu", i);
		const char *text = text_of(rig, sizes[i]);
		struct batch batch;
		size_t conflict;
		enum err err;

		batch_init(&batch, cx_of(rig));
		put_ctl(&batch, code, 1, STR(""));
		for (unsigned k = 0; k < 12; k++)
			put(&batch, key_of(rig, code, k), text, REV_ABSENT, 1);
		err = commit_many(&batch, rig->fixture->store, key_of(rig, code, 0), &conflict);
		/* Twelve that can not wait are too much. */
		assert_int_equal(err, sizes[i] < 389800 ? OK : ERR_LIMIT);
		assert_int_equal(text_at(rig, rig->fixture->store, key_of(rig, code, 11)).len,
				 sizes[i] < 389800 ? sizes[i] : 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_rig, close_rig)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_waits_is_seen_through_a_view_wherever_finishing_ends),
		TEST(a_guess_by_the_token_of_a_sealed_hotel_is_refused),
		TEST(a_part_that_is_lost_or_changed_is_damage),
		TEST(a_batch_of_no_hotel_or_of_two_must_fit),
		TEST(conditions_in_other_partitions_can_not_wait),
		TEST(a_conflict_names_the_write_of_the_whole_batch),
		cmocka_unit_test_setup_teardown(
			no_item_and_no_commit_is_larger_than_the_engine_takes, open_wide_rig,
			close_rig),
	};

	return cmocka_run_group_tests_name("record_intent", tests, NULL, NULL);
}
