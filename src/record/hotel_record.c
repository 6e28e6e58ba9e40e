#include "record/hotel_record.h"

#include <assert.h>

#include "codec/instant.h"
#include "model/chain.h"
#include "model/shape_read.h"
#include "record/item.h"
#include "record/key.h"
#include "record/object_key.h"

/* As many as a token of ours has. */
#define STRANGER_TOKEN_DIGITS 32

static struct key ctl_key(struct str code)
{
	return (struct key){ code, KEY_CTL };
}

static struct key head_key(struct str code)
{
	return (struct key){ code, KEY_HEAD };
}

enum err record_read_ctl(struct cx *cx, const struct item *item, struct ctl *out)
{
	struct str token = item_text(item, STR("after"));

	*out = (struct ctl){
		.rev = item->rev,
		.token = token.len != 0 ? token : item_text(item, STR("wt")),
		.intent = item_text(item, STR("intent")),
		.history_hash = item_text(item, STR("hash")),
		.live_number = item_u64(item, STR("live")),
		.next_number = item_u64(item, STR("next")),
		.deleted = attrs_find(&item->attrs, STR("deleted")) != NULL,
		.objects = item_u64(item, STR("objects")),
		.document_bytes = item_u64(item, STR("bytes")),
	};
	if (!instant_parse(item_text(item, STR("time")), &out->history_time_ms) ||
	    item_u64(item, STR("sv")) > ITEM_VERSION)
		return fail(cx, ERR_INTERNAL, "internal",
			    "record " STR_FMT "/ctl is not what it should be",
			    STR_ARG(item->key.code));
	return OK;
}

enum err record_get_ctl(struct cx *cx, struct store *store, struct str code, struct ctl *out)
{
	struct item item;
	enum err err = store_get(store, cx, ctl_key(code), &item);

	return err != OK ? err : record_read_ctl(cx, &item, out);
}

enum err record_find_ctl(struct cx *cx, struct store *store, struct str code, struct ctl *out)
{
	struct item head;
	enum err err = record_get_ctl(cx, store, code, out);

	if (err != ERR_NOT_FOUND || !store->api->has_strangers)
		return err;
	err = store_get(store, cx, head_key(code), &head);
	if (err == OK && head.rev != REV_NONE)
		return ERR_NOT_FOUND; /* ours, and its ctl is lost */
	if (err != OK)
		return err;
	*out = (struct ctl){ .next_number = 1 };
	out->token = str_sub(item_hash(cx->arena, &head), 0, STRANGER_TOKEN_DIGITS);
	return OK;
}

static enum err read_head(struct cx *cx, const struct item *item, struct str code,
			  struct str owner_name, struct head *out)
{
	*out = (struct head){ .rev = item->rev };
	out->owner = item_text(item, owner_name);
	out->last_updated_by = item_text(item, STR("lastUpdatedBy"));
	out->hotel.code = code;
	return item_read(cx, &hotel_shape, item, &out->hotel);
}

enum err record_read_head(struct cx *cx, const struct item *item, struct head *out)
{
	return read_head(cx, item, item->key.code, STR("user"), out);
}

enum err record_get_head(struct cx *cx, struct store *store, struct str code, struct head *out)
{
	struct item item;
	enum err err = store_get(store, cx, head_key(code), &item);

	return err != OK ? err : record_read_head(cx, &item, out);
}

struct head record_copy_head(struct arena *arena, const struct head *head)
{
	const struct hotel *hotel = shape_copy(arena, &hotel_shape, &head->hotel);

	if (!hotel)
		return (struct head){ .rev = 0 };
	return (struct head){
		.rev = head->rev,
		.owner = str_dup(arena, head->owner),
		.last_updated_by = str_dup(arena, head->last_updated_by),
		.hotel = *hotel,
	};
}

enum err record_read_listing(struct cx *cx, const struct item *item, struct head *out)
{
	enum err err = read_head(cx, item, item->key.item_type, STR("owner"), out);

	return err == OK ? item_check_id(cx, item, item->key.item_type) : err;
}

enum err record_get_listed(struct cx *cx, struct store *store, struct str code, struct head *out)
{
	struct key key = { key_list_all(cx->arena, key_list_shard(code)), code };
	struct item item;
	enum err err = store_get(store, cx, key, &item);

	return err != OK ? err : record_read_listing(cx, &item, out);
}

enum err record_get_object(struct cx *cx, struct store *store, const struct kind *kind,
			   struct str code, struct str id, void *object, struct stored *stored)
{
	struct key key = { code, key_object(cx->arena, kind->prefix, id) };
	struct item item;
	enum err err = store_get(store, cx, key, &item);
	bool is_old =
		err == ERR_NOT_FOUND && kind->old_prefix.len != 0 && store->api->has_strangers;

	*stored = (struct stored){ .rev = REV_ABSENT };
	if (is_old) {
		key.item_type = object_key_old(cx->arena, kind, id);
		err = store_get(store, cx, key, &item);
	}
	if (err != OK)
		return err;
	*(is_old ? &stored->old_rev : &stored->rev) = item.rev;
	stored->last_updated_by = item_text(&item, STR("lastUpdatedBy"));
	*kind_id(kind, object) = id;
	return item_read(cx, kind->shape, &item, object);
}

bool record_is_same_ctl(const struct ctl *before, const struct ctl *after)
{
	return before->rev == after->rev && str_eq(before->token, after->token) &&
	       (after->intent.len == 0 || str_eq(before->intent, after->intent));
}

void record_put_ctl(struct batch *batch, struct str code, const struct ctl *before, struct ctl *ctl)
{
	struct arena *arena = batch->cx->arena;
	struct vec attrs = { NULL, 0, 0 };

	assert(before->intent.len == 0);
	item_add_text(arena, &attrs, STR("hash"), ctl->history_hash);
	item_add_text(arena, &attrs, STR("time"), instant_write(arena, ctl->history_time_ms));
	item_add_u64(arena, &attrs, STR("live"), ctl->live_number);
	item_add_u64(arena, &attrs, STR("next"), ctl->next_number);
	item_add_u64(arena, &attrs, STR("objects"), ctl->objects);
	item_add_u64(arena, &attrs, STR("bytes"), ctl->document_bytes);
	if (ctl->deleted)
		item_add_text(arena, &attrs, STR("deleted"), STR("true"));
	ctl->token = batch->token;
	batch_put(batch, ctl_key(code), STR("ctl"), before->rev, ctl->rev, &attrs);
	batch_if_token(batch, before->token);
}

static void head_attrs(struct arena *arena, const struct head *head, struct str owner_name,
		       struct vec *attrs)
{
	item_write(arena, &hotel_shape, &head->hotel, attrs);
	if (head->owner.len != 0)
		item_add_text(arena, attrs, owner_name, head->owner);
	item_add_text(arena, attrs, STR("lastUpdatedBy"), head->last_updated_by);
}

void record_put_head(struct batch *batch, const struct head *head, uint64_t if_rev, uint64_t rev)
{
	struct vec attrs = { NULL, 0, 0 };

	head_attrs(batch->cx->arena, head, STR("user"), &attrs);
	batch_put(batch, head_key(head->hotel.code), STR("hotel"), if_rev, rev, &attrs);
}

void record_find_listings(struct arena *arena, const struct head *head,
			  struct str listings[RECORD_LISTINGS_MAX])
{
	struct str chain = chain_of_hotel(&chains, &head->hotel);
	struct str brand = chain_of_hotel(&brands, &head->hotel);
	struct str none = STR("");

	listings[0] = key_list_all(arena, key_list_shard(head->hotel.code));
	listings[1] = head->owner.len != 0 ? key_list_user(arena, head->owner) : none;
	listings[2] = chain.len != 0 ? key_list_chain(arena, chains.name, chain) : none;
	listings[3] = brand.len != 0 ? key_list_chain(arena, brands.name, brand) : none;
}

/* Listings are guarded by the hotel's ctl, which is in the same commit. */
void record_put_listings(struct batch *batch, const struct head *head, uint64_t rev)
{
	struct arena *arena = batch->cx->arena;
	struct str listings[RECORD_LISTINGS_MAX];

	record_find_listings(arena, head, listings);
	for (size_t i = 0; i < RECORD_LISTINGS_MAX; i++) {
		struct vec attrs = { NULL, 0, 0 };

		if (listings[i].len == 0)
			continue;
		head_attrs(arena, head, STR("owner"), &attrs);
		batch_put(batch, (struct key){ listings[i], head->hotel.code }, STR("listing"),
			  REV_ANY, rev, &attrs);
	}
}

void record_drop_listings(struct batch *batch, const struct head *before, const struct head *after)
{
	struct arena *arena = batch->cx->arena;
	struct str was[RECORD_LISTINGS_MAX], is[RECORD_LISTINGS_MAX] = { { NULL, 0 } };

	record_find_listings(arena, before, was);
	if (after)
		record_find_listings(arena, after, is);
	for (size_t i = 0; i < RECORD_LISTINGS_MAX; i++) {
		if (was[i].len != 0 && !str_eq(was[i], is[i]))
			batch_delete(batch, (struct key){ was[i], before->hotel.code }, REV_ANY);
	}
}

void record_remove_head(struct batch *batch, const struct head *head)
{
	batch_delete(batch, head_key(head->hotel.code), head->rev);
}

/* What stood under the sample program's key goes. */
static void remove_old(struct batch *batch, const struct kind *kind, struct str code, struct str id,
		       const struct stored *stored)
{
	if (stored->old_rev != REV_ABSENT)
		batch_delete(batch,
			     (struct key){ code, object_key_old(batch->cx->arena, kind, id) },
			     stored->old_rev);
}

void record_put_object(struct batch *batch, const struct kind *kind, struct str code, void *object,
		       const struct stored *stored, uint64_t rev)
{
	struct arena *arena = batch->cx->arena;
	struct key key = { code, key_object(arena, kind->prefix, *kind_id(kind, object)) };
	struct vec attrs = { NULL, 0, 0 };

	item_write(arena, kind->shape, object, &attrs);
	item_add_text(arena, &attrs, STR("lastUpdatedBy"), stored->last_updated_by);
	batch_put(batch, key, kind->name, stored->rev, rev, &attrs);
	remove_old(batch, kind, code, *kind_id(kind, object), stored);
}

void record_expect_no_old(struct batch *batch, const struct kind *kind, struct str code,
			  struct str id)
{
	batch_check(batch, (struct key){ code, object_key_old(batch->cx->arena, kind, id) },
		    REV_ABSENT);
}

void record_remove_object(struct batch *batch, const struct kind *kind, struct str code,
			  struct str id, const struct stored *stored)
{
	struct key key = { code, key_object(batch->cx->arena, kind->prefix, id) };

	if (stored->rev != REV_ABSENT)
		batch_delete(batch, key, stored->rev);
	remove_old(batch, kind, code, id, stored);
}
