#include "intent_rig.h"

#include <stdlib.h>

#include "adapter/store_narrow.h"
#include "port/item_size.h"
#include "record/commit_many.h"
#include "record/hotel_record.h"
#include "record/item.h"
#include "record/key.h"

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
	struct intent_rig *rig = calloc(1, sizeof(*rig));
	void *fixture = NULL;

	assert_non_null(rig);
	if (store_fixture_open(&fixture) != 0) {
		free(rig);
		return -1;
	}
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

int intent_rig_open(void **state)
{
	return open_with(state, 7);
}

int intent_rig_open_wide(void **state)
{
	return open_with(state, 100);
}

int intent_rig_close(void **state)
{
	struct intent_rig *rig = *state;
	void *fixture = rig->fixture;
	int failed = store_fixture_close(&fixture);

	free(rig);
	return failed;
}

static unsigned chance(struct intent_rig *rig, unsigned below)
{
	rig->chance = rig->chance * 1103515245 + 12345;
	return (rig->chance >> 16) % below;
}

/* In the order of the keys within each partition; the last few are of a listing. */
struct key intent_rig_key(struct intent_rig *rig, struct str code, unsigned i)
{
	struct arena *arena = &rig->fixture->arena;

	if (i == KEYS_MAX - 1)
		return (struct key){ STR("~list-all-07"), code };
	if (i < 10)
		return (struct key){ code, str_printf(arena, "cfg-history-%012u", i + 1) };
	return (struct key){ code, str_printf(arena, "%s-%02u", i < 50 ? "cfg-room" : "pub", i) };
}

struct cx *intent_rig_cx(struct intent_rig *rig)
{
	cx_clear(&rig->fixture->cx);
	return &rig->fixture->cx;
}

void intent_rig_put(struct batch *batch, struct key key, const char *text, uint64_t if_rev,
		    uint64_t rev)
{
	struct vec attrs = { NULL, 0, 0 };

	item_add_text(batch->cx->arena, &attrs, STR("text"), str_of(text));
	batch_put(batch, key, STR("thing"), if_rev, rev, &attrs);
}

/* A ctl of revision `rev`, over one of `rev - 1` of that token. */
void intent_rig_put_ctl(struct batch *batch, struct str code, uint64_t rev, struct str token)
{
	const struct ctl before = { .rev = rev - 1, .token = token };
	struct ctl next = { .rev = rev, .next_number = 1, .history_hash = STR("x") };

	record_put_ctl(batch, code, &before, &next);
}

struct str intent_rig_text(struct intent_rig *rig, struct store *store, struct key key)
{
	struct item item;
	enum err err = store_get(store, intent_rig_cx(rig), key, &item);

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
static void check_pages(struct intent_rig *rig, struct store *store,
			const struct intent_model *model, struct query query)
{
	struct page page = { .more = true };
	const unsigned all = KEYS_MAX;
	unsigned at = 0;

	for (size_t pages = 0; page.more; pages++) {
		assert_true(pages < 2UL * KEYS_MAX);
		assert_int_equal(store_query(store, intent_rig_cx(rig), &query, &page), OK);
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
				if (model->texts[k] &&
				    is_in(intent_rig_key(rig, query.code, k), &query))
					break;
			}
			at = query.backwards ? all - 1 - at : at;
			assert_true(str_eq(item->key.item_type,
					   intent_rig_key(rig, query.code, at).item_type));
			assert_true(str_eq(item_text(item, STR("text")), str_of(model->texts[at])));
			at = query.backwards ? all - at : at + 1;
		}
	}
	for (; at < all; at++) {
		unsigned k = query.backwards ? all - 1 - at : at;

		assert_true(!model->texts[k] || !is_in(intent_rig_key(rig, query.code, k), &query));
	}
}

/* By key, and by pages of every kind. */
void intent_rig_check(struct intent_rig *rig, struct store *store, struct str code,
		      const struct intent_model *model, bool documents)
{
	struct query query = { .code = code };

	for (unsigned i = documents ? 10 : 0; i < (documents ? 50 : KEYS_MAX); i++) {
		struct key key = intent_rig_key(rig, code, i);
		const char *wanted = model->texts[i] ? model->texts[i] : "";

		assert_true(str_eq(intent_rig_text(rig, store, key), str_of(wanted)));
	}
	for (unsigned round = 0; round < 12; round++) {
		unsigned from = 10 + chance(rig, 40), to = from + chance(rig, 60 - from);

		query.limit = chance(rig, 12);
		query.backwards = chance(rig, 2) != 0;
		query.from = documents || round % 2 ? intent_rig_key(rig, code, from).item_type
						    : STR("");
		query.to =
			documents || round % 3 ? intent_rig_key(rig, code, to).item_type : STR("");
		if (documents)
			query.to = intent_rig_key(rig, code, to > 49 ? 49 : to).item_type;
		if (str_cmp(query.from, query.to) > 0 && query.to.len != 0)
			continue;
		check_pages(rig, store, model, query);
	}
}

/* Revision 1: a few records. */
struct str intent_rig_begin(struct intent_rig *rig, struct str code, struct intent_model *model)
{
	struct batch batch;
	size_t conflict;

	*model = (struct intent_model){ { NULL } };
	for (unsigned i = 0; i < KEYS_MAX; i++)
		model->texts[i] = chance(rig, 2) ? "old" : NULL;
	for (unsigned i = 0; i < KEYS_MAX; i++) {
		batch_init(&batch, intent_rig_cx(rig));
		if (model->texts[i])
			intent_rig_put(&batch, intent_rig_key(rig, code, i), "old", REV_ANY, 1);
		assert_int_equal(batch_commit_pieces(&batch, rig->fixture->store), OK);
	}
	batch_init(&batch, intent_rig_cx(rig));
	intent_rig_put_ctl(&batch, code, 1, STR(""));
	assert_int_equal(
		commit_many(&batch, rig->fixture->store, intent_rig_key(rig, code, 0), &conflict),
		OK);
	return batch.token;
}

/* Revision 2, some fifty writes in any order. */
enum err intent_rig_write(struct intent_rig *rig, struct str code, struct str token,
			  struct intent_model *model)
{
	struct intent_model after = *model;
	const unsigned first = chance(rig, KEYS_MAX);
	struct batch batch;
	size_t conflict;
	enum err err;

	batch_init(&batch, intent_rig_cx(rig));
	intent_rig_put_ctl(&batch, code, 2, token);
	for (unsigned i = 0; i < KEYS_MAX; i++) {
		unsigned k = (first + i) % KEYS_MAX;
		unsigned what = k == 0 ? 0 : chance(rig, 5); /* the witness is put always */

		after.texts[k] = what < 3 ? "new" : what == 3 ? NULL : model->texts[k];
		if (what < 3)
			intent_rig_put(&batch, intent_rig_key(rig, code, k), "new", REV_ANY, 2);
		else if (what == 3)
			batch_delete(&batch, intent_rig_key(rig, code, k), REV_ANY);
	}
	err = commit_many(&batch, rig->fixture->store, intent_rig_key(rig, code, 0), &conflict);
	if (err == OK)
		*model = after;
	return err;
}
