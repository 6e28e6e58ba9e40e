#include "usecase/import_hotel.h"

#include "base/vec.h"
#include "record/hotel_record.h"
#include "record/intent.h"
#include "record/item.h"
#include "record/key.h"
#include "usecase/membership.h"

/* Chains and brands that it leaves and joins. */
#define MEMBERSHIPS_MAX 4

struct present_record {
	struct str item_type;
	struct str hash;
};

/* What the store has under the code. */
struct present {
	struct vec records; /* of struct present_record, by sort key */
	bool has_ctl;
	struct ctl ctl;
	bool has_head;
	struct head head;
	bool has_others; /* than history, which an import that did not end leaves */
};

struct importing {
	struct cx *cx;
	struct store *store;
	const struct imported *hotel;
	struct batch *batch;
	struct present present;
};

static bool is_history(const struct item *item)
{
	return str_starts(item->key.item_type, KEY_HISTORY_PREFIX);
}

static enum err note_present(struct importing *importing, const struct item *item)
{
	struct present *present = &importing->present;
	struct cx *cx = importing->cx;
	struct present_record *record = vec_push(&present->records, cx->arena, sizeof(*record));

	if (!record)
		return cx_check_memory(cx);
	*record = (struct present_record){ item->key.item_type, item_hash(cx->arena, item) };
	present->has_others |= !is_history(item);
	if (str_eq(item->key.item_type, KEY_CTL)) {
		present->has_ctl = true;
		return record_read_ctl(cx, item, &present->ctl);
	}
	if (str_eq(item->key.item_type, KEY_HEAD)) {
		present->has_head = true;
		return record_read_head(cx, item, &present->head);
	}
	return OK;
}

/* Of a head that another program wrote, what we have listed counts: nothing, of a hotel that is not ours yet. */
static enum err find_listed(struct importing *importing)
{
	struct present *present = &importing->present;
	enum err err;

	if (!present->has_head || present->head.rev != REV_NONE)
		return OK;
	err = record_get_listed(importing->cx, importing->store, importing->hotel->code,
				&present->head);
	present->has_head = err == OK;
	return err == ERR_NOT_FOUND ? OK : err;
}

/* As of one revision, of which nothing waits in an intent: the commit is conditioned on its control record, and the rest is guarded by
 * it. CONFLICT, not noted: somebody writes it. */
static enum err read_present(struct importing *importing)
{
	struct query query = { .code = importing->hotel->code };
	struct page page = { .more = true };
	struct ctl settled;
	enum err err = intent_settle(importing->cx, importing->store, query.code, &settled);

	if (err != OK && err != ERR_NOT_FOUND)
		return err;
	if (err == ERR_NOT_FOUND)
		settled = (struct ctl){ .rev = 0 };
	while (page.more) {
		err = store_query(importing->store, importing->cx, &query, &page);

		for (size_t i = 0; err == OK && i < page.n; i++)
			err = note_present(importing, &page.items[i]);
		if (err != OK)
			return err;
		if (page.n != 0)
			query.after = page.items[page.n - 1].key.item_type;
	}
	/* What is the same stays unwritten: nobody may have changed it while the rest was read. */
	if (!record_is_same_ctl(&settled, &importing->present.ctl))
		return ERR_CONFLICT;
	return find_listed(importing);
}

static const struct present_record *record_at(const struct present *present, size_t i)
{
	return vec_at(&present->records, i, sizeof(struct present_record));
}

static int by_item_type(const void *a, const void *b)
{
	const struct present_record *one = a, *other = b;

	return str_cmp(one->item_type, other->item_type);
}

/* The same already: most of a hotel that goes on from what is there. */
static bool is_there(const struct importing *importing, const struct item *item)
{
	const struct present_record key = { .item_type = item->key.item_type };
	const struct vec *records = &importing->present.records;
	size_t i = vec_lower_bound(records, sizeof(key), &key, by_item_type);
	const struct present_record *record;

	if (i == records->n)
		return false;
	record = record_at(&importing->present, i);
	return str_eq(record->item_type, item->key.item_type) &&
	       str_eq(record->hash, item_hash(importing->cx->arena, item));
}

static void put_items(struct importing *importing)
{
	const struct present *present = &importing->present;
	const struct imported *hotel = importing->hotel;
	struct batch *batch = importing->batch;

	for (size_t i = 0; i < hotel->n; i++) {
		const struct item *item = &hotel->items[i];

		if (str_eq(item->key.item_type, KEY_CTL)) {
			batch_put_item(batch, item,
				       present->has_ctl ? present->ctl.rev : REV_ABSENT);
			batch_if_token(batch, present->ctl.token);
		} else if (!is_there(importing, item)) {
			batch_put_item(batch, item, REV_ANY);
		}
	}
	for (size_t i = 0; i < present->records.n; i++) {
		const struct present_record *record = record_at(present, i);

		if (!import_find(hotel, record->item_type))
			batch_delete(batch, (struct key){ hotel->code, record->item_type },
				     REV_ANY);
	}
}

/* Of what follows from the head. */
static uint64_t head_rev(const struct imported *hotel)
{
	return hotel->hotel.rev == REV_NONE ? hotel->ctl.rev : hotel->hotel.rev;
}

/* The name of the hotel that was there is free, unless it is the new one's too. */
static enum err put_name(struct importing *importing)
{
	const struct present *present = &importing->present;
	const struct imported *hotel = importing->hotel;
	struct batch *batch = importing->batch;
	struct cx *cx = importing->cx;
	struct key name = { STR(""), STR("") }, old;
	struct vec attrs = { NULL, 0, 0 };
	struct item item = { .rev = REV_ABSENT };
	enum err err;

	if (hotel->head)
		name = key_name(cx->arena, hotel->hotel.owner, hotel->hotel.hotel.name);
	if (present->has_head) {
		old = key_name(cx->arena, present->head.owner, present->head.hotel.name);
		if (batch_find(batch, old))
			return ERR_CONFLICT;
		if (!str_eq(old.code, name.code) || !str_eq(old.item_type, name.item_type))
			batch_delete(batch, old, REV_ANY);
	}
	if (!hotel->head)
		return OK;
	if (batch_find(batch, name))
		return ERR_CONFLICT;
	err = store_get(importing->store, cx, name, &item);
	if (err != OK && err != ERR_NOT_FOUND)
		return err;
	if (err == OK && !str_eq(item_text(&item, STR("hotel")), hotel->code))
		return fail(cx, ERR_CONFLICT, "exists", "its name is that of hotel " STR_FMT,
			    STR_ARG(item_text(&item, STR("hotel"))));
	item_add_text(cx->arena, &attrs, STR("hotel"), hotel->code);
	batch_put(batch, name, STR("name"), item.rev, head_rev(hotel), &attrs);
	return OK;
}

static void put_listings(struct importing *importing)
{
	const struct present *present = &importing->present;
	const struct imported *hotel = importing->hotel;

	if (present->has_head)
		record_drop_listings(importing->batch, &present->head,
				     hotel->head ? &hotel->hotel : NULL);
	if (hotel->head)
		record_put_listings(importing->batch, &hotel->hotel, head_rev(hotel));
}

/* The last that may fail: what it changes in the batch is not taken back. */
static enum err put_membership(struct importing *importing)
{
	const struct present *present = &importing->present;
	const struct imported *hotel = importing->hotel;

	return membership_change(importing->cx, importing->store, importing->batch,
				 present->has_head ? &present->head.hotel : NULL,
				 hotel->head ? &hotel->hotel.hotel : NULL);
}

/* Is the hotel what became of that which is there? The hash of an entry of history stands for all the entries before it. */
static bool continues(const struct importing *importing)
{
	const struct present *present = &importing->present;
	const struct imported *hotel = importing->hotel;
	const struct item *entry;

	if (!present->has_ctl || present->ctl.history_hash.len == 0)
		return false;
	entry = import_find(hotel, key_history(importing->cx->arena, present->ctl.rev, 0));
	return entry && str_eq(item_text(entry, STR("hash")), present->ctl.history_hash);
}

static enum err check_over(struct importing *importing, enum import_over over)
{
	if (!importing->present.has_others || over == IMPORT_OVER_ANY)
		return OK;
	if (over == IMPORT_OVER_EARLIER && continues(importing))
		return OK;
	return fail(importing->cx, ERR_CONFLICT, "exists",
		    over == IMPORT_OVER_NONE ? "there is one of that code"
					     : "there is another one of that code");
}

static enum err put_hotel(struct importing *importing, enum import_over over)
{
	const struct imported *hotel = importing->hotel;
	const bool alone = importing->batch->writes.n == 0;
	enum err err;

	if (batch_find(importing->batch, (struct key){ hotel->code, KEY_CTL }))
		return ERR_CONFLICT;
	err = read_present(importing);
	if (err == OK && importing->present.ctl.intent.len != 0)
		return ERR_CONFLICT;
	if (err == OK)
		err = check_over(importing, over);
	if (err != OK)
		return err;
	put_items(importing);
	put_listings(importing);
	err = put_name(importing);
	if (err == OK)
		err = importing->batch->err;
	if (err == OK && !alone && !batch_fits(importing->batch, importing->store, MEMBERSHIPS_MAX))
		err = ERR_CONFLICT;
	return err == OK ? put_membership(importing) : err;
}

enum err import_hotel(struct cx *cx, struct store *store, const struct imported *hotel,
		      enum import_over over, struct batch *batch)
{
	struct importing importing = { .cx = cx, .store = store, .hotel = hotel, .batch = batch };
	const size_t writes = batch->writes.n, bytes = batch->bytes;
	enum err err = put_hotel(&importing, over);

	if (err != OK) {
		batch->writes.n = writes;
		batch->bytes = bytes;
		batch->err = OK;
	}
	return err;
}
