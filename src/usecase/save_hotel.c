#include "usecase/save_hotel.h"

#include "codec/hash.h"
#include "model/shape_read.h"
#include "record/key.h"
#include "usecase/edit.h"
#include "usecase/idempotency.h"
#include "usecase/prices.h"
#include "usecase/wrapper.h"

struct plan {
	struct edit_plan base;
	const struct hotel *given;
	enum save_mode mode;
};

static enum err check_head(struct cx *cx, const struct hotel *hotel)
{
	return shape_check(cx, &hotel_shape, hotel, 0, STR(""));
}

static enum err finish(struct edit *edit, const struct hotel *hotel, struct result *result)
{
	enum err err = check_head(edit->cx, hotel);

	if (err == OK)
		err = edit_put_head(edit, hotel);
	if (err != OK)
		return err;
	result->body = wrapper_write(edit->cx->arena, &edit->head.hotel);
	return cx_check_memory(edit->cx);
}

/* Emptying a list by a patch is not built; where there is nothing to empty, nothing is asked for. */
static enum err check_lists(struct edit *edit, const struct hotel *given)
{
	for (size_t i = 0; i < hotel_shape.nfields && edit->ctl.objects != 0; i++) {
		if ((hotel_shape.fields[i].flags & OWN_ROUTES) &&
		    (given->marks.nulls & (uint64_t)1 << i))
			return fail(edit->cx, ERR_INVALID, "not_implemented",
				    "removing nested lists with the hotel is not built yet");
	}
	return OK;
}

static enum err apply_head(const struct edit_plan *base, struct edit *edit, struct result *result)
{
	const struct plan *plan = (const struct plan *)base;
	struct hotel hotel = { .code = edit->head.hotel.code };
	enum err err;

	if (plan->mode == SAVE_MERGE)
		hotel = edit->head.hotel;
	shape_merge(&hotel_shape, &hotel, plan->given);
	hotel.code = edit->head.hotel.code;
	err = check_lists(edit, plan->given);
	if (err == OK)
		err = prices_check(edit, hotel.currency_code);
	return err != OK ? err : finish(edit, &hotel, result);
}

enum err save_hotel_head(struct app *app, struct cx *cx, const struct command *command,
			 struct str code, const struct hotel *given, enum save_mode mode,
			 struct result *result)
{
	const struct plan plan = { { apply_head }, given, mode };

	return edit_run(app, cx, command, code, &plan.base, result);
}

static enum err apply_create(const struct edit_plan *base, struct edit *edit, struct result *result)
{
	const struct plan *plan = (const struct plan *)base;
	struct hotel hotel = { .code = edit->head.hotel.code };

	shape_merge(&hotel_shape, &hotel, plan->given);
	hotel.code = edit->head.hotel.code;
	result->location = str_printf(edit->cx->arena, "/config/" STR_FMT, STR_ARG(hotel.code));
	return finish(edit, &hotel, result);
}

/* True when neither ctl nor head is there: what the sample wrote has no ctl, what was deleted no head. */
static enum err is_free(struct app *app, struct cx *cx, struct str code, bool *out)
{
	struct item item;
	enum err err = store_get(app->store, cx, (struct key){ code, KEY_CTL }, &item);

	if (err == ERR_NOT_FOUND)
		err = store_get(app->store, cx, (struct key){ code, KEY_HEAD }, &item);
	*out = err == ERR_NOT_FOUND;
	return *out ? OK : err;
}

/* The code that user and name make, or the next free one; the deadline bounds the search. */
static enum err find_code(struct app *app, struct cx *cx, struct str name, struct str *code)
{
	uint32_t number = hash_fnv1a32(cx->user, name);
	bool found = false;
	enum err err = OK;

	while (err == OK && !found) {
		*code = str_printf(cx->arena, "%u", number++);
		err = cx_check_memory(cx);
		if (err == OK)
			err = is_free(app, cx, *code, &found);
	}
	return err;
}

/* A code that another process takes between the search and the commit is a conflict, as is a chain that another hotel of theirs
 * joins: search again. */
static enum err create(struct app *app, struct cx *cx, const struct command *command,
		       const struct plan *plan, struct result *result)
{
	enum err err = ERR_CONFLICT;

	while (err == ERR_CONFLICT && !cx->failure.code) {
		size_t used_bytes = cx->arena->used_bytes;
		struct str code;

		err = find_code(app, cx, plan->given->name, &code);
		if (err == OK)
			err = edit_create(app, cx, command, code, &plan->base, result);
		/* Others made this try vain: the next one has as much memory. */
		if (err == ERR_CONFLICT)
			arena_allow(cx->arena, cx->arena->used_bytes - used_bytes);
	}
	return err;
}

enum err save_hotel_create(struct app *app, struct cx *cx, const struct command *command,
			   const struct hotel *given, struct result *result)
{
	const struct plan plan = { { apply_create }, given, SAVE_REPLACE };
	struct claim claim;
	enum err err = check_head(cx, given);

	if (err == OK)
		err = idempotency_claim(app, cx, command, &claim);
	if (err != OK)
		return err;
	err = create(app, cx, command, &plan, result);
	idempotency_release(app, &claim);
	return err;
}
