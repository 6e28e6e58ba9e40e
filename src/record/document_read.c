#include "record/document.h"

#include "base/buf.h"
#include "codec/json_writer.h"
#include "model/code.h"
#include "model/shape_write.h"
#include "record/item.h"
#include "record/key.h"

/* A document that changes at each of so many readings has a writer that never rests. */
#define READINGS_MAX 50

/* A page of items takes several times its JSON: it has an arena of its own, which lives for a call. */
#define PAGE_BYTES_MAX ((size_t)32 << 20)

struct reading {
	struct cx *cx;   /* the request's: what stays */
	struct cx page;  /* what a page needs */
	struct document *document;
};

static const struct kind *kind_of(struct str item_type)
{
	for (size_t i = 0; kinds[i]; i++) {
		if (str_starts(item_type, kinds[i]->prefix))
			return kinds[i];
	}
	return NULL;
}

static enum err add_head(struct reading *reading, const struct item *item)
{
	struct hotel hotel = { .code = item->key.code };
	enum err err = item_read(&reading->page, &hotel_shape, item, &hotel);

	if (err == OK)
		document_put_head(reading->document, reading->cx->arena, &hotel);
	return err;
}

static struct str object_text(struct arena *arena, const struct shape *shape, const void *object)
{
	struct json_writer json;
	struct buf buf;

	buf_init(&buf, arena);
	json_writer_init(&json, &buf);
	shape_write(&json, shape, object);
	return buf_str(&buf);
}

static enum err add_object(struct reading *reading, const struct kind *kind,
			   const struct item *item, struct str id)
{
	struct cx *page = &reading->page;
	void *object = arena_alloc(page->arena, kind->shape->size_bytes);
	enum err err;

	if (!object)
		return cx_check_memory(page);
	*kind_id(kind, object) = id;
	err = item_read(page, kind->shape, item, object);
	if (err != OK)
		return err;
	document_put_object(reading->document, reading->cx->arena, kind, id,
			    str_dup(reading->cx->arena,
				    object_text(page->arena, kind->shape, object)));
	return cx_check_memory(page);
}

/* Keys that the encoder can not produce are reported, not guessed at. */
static enum err add_item(struct reading *reading, const struct item *item)
{
	struct str item_type = item->key.item_type;
	const struct kind *kind = kind_of(item_type);
	struct str id;

	if (str_eq(item_type, KEY_HEAD))
		return add_head(reading, item);
	if (kind && key_unescape(reading->page.arena,
				 str_sub(item_type, kind->prefix.len, item_type.len), &id) &&
	    code_is_valid(id))
		return add_object(reading, kind, item, id);
	return fail(reading->cx, ERR_INTERNAL, "internal",
		    "record " STR_FMT "/" STR_FMT " is of no kind that is known",
		    STR_ARG(item->key.code), STR_ARG(item_type));
}

static enum err read_range(struct reading *reading, struct store *store, struct query query)
{
	struct page page = { .more = true };

	while (page.more) {
		enum err err = store_query(store, &reading->page, &query, &page);

		for (size_t i = 0; err == OK && i < page.n; i++)
			err = add_item(reading, &page.items[i]);
		if (err == OK)
			err = cx_check_memory(reading->cx);
		if (err != OK)
			return err;
		if (page.n != 0)
			query.after = str_dup(reading->cx->arena,
					      page.items[page.n - 1].key.item_type);
		arena_reset(reading->page.arena, PAGE_BYTES_MAX);
	}
	return OK;
}

static enum err read_ranges(struct cx *cx, struct store *store, struct str code,
			    struct document *out)
{
	struct reading reading = { .cx = cx, .page = *cx, .document = out };
	struct query query = { .code = code, .from = KEY_DOCUMENT_FROM, .to = KEY_DOCUMENT_PAUSE };
	struct arena scratch;
	enum err err;

	arena_init(&scratch, PAGE_BYTES_MAX);
	reading.page.arena = &scratch;
	*out = (struct document){ .parts = { NULL, 0, 0 } };
	err = read_range(&reading, store, query);
	query.from = KEY_DOCUMENT_RESUME;
	query.to = KEY_DOCUMENT_TO;
	if (err == OK)
		err = read_range(&reading, store, query);
	if (err != OK && reading.page.failure.code)
		fail(cx, err, reading.page.failure.code, STR_FMT,
		     STR_ARG(reading.page.failure.detail));
	arena_close(&scratch);
	return err;
}

enum err document_read(struct cx *cx, struct store *store, struct str code, struct ctl *ctl,
		       struct document *out)
{
	enum err err = record_get_ctl(cx, store, code, ctl);

	for (unsigned reading = 0; err == OK && reading < READINGS_MAX; reading++) {
		struct ctl after;

		if (ctl->deleted)
			return ERR_NOT_FOUND;
		err = read_ranges(cx, store, code, out);
		if (err == OK)
			err = record_get_ctl(cx, store, code, &after);
		if (err != OK || after.rev == ctl->rev)
			return err;
		*ctl = after;
	}
	if (err != OK)
		return err;
	cx->failure.retry_after_s = 1;
	return fail(cx, ERR_UNAVAILABLE, "unavailable",
		    "hotel " STR_FMT " is being written all the time", STR_ARG(code));
}
