#include "command/export.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "command/chain_content.h"
#include "command/hotel_reader.h"

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
		fail_as(exporting->cx, err, failure);
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

static enum err leave_out(struct exporting *exporting, struct str code)
{
	fprintf(exporting->job->complaints,
		"hotel " STR_FMT " is left out: it has no control record\n", STR_ARG(code));
	exporting->result->left_out++;
	return OK;
}

/* The lines of one hotel while it is read. */
struct hotel_lines {
	struct arena *arena;
	struct buf buf;
	uint64_t records;
};

static void begin_lines(void *state)
{
	struct hotel_lines *lines = state;

	arena_reset(lines->arena, 0);
	buf_init(&lines->buf, lines->arena);
	lines->records = 0;
}

static void take_line(void *state, const struct item *item)
{
	struct hotel_lines *lines = state;

	record_text_write_item(&lines->buf, item);
	lines->records++;
}

static enum err write_lines(struct exporting *exporting, struct str code, const struct ctl *ctl,
			    const struct hotel_lines *lines)
{
	struct record_counts *counts = &exporting->result->counts;

	if (ctl->rev == 0)
		return leave_out(exporting, code);
	counts->hotels++;
	counts->records += lines->records;
	return write_out(exporting, &lines->buf);
}

static enum err write_hotel(struct exporting *exporting, struct str code)
{
	struct hotel_lines lines = { .arena = exporting->lines };
	struct hotel_reader reader = { .store = exporting->job->store,
				       .cx = &exporting->page,
				       .begin = begin_lines,
				       .take = take_line,
				       .state = &lines };
	struct ctl ctl;
	enum err err = hotel_reader_read(&reader, code, &ctl);

	if (err == OK)
		err = write_lines(exporting, code, &ctl, &lines);
	else if (err == ERR_NOT_FOUND)
		err = OK; /* it is gone */
	else if (err == ERR_STALE)
		err = ERR_UNAVAILABLE;
	hotel_reader_close(&reader);
	return err;
}

static enum err add_codes(struct cx *cx, const struct codes *page, struct vec *codes)
{
	for (size_t i = 0; i < page->n; i++) {
		struct str *code;

		if (str_starts(page->items[i], STR("~")))
			continue;
		code = vec_push(codes, cx->arena, sizeof(*code));
		if (code)
			*code = str_dup(cx->arena, page->items[i]);
	}
	return cx_check_memory(cx);
}

static int by_code(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* Each engine lists them in an order of its own: the same hotels are the same bytes. */
static enum err list_hotels(struct exporting *exporting, struct cx *cx, struct vec *codes)
{
	struct codes page = { .more = true };
	enum err err = OK;

	while (err == OK && page.more) {
		struct str after = STR("");
		struct str *last = page.n != 0 ? &page.items[page.n - 1] : NULL;

		if (last)
			after = str_dup(cx->arena, *last);
		arena_reset(exporting->page.arena, 0);
		err = store_partitions(exporting->job->store, &exporting->page, after,
				       PARTITIONS_A_PAGE, &page);
		if (err == OK)
			err = add_codes(cx, &page, codes);
	}
	if (codes->n != 0)
		qsort(codes->items, codes->n, sizeof(struct str), by_code);
	return err;
}

static enum err write_hotels(struct exporting *exporting)
{
	const struct export_job *job = exporting->job;
	struct vec codes = { NULL, 0, 0 };
	struct cx cx = *exporting->cx;
	struct arena arena;
	enum err err;

	arena_init(&arena, 0);
	cx.arena = &arena;
	err = list_hotels(exporting, &cx, &codes);
	for (size_t i = 0; err == OK && i < codes.n; i++) {
		err = write_hotel(exporting, *(struct str *)vec_at(&codes, i, sizeof(struct str)));
		if (err == OK && job->watch)
			job->watch(job->watcher, exporting->result->counts.hotels);
	}
	arena_close(&arena);
	return err;
}

static enum err write_chains(struct exporting *exporting, struct str partition)
{
	struct query query = { .code = partition };
	struct page page = { .more = true };

	while (page.more) {
		struct buf lines;
		enum err err = store_query(exporting->job->store, &exporting->page, &query, &page);

		buf_init(&lines, exporting->lines);
		for (size_t i = 0; err == OK && i < page.n; i++) {
			const struct item content = chain_content(exporting->lines, &page.items[i]);

			record_text_write_item(&lines, &content);
		}
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
