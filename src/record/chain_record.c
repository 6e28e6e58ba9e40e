#include "record/chain_record.h"

#include "record/item.h"
#include "record/key.h"

static enum err read_item(struct cx *cx, const struct chain_kind *kind, const struct item *item,
			  struct chain_record *out)
{
	enum err err = item_check_id(cx, item, item->key.item_type);

	*out = (struct chain_record){
		.rev = item->rev,
		.hotels = item_u64(item, STR("hotels")),
		.brands = item_u64(item, STR("brands")),
	};
	out->chain.code = item->key.item_type;
	return err == OK ? item_read(cx, kind->shape, item, &out->chain) : err;
}

enum err chain_record_get(struct cx *cx, struct store *store, const struct chain_kind *kind,
			  struct str code, struct chain_record *out)
{
	struct item item;
	enum err err = store_get(store, cx, key_chain(cx->arena, kind->name, code), &item);

	return err != OK ? err : read_item(cx, kind, &item, out);
}

enum err chain_record_find(struct batch *batch, struct store *store, const struct chain_kind *kind,
			   struct str code, struct chain_record *out)
{
	struct cx *cx = batch->cx;
	const struct write *write = batch_find(batch, key_chain(cx->arena, kind->name, code));
	struct item item;
	enum err err;

	if (!write)
		return chain_record_get(cx, store, kind, code, out);
	item = (struct item){ write->key, write->rev, write->attrs };
	err = read_item(cx, kind, &item, out);
	out->rev = write->if_rev;
	return err;
}

enum err chain_record_list(struct cx *cx, struct store *store, const struct chain_kind *kind,
			   struct str after, size_t limit, struct chain_page *out)
{
	const struct query query = {
		.code = key_chain(cx->arena, kind->name, STR("")).code,
		.after = after,
		.limit = limit,
	};
	struct page page = { .n = 0 };
	enum err err = cx_check_memory(cx);

	*out = (struct chain_page){ .n = 0 };
	if (err == OK)
		err = store_query(store, cx, &query, &page);
	if (err != OK)
		return err;
	out->records = arena_array(cx->arena, page.n, sizeof(*out->records));
	if (!out->records)
		return cx_check_memory(cx);
	for (; err == OK && out->n < page.n; out->n++)
		err = read_item(cx, kind, &page.items[out->n], &out->records[out->n]);
	out->more = page.more;
	return err;
}

/* By chance, so that one that was deleted and made again does not meet a condition on the old one. */
static uint64_t first_rev(const struct rand *rand)
{
	uint64_t rev = 0;

	rand_fill(rand, &rev, sizeof(rev));
	return (rev >> 24) + 1;
}

void chain_record_put(struct batch *batch, const struct chain_kind *kind,
		      const struct chain_record *record)
{
	uint64_t rev = record->rev == REV_ABSENT ? first_rev(batch->cx->rand) : record->rev + 1;
	struct arena *arena = batch->cx->arena;
	struct key key = key_chain(arena, kind->name, record->chain.code);
	struct vec attrs = { NULL, 0, 0 };

	item_write(arena, kind->shape, &record->chain, &attrs);
	item_add_u64(arena, &attrs, STR("hotels"), record->hotels);
	if (kind == &chains)
		item_add_u64(arena, &attrs, STR("brands"), record->brands);
	batch_drop(batch, key);
	batch_put(batch, key, kind->name, record->rev, rev, &attrs);
}

void chain_record_delete(struct batch *batch, const struct chain_kind *kind,
			 const struct chain_record *record)
{
	batch_delete(batch, key_chain(batch->cx->arena, kind->name, record->chain.code),
		     record->rev);
}
