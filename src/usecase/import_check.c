#include "usecase/import_check.h"

#include <stdbool.h>
#include <stdint.h>

#include "audit/history_walk.h"
#include "model/code.h"
#include "record/findings.h"
#include "record/item.h"
#include "record/key.h"
#include "record/object_key.h"
#include "usecase/check_records.h"
#include "usecase/key_table.h"

/* What a history key has room for: 12 digits. */
#define REV_MAX 999999999999

/* As long as a commit's token may be (port/store.h). */
#define TOKEN_BYTES_MAX 36

struct checking {
	struct cx *cx;
	struct imported *hotel;
	bool has_ctl;
};

static enum err wrong(struct checking *checking, const char *problem)
{
	return fail(checking->cx, ERR_INVALID, "invalid", "%s", problem);
}

/* What every record has; a record that another program wrote has neither rev nor token. */
static enum err check_item(struct checking *checking, const struct item *item)
{
	const struct value *token = attrs_find(&item->attrs, STR("wt"));

	if (item->rev > REV_MAX && item->rev != REV_NONE)
		return wrong(checking, "its revision is none");
	if (token && (token->kind != VALUE_TEXT || token->text.len > TOKEN_BYTES_MAX))
		return wrong(checking, "its token `wt` is none");
	if (item_u64(item, STR("sv")) > ITEM_VERSION)
		return wrong(checking, "it was written by a newer version of innkeeper");
	if (item_size(item) > ITEM_BYTES_MAX)
		return wrong(checking, "it is too large for a record");
	return OK;
}

static enum err check_ctl(struct checking *checking, const struct item *item)
{
	checking->has_ctl = true;
	if (item->rev == REV_NONE)
		return wrong(checking, "its revision is none");
	if (item_text(item, STR("wt")).len == 0)
		return wrong(checking, "it has no token `wt`");
	return record_read_ctl(checking->cx, item, &checking->hotel->ctl);
}

static enum err check_head(struct checking *checking, const struct item *item)
{
	checking->hotel->head = item;
	return record_read_head(checking->cx, item, &checking->hotel->hotel);
}

static enum err check_object(struct checking *checking, const struct item *item)
{
	struct cx *cx = checking->cx;
	struct object_key key;
	void *object;

	if (!object_key_parse(cx->arena, item->key.item_type, &key))
		return wrong(checking, "it is of no kind that is known");
	if (key.is_old)
		return wrong(checking, "another program wrote it under a key of its own: run "
				       "innkeeper migrate where it comes from");
	object = arena_alloc(cx->arena, key.kind->shape->size_bytes);
	return object ? item_read(cx, key.kind->shape, item, object) : cx_check_memory(cx);
}

/* One record by itself; history is walked besides. */
static enum err check_one(struct checking *checking, size_t at)
{
	const struct item *item = &checking->hotel->items[at];
	struct str item_type = item->key.item_type;
	enum err err = check_item(checking, item);

	if (err == OK && at != 0 && str_cmp(item[-1].key.item_type, item_type) >= 0)
		return wrong(checking, "the records of a hotel are not in the order of their keys");
	if (err != OK)
		return err;
	if (str_eq(item_type, KEY_CTL))
		return check_ctl(checking, item);
	if (str_eq(item_type, KEY_HEAD))
		return check_head(checking, item);
	return str_starts(item_type, KEY_HISTORY_PREFIX) ? OK : check_object(checking, item);
}

const struct item *import_find(const struct imported *hotel, struct str item_type)
{
	size_t low = 0, high = hotel->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = str_cmp(hotel->items[middle].key.item_type, item_type);

		if (order == 0)
			return &hotel->items[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* What history says was put, and not removed since: a line may have been lost. */
static void find_lost(struct check_records *records, const struct imported *hotel)
{
	for (size_t i = 0; i < records->keys.size; i++) {
		const struct key_row *row = key_table_at(&records->keys, i);

		if (row && row->written != 0 && !import_find(hotel, row->key))
			findings_add(records->findings, FINDING_LOST,
				     (struct key){ hotel->code, row->key },
				     "is not there, and history says that it is");
	}
}

/* History leads to the control record without a gap or a break, and to the records that there are. */
static enum err check_history(struct checking *checking, size_t *at)
{
	const struct imported *hotel = checking->hotel;
	struct check_records records;
	const struct finding *finding;
	struct findings findings;
	struct history_walk walk;

	findings_init(&findings, checking->cx->arena);
	check_records_init(&records, checking->cx, NULL, hotel->code, &findings);
	history_walk_open(&walk, hotel->code, &findings);
	walk.take = check_records_take_entry;
	walk.context = &records;
	for (size_t i = 0; i < hotel->n; i++) {
		if (str_starts(hotel->items[i].key.item_type, KEY_HISTORY_PREFIX))
			history_walk_take(&walk, &hotel->items[i]);
	}
	history_walk_settle(&walk);
	history_walk_compare(&walk, &hotel->ctl);
	history_walk_close(&walk);
	find_lost(&records, hotel);
	if (findings.list.n == 0)
		return cx_check_memory(checking->cx);
	finding = findings_at(&findings, 0);
	if (import_find(hotel, finding->key.item_type))
		*at = (size_t)(import_find(hotel, finding->key.item_type) - hotel->items);
	return fail(checking->cx, ERR_INVALID, "invalid", STR_FMT " " STR_FMT,
		    STR_ARG(finding->key.item_type), STR_ARG(finding->detail));
}

static enum err check_whole(struct checking *checking, size_t *at)
{
	const struct imported *hotel = checking->hotel;
	const struct ctl *ctl = &hotel->ctl;

	if (!code_is_valid(hotel->code))
		return wrong(checking, "its code is none");
	if (!checking->has_ctl)
		return wrong(checking, "it has no control record `ctl`");
	if (ctl->intent.len != 0)
		return wrong(checking, "its control record `ctl` is of a write under way");
	if (!hotel->head && !ctl->deleted)
		return wrong(checking, "it has no head `cfg-general`");
	if (hotel->head && ctl->deleted)
		return wrong(checking, "it is deleted and has a head `cfg-general`");
	for (size_t i = 0; i < hotel->n; i++) {
		if (hotel->items[i].rev > ctl->rev && hotel->items[i].rev != REV_NONE) {
			*at = i;
			return wrong(checking, "it is of a revision that the hotel never had");
		}
	}
	return check_history(checking, at);
}

enum err import_check(struct cx *cx, struct imported *hotel, size_t *wrong)
{
	struct checking checking = { .cx = cx, .hotel = hotel };

	for (size_t i = 0; i < hotel->n; i++) {
		enum err err = check_one(&checking, i);

		*wrong = i;
		if (err != OK)
			return err;
	}
	*wrong = hotel->n;
	return check_whole(&checking, wrong);
}
