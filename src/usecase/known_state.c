#include "usecase/known_state.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "model/shape_read.h"
#include "model/shape_write.h"
#include "port/cache.h"

/* The numbers, then one behind the other the texts (token, hash, owner, last updated by, the head's JSON) and the hashes of names. */
struct packed_state {
	struct ctl ctl; /* its texts point nowhere here */
	uint64_t head_rev;
	size_t token_len, hash_len, owner_len, updated_len, hotel_len;
	bool has_names;
	size_t nnames;
};

/* No hotel code has a blank. */
static struct str cache_key(struct cx *cx, struct str code)
{
	return str_printf(cx->arena, STR_FMT " state", STR_ARG(code));
}

void known_state_put(struct app *app, struct cx *cx, const struct ctl *ctl, const struct head *head,
		     const struct known_names *names)
{
	const struct vec *hashes = &names->hashes;
	struct str hotel = shape_own_text(cx->arena, &hotel_shape, &head->hotel);
	struct packed_state packed = {
		.ctl = *ctl,
		.head_rev = head->rev,
		.token_len = ctl->token.len,
		.hash_len = ctl->history_hash.len,
		.owner_len = head->owner.len,
		.updated_len = head->last_updated_by.len,
		.hotel_len = hotel.len,
		.has_names = names->complete,
		.nnames = names->complete ? hashes->n : 0,
	};
	struct buf buf;

	assert(ctl->intent.len == 0);
	packed.ctl.token = packed.ctl.history_hash = packed.ctl.intent = (struct str){ NULL, 0 };
	buf_init(&buf, cx->arena);
	buf_add(&buf, (struct str){ (const char *)&packed, sizeof(packed) });
	buf_add(&buf, ctl->token);
	buf_add(&buf, ctl->history_hash);
	buf_add(&buf, head->owner);
	buf_add(&buf, head->last_updated_by);
	buf_add(&buf, hotel);
	buf_add(&buf, (struct str){ hashes->items, packed.nnames * sizeof(uint32_t) });
	if (!cx->arena->refused)
		cache_put(app->cache, cache_key(cx, head->hotel.code), ctl->rev, buf_str(&buf));
}

static struct str take(struct str *rest, size_t len)
{
	struct str text = str_sub(*rest, 0, len);

	*rest = str_sub(*rest, len, rest->len);
	return text;
}

/* Copied, because what stands in the bytes is not aligned. */
static struct known_names take_names(struct arena *arena, const struct packed_state *packed,
				     struct str bytes)
{
	uint32_t *hashes = arena_array(arena, packed->nnames, sizeof(*hashes));

	if (!packed->has_names || !hashes)
		return (struct known_names){ .complete = false };
	if (packed->nnames != 0)
		memcpy(hashes, bytes.ptr, packed->nnames * sizeof(*hashes));
	return (struct known_names){ true, { hashes, packed->nnames, packed->nnames } };
}

bool known_state_get(struct app *app, struct cx *cx, struct str code, struct ctl *ctl,
		     struct head *head, struct known_names *names)
{
	struct packed_state packed;
	struct str rest, hotel;

	if (!cache_get(app->cache, cx->arena, cache_key(cx, code), CACHE_ANY_VERSION, &rest) ||
	    rest.len < sizeof(packed))
		return false;
	memcpy(&packed, rest.ptr, sizeof(packed));
	take(&rest, sizeof(packed));
	*ctl = packed.ctl;
	ctl->token = take(&rest, packed.token_len);
	ctl->history_hash = take(&rest, packed.hash_len);
	*head = (struct head){ .rev = packed.head_rev };
	head->owner = take(&rest, packed.owner_len);
	head->last_updated_by = take(&rest, packed.updated_len);
	hotel = take(&rest, packed.hotel_len);
	if (shape_read(cx, hotel, &hotel_shape, SHAPE_WHOLE, &head->hotel) != OK) {
		/* The caller reads the store, whose head need not be what a request may have. */
		cx_clear(cx);
		return false;
	}
	*names = take_names(cx->arena, &packed, rest);
	return true;
}

void known_state_drop(struct app *app, struct cx *cx, struct str code)
{
	cache_drop(app->cache, cache_key(cx, code));
}
