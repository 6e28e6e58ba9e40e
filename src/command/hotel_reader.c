#include "command/hotel_reader.h"

/* A hotel that changes at each of so many readings has a writer that never rests. */
#define READINGS_MAX 50

static void forget(struct arena *arena)
{
	arena_reset(arena, arena->cap_bytes);
}

/* `own` outlives the pages: each is asked for by the last key of the one before. */
static enum err read_pages(const struct hotel_reader *reader, struct store *store,
			   struct arena *own, struct str code, size_t *n)
{
	struct query query = { .code = code };
	struct page page = { .more = true };

	for (*n = 0; page.more; *n += page.n) {
		enum err err = store_query(store, reader->cx, &query, &page);

		if (err == OK)
			err = cx_check_memory(reader->cx);
		if (err != OK)
			return err;
		for (size_t i = 0; i < page.n; i++)
			reader->take(reader->state, &page.items[i]);
		if (page.n != 0)
			query.after = str_dup(own, page.items[page.n - 1].key.item_type);
		if (!reader->keeps)
			forget(reader->cx->arena);
	}
	return cx_check_memory(reader->cx);
}

static enum err get_ctl(const struct hotel_reader *reader, struct str code, struct ctl *ctl)
{
	enum err err = record_get_ctl(reader->cx, reader->store, code, ctl);

	if (err == ERR_NOT_FOUND)
		*ctl = (struct ctl){ .rev = 0 };
	return err == ERR_NOT_FOUND ? OK : err;
}

/* One reading; *whole is false when the hotel was written meanwhile. */
static enum err read_once(struct hotel_reader *reader, struct arena *own, struct str code,
			  struct ctl *ctl, bool *whole)
{
	struct store *store = reader->store;
	struct ctl before;
	size_t n = 0;
	enum err err = get_ctl(reader, code, &before);

	if (err == OK && before.rev != 0) {
		err = intent_view_open(reader->cx, store, code, &before, INTENT_ALL, &reader->view);
		if (err == ERR_NOT_FOUND)
			return OK; /* it was there just now */
		store = reader->view.store;
	}
	if (err != OK)
		return err;
	before.token = str_dup(own, before.token);
	before.intent = str_dup(own, before.intent);
	err = read_pages(reader, store, own, code, &n);
	if (err == OK)
		err = get_ctl(reader, code, ctl);
	*whole = err == OK && record_is_same_ctl(&before, ctl);
	return *whole && n == 0 ? ERR_NOT_FOUND : err;
}

void hotel_reader_close(struct hotel_reader *reader)
{
	intent_view_close(&reader->view);
	reader->view = (struct intent_view){ .store = NULL };
}

enum err hotel_reader_read(struct hotel_reader *reader, struct str code, struct ctl *ctl)
{
	struct arena own;
	bool whole = false;
	enum err err = OK;

	arena_init(&own, 0);
	for (unsigned reading = 0; err == OK && !whole && reading < READINGS_MAX; reading++) {
		forget(&own);
		forget(reader->cx->arena);
		hotel_reader_close(reader);
		reader->begin(reader->state);
		err = read_once(reader, &own, code, ctl, &whole);
	}
	arena_close(&own);
	if (err != OK || whole)
		return err;
	return fail(reader->cx, ERR_STALE, "unavailable",
		    "hotel " STR_FMT " is being written all the time", STR_ARG(code));
}
