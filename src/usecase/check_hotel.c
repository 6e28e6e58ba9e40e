#include "usecase/check_hotel.h"

#include "audit/history_walk.h"
#include "model/chain.h"
#include "model/code.h"
#include "model/shape_write.h"
#include "record/intent_view.h"
#include "record/item.h"
#include "record/key.h"
#include "usecase/check_records.h"

/* Records that change at each of so many readings have a writer that never rests. */
#define READINGS_MAX 50

/* What looks wrong is looked at again from the start: an import may have replaced the whole hotel meanwhile. */
#define LOOKS 2

struct look {
	struct cx *cx;
	struct store *store; /* as ctl says: an intent lies over it */
	struct store *below;
	struct str code;
	struct hotel_check *check;
	struct history_walk walk;
	struct check_records records;
	struct str after; /* history key that was taken last */
};

/* By the key; 0 for one that is none of ours. */
static uint64_t revision_of(const struct item *item)
{
	uint64_t revision = 0;
	unsigned part;

	return key_parse_history(item->key.item_type, &revision, &part) ? revision : 0;
}

/* Entries up to the revision; the others are of commits that came after ctl was read. */
static enum err read_history(struct look *look, uint64_t revision)
{
	struct query query = { .code = look->code,
			       .from = KEY_DOCUMENT_PAUSE,
			       .to = KEY_DOCUMENT_RESUME };
	struct page page = { .more = true };
	struct cx scratch = *look->cx;
	struct arena arena;
	enum err err = OK;

	arena_init(&arena, 0);
	scratch.arena = &arena;
	query.after = look->after;
	while (err == OK && page.more) {
		err = store_query(look->store, &scratch, &query, &page);
		for (size_t i = 0; err == OK && i < page.n; i++) {
			query.after = str_dup(look->cx->arena, page.items[i].key.item_type);
			if (revision_of(&page.items[i]) > revision) {
				page.more = false;
				break;
			}
			history_walk_take(&look->walk, &page.items[i]);
			/* What another program calls history stands anywhere. */
			if (revision_of(&page.items[i]) != 0)
				look->after = query.after;
		}
		if (err == OK)
			arena_reset(&arena, 0);
	}
	if (err != OK)
		fail_as(look->cx, err, &scratch.failure);
	arena_close(&arena);
	if (err == OK)
		history_walk_settle(&look->walk);
	return err;
}

/* Does history go on behind the last revision? */
static enum err check_history_end(struct look *look)
{
	const struct query query = { .code = look->code,
				     .from = KEY_DOCUMENT_PAUSE,
				     .to = KEY_DOCUMENT_RESUME,
				     .after = look->after,
				     .limit = 1 };
	struct page page;
	enum err err = store_query(look->store, look->cx, &query, &page);

	if (err == OK && page.n != 0 && revision_of(&page.items[0]) != 0)
		findings_add(&look->check->findings, FINDING_HISTORY, page.items[0].key,
			     "is behind the revision of ctl");
	return err;
}

static bool is_of_head(struct cx *cx, const struct item *item, const struct head *head)
{
	struct head listed;

	if (record_read_listing(cx, item, &listed) != OK) {
		cx_clear(cx);
		return false;
	}
	return listed.rev == head->rev && str_eq(listed.owner, head->owner) &&
	       str_eq(listed.last_updated_by, head->last_updated_by) &&
	       str_eq(shape_own_text(cx->arena, &hotel_shape, &listed.hotel),
		      shape_own_text(cx->arena, &hotel_shape, &head->hotel));
}

static enum err check_listing(struct look *look, struct str listing)
{
	struct findings *findings = &look->check->findings;
	const struct key key = { listing, look->code };
	struct item item;
	enum err err = store_get(look->store, look->cx, key, &item);

	if (err == ERR_NOT_FOUND)
		findings_add(findings, FINDING_LISTING, key, "is missing: the hotel is there");
	else if (err == OK && !is_of_head(look->cx, &item, &look->check->head))
		findings_add(findings, FINDING_LISTING, key, "is not the hotel's head");
	return err == ERR_NOT_FOUND ? OK : err;
}

static enum err check_name(struct look *look)
{
	const struct head *head = &look->check->head;
	struct findings *findings = &look->check->findings;
	const struct key key = key_name(look->cx->arena, head->owner, head->hotel.name);
	struct item item;
	enum err err = store_get(look->store, look->cx, key, &item);

	if (err == ERR_NOT_FOUND)
		findings_add(findings, FINDING_NAME, key,
			     "is missing: hotel " STR_FMT " has this name", STR_ARG(look->code));
	else if (err == OK && !str_eq(item_text(&item, STR("hotel")), look->code))
		findings_add(findings, FINDING_NAME, key,
			     "is of hotel " STR_FMT ", hotel " STR_FMT " has this name too",
			     STR_ARG(item_text(&item, STR("hotel"))), STR_ARG(look->code));
	return err == ERR_NOT_FOUND ? OK : err;
}

/* The chain, or brand, that the hotel names. */
static enum err check_chain(struct look *look, const struct chain_kind *kind)
{
	const struct key key = { look->code, KEY_HEAD };
	struct str code = chain_of_hotel(kind, &look->check->head.hotel);
	struct key chain = key_chain(look->cx->arena, kind->name, code);
	struct item item;
	enum err err = code.len == 0 ? OK : store_get(look->store, look->cx, chain, &item);

	if (err == ERR_NOT_FOUND)
		findings_add(&look->check->findings, FINDING_REFERENCE, key,
			     "names " STR_FMT " " STR_FMT ", which is not there",
			     STR_ARG(kind->name), STR_ARG(code));
	return err == ERR_NOT_FOUND ? OK : err;
}

static enum err check_head(struct look *look)
{
	struct str listings[RECORD_LISTINGS_MAX];
	struct hotel_check *check = look->check;
	enum err err;

	check->has_head = false;
	if (check->ctl.deleted)
		return OK;
	err = record_get_head(look->cx, look->store, look->code, &check->head);
	if (err == ERR_NOT_FOUND)
		return OK; /* history says that it is lost */
	if (err == ERR_INTERNAL) {
		cx_clear(look->cx); /* found by check_records */
		return OK;
	}
	if (err != OK)
		return err;
	check->has_head = true;
	check->head = record_copy_head(look->cx->arena, &check->head);
	if (check->head.rev == REV_NONE)
		return OK; /* listings and name are of what we wrote last */
	record_find_listings(look->cx->arena, &check->head, listings);
	for (size_t i = 0; err == OK && i < RECORD_LISTINGS_MAX; i++) {
		if (listings[i].len != 0)
			err = check_listing(look, listings[i]);
	}
	if (err == OK)
		err = check_chain(look, &chains);
	if (err == OK)
		err = check_chain(look, &brands);
	return err == OK ? check_name(look) : err;
}

/* What another program made has a head that is none of ours. */
static enum err report_no_ctl(struct look *look)
{
	struct findings *findings = &look->check->findings;
	struct key key = { look->code, KEY_HEAD };
	struct item head;
	enum err err = store_get(look->below, look->cx, key, &head);

	if (err == OK && head.rev == REV_NONE) {
		findings_add(
			findings, FINDING_EXTERNAL, key,
			"is of a hotel that another program made: innkeeper migrate takes it over");
		return check_records_read(&look->records);
	}
	key.item_type = KEY_CTL;
	findings_add(findings, FINDING_CONTROL, key,
		     "is missing: other records of the hotel are there");
	return err == ERR_NOT_FOUND ? OK : err;
}

static enum err read_ctl(struct look *look, struct ctl *ctl)
{
	const struct key key = { look->code, KEY_CTL };
	struct hotel_check *check = look->check;
	enum err err = record_get_ctl(look->cx, look->below, look->code, ctl);

	check->has_ctl = err == OK;
	if (err == ERR_NOT_FOUND)
		return report_no_ctl(look);
	else if (err == ERR_INTERNAL)
		findings_add(&check->findings, FINDING_CONTROL, key, STR_FMT,
			     STR_ARG(look->cx->failure.detail));
	if (err == ERR_INTERNAL)
		cx_clear(look->cx);
	return err == ERR_INTERNAL ? OK : err;
}

/* One reading of all that can change; *done: nobody wrote meanwhile. */
static enum err read_once(struct look *look, bool *done)
{
	struct hotel_check *check = look->check;
	struct ctl after = { .rev = 0 };
	enum err err = check_records_read(&look->records);

	if (err == OK)
		err = check_history_end(look);
	if (err == OK)
		err = check_head(look);
	if (err == OK)
		err = read_ctl(look, &after);
	*done = err == OK && (!check->has_ctl || record_is_same_ctl(&check->ctl, &after));
	if (err == OK && !*done)
		check->ctl = after;
	return err;
}

/* Of history nothing changes: what it has shown stays. */
static enum err read_through(struct look *look, bool *done)
{
	struct hotel_check *check = look->check;
	struct intent_view view;
	size_t before;
	enum err err =
		intent_view_open(look->cx, look->below, look->code, &check->ctl, INTENT_ALL, &view);

	if (err == ERR_NOT_FOUND) {
		*done = true;
		return read_ctl(look, &check->ctl);
	}
	if (err != OK)
		return err;
	look->store = view.store;
	look->records.store = view.store;
	err = read_history(look, check->ctl.rev);
	before = check->findings.list.n;
	if (err == OK)
		err = read_once(look, done);
	if (err == OK && !*done)
		check->findings.list.n = before;
	intent_view_close(&view);
	return err;
}

static struct str token_of(const struct look *look, struct str item_type)
{
	const struct key_row *row = key_table_find(&look->records.keys, item_type);

	return row ? row->stored_token : STR("");
}

static enum err look_once(struct look *look)
{
	struct hotel_check *check = look->check;
	enum err err = read_ctl(look, &check->ctl);
	bool done = false;

	if (!code_is_valid(look->code))
		findings_add(&check->findings, FINDING_KEY, (struct key){ look->code, STR("") },
			     "is no code of a hotel");

	if (err != OK || !check->has_ctl)
		return err;
	for (unsigned i = 0; err == OK && !done && i < READINGS_MAX; i++)
		err = read_through(look, &done);
	if (err != OK || !check->has_ctl)
		return err;
	if (!done)
		return fail(look->cx, ERR_STALE, "stale",
			    "hotel " STR_FMT " is being written all the time", STR_ARG(look->code));
	history_walk_compare(&look->walk, &check->ctl);
	check_records_compare(&look->records, &check->ctl);
	check->objects = look->records.objects;
	check->head_token = token_of(look, KEY_HEAD);
	return OK;
}

/* What can not be read is damage too. Nothing is known of the hotel then that could be put right. */
static enum err take_unreadable(struct look *look)
{
	findings_add(&look->check->findings, FINDING_RECORD, (struct key){ look->code, STR("") },
		     STR_FMT, STR_ARG(look->cx->failure.detail));
	cx_clear(look->cx);
	look->check->has_ctl = false;
	return OK;
}

enum err check_hotel(struct cx *cx, struct store *store, struct str code, struct hotel_check *check)
{
	struct look look = { .cx = cx, .below = store, .code = code, .check = check };
	enum err err = OK;

	for (unsigned i = 0; err == OK && i < LOOKS; i++) {
		findings_init(&check->findings, cx->arena);
		history_walk_open(&look.walk, code, &check->findings);
		look.walk.seek = check->seek;
		look.walk.take = check_records_take_entry;
		look.walk.context = &look.records;
		look.after = STR("");
		check_records_init(&look.records, cx, store, code, &check->findings);
		err = look_once(&look);
		if (err == ERR_UNAVAILABLE || err == ERR_INTERNAL)
			err = take_unreadable(&look);
		check->found = look.walk.found;
		history_walk_close(&look.walk);
		if (check->findings.list.n == 0)
			break;
	}
	return err;
}
