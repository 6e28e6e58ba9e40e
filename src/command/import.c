#include "command/import.h"

#include <errno.h>
#include <string.h>

#include "base/vec.h"
#include "command/import_queue.h"
#include "command/lines.h"
#include "usecase/import_chain.h"
#include "usecase/import_check.h"

struct importing {
	struct import_queue queue;
	struct lines lines;
	struct str begin;    /* what the lines of the hotel at hand begin with; empty = none is */
	struct str code;     /* its code */
	struct vec items;    /* of struct item: its records */
	uint64_t first_line; /* its first */
	size_t bytes;        /* of its lines */
	bool wrong;          /* it does not come in, and why was said */
	bool doubtful;       /* the hotel to come: a line before it could not be read */
	bool ended;          /* the last line of an export was there */
	struct record_counts seen;
	struct record_counts promised; /* by the last line */
};

static void forget_hotel(struct importing *importing)
{
	importing->begin = STR("");
	importing->items = (struct vec){ NULL, 0, 0 };
	importing->bytes = 0;
	importing->wrong = false;
}

/* The hotel at hand has all its lines. */
static enum err finish_hotel(struct importing *importing)
{
	struct imported hotel = { .code = importing->code,
				  .items = importing->items.items,
				  .n = importing->items.n,
				  .line = importing->first_line };
	enum err err = OK;
	size_t wrong = 0;

	if (importing->begin.len != 0 && !importing->wrong) {
		err = import_check(&importing->queue.cx, &hotel, &wrong);
		if (err == OK)
			err = import_queue_add(&importing->queue, &hotel, importing->bytes);
		else
			err = import_queue_refuse(&importing->queue,
						  hotel.line + (wrong < hotel.n ? wrong : 0),
						  "hotel", hotel.code, err);
	}
	forget_hotel(importing);
	import_queue_reset(&importing->queue);
	return err;
}

/* Nothing of the hotel at hand comes in, and its lines are passed over. */
static void give_up_hotel(struct importing *importing)
{
	importing->wrong = true;
	importing->items = (struct vec){ NULL, 0, 0 };
}

static enum err add_item(struct importing *importing, struct str line)
{
	struct str text = str_dup(importing->queue.cx.arena, line);
	struct record_text record;
	enum err err = record_text_read(&importing->queue.cx, text, &record);
	struct item *item;

	importing->bytes += line.len + 1;
	item = err == OK ? vec_push(&importing->items, importing->queue.cx.arena, sizeof(*item))
			 : NULL;
	if (item) {
		*item = record.item;
		return OK;
	}
	if (err == OK)
		err = cx_check_memory(&importing->queue.cx);
	err = import_queue_refuse(&importing->queue, importing->lines.number, "hotel",
				  importing->code, err);
	give_up_hotel(importing);
	return err;
}

static enum err begin_hotel(struct importing *importing, struct str line,
			    const struct record_text *record)
{
	importing->begin =
		str_dup(importing->queue.cx.arena, str_sub(line, 0, record->begin_bytes));
	importing->code = str_dup(importing->queue.cx.arena, record->item.key.code);
	importing->first_line = importing->lines.number;
	importing->seen.hotels++;
	if (importing->doubtful) {
		import_queue_complain(&importing->queue, importing->first_line,
				      "hotel " STR_FMT
				      " is not imported: the line before it may be of it",
				      STR_ARG(importing->code));
		give_up_hotel(importing);
	}
	importing->doubtful = false;
	return importing->wrong ? OK : add_item(importing, line);
}

static enum err take_chain(struct importing *importing, const struct record_text *record)
{
	enum err err = import_chain(importing->queue.job->app, &importing->queue.cx, &record->item,
				    importing->queue.job->replace);

	importing->seen.chains++;
	importing->queue.result->counts.chains += err == OK;
	return import_queue_refuse(&importing->queue, importing->lines.number, "chain or brand",
				   record->item.key.item_type, err);
}

/* It may be of the hotel before it, or of the one behind it: neither is known to be whole. */
static void take_damaged(struct importing *importing, const char *why)
{
	bool has_hotel = importing->begin.len != 0;

	import_queue_complain(&importing->queue, importing->lines.number, "%s%s" STR_FMT "%s", why,
			      has_hotel ? "; hotel " : "",
			      STR_ARG(has_hotel ? importing->code : STR("")),
			      has_hotel ? " before it is not imported" : "");
	if (has_hotel)
		give_up_hotel(importing);
	importing->doubtful = true;
}

/* A line that does not begin as the hotel at hand. `scratch` has memory for it, the hotel's may go before it is taken. */
static enum err take_other(struct importing *importing, struct cx *scratch, struct str line)
{
	struct record_text record;
	enum err err = record_text_read(scratch, line, &record);

	if (err != OK) {
		const char *why = str_c(scratch->arena, scratch->failure.detail);

		take_damaged(importing, why ? why : "it takes too much memory");
		return OK;
	}
	err = finish_hotel(importing);
	if (err != OK)
		return err;
	importing->ended = record.kind == RECORD_TEXT_END;
	importing->promised = record.counts;
	if (record.kind == RECORD_TEXT_ITEM) {
		importing->seen.records++;
		return begin_hotel(importing, line, &record);
	}
	if (record.kind == RECORD_TEXT_CHAIN)
		return take_chain(importing, &record);
	if (record.kind == RECORD_TEXT_FORMAT)
		take_damaged(importing, "it is the first line of another export");
	return OK;
}

static enum err take_line(struct importing *importing, struct cx *scratch, struct str line)
{
	if (importing->ended) {
		import_queue_complain(
			&importing->queue, importing->lines.number,
			"it stands behind the last line of the export, and is not read");
		return OK;
	}
	if (importing->begin.len == 0 || !str_starts(line, importing->begin))
		return take_other(importing, scratch, line);
	importing->seen.records++;
	return importing->wrong ? OK : add_item(importing, line);
}

static enum err fail_file(struct importing *importing)
{
	return fail(&importing->queue.cx, ERR_UNAVAILABLE, "unavailable",
		    "the file can not be read: %s", strerror(errno));
}

static enum err take_format(struct importing *importing, struct cx *scratch)
{
	struct record_text record = { .kind = RECORD_TEXT_END };
	struct str line;
	enum lines_got got = lines_next(&importing->lines, &line);
	enum err err = ERR_INVALID;

	if (got == LINES_FAILED)
		return fail_file(importing);
	if (got == LINES_LINE)
		err = record_text_read(scratch, line, &record);
	if (err == OK && record.kind == RECORD_TEXT_FORMAT)
		return OK;
	return fail(&importing->queue.cx, ERR_INVALID, "invalid",
		    "the file does not begin as an export of this version: " STR_FMT,
		    STR_ARG(scratch->failure.detail));
}

static enum err take_lines(struct importing *importing, struct cx *scratch)
{
	enum err err = take_format(importing, scratch);
	struct str line;

	while (err == OK) {
		enum lines_got got = lines_next(&importing->lines, &line);

		importing->queue.bytes_read = importing->lines.bytes;
		arena_reset(scratch->arena, IMPORT_MEMORY_BYTES_MAX);
		cx_clear(scratch);
		if (got == LINES_END)
			return OK;
		if (got == LINES_FAILED)
			return fail_file(importing);
		if (got == LINES_TOO_LONG)
			take_damaged(importing, "it is longer than a record can be");
		else
			err = take_line(importing, scratch, line);
	}
	return err;
}

static bool are_same(const struct record_counts *a, const struct record_counts *b)
{
	return a->chains == b->chains && a->hotels == b->hotels && a->records == b->records;
}

/* A hotel that neither another line nor the last line of the export follows may lack some of its own. */
static void check_end(struct importing *importing)
{
	const struct record_counts *promised = &importing->promised;

	if (importing->begin.len != 0 && !importing->wrong)
		import_queue_complain(&importing->queue, importing->first_line,
				      "hotel " STR_FMT
				      " is not imported: the file ends in it, or behind it",
				      STR_ARG(importing->code));
	if (!importing->ended)
		import_queue_complain(&importing->queue, importing->lines.number,
				      "the export is cut: its last line is missing");
	else if (!are_same(&importing->seen, promised))
		import_queue_complain(
			&importing->queue, importing->lines.number,
			"the export had %llu chains and brands, %llu hotels and %llu records; "
			"the file has %llu, %llu and %llu",
			(unsigned long long)promised->chains, (unsigned long long)promised->hotels,
			(unsigned long long)promised->records,
			(unsigned long long)importing->seen.chains,
			(unsigned long long)importing->seen.hotels,
			(unsigned long long)importing->seen.records);
	forget_hotel(importing);
}

enum err import_store(struct cx *cx, const struct import_job *job, struct import_result *result)
{
	struct importing importing = { .queue = { .job = job, .result = result, .cx = *cx } };
	struct import_queue *queue = &importing.queue;
	struct arena hotels, line;
	struct cx scratch = *cx;
	enum err err = OK;

	*result = (struct import_result){ .complaints = 0 };
	if (!lines_init(&importing.lines, cx->arena, job->in, RECORD_TEXT_BYTES_MAX))
		return cx_check_memory(cx);
	arena_init(&hotels, IMPORT_MEMORY_BYTES_MAX);
	arena_init(&line, IMPORT_MEMORY_BYTES_MAX);
	queue->cx.arena = &hotels;
	scratch.arena = &line;
	batch_init(&queue->batch, &queue->cx);
	err = take_lines(&importing, &scratch);
	if (err == OK) {
		check_end(&importing);
		err = import_queue_commit(queue);
	}
	if (err != OK && queue->cx.failure.code)
		fail_as(cx, err, &queue->cx.failure);
	arena_close(&hotels);
	arena_close(&line);
	return err;
}
