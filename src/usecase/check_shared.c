#include "usecase/check_shared.h"

#include "model/chain.h"
#include "record/batch.h"
#include "record/chain_record.h"
#include "record/commit_many.h"
#include "record/hotel_record.h"
#include "record/intent.h"
#include "record/intent_view.h"
#include "record/item.h"
#include "record/key.h"
#include "usecase/check_intent.h"

/* What changes at each of so many readings has writers that never rest. */
#define READINGS_MAX 50

#define LISTING_PREFIX STR("~list-")
#define NAME_PREFIX STR("~name-")

/* What is kept for a while, or belongs to parts that have checks of their own. */
static const struct str unchecked[] = { STR_INIT("~idem-"), STR_INIT("~due-"), STR_INIT("~seen"),
					STR_INIT("~lease"), STR_INIT("~key") };

/* An entry of a listing or a name, and the hotel that it leads to. */
struct entry {
	struct item item;
	struct str hotel;
	struct ctl ctl; /* rev 0: the hotel has none */
};

static struct str hotel_of(const struct item *item)
{
	return str_starts(item->key.code, NAME_PREFIX) ? item_text(item, STR("hotel"))
						       : item->key.item_type;
}

/* Does a hotel with this head have the entry? */
static bool has_entry(struct cx *cx, const struct head *head, struct key entry)
{
	struct str listings[RECORD_LISTINGS_MAX];
	struct key name = key_name(cx->arena, head->owner, head->hotel.name);

	if (str_starts(entry.code, NAME_PREFIX))
		return str_eq(entry.code, name.code) && str_eq(entry.item_type, name.item_type);
	record_find_listings(cx->arena, head, listings);
	for (size_t i = 0; i < RECORD_LISTINGS_MAX; i++) {
		if (str_eq(listings[i], entry.code))
			return true;
	}
	return false;
}

/* A head or ctl that can not be read is its hotel's damage: the entry stays. */
static enum err leave_unreadable(struct cx *cx, enum err err, bool *belongs)
{
	if (err == ERR_INTERNAL) {
		cx_clear(cx);
		*belongs = true;
	}
	return err == ERR_INTERNAL || err == ERR_NOT_FOUND ? OK : err;
}

/* What waits in an intent of the hotel counts; a ctl that can not be read names none. */
static enum err open_view(struct cx *cx, struct store *store, struct str hotel,
			  struct intent_view *view)
{
	struct ctl ctl;
	enum err err = record_get_ctl(cx, store, hotel, &ctl);

	*view = (struct intent_view){ .store = store };
	if (err == OK && ctl.intent.len != 0)
		return intent_view_open(cx, store, hotel, &ctl, INTENT_ALL, view);
	if (err == ERR_INTERNAL)
		cx_clear(cx);
	return err == ERR_INTERNAL || err == ERR_NOT_FOUND ? OK : err;
}

/* An entry that is about to go belongs until then. */
static enum err find_belongs(struct cx *cx, struct store *store, const struct item *item,
			     bool *belongs)
{
	struct intent_view view;
	struct item left;
	struct head head;
	enum err err = open_view(cx, store, hotel_of(item), &view);

	*belongs = false;
	if (err != OK)
		return leave_unreadable(cx, err, belongs);
	err = record_get_head(cx, view.store, hotel_of(item), &head);
	/* A head that another program wrote says nothing of what we have listed. */
	*belongs = err == OK && (head.rev == REV_NONE || has_entry(cx, &head, item->key));
	if (!*belongs && view.store != store && (err == OK || err == ERR_NOT_FOUND)) {
		err = store_get(view.store, cx, item->key, &left);
		*belongs = err == ERR_NOT_FOUND;
	}
	intent_view_close(&view);
	return leave_unreadable(cx, err, belongs);
}

static enum err get_ctl(struct cx *cx, struct store *store, struct str code, struct ctl *ctl,
			bool *belongs)
{
	enum err err = record_get_ctl(cx, store, code, ctl);

	if (err != OK)
		*ctl = (struct ctl){ .rev = REV_ABSENT };
	return leave_unreadable(cx, err, belongs);
}

/* Reads the entry and all that it depends on under one ctl; *belongs too when it is gone. */
static enum err judge(struct cx *cx, struct store *store, struct key key, struct entry *entry,
		      bool *belongs)
{
	for (unsigned i = 0; i < READINGS_MAX; i++) {
		struct ctl after;
		struct item again;
		enum err err = store_get(store, cx, key, &entry->item);

		*belongs = err == ERR_NOT_FOUND;
		if (err != OK)
			return err == ERR_NOT_FOUND ? OK : err;
		entry->hotel = hotel_of(&entry->item);
		err = get_ctl(cx, store, entry->hotel, &entry->ctl, belongs);
		if (err == OK && !*belongs)
			err = find_belongs(cx, store, &entry->item, belongs);
		if (err != OK || *belongs)
			return err;
		err = store_get(store, cx, key, &again);
		if (err == OK)
			err = get_ctl(cx, store, entry->hotel, &after, belongs);
		if (err != OK && err != ERR_NOT_FOUND)
			return err;
		if (err == OK && !*belongs && record_is_same_ctl(&entry->ctl, &after) &&
		    again.rev == entry->item.rev)
			return OK;
	}
	return fail(cx, ERR_STALE, "stale", "hotel " STR_FMT " is being written all the time",
		    STR_ARG(entry->hotel));
}

static enum err check_entry(struct cx *cx, struct store *store, const struct item *item,
			    struct findings *findings)
{
	struct entry entry;
	bool belongs;
	enum err err = find_belongs(cx, store, item, &belongs);

	if (err == OK && !belongs)
		err = judge(cx, store, item->key, &entry, &belongs);
	if (err == OK && !belongs)
		findings_add(
			findings,
			str_starts(item->key.code, NAME_PREFIX) ? FINDING_NAME : FINDING_LISTING,
			item->key, "leads to hotel " STR_FMT ", which %s", STR_ARG(entry.hotel),
			entry.ctl.rev == REV_ABSENT || entry.ctl.deleted ? "is not there"
									 : "does not belong here");
	return err;
}

static enum err remove_entry(struct cx *cx, struct store *store, struct key key)
{
	const struct key none = { STR(""), STR("") };
	struct entry entry;
	struct batch batch;
	size_t conflict;
	bool belongs;
	enum err err = judge(cx, store, key, &entry, &belongs);

	if (err == OK && !belongs && entry.ctl.intent.len != 0) {
		err = intent_finish(cx, store, entry.hotel, entry.ctl.intent);
		if (err == OK)
			err = judge(cx, store, key, &entry, &belongs);
	}
	if (err != OK || belongs)
		return err;
	batch_init(&batch, cx);
	batch_delete(&batch, key, entry.item.rev);
	batch_check(&batch, (struct key){ entry.hotel, KEY_CTL }, entry.ctl.rev);
	if (entry.ctl.rev != REV_ABSENT)
		batch_if_token(&batch, entry.ctl.token);
	return commit_many(&batch, store, none, &conflict);
}

/* Hotels that name the chain or brand, out of those that it lists. */
static enum err count_hotels(struct cx *cx, struct store *store, const struct chain_kind *kind,
			     struct str code, uint64_t *n)
{
	struct query query = { .code = key_list_chain(cx->arena, kind->name, code) };
	struct page page = { .more = true };
	enum err err = OK;

	for (*n = 0; err == OK && page.more;) {
		err = store_query(store, cx, &query, &page);
		for (size_t i = 0; err == OK && i < page.n; i++) {
			bool belongs = false;

			err = find_belongs(cx, store, &page.items[i], &belongs);
			*n += belongs;
		}
		if (page.n != 0)
			query.after = page.items[page.n - 1].key.item_type;
	}
	return err;
}

static enum err count_brands(struct cx *cx, struct store *store, struct str chain, uint64_t *n)
{
	struct chain_page page = { .more = true };
	struct str after = STR("");
	enum err err = OK;

	for (*n = 0; err == OK && page.more;) {
		err = chain_record_list(cx, store, &brands, after, 100, &page);
		for (size_t i = 0; err == OK && i < page.n; i++) {
			*n += str_eq(page.records[i].chain.chain, chain);
			after = page.records[i].chain.code;
		}
	}
	return err;
}

/* What it counts, as stored and as it is; every membership that changes moves its rev. ERR_NOT_FOUND when it is gone. */
static enum err count(struct cx *cx, struct store *store, const struct chain_kind *kind,
		      struct str code, struct chain_record *stored, struct chain_record *right)
{
	for (unsigned i = 0; i < READINGS_MAX; i++) {
		struct chain_record after;
		enum err err = chain_record_get(cx, store, kind, code, stored);

		*right = *stored;
		if (err == OK)
			err = count_hotels(cx, store, kind, code, &right->hotels);
		if (err == OK && kind == &chains)
			err = count_brands(cx, store, code, &right->brands);
		if (err == OK)
			err = chain_record_get(cx, store, kind, code, &after);
		if (err != OK || after.rev == stored->rev)
			return err;
	}
	return fail(cx, ERR_STALE, "stale", STR_FMT " " STR_FMT " is being written all the time",
		    STR_ARG(kind->name), STR_ARG(code));
}

static enum err check_chain(struct cx *cx, struct store *store, const struct chain_kind *kind,
			    const struct item *item, struct findings *findings)
{
	struct chain_record stored, right;
	enum err err = count(cx, store, kind, item->key.item_type, &stored, &right);

	if (err == ERR_INTERNAL) {
		findings_add(findings, FINDING_RECORD, item->key, STR_FMT,
			     STR_ARG(cx->failure.detail));
		cx_clear(cx);
	}
	if (err != OK)
		return err == ERR_INTERNAL || err == ERR_NOT_FOUND ? OK : err;
	if (stored.hotels != right.hotels || stored.brands != right.brands)
		findings_add(findings, FINDING_COUNT, item->key,
			     "counts %llu hotels and %llu brands, there are %llu and %llu",
			     (unsigned long long)stored.hotels, (unsigned long long)stored.brands,
			     (unsigned long long)right.hotels, (unsigned long long)right.brands);
	if (kind == &brands)
		err = chain_record_get(cx, store, &chains, stored.chain.chain, &right);
	if (err == ERR_NOT_FOUND)
		findings_add(findings, FINDING_REFERENCE, item->key,
			     "is of chain " STR_FMT ", which is not there",
			     STR_ARG(stored.chain.chain));
	return err == ERR_NOT_FOUND ? OK : err;
}

static const struct chain_kind *kind_of(struct cx *cx, struct str partition)
{
	const struct chain_kind *const both[] = { &chains, &brands };

	for (size_t i = 0; i < sizeof(both) / sizeof(both[0]); i++) {
		if (str_eq(partition, key_chain(cx->arena, both[i]->name, STR("")).code))
			return both[i];
	}
	return NULL;
}

static enum err check_items(struct cx *cx, struct store *store, struct str partition,
			    struct findings *findings)
{
	const struct chain_kind *kind = kind_of(cx, partition);
	struct query query = { .code = partition };
	struct page page = { .more = true };
	struct cx scratch = *cx;
	struct arena arena;
	enum err err = OK;

	arena_init(&arena, 0);
	scratch.arena = &arena;
	while (err == OK && page.more) {
		err = store_query(store, &scratch, &query, &page);
		for (size_t i = 0; err == OK && i < page.n; i++)
			err = kind ? check_chain(&scratch, store, kind, &page.items[i], findings)
				   : check_entry(&scratch, store, &page.items[i], findings);
		if (err == OK && page.n != 0)
			query.after = str_dup(cx->arena, page.items[page.n - 1].key.item_type);
		if (err == OK)
			arena_reset(&arena, 0);
	}
	if (err == ERR_UNAVAILABLE || err == ERR_INTERNAL) {
		findings_add(findings, FINDING_RECORD, (struct key){ partition, STR("") }, STR_FMT,
			     STR_ARG(scratch.failure.detail));
		err = OK;
	}
	if (err != OK)
		fail_as(cx, err, &scratch.failure);
	arena_close(&arena);
	return err;
}

enum err check_shared(struct cx *cx, struct store *store, struct str partition,
		      struct findings *findings)
{
	if (str_starts(partition, LISTING_PREFIX) || str_starts(partition, NAME_PREFIX) ||
	    kind_of(cx, partition))
		return check_items(cx, store, partition, findings);
	if (str_starts(partition, KEY_INTENT_PREFIX))
		return check_intent(cx, store, partition, findings);
	for (size_t i = 0; i < sizeof(unchecked) / sizeof(unchecked[0]); i++) {
		if (str_starts(partition, unchecked[i]))
			return OK;
	}
	findings_add(findings, FINDING_KEY, (struct key){ partition, STR("") },
		     "is of no kind that is known");
	return OK;
}

static enum err repair_count(struct cx *cx, struct store *store, struct key key)
{
	const struct chain_kind *kind = kind_of(cx, key.code);
	const struct key none = { STR(""), STR("") };
	struct chain_record stored, right;
	struct batch batch;
	size_t conflict;
	enum err err =
		kind ? count(cx, store, kind, key.item_type, &stored, &right) : ERR_NOT_FOUND;

	if (err != OK)
		return err == ERR_NOT_FOUND ? OK : err;
	if (stored.hotels == right.hotels && stored.brands == right.brands)
		return OK;
	batch_init(&batch, cx);
	chain_record_put(&batch, kind, &right);
	return commit_many(&batch, store, none, &conflict);
}

enum err check_shared_repair(struct cx *cx, struct store *store, const struct finding *finding)
{
	switch (finding->kind) {
	case FINDING_COUNT:
		return repair_count(cx, store, finding->key);
	case FINDING_LISTING:
	case FINDING_NAME:
		return remove_entry(cx, store, finding->key);
	case FINDING_LEFTOVER:
		return check_intent_remove(cx, store, finding->key.code);
	default:
		return OK;
	}
}
