/* with: src/main/storage.c src/main/store_url.c src/main/embedded.c */
/* agree PATH|dynamodb:…: reads a store that nobody writes through the record port, and says whether its records agree.
 *
 * Every listed hotel: the listing is the head; its name leads to it; ctl names the last revision and its hash; history
 * has no gap, no broken link, and its times go on; every object's revision and token are those of a history item that
 * lists its key; ctl counts objects and bytes right, and every name that an object holds leads somewhere (agree_objects.h); the
 * listings of its user, chain and brand are the head too, and chains and brands count right (agree_chains.h). A hotel that is
 * listed nowhere is deleted: it has ctl and history alone. Each name leads to the hotel that has it. Exit 0 with counts, 1 with the first disagreement, 2 for usage.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "agree_chains.h"
#include "agree_intents.h"
#include "agree_names.h"
#include "agree_objects.h"
#include "audit/history.h"
#include "base/cx.h"
#include "base/vec.h"
#include "model/chain.h"
#include "port/store.h"
#include "record/hotel_record.h"
#include "record/item.h"
#include "record/key.h"
#include "model/kind.h"
#include "open_store.h"

struct counts {
	unsigned long long hotels, revisions, objects;
};

/* One hotel while it is looked at. */
struct walk {
	struct store *store;
	struct cx *cx;
	struct str code;
	struct ctl ctl;
	struct head head;
	struct vec history; /* of struct item, parts' changes appended; revision 1 first */
	unsigned long long objects;
};

__attribute__((format(printf, 2, 3), noreturn)) static void disagree(struct str code,
								     const char *format, ...)
{
	va_list args;

	fprintf(stderr, "hotel " STR_FMT ": ", STR_ARG(code));
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static void must(const struct walk *walk, enum err err, const char *what)
{
	if (err != OK)
		disagree(walk->code, "%s: error %d " STR_FMT, what, (int)err,
			 STR_ARG(walk->cx->failure.detail));
}

/* The listing holds the head's attributes, its `user` as `owner`; only the entity type differs, and the token where it was imported: the listing is of the import's commit. */
static void check_listing(struct walk *walk, const struct item *listing)
{
	struct item head;

	must(walk, store_get(walk->store, walk->cx, (struct key){ walk->code, KEY_HEAD }, &head),
	     "the head of a listed hotel");
	if (listing->rev != head.rev || listing->attrs.n != head.attrs.n)
		disagree(walk->code, "listing of revision %llu, head of %llu",
			 (unsigned long long)listing->rev, (unsigned long long)head.rev);
	for (size_t i = 0; i < head.attrs.n; i++) {
		const struct attr *attr = &head.attrs.items[i];
		struct str name = str_eq(attr->name, STR("user")) ? STR("owner") : attr->name;
		const struct value *listed = attrs_find(&listing->attrs, name);

		if (str_eq(name, STR("et")) || str_eq(name, STR("wt")))
			continue;
		if (!listed || !agree_same_value(listed, &attr->value))
			disagree(walk->code,
				 "attribute " STR_FMT " is not the head's in the listing",
				 STR_ARG(name));
	}
}

static void check_listed(struct walk *walk, struct str partition)
{
	struct item listing;

	must(walk,
	     store_get(walk->store, walk->cx, (struct key){ partition, walk->code }, &listing),
	     "a listing of the hotel's");
	check_listing(walk, &listing);
}

static void check_listings(struct walk *walk)
{
	const struct hotel *hotel = &walk->head.hotel;
	struct arena *arena = walk->cx->arena;

	if (walk->head.owner.len != 0)
		check_listed(walk, key_list_user(arena, walk->head.owner));
	if (hotel->chain.len != 0)
		check_listed(walk, key_list_chain(arena, chains.name, hotel->chain));
	if (hotel->brand.len != 0)
		check_listed(walk, key_list_chain(arena, brands.name, hotel->brand));
	agree_hotel_chain(walk->cx, walk->store, hotel);
}

static void check_name(struct walk *walk)
{
	struct key key = key_name(walk->cx->arena, walk->head.owner, walk->head.hotel.name);
	struct item item;

	must(walk, store_get(walk->store, walk->cx, key, &item), "the name of a listed hotel");
	if (!str_eq(item_text(&item, STR("hotel")), walk->code))
		disagree(walk->code, "its name belongs to " STR_FMT,
			 STR_ARG(item_text(&item, STR("hotel"))));
}

/* Appends a part's list of that name to its item's. */
static void append_list(struct walk *walk, struct item *onto, const struct item *part,
			struct str name)
{
	const struct value *more = attrs_find(&part->attrs, name);
	struct arena *arena = walk->cx->arena;
	struct value *all = NULL, *items;

	if (!more)
		return;
	for (size_t i = 0; i < onto->attrs.n; i++) {
		if (str_eq(onto->attrs.items[i].name, name))
			all = &onto->attrs.items[i].value;
	}
	if (!all) {
		struct attr *attrs = arena_array(arena, onto->attrs.n + 1, sizeof(*attrs));

		for (size_t i = 0; i < onto->attrs.n; i++)
			attrs[i] = onto->attrs.items[i];
		attrs[onto->attrs.n] = (struct attr){ name, { .kind = VALUE_LIST } };
		all = &attrs[onto->attrs.n].value;
		onto->attrs = (struct attrs){ attrs, onto->attrs.n + 1 };
	}
	items = arena_array(arena, all->n + more->n, sizeof(*items));
	for (size_t j = 0; j < all->n + more->n; j++)
		items[j] = j < all->n ? all->items[j] : more->items[j - all->n];
	all->items = items;
	all->n += more->n;
}

static void take_history(struct walk *walk, const struct item *item, unsigned *parts)
{
	struct str type = item->key.item_type;
	uint64_t revision;
	unsigned part;

	if (!key_parse_history(type, &revision, &part))
		disagree(walk->code, "no history key: " STR_FMT, STR_ARG(type));
	*parts = part == 0 ? 0 : *parts + 1;
	if (revision != walk->history.n + (part == 0) || part != *parts || item->rev != revision)
		disagree(walk->code, STR_FMT " follows revision %zu: a gap", STR_ARG(type),
			 walk->history.n);
	if (part == 0) {
		*(struct item *)vec_push(&walk->history, walk->cx->arena, sizeof(*item)) = *item;
	} else {
		struct item *first = vec_at(&walk->history, walk->history.n - 1, sizeof(*first));

		if (!str_eq(item_text(first, STR("wt")), item_text(item, STR("wt"))))
			disagree(walk->code, STR_FMT " is of another commit", STR_ARG(type));
		append_list(walk, first, item, STR("keys"));
		append_list(walk, first, item, STR("removed"));
		append_list(walk, first, item, STR("changes"));
	}
}

static void read_history(struct walk *walk)
{
	const struct str from = KEY_HISTORY_PREFIX, to = KEY_DOCUMENT_RESUME;
	struct query query = { .code = walk->code, .from = from, .to = to };
	struct page page = { .more = true };
	unsigned parts = 0;

	while (page.more) {
		must(walk, store_query(walk->store, walk->cx, &query, &page), "its history");
		/* Another program's has no rev, and its keys come behind. */
		for (size_t i = 0; i < page.n && page.items[i].rev != REV_NONE; i++)
			take_history(walk, &page.items[i], &parts);
		if (page.n != 0)
			query.after = page.items[page.n - 1].key.item_type;
	}
}

static void check_history(struct walk *walk)
{
	struct str previous = STR(""), time = STR("");

	for (size_t i = 0; i < walk->history.n; i++) {
		const struct item *item = vec_at(&walk->history, i, sizeof(*item));
		struct str hash = history_hash(walk->cx->arena, item);

		if (!str_eq(item_text(item, STR("hash")), hash))
			disagree(walk->code, "revision %zu has another hash than it says", i + 1);
		if (!str_eq(item_text(item, STR("previous")), previous))
			disagree(walk->code, "revision %zu does not continue the one before",
				 i + 1);
		if (str_cmp(item_text(item, STR("timeStamp")), time) <= 0)
			disagree(walk->code, "time does not go on at revision %zu", i + 1);
		previous = hash;
		time = item_text(item, STR("timeStamp"));
	}
	if (walk->ctl.rev != walk->history.n)
		disagree(walk->code, "ctl has revision %llu, history %zu",
			 (unsigned long long)walk->ctl.rev, walk->history.n);
	if (!str_eq(walk->ctl.history_hash, previous))
		disagree(walk->code, "ctl does not name the hash of the last revision");
}

static bool lists_key(const struct item *history, struct str key)
{
	const struct value *keys = attrs_find(&history->attrs, STR("keys"));

	for (size_t i = 0; keys && i < keys->n; i++) {
		if (str_eq(keys->items[i].text, key))
			return true;
	}
	return false;
}

/* Each record was last written by a commit of the history that says so. */
static void check_written(struct walk *walk, const struct item *item)
{
	struct str type = item->key.item_type;
	const struct item *by;

	if (item->rev == 0 || item->rev > walk->history.n)
		disagree(walk->code, STR_FMT " is of revision %llu", STR_ARG(type),
			 (unsigned long long)item->rev);
	by = vec_at(&walk->history, item->rev - 1, sizeof(*by));
	if (!str_eq(item_text(item, STR("wt")), item_text(by, STR("wt"))) || !lists_key(by, type))
		disagree(walk->code, STR_FMT " was not written by revision %llu", STR_ARG(type),
			 (unsigned long long)item->rev);
}

/* Every record but ctl and history is the head or an object of a known kind, and written when it says. */
static void check_records(struct walk *walk)
{
	const struct query ranges[] = {
		{ .code = walk->code, .from = KEY_DOCUMENT_FROM, .to = KEY_DOCUMENT_PAUSE },
		{ .code = walk->code, .from = KEY_DOCUMENT_RESUME, .to = KEY_DOCUMENT_TO },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		struct query query = ranges[i];
		struct page page = { .more = true };

		while (page.more) {
			must(walk, store_query(walk->store, walk->cx, &query, &page),
			     "its objects");
			for (size_t j = 0; j < page.n; j++) {
				check_written(walk, &page.items[j]);
				query.after = page.items[j].key.item_type;
				if (!str_eq(query.after, KEY_HEAD) && !kind_of_key(query.after))
					disagree(walk->code,
						 "a record that nothing writes: " STR_FMT,
						 STR_ARG(query.after));
			}
		}
	}
}

static void check_hotel(struct store *store, const struct item *listing, struct counts *counts)
{
	struct arena arena;
	struct cx cx;
	struct walk walk = { .store = store, .cx = &cx, .code = listing->key.item_type };

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	check_listing(&walk, listing);
	must(&walk, record_get_ctl(&cx, store, walk.code, &walk.ctl), "ctl of a listed hotel");
	must(&walk, record_get_head(&cx, store, walk.code, &walk.head), "head of a listed hotel");
	check_listings(&walk);
	check_name(&walk);
	read_history(&walk);
	check_history(&walk);
	check_records(&walk);
	walk.objects = agree_objects(&cx, store, walk.code, &walk.ctl);
	counts->hotels++;
	counts->revisions += walk.history.n;
	counts->objects += walk.objects;
	arena_close(&arena);
}

static void check_sealed(struct store *view, const struct item *listing)
{
	check_hotel(view, listing, &(struct counts){ .hotels = 0 });
}

static void check_shard(struct store *store, struct cx *cx, unsigned shard, struct counts *counts)
{
	struct query query = { .code = key_list_all(cx->arena, shard) };
	struct page page = { .more = true };
	const struct walk none = { .cx = cx, .code = STR("-") };

	while (page.more) {
		must(&none, store_query(store, cx, &query, &page), "the listing");
		for (size_t i = 0; i < page.n; i++) {
			if (key_list_shard(page.items[i].key.item_type) != shard)
				disagree(page.items[i].key.item_type, "listed in another shard");
			check_hotel(store, &page.items[i], counts);
		}
		if (page.n != 0)
			query.after = page.items[page.n - 1].key.item_type;
	}
}

/* Every hotel is listed or deleted. */
static void check_listed_or_deleted(struct store *store, struct str code)
{
	struct arena arena;
	struct cx cx;
	struct walk walk = { .store = store, .cx = &cx, .code = code };

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	must(&walk, record_get_ctl(&cx, store, code, &walk.ctl), "ctl of a hotel");
	if (walk.ctl.deleted) {
		read_history(&walk);
		check_history(&walk);
		agree_deleted(&cx, store, code, &walk.ctl);
	} else {
		const struct key key = { key_list_all(&arena, key_list_shard(code)), code };
		struct item item;

		must(&walk, store_get(store, &cx, key, &item), "its place in the listing");
	}
	arena_close(&arena);
}

static void check_partitions(struct store *store, struct cx *cx)
{
	const struct walk none = { .cx = cx, .code = STR("-") };
	struct codes codes = { .more = true };
	struct str after = STR("");

	while (codes.more) {
		must(&none, store_partitions(store, cx, after, 0, &codes), "the partitions");
		for (size_t i = 0; i < codes.n; i++) {
			after = codes.items[i];
			if (str_starts(after, STR("~name-")))
				agree_names(cx, store, after);
			else if (after.ptr[0] != '~')
				check_listed_or_deleted(store, after);
		}
	}
}

int main(int argc, char **argv)
{
	struct counts counts = { .hotels = 0 };
	struct store *store = NULL;
	struct arena arena;
	struct cx cx;

	if (argc != 2) {
		fprintf(stderr, "usage: agree PATH|dynamodb:TABLE?...\n");
		return 2;
	}
	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	if (open_store(&cx, str_of(argv[1]), &store) != OK || settle_store(&cx, store) != OK) {
		fprintf(stderr, "agree: " STR_FMT "\n", STR_ARG(cx.failure.detail));
		return 1;
	}
	agree_intents(&cx, store, check_sealed);
	for (unsigned shard = 0; shard < KEY_LIST_SHARDS; shard++)
		check_shard(store, &cx, shard, &counts);
	check_partitions(store, &cx);
	agree_chains(&cx, store);
	store_close(store);
	printf("%llu hotels, %llu revisions, %llu objects agree\n", counts.hotels, counts.revisions,
	       counts.objects);
	arena_close(&arena);
	return 0;
}
