/* What must hold of a hotel in the store, whatever went wrong before. */
#include "usecase_rig.h"

#include <stdio.h>
#include <string.h>

#include "adapter/cache_memory.h"
#include "audit/history.h"
#include "codec/instant.h"
#include "model/kind.h"
#include "model/shape_write.h"
#include "record/hotel_record.h"
#include "record/intent_view.h"
#include "record/item.h"
#include "record/key.h"
#include "record/objects.h"
#include "usecase/get_hotel.h"

/* A caller of its own, whom no fault concerns. */
static struct cx open_cx(struct usecase_rig *rig, struct arena *arena)
{
	struct cx cx;

	usecase_rig_plan(rig, 0, 0, false, OK, false);
	rig->late.from = 0;
	arena_init(arena, 0);
	cx_init(&cx, arena);
	cx.clock = &rig->clock.base;
	return cx;
}

uint64_t usecase_rig_revision(struct usecase_rig *rig, struct str code)
{
	struct arena arena;
	struct cx cx = open_cx(rig, &arena);
	struct ctl ctl;
	enum err err = record_get_ctl(&cx, rig->app.store, code, &ctl);
	uint64_t rev = err == OK ? ctl.rev : 0;

	assert_true(err == OK || err == ERR_NOT_FOUND);
	arena_close(&arena);
	return rev;
}

/* The changes of an entry's parts, which follow it in the page, are put behind its own. Returns how many parts. */
static size_t join_parts(struct cx *cx, struct item *first, size_t after)
{
	struct value *changes = NULL;
	struct vec all = { NULL, 0, 0 };
	size_t parts = 0;

	for (; parts <= after; parts++) {
		const struct item *item = first + parts;
		uint64_t revision = 0;
		unsigned part = 0;

		assert_true(key_parse_history(item->key.item_type, &revision, &part));
		if (revision != first->rev || part != parts)
			break;
		for (size_t i = 0; i < item->attrs.n; i++) {
			if (!str_eq(item->attrs.items[i].name, STR("changes")))
				continue;
			if (parts == 0)
				changes = &item->attrs.items[i].value;
			for (size_t j = 0; j < item->attrs.items[i].value.n; j++)
				*(struct value *)vec_push(&all, cx->arena, sizeof(struct value)) =
					item->attrs.items[i].value.items[j];
		}
	}
	assert_non_null(changes);
	changes->items = all.items;
	changes->n = all.n;
	return parts - 1;
}

/* A vec of struct item. */
static struct vec read_all(struct store *store, struct cx *cx, struct query *query)
{
	struct page page = { .more = true };
	struct vec items = { NULL, 0, 0 };

	while (page.more) {
		assert_int_equal(store_query(store, cx, query, &page), OK);
		for (size_t i = 0; i < page.n; i++) {
			*(struct item *)vec_push(&items, cx->arena, sizeof(struct item)) =
				page.items[i];
			query->after = page.items[i].key.item_type;
		}
	}
	return items;
}

/* Revisions have no gap, times rise, each item carries the hash of the one before, and ctl that of the last. */
static void check_history(struct store *store, struct cx *cx, struct str code,
			  const struct ctl *ctl)
{
	struct query query = { .code = code,
			       .from = KEY_HISTORY_PREFIX,
			       .to = KEY_DOCUMENT_RESUME };
	struct str previous = STR("");
	int64_t last_ms = INT64_MIN, ms = 0;
	uint64_t rev = 0;
	struct vec items = read_all(store, cx, &query);

	/* What another program calls history comes behind ours here, and is in no chain. */
	while (items.n != 0 &&
	       ((struct item *)vec_at(&items, items.n - 1, sizeof(struct item)))->rev == REV_NONE)
		items.n--;
	for (size_t i = 0; i < items.n; i++) {
		struct item *item = vec_at(&items, i, sizeof(*item));

		assert_int_equal(item->rev, ++rev);
		i += join_parts(cx, item, items.n - i - 1);
		assert_true(str_eq(item_text(item, STR("previous")), previous));
		previous = item_text(item, STR("hash"));
		assert_true(str_eq(history_hash(cx->arena, item), previous));
		assert_true(instant_parse(item_text(item, STR("timeStamp")), &ms));
		assert_true(ms > last_ms);
		last_ms = ms;
	}
	assert_int_equal(rev, ctl->rev);
	assert_true(str_eq(previous, ctl->history_hash));
	assert_int_equal(last_ms, ctl->history_time_ms);
}

static void check_listing(struct store *store, struct cx *cx, struct str code)
{
	const struct key all = { key_list_all(cx->arena, key_list_shard(code)), code };
	struct head head, listed;
	struct vec differences = { NULL, 0, 0 };
	struct item item;

	assert_int_equal(record_get_head(cx, store, code, &head), OK);
	assert_int_equal(store_get(store, cx, all, &item), OK);
	assert_int_equal(record_read_listing(cx, &item, &listed), OK);
	history_compare(cx->arena, STR("hotel"), code, &hotel_shape, &head.hotel, &listed.hotel,
			&differences);
	assert_int_equal(differences.n, 0);
	assert_int_equal(store_get(store, cx, key_name(cx->arena, STR(""), head.hotel.name), &item),
			 OK);
	assert_true(str_eq(item_text(&item, STR("hotel")), code));
}

static void check_cache(struct usecase_rig *rig, struct cx *cx, struct str code)
{
	struct app cold = rig->app;
	struct result stored, served;

	cold.cache = cache_memory_open(0);
	assert_int_equal(get_hotel(&cold, cx, code, &stored), OK);
	assert_int_equal(get_hotel(&rig->app, cx, code, &served), OK);
	assert_true(str_eq(stored.etag, served.etag));
	assert_int_equal(stored.body.len, served.body.len);
	assert_memory_equal(stored.body.ptr, served.body.ptr, stored.body.len);
	cache_close(cold.cache);
}

/* Every name leads somewhere, and ctl counts what is there. */
static void check_objects(struct store *store, struct cx *cx, struct str code,
			  const struct ctl *ctl)
{
	struct vec references = { NULL, 0, 0 };
	struct objects objects;
	struct head head;
	uint64_t bytes;

	assert_int_equal(objects_read(cx, store, code, cx->arena, &head, &objects), OK);
	bytes = shape_own_text(cx->arena, &hotel_shape, &head.hotel).len;
	for (size_t i = 0; i < objects.list.n; i++) {
		const struct object *object = vec_at(&objects.list, i, sizeof(*object));

		kind_references(cx->arena, object->kind, object->value, &references);
		objects_embed(&objects, object->kind, object->value);
		bytes += shape_text(cx->arena, object->kind->shape, object->value).len;
	}
	for (size_t i = 0; i < references.n; i++) {
		const struct reference *reference = vec_at(&references, i, sizeof(*reference));

		assert_true(reference->kind
				    ? objects_find(&objects, reference->kind, reference->id) != NULL
				    : str_eq(reference->id, code));
	}
	assert_int_equal(ctl->objects, objects.list.n);
	assert_int_equal(ctl->document_bytes, bytes);
}

/* ctl and history are all that is left. */
static void check_deleted(struct store *store, struct cx *cx, struct str code,
			  const struct ctl *ctl)
{
	const struct key listing = { key_list_all(cx->arena, key_list_shard(code)), code };
	const struct query query = { .code = code };
	struct item item;
	struct page page;

	assert_int_equal(ctl->objects, 0);
	assert_int_equal(ctl->document_bytes, 0);
	assert_int_equal(store_get(store, cx, listing, &item), ERR_NOT_FOUND);
	assert_int_equal(store_query(store, cx, &query, &page), OK);
	assert_false(page.more);
	for (size_t i = 0; i < page.n; i++) {
		struct str type = page.items[i].key.item_type;

		assert_true(str_eq(type, KEY_CTL) || str_starts(type, KEY_HISTORY_PREFIX));
	}
}

void usecase_rig_check(struct usecase_rig *rig, struct str code)
{
	struct arena arena;
	struct cx cx = open_cx(rig, &arena);
	struct intent_view view;
	struct result result;
	struct ctl ctl;

	assert_int_equal(record_get_ctl(&cx, rig->app.store, code, &ctl), OK);
	assert_int_equal(intent_view_open(&cx, rig->app.store, code, &ctl, INTENT_ALL, &view), OK);
	check_history(view.store, &cx, code, &ctl);
	if (ctl.deleted) {
		check_deleted(view.store, &cx, code, &ctl);
		assert_int_equal(get_hotel(&rig->app, &cx, code, &result), ERR_NOT_FOUND);
	} else {
		check_listing(view.store, &cx, code);
		check_objects(view.store, &cx, code, &ctl);
		check_cache(rig, &cx, code);
	}
	intent_view_close(&view);
	arena_close(&arena);
}
