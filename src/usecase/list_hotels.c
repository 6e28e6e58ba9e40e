#include "usecase/list_hotels.h"

#include "model/chain.h"
#include "port/store.h"
#include "record/hotel_record.h"
#include "record/item.h"
#include "record/key.h"

/* Hotels read ahead of all partitions together: with heads of 48 KiB, the largest, they are a few MiB. */
#define READ_AHEAD_MAX ((size_t)128)
/* A page of such hotels ends early, as a store's own pages do. */
#define PAGE_BYTES_MAX ((size_t)1 << 20)
/* Memory that looking for hotels may take: half of what the smallest request has. */
#define LOOK_BYTES_MAX ((size_t)8 << 20)

/* One partition of a listing, read ahead. */
struct part {
	struct query query;
	struct page page;
	size_t next; /* item of the page */
};

/* A listing on its way: its parts' items are merged by code. */
struct listing {
	struct part parts[KEY_LIST_SHARDS];
	size_t nparts;
};

static enum err read_ahead(struct app *app, struct cx *cx, struct part *part)
{
	if (part->next < part->page.n || !part->page.more)
		return OK;
	if (part->page.n != 0)
		part->query.after = part->page.items[part->page.n - 1].key.item_type;
	part->next = 0;
	return store_query(app->store, cx, &part->query, &part->page);
}

static const struct item *next_item(const struct part *part)
{
	return part->next < part->page.n ? &part->page.items[part->next] : NULL;
}

/* The part whose next item has the smallest code; NULL when all are at their end. */
static struct part *smallest(struct listing *listing)
{
	struct part *best = NULL;

	for (size_t i = 0; i < listing->nparts; i++) {
		const struct item *item = next_item(&listing->parts[i]);

		if (item &&
		    (!best || str_cmp(item->key.item_type, next_item(best)->key.item_type) < 0))
			best = &listing->parts[i];
	}
	return best;
}

/* The smallest listing that has all hotels of the filter. */
static void choose_parts(struct arena *arena, const struct hotel_filter *filter,
			 struct listing *listing)
{
	bool by_brand = filter->brand.len != 0;

	*listing = (struct listing){ .nparts = KEY_LIST_SHARDS };
	if (by_brand || filter->chain.len != 0) {
		listing->nparts = 1;
		listing->parts[0].query.code =
			by_brand ? key_list_chain(arena, brands.name, filter->brand)
				 : key_list_chain(arena, chains.name, filter->chain);
		return;
	}
	for (unsigned i = 0; i < KEY_LIST_SHARDS; i++)
		listing->parts[i].query.code = key_list_all(arena, i);
}

/* Hotels are spread evenly over the parts: a little more than its share of a small page is likely to be enough. */
static enum err open_listing(struct app *app, struct cx *cx, const struct hotel_filter *filter,
			     struct str after, size_t limit, struct listing *listing)
{
	size_t share, most;
	enum err err;

	choose_parts(cx->arena, filter, listing);
	share = limit / listing->nparts + 4;
	most = READ_AHEAD_MAX / listing->nparts;
	err = cx_check_memory(cx);
	for (size_t i = 0; err == OK && i < listing->nparts; i++) {
		struct part *part = &listing->parts[i];

		part->query.after = after;
		part->query.limit = share < most ? share : most;
		part->page.more = true;
		err = read_ahead(app, cx, part);
	}
	return err;
}

/* True when the text has the part somewhere; A-Z as a-z. */
static bool has_part(struct str text, struct str part)
{
	for (size_t i = 0; i + part.len <= text.len; i++) {
		if (str_eq_nocase(str_sub(text, i, part.len), part))
			return true;
	}
	return false;
}

static bool is_wanted(const struct hotel_filter *filter, const struct hotel *hotel)
{
	if (filter->chain.len != 0 && !str_eq(hotel->chain, filter->chain))
		return false;
	if (filter->brand.len != 0 && !str_eq(hotel->brand, filter->brand))
		return false;
	if (filter->city.len != 0 && !str_eq_nocase(hotel->address.city, filter->city))
		return false;
	return has_part(hotel->name, filter->name_part);
}

/* Looks at the part's next hotel, and keeps it when the filter lets it through. */
static enum err look_at_next(struct cx *cx, struct part *part, const struct hotel_filter *filter,
			     struct hotel_list *out, size_t *bytes)
{
	const struct item *item = next_item(part);
	struct hotel *kept;
	struct head head;
	enum err err = record_read_listing(cx, item, &head);

	if (err != OK)
		return err;
	out->last = item->key.item_type;
	part->next++;
	if (!is_wanted(filter, &head.hotel))
		return OK;
	kept = arena_alloc(cx->arena, sizeof(*kept));
	if (!kept)
		return cx_check_memory(cx);
	*kept = head.hotel;
	out->hotels[out->n++] = kept;
	*bytes += item_size(item);
	return OK;
}

enum err list_hotels(struct app *app, struct cx *cx, const struct hotel_filter *filter,
		     struct str after, size_t limit, struct hotel_list *out)
{
	size_t used_bytes = cx->arena->used_bytes;
	struct listing listing;
	struct part *part;
	size_t bytes = 0;
	enum err err;

	*out = (struct hotel_list){ .last = after };
	out->hotels = arena_array(cx->arena, limit, sizeof(struct hotel *));
	err = open_listing(app, cx, filter, after, limit, &listing);
	if (err == OK)
		err = cx_check_memory(cx);
	/* The first one is always looked at: there is no page without progress. */
	while (err == OK && out->n < limit && bytes < PAGE_BYTES_MAX &&
	       (part = smallest(&listing)) != NULL &&
	       (str_eq(out->last, after) || cx->arena->used_bytes - used_bytes < LOOK_BYTES_MAX)) {
		err = look_at_next(cx, part, filter, out, &bytes);
		if (err == OK)
			err = read_ahead(app, cx, part);
	}
	out->more = err == OK && smallest(&listing) != NULL;
	return err;
}
