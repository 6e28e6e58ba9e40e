#include "usecase/save_hotel.h"

#include "codec/hash.h"
#include "model/shape_read.h"
#include "record/key.h"
#include "usecase/edit.h"
#include "usecase/idempotency.h"
#include "usecase/hotel_lists.h"
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

/* Head and lists in one commit: the head becomes *hotel, the collections whose lists were given are replaced. */
static enum err save(struct edit *edit, const struct hotel *given, struct hotel *hotel,
		     struct result *result)
{
	unsigned decimals = money_decimals(hotel->currency_code);
	bool new_decimals = decimals != money_decimals(edit->head.hotel.currency_code);
	bool lists = hotel_lists_given(given);
	struct draft draft;
	struct hotel answer;
	enum err err = check_head(edit->cx, hotel);

	draft_begin(&draft, edit);
	if (err == OK && (lists || new_decimals))
		err = draft_begin_whole(&draft, edit);
	if (err == OK)
		err = hotel_lists_replace(&draft, given, decimals);
	if (err == OK && new_decimals)
		err = hotel_lists_check_prices(&draft, decimals);
	if (err == OK)
		err = draft_settle(&draft, false);
	hotel_lists_strip(hotel);
	if (err == OK)
		err = edit_put_head(edit, hotel);
	if (err == OK)
		err = draft_write(&draft);
	if (err != OK)
		return err;
	answer = edit->head.hotel;
	hotel_lists_answer(&draft, given, &answer);
	result->body = wrapper_write(edit->cx->arena, &answer);
	return cx_check_memory(edit->cx);
}

static enum err apply_head(const struct edit_plan *base, struct edit *edit, struct result *result)
{
	const struct plan *plan = (const struct plan *)base;
	struct hotel hotel = { .code = edit->head.hotel.code };

	if (plan->mode == SAVE_MERGE)
		hotel = edit->head.hotel;
	shape_merge(&hotel_shape, &hotel, plan->given);
	hotel.code = edit->head.hotel.code;
	return save(edit, plan->given, &hotel, result);
}

enum err save_hotel(struct app *app, struct cx *cx, const struct command *command, struct str code,
		    const struct hotel *given, enum save_mode mode, struct result *result)
{
	const struct plan plan = { .base = { .apply = apply_head }, .given = given, .mode = mode };

	return edit_run(app, cx, command, code, &plan.base, result);
}

static enum err apply_create(const struct edit_plan *base, struct edit *edit, struct result *result)
{
	const struct plan *plan = (const struct plan *)base;
	struct hotel hotel = { .code = edit->head.hotel.code };

	shape_merge(&hotel_shape, &hotel, plan->given);
	hotel.code = edit->head.hotel.code;
	result->location = str_printf(edit->cx->arena, "/config/" STR_FMT, STR_ARG(hotel.code));
	return save(edit, plan->given, &hotel, result);
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
	const struct plan plan = { .base = { .apply = apply_create }, .given = given };
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
