#include "usecase/list_hotels.h"

#include "port/store.h"
#include "record/hotel_record.h"
#include "record/item.h"
#include "record/key.h"

/* Hotels read ahead of each partition: with heads of 48 KiB, the largest, all of them are a few MiB. */
#define READ_AHEAD_MAX 8
/* A page of such hotels ends early, as a store's own pages do. */
#define PAGE_BYTES_MAX ((size_t)1 << 20)

/* One partition of the listing, read ahead. */
struct shard {
	struct query query;
	struct page page;
	size_t next; /* item of the page */
};

static enum err read_ahead(struct app *app, struct cx *cx, struct shard *shard)
{
	if (shard->next < shard->page.n || !shard->page.more)
		return OK;
	if (shard->page.n != 0)
		shard->query.after = shard->page.items[shard->page.n - 1].key.item_type;
	shard->next = 0;
	return store_query(app->store, cx, &shard->query, &shard->page);
}

static const struct item *head_of(const struct shard *shard)
{
	return shard->next < shard->page.n ? &shard->page.items[shard->next] : NULL;
}

/* The shard whose next item has the smallest code; NULL when all are at their end. */
static struct shard *smallest(struct shard *shards)
{
	struct shard *best = NULL;

	for (size_t i = 0; i < KEY_LIST_SHARDS; i++) {
		const struct item *item = head_of(&shards[i]);

		if (item &&
		    (!best || str_cmp(item->key.item_type, head_of(best)->key.item_type) < 0))
			best = &shards[i];
	}
	return best;
}

/* Hotels are spread evenly over the shards: a little more than its share of a small page is likely to be enough. */
static enum err open_shards(struct app *app, struct cx *cx, struct str after, size_t limit,
			    struct shard *shards)
{
	size_t share = limit / KEY_LIST_SHARDS + 4;
	enum err err = OK;

	for (unsigned i = 0; err == OK && i < KEY_LIST_SHARDS; i++) {
		shards[i] = (struct shard){
			.query = { .code = key_list_all(cx->arena, i),
				   .after = after,
				   .limit = share < READ_AHEAD_MAX ? share : READ_AHEAD_MAX },
			.page = { .more = true },
		};
		err = read_ahead(app, cx, &shards[i]);
	}
	return err;
}

static enum err take(struct cx *cx, struct shard *shard, struct hotel_list *out)
{
	struct head *head = arena_alloc(cx->arena, sizeof(*head));
	enum err err;

	if (!head)
		return cx_check_memory(cx);
	err = record_read_listing(cx, head_of(shard), head);
	out->hotels[out->n++] = &head->hotel;
	shard->next++;
	return err;
}

enum err list_hotels(struct app *app, struct cx *cx, struct str after, size_t limit,
		     struct hotel_list *out)
{
	struct shard shards[KEY_LIST_SHARDS];
	struct shard *shard;
	size_t bytes = 0;
	enum err err;

	*out = (struct hotel_list){ .n = 0 };
	out->hotels = arena_array(cx->arena, limit, sizeof(struct hotel *));
	err = open_shards(app, cx, after, limit, shards);
	if (err == OK)
		err = cx_check_memory(cx);
	while (err == OK && out->n < limit && bytes < PAGE_BYTES_MAX &&
	       (shard = smallest(shards)) != NULL) {
		bytes += item_size(head_of(shard));
		err = take(cx, shard, out);
		if (err == OK)
			err = read_ahead(app, cx, shard);
	}
	out->more = err == OK && smallest(shards) != NULL;
	return err;
}
