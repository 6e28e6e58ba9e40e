#include "command/export.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

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
