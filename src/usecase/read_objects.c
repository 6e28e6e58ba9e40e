#include "usecase/read_objects.h"

#include "model/shape_write.h"
#include "port/store.h"
#include "record/hotel_record.h"
#include "record/intent_view.h"
#include "record/item.h"
#include "record/key.h"
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
					       object.value, &object.rev)
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
	uint64_t rev;
	enum err err;

	if (!value)
		return cx_check_memory(cx);
	err = record_get_object(cx, reading->store, reading->kind, reading->hotel, reading->id,
				value, &rev);
	if (err == OK)
		reading->text = complete_text(reading, value);
	return err != OK ? err : reading->embed_err;
}

static enum err add_text(struct reading *reading, const struct item *item, size_t *bytes)
{
	const struct kind *kind = reading->kind;
	struct cx *cx = reading->cx;
	struct str escaped =
		str_sub(item->key.item_type, kind->prefix.len, item->key.item_type.len);
	void *value = arena_alloc(cx->arena, kind->shape->size_bytes);
	struct str *text = vec_push(&reading->page.texts, cx->arena, sizeof(*text));
	enum err err;

	if (!value || !text)
		return cx_check_memory(cx);
	err = item_check_id(cx, item,
			    key_unescape(cx->arena, escaped, kind_id(kind, value))
				    ? *kind_id(kind, value)
				    : STR(""));
	if (err == OK)
		err = item_read(cx, kind->shape, item, value);
	if (err != OK)
		return err;
	reading->page.last = *kind_id(kind, value);
	*text = complete_text(reading, value);
	*bytes += text->len;
	return reading->embed_err;
}

static struct query page_query(const struct reading *reading)
{
	struct arena *arena = reading->cx->arena;
	const struct str prefix = reading->kind->prefix;
	struct query query = { .code = reading->hotel, .from = prefix };

	/* Up to the byte behind the prefix's last one, which is a `-`. */
	query.to = str_printf(arena, STR_FMT ".", (int)prefix.len - 1, prefix.ptr);
	if (reading->after.len != 0)
		query.after = key_object(arena, prefix, reading->after);
	query.limit = reading->limit + 1;
	return query;
}

static enum err read_page(struct reading *reading)
{
	struct query query = page_query(reading);
	struct page items = { .more = true };
	size_t bytes = 0;
	enum err err = OK;

	reading->page = (struct object_page){ .more = false };
	while (err == OK && items.more && !reading->page.more) {
		err = store_query(reading->store, reading->cx, &query, &items);
		for (size_t i = 0; err == OK && i < items.n && !reading->page.more; i++) {
			if (reading->page.texts.n == reading->limit || bytes > PAGE_BYTES_MAX) {
				reading->page.more = true;
				break;
			}
			err = add_text(reading, &items.items[i], &bytes);
		}
		if (err == OK && items.n != 0)
			query.after = items.items[items.n - 1].key.item_type;
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
	enum err err = record_get_ctl(cx, store, reading->hotel, &before);

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
		err = record_get_ctl(cx, store, reading->hotel, &after);
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
