#include "record/document.h"

#include "base/buf.h"
#include "codec/json_writer.h"
#include "model/code.h"
#include "model/shape_write.h"
#include "record/item.h"
#include "record/key.h"

/* A document that changes at each of so many readings has a writer that never rests. */
#define READINGS_MAX 50

/*
 * A page of items takes several times its JSON, and a reading that was overtaken is worth nothing: both have arenas of
 * their own, so that the request's holds only what is answered.
 */
#define PAGE_BYTES_MAX ((size_t)32 << 20)

struct reading {
	struct cx *cx;       /* the request's */
	struct cx page;      /* what a page needs */
	struct arena *texts; /* of the document, for as long as the reading */
	struct document document;
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
		document_put_head(&reading->document, reading->texts, &hotel);
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
	document_put_object(&reading->document, reading->texts, kind, id,
			    str_dup(reading->texts, object_text(page->arena, kind->shape, object)));
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
	if (kind &&
	    key_unescape(reading->page.arena, str_sub(item_type, kind->prefix.len, item_type.len),
			 &id) &&
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
		if (err != OK)
			return err;
		if (page.n != 0)
			query.after = str_dup(reading->texts, page.items[page.n - 1].key.item_type);
		arena_reset(reading->page.arena, PAGE_BYTES_MAX);
	}
	return OK;
}

static enum err read_ranges(struct reading *reading, struct store *store, struct str code)
{
	struct query query = { .code = code, .from = KEY_DOCUMENT_FROM, .to = KEY_DOCUMENT_PAUSE };
	struct cx *cx = reading->cx;
	struct arena scratch;
	enum err err;

	arena_init(&scratch, PAGE_BYTES_MAX);
	reading->page = *cx;
	reading->page.arena = &scratch;
	err = read_range(reading, store, query);
	query.from = KEY_DOCUMENT_RESUME;
	query.to = KEY_DOCUMENT_TO;
	if (err == OK)
		err = read_range(reading, store, query);
	if (err != OK && reading->page.failure.code)
		fail(cx, err, reading->page.failure.code, STR_FMT,
		     STR_ARG(reading->page.failure.detail));
	arena_close(&scratch);
	return err;
}

/* One reading; *whole is false when the hotel was written meanwhile, and *ctl is the newer one then. */
static enum err read_once(struct cx *cx, struct store *store, struct ctl *ctl, struct str code,
			  struct str *packed, bool *whole)
{
	struct reading reading = { .cx = cx };
	struct arena texts;
	struct ctl after = *ctl;
	enum err err;

	arena_init(&texts, 0); /* bounded by the limit of a document */
	reading.texts = &texts;
	err = read_ranges(&reading, store, code);
	if (err == OK)
		err = record_get_ctl(cx, store, code, &after);
	*whole = err == OK && record_is_same_ctl(&after, ctl);
	reading.document.token = ctl->token;
	if (*whole)
		*packed = document_pack(&reading.document, cx->arena);
	if (err == OK)
		*ctl = after;
	arena_close(&texts);
	return err != OK ? err : cx_check_memory(cx);
}

enum err document_read(struct cx *cx, struct store *store, struct str code, struct ctl *ctl,
		       struct str *packed)
{
	enum err err = OK;

	for (unsigned reading = 0; err == OK && reading < READINGS_MAX; reading++) {
		bool whole;

		if (ctl->deleted)
			return ERR_NOT_FOUND;
		err = read_once(cx, store, ctl, code, packed, &whole);
		if (err != OK || whole)
			return err;
	}
	if (err != OK)
		return err;
	cx->failure.retry_after_s = 1;
	return fail(cx, ERR_UNAVAILABLE, "unavailable",
		    "hotel " STR_FMT " is being written all the time", STR_ARG(code));
}
