#include "usecase/read_objects.h"

#include "model/shape_write.h"
#include "port/store.h"
#include "record/hotel_record.h"
#include "record/intent_view.h"
#include "record/item.h"
#include "record/key.h"
#include "record/object_key.h"
#include "record/objects.h"
#include "usecase/etag.h"

/* As for documents: a hotel that changes at each of so many readings has a writer that never rests. */
#define READINGS_MAX 50
/* A page of long objects ends early, as a store's own pages do. */
#define PAGE_BYTES_MAX ((size_t)1 << 20)

/* What is read between two looks at ctl. */
struct reading {
	struct store *store; /* as ctl says: an intent lies over it */
	struct cx *cx;
	const struct kind *kind;
	struct str hotel;
	struct objects
		embedded;   /* what this reading has read of them; value NULL: it is not there */
	enum err embed_err; /* of a tag that could not be read */
	enum err (*read)(struct reading *reading);
	struct str id; /* one object */
	struct str text;
	struct str after; /* a page */
	size_t limit;
	struct object_page page;
};

static const void *find_embedded(const void *set, const struct kind *kind, struct str id)
{
	struct reading *reading = *(struct reading *const *)set;
	const struct object *known = objects_find(&reading->embedded, kind, id);
	struct object object = { .kind = kind, .id = id };
	struct cx *cx = reading->cx;
	enum err err;

	if (known)
		return known->value;
	object.value = arena_alloc(cx->arena, kind->shape->size_bytes);
	err = object.value ? record_get_object(cx, reading->store, kind, reading->hotel, id,
					       object.value, &object.stored)
			   : cx_check_memory(cx);
	if (err != OK)
		object.value = NULL;
	if (err != OK && err != ERR_NOT_FOUND)
		reading->embed_err = err;
	objects_add(&reading->embedded, cx->arena, &object);
	return object.value;
}

static struct str complete_text(struct reading *reading, void *value)
{
	kind_embed(reading->kind, value, find_embedded, &reading);
	return shape_text(reading->cx->arena, reading->kind->shape, value);
}

static enum err read_one(struct reading *reading)
{
	struct cx *cx = reading->cx;
	void *value = arena_alloc(cx->arena, reading->kind->shape->size_bytes);
	struct stored stored;
	enum err err;

	if (!value)
		return cx_check_memory(cx);
	err = record_get_object(cx, reading->store, reading->kind, reading->hotel, reading->id,
				value, &stored);
	if (err == OK)
		reading->text = complete_text(reading, value);
	return err != OK ? err : reading->embed_err;
}

/* The objects of a page under one prefix, read ahead. */
struct source {
	struct query query;
	struct page items;
	size_t next; /* item */
	bool is_old;
	struct object_key key; /* of that item */
};

static enum err add_text(struct reading *reading, const struct source *source, size_t *bytes)
{
	const struct item *item = &source->items.items[source->next];
	const struct kind *kind = reading->kind;
	struct cx *cx = reading->cx;
	void *value = arena_alloc(cx->arena, kind->shape->size_bytes);
	struct str *text = vec_push(&reading->page.texts, cx->arena, sizeof(*text));
	enum err err;

	if (!value || !text)
		return cx_check_memory(cx);
	*kind_id(kind, value) = source->key.id;
	err = item_read(cx, kind->shape, item, value);
	if (err != OK)
		return err;
	reading->page.last = source->key.id;
	*text = complete_text(reading, value);
	*bytes += text->len;
	return reading->embed_err;
}

static void open_source(const struct reading *reading, bool is_old, struct source *out)
{
	struct arena *arena = reading->cx->arena;
	const struct str prefix = is_old ? reading->kind->old_prefix : reading->kind->prefix;

	*out = (struct source){ .is_old = is_old, .items = { .more = true } };
	out->query = (struct query){ .code = reading->hotel,
				     .from = prefix,
				     .limit = reading->limit + 1 };
	/* Up to the byte behind the prefix's last one, which is a `-`. */
	out->query.to = str_printf(arena, STR_FMT ".", (int)prefix.len - 1, prefix.ptr);
	if (reading->after.len != 0)
		out->query.after = is_old ? object_key_old(arena, reading->kind, reading->after)
					  : key_object(arena, prefix, reading->after);
}

/* Makes key that of the source's next object; *has is false at its end. Another kind's old keys may stand between a kind's. */
static enum err look_ahead(struct reading *reading, struct source *source, bool *has)
{
	struct cx *cx = reading->cx;

	for (*has = false; !*has;) {
		const struct page *items = &source->items;
		enum err err = OK;

		if (source->next == items->n && !items->more)
			return OK;
		if (source->next == items->n) {
			err = store_query(reading->store, cx, &source->query, &source->items);
			source->next = 0;
			if (err == OK && items->n != 0)
				source->query.after = items->items[items->n - 1].key.item_type;
		} else if (object_key_parse(cx->arena, items->items[source->next].key.item_type,
					    &source->key)) {
			*has = source->key.kind == reading->kind &&
			       source->key.is_old == source->is_old;
			source->next += !*has;
		} else {
			err = item_check_id(cx, &items->items[source->next], STR(""));
		}
		if (err != OK)
			return err;
	}
	return OK;
}

/* The next object by code: of two with one code it is ours, and the other is passed over. NULL at the end. */
static enum err choose(struct reading *reading, struct source *ours, struct source *old,
		       struct source **out)
{
	bool has_ours, has_old = false;
	enum err err = look_ahead(reading, ours, &has_ours);
	int order;

	if (err == OK && old)
		err = look_ahead(reading, old, &has_old);
	*out = has_ours ? ours : has_old ? old : NULL;
	if (err != OK || !has_ours || !has_old)
		return err;
	order = str_cmp(ours->key.id, old->key.id);
	if (order > 0)
		*out = old;
	old->next += order == 0;
	return OK;
}

static enum err read_page(struct reading *reading)
{
	bool has_old = reading->kind->old_prefix.len != 0 && reading->store->api->has_strangers;
	struct source ours, old, *next;
	size_t bytes = 0;
	enum err err = OK;

	reading->page = (struct object_page){ .more = false };
	open_source(reading, false, &ours);
	if (has_old)
		open_source(reading, true, &old);
	while (err == OK && !reading->page.more) {
		err = choose(reading, &ours, has_old ? &old : NULL, &next);
		if (err != OK || !next)
			return err;
		reading->page.more =
			reading->page.texts.n == reading->limit || bytes > PAGE_BYTES_MAX;
		if (!reading->page.more)
			err = add_text(reading, next, &bytes);
		next->next++;
	}
	return err;
}

static enum err no_hotel(struct cx *cx, struct str hotel)
{
	return fail(cx, ERR_NOT_FOUND, "not_found", "there is no hotel " STR_FMT, STR_ARG(hotel));
}

/* NOT_FOUND, not noted: there is no such object, or ctl is gone. */
static enum err read_once(struct reading *reading, struct store *store, struct ctl *ctl)
{
	struct intent_view view;
	enum err err =
		intent_view_open(reading->cx, store, reading->hotel, ctl, INTENT_DOCUMENT, &view);

	if (err != OK)
		return err;
	reading->embedded = (struct objects){ { NULL, 0, 0 } };
	reading->store = view.store;
	err = reading->read(reading);
	intent_view_close(&view);
	return err;
}

/* Reads until ctl is the same before and after. NOT_FOUND of the object is not noted. */
static enum err read_at_one_revision(struct reading *reading, struct store *store)
{
	struct cx *cx = reading->cx;
	struct ctl before, after;
	enum err err = record_find_ctl(cx, store, reading->hotel, &before);

	for (unsigned i = 0; i < READINGS_MAX; i++) {
		enum err read_err;
		size_t used_bytes = cx->arena->used_bytes;

		if (err == ERR_NOT_FOUND || (err == OK && before.deleted))
			return no_hotel(cx, reading->hotel);
		if (err != OK)
			return err;
		read_err = read_once(reading, store, &before);
		if (before.deleted)
			return no_hotel(cx, reading->hotel);
		if (read_err != OK && read_err != ERR_NOT_FOUND)
			return read_err;
		err = record_find_ctl(cx, store, reading->hotel, &after);
		if (err == OK && record_is_same_ctl(&before, &after))
			return read_err;
		before = after;
		/* Others made this reading vain: the next one has as much memory. */
		arena_allow(cx->arena, cx->arena->used_bytes - used_bytes);
	}
	cx->failure.retry_after_s = 1;
	return fail(cx, ERR_UNAVAILABLE, "unavailable",
		    "hotel " STR_FMT " is being written all the time", STR_ARG(reading->hotel));
}

enum err get_object(struct app *app, struct cx *cx, const struct kind *kind, struct str hotel,
		    struct str id, struct result *result)
{
	struct reading reading = {
		.cx = cx, .kind = kind, .hotel = hotel, .read = read_one, .id = id
	};
	enum err err = read_at_one_revision(&reading, app->store);

	if (err == ERR_NOT_FOUND && !cx->failure.code)
		return fail(cx, ERR_NOT_FOUND, "not_found",
			    "hotel " STR_FMT " has no " STR_FMT " " STR_FMT, STR_ARG(hotel),
			    STR_ARG(kind->name), STR_ARG(id));
	if (err != OK)
		return err;
	*result = (struct result){
		.status = 200,
		.body = reading.text,
		.etag = etag_text(cx->arena, reading.text),
	};
	return cx_check_memory(cx);
}

enum err list_objects(struct app *app, struct cx *cx, const struct kind *kind, struct str hotel,
		      struct str after, size_t limit, struct object_page *out)
{
	struct reading reading = { .cx = cx,
				   .kind = kind,
				   .hotel = hotel,
				   .read = read_page,
				   .after = after,
				   .limit = limit };
	enum err err = read_at_one_revision(&reading, app->store);

	*out = reading.page;
	return err != OK ? err : cx_check_memory(cx);
}
