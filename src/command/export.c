#include "command/export.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/vec.h"
#include "record/hotel_record.h"
#include "record/intent_view.h"

/* A hotel that changes at each of so many readings has a writer that never rests. */
#define READINGS_MAX 50

#define PARTITIONS_A_PAGE 1000

struct exporting {
	struct cx *cx; /* the caller's, for what failed */
	const struct export_job *job;
	struct export_result *result;
	struct cx page;      /* with an arena for what is read at once */
	struct arena *lines; /* of one hotel */
};

/* What was noted in the page's arena is told in the caller's. */
static enum err pass_on(struct exporting *exporting, enum err err)
{
	const struct failure *failure = &exporting->page.failure;

	if (err != OK && failure->code)
		fail(exporting->cx, err, failure->code, STR_FMT, STR_ARG(failure->detail));
	return err;
}

static enum err fail_file(struct exporting *exporting)
{
	bool full = errno == ENOSPC || errno == EDQUOT;

	return fail(&exporting->page, full ? ERR_LIMIT : ERR_UNAVAILABLE,
		    full ? "storage_full" : "unavailable", "the export can not be written: %s",
		    strerror(errno));
}

static enum err write_out(struct exporting *exporting, const struct buf *buf)
{
	FILE *out = exporting->job->out;

	if (buf->len != 0 && fwrite(buf->ptr, 1, buf->len, out) != buf->len)
		return fail_file(exporting);
	return OK;
}

/* Appends the partition's records. */
static enum err read_items(struct exporting *exporting, struct store *store, struct str code,
			   struct buf *lines, uint64_t *records)
{
	struct query query = { .code = code };
	struct page page = { .more = true };

	while (page.more) {
		enum err err = store_query(store, &exporting->page, &query, &page);

		if (err != OK)
			return err;
		for (size_t i = 0; i < page.n; i++)
			record_text_write_item(lines, &page.items[i]);
		*records += page.n;
		if (page.n != 0)
			query.after =
				str_dup(exporting->lines, page.items[page.n - 1].key.item_type);
		arena_reset(exporting->page.arena, 0);
	}
	return OK;
}

static enum err leave_out(struct exporting *exporting, struct str code)
{
	fprintf(exporting->job->complaints,
		"hotel " STR_FMT " is left out: it has no control record\n", STR_ARG(code));
	exporting->result->left_out++;
	return OK;
}

/* NOT_FOUND, not noted: it has records, but no ctl. */
static enum err read_without_ctl(struct exporting *exporting, struct str code, struct buf *lines,
				 uint64_t *records)
{
	enum err err = read_items(exporting, exporting->job->store, code, lines, records);

	return err == OK && *records != 0 ? ERR_NOT_FOUND : err;
}

/* One reading, an intent laid over what is there: an export writes nothing. *whole is false when the hotel was written meanwhile. */
static enum err read_once(struct exporting *exporting, struct str code, struct buf *lines,
			  uint64_t *records, bool *whole)
{
	struct store *store = exporting->job->store;
	struct cx *page = &exporting->page;
	struct intent_view view;
	struct ctl before, after;
	enum err err = record_get_ctl(page, store, code, &before);

	*records = 0;
	*whole = true;
	if (err == OK)
		err = intent_view_open(page, store, code, &before, INTENT_ALL, &view);
	if (err == ERR_NOT_FOUND)
		return read_without_ctl(exporting, code, lines, records);
	if (err != OK)
		return err;
	before.token = str_dup(exporting->lines, before.token);
	before.intent = str_dup(exporting->lines, before.intent);
	err = read_items(exporting, view.store, code, lines, records);
	intent_view_close(&view);
	if (err == OK)
		err = record_get_ctl(page, store, code, &after);
	*whole = err == OK && record_is_same_ctl(&before, &after);
	return err == ERR_NOT_FOUND ? OK : err;
}

static enum err write_hotel(struct exporting *exporting, struct str code)
{
	struct export_result *result = exporting->result;

	for (unsigned reading = 0; reading < READINGS_MAX; reading++) {
		struct buf lines;
		uint64_t records;
		bool whole;
		enum err err;

		arena_reset(exporting->lines, 0);
		arena_reset(exporting->page.arena, 0);
		buf_init(&lines, exporting->lines);
		err = read_once(exporting, code, &lines, &records, &whole);
		if (err == ERR_NOT_FOUND)
			return leave_out(exporting, code);
		if (err != OK)
			return err;
		if (!whole)
			continue;
		result->counts.hotels += records != 0;
		result->counts.records += records;
		return write_out(exporting, &lines);
	}
	return fail(&exporting->page, ERR_UNAVAILABLE, "unavailable",
		    "hotel " STR_FMT " is being written all the time", STR_ARG(code));
}

/* The codes of a page outlive the hotels that are read by them. */
static enum err write_page(struct exporting *exporting, struct cx *cx, struct str *after,
			   bool *more)
{
	const struct export_job *job = exporting->job;
	struct codes codes;
	enum err err = store_partitions(job->store, cx, *after, PARTITIONS_A_PAGE, &codes);

	if (err != OK)
		fail(&exporting->page, err, cx->failure.code, STR_FMT, STR_ARG(cx->failure.detail));
	for (size_t i = 0; err == OK && i < codes.n; i++) {
		if (str_starts(codes.items[i], STR("~")))
			continue;
		err = write_hotel(exporting, codes.items[i]);
		if (err == OK && job->watch)
			job->watch(job->watcher, exporting->result->counts.hotels);
	}
	*more = codes.more;
	if (err == OK && codes.n != 0)
		*after = codes.items[codes.n - 1];
	return err;
}

static enum err write_hotels(struct exporting *exporting)
{
	struct arena
		arenas[2]; /* by turns: a page is asked for by the last code of the one before */
	struct str after = STR("");
	struct cx cx = *exporting->cx;
	enum err err = OK;
	bool more = true;

	arena_init(&arenas[0], 0);
	arena_init(&arenas[1], 0);
	for (unsigned turn = 0; err == OK && more; turn++) {
		cx.arena = &arenas[turn % 2];
		arena_reset(cx.arena, 0);
		err = write_page(exporting, &cx, &after, &more);
	}
	arena_close(&arenas[0]);
	arena_close(&arenas[1]);
	return err;
}

/* What a chain or a brand is; who names it is counted anew by the import, and each store has its own rev. */
static bool is_content(struct str name)
{
	static const struct str others[] = { STR_INIT("hotels"), STR_INIT("brands"), STR_INIT("wt"),
					     STR_INIT("et"), STR_INIT("sv") };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (str_eq(name, others[i]))
			return false;
	}
	return true;
}

static void add_chain(struct buf *lines, const struct item *item)
{
	struct item content = { .key = item->key };
	struct vec attrs = { NULL, 0, 0 };

	for (size_t i = 0; i < item->attrs.n; i++) {
		struct attr *attr;

		if (!is_content(item->attrs.items[i].name))
			continue;
		attr = vec_push(&attrs, lines->arena, sizeof(*attr));
		if (attr)
			*attr = item->attrs.items[i];
	}
	content.attrs = (struct attrs){ attrs.items, attrs.n };
	record_text_write_item(lines, &content);
}

static enum err write_chains(struct exporting *exporting, struct str partition)
{
	struct query query = { .code = partition };
	struct page page = { .more = true };

	while (page.more) {
		struct buf lines;
		enum err err = store_query(exporting->job->store, &exporting->page, &query, &page);

		buf_init(&lines, exporting->lines);
		for (size_t i = 0; err == OK && i < page.n; i++)
			add_chain(&lines, &page.items[i]);
		if (err == OK)
			err = write_out(exporting, &lines);
		if (err != OK)
			return err;
		exporting->result->counts.chains += page.n;
		arena_reset(exporting->lines, 0);
		if (page.n != 0)
			query.after =
				str_dup(exporting->lines, page.items[page.n - 1].key.item_type);
		arena_reset(exporting->page.arena, 0);
	}
	return OK;
}

static enum err write_format(struct exporting *exporting)
{
	struct buf line;

	buf_init(&line, exporting->lines);
	record_text_write_format(&line);
	return write_out(exporting, &line);
}

static enum err write_end(struct exporting *exporting)
{
	struct buf line;
	enum err err;

	buf_init(&line, exporting->lines);
	record_text_write_end(&line, &exporting->result->counts);
	err = write_out(exporting, &line);
	return err == OK && fflush(exporting->job->out) != 0 ? fail_file(exporting) : err;
}

enum err export_store(struct cx *cx, const struct export_job *job, struct export_result *result)
{
	struct exporting exporting = { .cx = cx, .job = job, .result = result, .page = *cx };
	struct arena page, lines;
	enum err err;

	*result = (struct export_result){ .left_out = 0 };
	arena_init(&page, 0);
	arena_init(&lines, 0);
	exporting.page.arena = &page;
	exporting.lines = &lines;
	err = write_format(&exporting);
	if (err == OK)
		err = write_chains(&exporting, STR("~chain"));
	if (err == OK)
		err = write_chains(&exporting, STR("~brand"));
	if (err == OK)
		err = write_hotels(&exporting);
	if (err == OK)
		err = write_end(&exporting);
	pass_on(&exporting, err);
	arena_close(&page);
	arena_close(&lines);
	return err;
}
