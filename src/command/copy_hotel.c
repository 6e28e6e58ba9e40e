#include "command/copy_hotel.h"

#include "base/vec.h"
#include "command/hotel_reader.h"
#include "record/commit_many.h"
#include "record/intent.h"
#include "record/item.h"
#include "usecase/gate.h"
#include "usecase/import_check.h"
#include "usecase/import_hotel.h"

/* So often somebody else may be faster before the next pass looks again. */
#define LOOKS_MAX 10

/* A hotel as one of the stores has it. */
struct side {
	struct hotel_reader reader;
	struct vec items; /* of struct item, by key */
	struct ctl ctl;
};

static void begin(void *state)
{
	struct side *side = state;

	side->items = (struct vec){ NULL, 0, 0 };
}

static void take(void *state, const struct item *item)
{
	struct side *side = state;
	struct item *slot = vec_push(&side->items, side->reader.cx->arena, sizeof(*slot));

	if (slot)
		*slot = *item;
}

/* side_close comes in any case. */
static enum err side_read(struct side *side, struct cx *cx, struct store *store, struct str code)
{
	side->reader = (struct hotel_reader){
		.store = store, .cx = cx, .keeps = true, .begin = begin, .take = take, .state = side
	};
	return hotel_reader_read(&side->reader, code, &side->ctl);
}

static void side_close(struct side *side)
{
	hotel_reader_close(&side->reader);
}

static bool is_same(const struct item *a, const struct item *b)
{
	struct arena arena;
	bool same;

	if (!str_eq(a->key.item_type, b->key.item_type))
		return false;
	arena_init(&arena, 0);
	same = str_eq(item_hash(&arena, a), item_hash(&arena, b));
	arena_close(&arena);
	return same;
}

/* The first record that is not the same on both sides; NULL when all are. */
static const struct item *find_different(const struct side *source, const struct side *target)
{
	const struct item *ours = target->items.items, *theirs = source->items.items;
	size_t i = 0;

	while (i < source->items.n && i < target->items.n && is_same(&theirs[i], &ours[i]))
		i++;
	if (i == source->items.n)
		return i == target->items.n ? NULL : &ours[i];
	if (i == target->items.n || str_cmp(theirs[i].key.item_type, ours[i].key.item_type) < 0)
		return &theirs[i];
	return &ours[i];
}

static void compare_with(const struct side *source, const struct side *target, struct arena *arena,
			 struct copied *out)
{
	const struct item *different = find_different(source, target);

	if (!different) {
		out->records += source->items.n;
		return;
	}
	out->state = COPIED_DIFFERS;
	out->why = str_printf(arena, "record " STR_FMT " is not the same",
			      STR_ARG(different->key.item_type));
}

/* Reads the target. CONFLICT, not noted: somebody has written there meanwhile. */
static enum err compare(struct copier *copier, struct str code, const struct side *source,
			struct copied *out)
{
	struct side target;
	enum err err = side_read(&target, &copier->to, copier->target->store, code);

	if (err == ERR_NOT_FOUND || (err == OK && !record_is_same_ctl(&source->ctl, &target.ctl)))
		err = ERR_CONFLICT;
	else if (err == OK)
		compare_with(source, &target, copier->from.arena, out);
	side_close(&target);
	return err;
}

/* Adds what is at fault to what was noted. */
static enum err check(struct cx *cx, struct imported *hotel)
{
	size_t wrong = 0;
	enum err err = import_check(cx, hotel, &wrong);
	struct str detail;

	if (err != ERR_INVALID && err != ERR_INTERNAL)
		return err;
	detail = cx->failure.nblames != 0 ? cx->failure.blames[0].detail : cx->failure.detail;
	cx_clear(cx);
	if (wrong == hotel->n)
		return fail(cx, ERR_INVALID, "invalid", STR_FMT, STR_ARG(detail));
	return fail(cx, ERR_INVALID, "invalid", "record " STR_FMT ": " STR_FMT,
		    STR_ARG(hotel->items[wrong].key.item_type), STR_ARG(detail));
}

static enum err commit(struct copier *copier, const struct imported *hotel)
{
	const enum import_over over = copier->replaces ? IMPORT_OVER_ANY : IMPORT_OVER_EARLIER;
	const struct key witness = { STR(""), STR("") }; /* an unclear answer is looked at again */
	struct store *store = copier->target->store;
	struct batch batch;
	size_t conflict;
	enum err err;

	batch_init(&batch, &copier->to);
	err = import_hotel(&copier->to, store, hotel, over, &batch);
	return err == OK ? commit_many(&batch, store, witness, &conflict) : err;
}

static enum err write_hotel(struct copier *copier, const struct imported *hotel)
{
	const struct hotel *named = &hotel->hotel.hotel;
	const bool counts = named->chain.len != 0 || named->brand.len != 0;
	struct gates *gates = copier->target->chain_gates;
	enum err err = counts ? gate_enter(gates, &copier->to, CHAIN_GATE) : OK;

	if (err != OK)
		return err;
	err = commit(copier, hotel);
	if (counts)
		gate_leave(gates, CHAIN_GATE);
	return err;
}

/* The source was read, and the target is at another revision. */
static enum err bring(struct copier *copier, struct str code, const struct side *source,
		      struct copied *out)
{
	struct imported hotel = { .code = code,
				  .items = source->items.items,
				  .n = source->items.n };
	enum err err = check(&copier->from, &hotel);

	if (err == OK)
		err = write_hotel(copier, &hotel);
	if (err == OK) {
		out->state = COPIED_WRITTEN;
		err = compare(copier, code, source, out);
	}
	return err;
}

/* The source was read. */
static enum err look_at(struct copier *copier, struct str code, const struct side *source,
			const struct ctl *ours, struct copied *out)
{
	enum err err;

	if (source->ctl.rev == 0)
		return fail(&copier->from, ERR_INVALID, "invalid",
			    "it has no control record: innkeeper migrate gives it one");
	if (!record_is_same_ctl(&source->ctl, ours))
		return bring(copier, code, source, out);
	err = compare(copier, code, source, out);
	if (err != OK || out->state != COPIED_DIFFERS || !copier->replaces)
		return err;
	out->state = COPIED_NOTHING;
	return bring(copier, code, source, out);
}

/* What the target was killed in is finished first. */
static enum err get_both(struct copier *copier, struct str code, struct ctl *theirs,
			 struct ctl *ours)
{
	enum err err = record_get_ctl(&copier->from, copier->source, code, theirs);

	if (err == ERR_NOT_FOUND)
		theirs->rev = 0;
	else if (err != OK)
		return err;
	err = intent_settle(&copier->to, copier->target->store, code, ours);
	if (err == ERR_NOT_FOUND)
		*ours = (struct ctl){ .rev = 0 };
	return err == ERR_NOT_FOUND ? OK : err;
}

static enum err look(struct copier *copier, struct str code, bool compares, struct copied *out)
{
	struct ctl theirs, ours;
	struct side source;
	enum err err = get_both(copier, code, &theirs, &ours);

	if (err != OK)
		return err;
	if (theirs.rev != 0 && record_is_same_ctl(&theirs, &ours) && !compares)
		return OK;
	err = side_read(&source, &copier->from, copier->source, code);
	if (err == OK)
		err = look_at(copier, code, &source, &ours, out);
	else if (err == ERR_NOT_FOUND)
		err = OK; /* it is gone */
	side_close(&source);
	return err;
}

static void forget(struct cx *cx)
{
	cx_clear(cx);
	arena_reset(cx->arena, cx->arena->cap_bytes);
}

enum err copy_hotel(struct copier *copier, struct str code, bool compares, struct copied *out)
{
	enum err err = ERR_CONFLICT;

	for (unsigned i = 0; i < LOOKS_MAX; i++) {
		*out = (struct copied){ .state = COPIED_NOTHING };
		forget(&copier->from);
		forget(&copier->to);
		err = look(copier, code, compares, out);
		if (err != ERR_UNCERTAIN && (err != ERR_CONFLICT || copier->to.failure.code))
			break;
	}
	return copier_settle(copier, err, out);
}
