#include "usecase/membership.h"

#include "model/chain.h"
#include "record/chain_record.h"

static bool differs(const struct chain_kind *kind, const struct hotel *before,
		    const struct hotel *after)
{
	return !str_eq(chain_of_hotel(kind, before), chain_of_hotel(kind, after));
}

bool membership_differs(const struct hotel *before, const struct hotel *after)
{
	return differs(&chains, before, after) || differs(&brands, before, after);
}

/* Reads what the hotel names; *found is zeroed when it names nothing. INVALID for what does not exist. */
static enum err find_named(struct batch *batch, struct store *store, const struct chain_kind *kind,
			   const struct hotel *hotel, struct chain_record *found)
{
	struct cx *cx = batch->cx;
	struct str code = chain_of_hotel(kind, hotel);
	enum err err;

	*found = (struct chain_record){ .rev = REV_ABSENT };
	if (code.len == 0)
		return OK;
	err = chain_record_find(batch, store, kind, code, found);
	if (err != ERR_NOT_FOUND)
		return err;
	return fail_field(cx, BLAME_POINTER,
			  str_printf(cx->arena, "/" STR_FMT, STR_ARG(kind->name)),
			  "there is no " STR_FMT " " STR_FMT, STR_ARG(kind->name), STR_ARG(code));
}

static enum err check_brand(struct cx *cx, const struct hotel *hotel,
			    const struct chain_record *brand)
{
	if (brand->rev == REV_ABSENT || str_eq(brand->chain.chain, hotel->chain))
		return OK;
	return fail_field(cx, BLAME_POINTER, STR("/brand"),
			  "is of chain " STR_FMT ", which must be the hotel's",
			  STR_ARG(brand->chain.chain));
}

/* One hotel less. What the hotel named may be gone behind our back: then nobody counts. */
static enum err leave(struct store *store, struct batch *batch, const struct chain_kind *kind,
		      const struct hotel *hotel)
{
	struct str code = chain_of_hotel(kind, hotel);
	struct chain_record left;
	enum err err;

	if (code.len == 0)
		return OK;
	err = chain_record_find(batch, store, kind, code, &left);
	if (err != OK)
		return err == ERR_NOT_FOUND ? OK : err;
	left.hotels -= left.hotels != 0 ? 1 : 0;
	chain_record_put(batch, kind, &left);
	return OK;
}

static enum err move(struct store *store, struct batch *batch, const struct chain_kind *kind,
		     const struct hotel *before, const struct hotel *after,
		     struct chain_record *joined)
{
	enum err err = OK;

	if (!differs(kind, before, after))
		return OK;
	if (before)
		err = leave(store, batch, kind, before);
	if (err == OK && joined->rev != REV_ABSENT) {
		joined->hotels++;
		chain_record_put(batch, kind, joined);
	}
	return err;
}

enum err membership_change(struct cx *cx, struct store *store, struct batch *batch,
			   const struct hotel *before, const struct hotel *after)
{
	struct chain_record chain, brand;
	enum err err, brand_err;

	if (!membership_differs(before, after))
		return OK;
	err = find_named(batch, store, &chains, after, &chain);
	if (err != OK && err != ERR_INVALID)
		return err;
	brand_err = find_named(batch, store, &brands, after, &brand);
	if (brand_err == OK && after)
		brand_err = check_brand(cx, after, &brand);
	if (err == OK)
		err = brand_err;
	if (err == OK)
		err = move(store, batch, &chains, before, after, &chain);
	if (err == OK)
		err = move(store, batch, &brands, before, after, &brand);
	return err;
}
