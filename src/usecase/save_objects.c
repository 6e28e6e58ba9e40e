#include "usecase/save_objects.h"

#include <string.h>

#include "model/shape_read.h"
#include "model/shape_write.h"
#include "usecase/edit.h"
#include "usecase/etag.h"
#include "usecase/hotel_lists.h"
#include "usecase/wrapper.h"

struct plan {
	struct edit_plan base;
	struct object_address address;
	const struct vec *objects; /* add */
	void *given;               /* put */
	const void *patch;         /* patch */
	bool cascade;              /* delete */
};

static enum err not_found(struct cx *cx, const struct object_address *address)
{
	return fail(cx, ERR_NOT_FOUND, "not_found", "hotel " STR_FMT " has no " STR_FMT " " STR_FMT,
		    STR_ARG(address->hotel), STR_ARG(address->kind->name), STR_ARG(address->id));
}

static enum err check_value(struct draft *draft, const struct kind *kind, void *value,
			    struct str pointer)
{
	struct edit *edit = draft->edit;
	unsigned decimals = money_decimals(edit->head.hotel.currency_code);
	enum err err = shape_check(edit->cx, kind->shape, value, decimals, pointer);
	enum err own = err == OK || err == ERR_INVALID
			       ? check_own_lists(edit->cx, kind->shape, value, pointer)
			       : OK;

	return err != OK ? err : own; /* everything that is wrong is named */
}

/* The given objects, in a draft that knows as much as they need. */
static enum err put_given(struct draft *draft, const struct plan *plan)
{
	const struct kind *kind = plan->address.kind;
	struct cx *cx = draft->edit->cx;

	for (size_t i = 0; i < plan->objects->n; i++) {
		enum err err = draft_put(
			draft, kind, vec_at(plan->objects, i, kind->shape->size_bytes),
			str_printf(cx->arena, "/" STR_FMT "/%zu", STR_ARG(kind->list), i));

		if (err != OK && err != ERR_INVALID) /* all that stand twice are blamed */
			return err;
	}
	return cx->failure.code ? cx->failure.err : OK;
}

static enum err check_add_only(const struct draft *draft)
{
	const struct edit *edit = draft->edit;

	for (size_t i = 0; edit->command->add_only && i < draft->objects.n; i++) {
		const struct draft_object *object =
			vec_at(&draft->objects, i, sizeof(struct draft_object));

		if (object->given && object->before)
			return fail(edit->cx, ERR_STALE, "stale",
				    STR_FMT " " STR_FMT " exists already: If-None-Match forbids it",
				    STR_ARG(object->kind->name), STR_ARG(object->id));
	}
	return OK;
}

/* The wrapper with the head and the objects as stored. */
static struct str write_answer(const struct draft *draft, const struct kind *kind)
{
	struct hotel answer = draft->edit->head.hotel;
	struct vec given = draft_given(draft, kind);

	memcpy(field_at(&hotel_shape.fields[kind_field(kind)], &answer), &given, sizeof(given));
	return wrapper_write(draft->edit->cx->arena, &answer);
}

static enum err check_all(struct draft *draft, const struct plan *plan)
{
	const struct kind *kind = plan->address.kind;
	struct cx *cx = draft->edit->cx;
	enum err err = OK;

	for (size_t i = 0; i < plan->objects->n; i++)
		err = check_value(
			draft, kind, vec_at(plan->objects, i, kind->shape->size_bytes),
			str_printf(cx->arena, "/" STR_FMT "/%zu", STR_ARG(kind->list), i));
	return cx->failure.code ? cx->failure.err : err;
}

static enum err apply_add(const struct edit_plan *base, struct edit *edit, struct result *result)
{
	const struct plan *plan = (const struct plan *)base;
	struct draft draft;
	enum err err;

	draft_begin(&draft, edit);
	err = check_all(&draft, plan);
	if (err == OK)
		err = put_given(&draft, plan);
	if (err == OK && draft_wants_whole(&draft)) {
		err = draft_begin_whole(&draft, edit);
		if (err == OK)
			err = put_given(&draft, plan);
	}
	if (err == OK)
		err = check_add_only(&draft);
	if (err == OK)
		err = draft_settle(&draft, false);
	if (err == OK)
		err = draft_write(&draft);
	if (err == OK)
		result->body = write_answer(&draft, plan->address.kind);
	return err != OK ? err : cx_check_memory(edit->cx);
}

enum err add_objects(struct app *app, struct cx *cx, const struct command *command,
		     const struct kind *kind, struct str hotel, const struct vec *objects,
		     struct result *result)
{
	const struct plan plan = { .base = { .apply = apply_add },
				   .address = { .kind = kind, .hotel = hotel },
				   .objects = objects };

	return edit_run(app, cx, command, hotel, &plan.base, result);
}

/* The addressed object, its before NULL when there is none and there may be none, and the conditions that are on it. */
static enum err find_addressed(struct draft *draft, const struct plan *plan, bool must_exist,
			       struct result *result, struct draft_object *out)
{
	const struct kind *kind = plan->address.kind;
	struct edit *edit = draft->edit;
	struct draft_object *found = NULL;
	struct str etag = STR("");
	enum err err = must_exist ? draft_find(draft, kind, plan->address.id, &found)
				  : draft_find_to_put(draft, kind, plan->address.id, &found);

	if (err != OK)
		return err;
	*out = found ? *found : (struct draft_object){ .kind = kind };
	if (must_exist && !out->before)
		return not_found(edit->cx, &plan->address);
	if (out->before)
		etag = etag_text(edit->cx->arena,
				 shape_text(edit->cx->arena, kind->shape, out->before));
	return etag_check(edit->cx, edit->command, etag, result);
}

/* One object, checked, as the only change of the hotel; the answer is the object. */
static enum err put_one(struct draft *draft, const struct plan *plan, void *value,
			struct result *result)
{
	const struct kind *kind = plan->address.kind;
	struct edit *edit = draft->edit;
	enum err err = check_value(draft, kind, value, STR(""));

	if (err == OK)
		err = draft_put(draft, kind, value, STR(""));
	if (err == OK && draft_wants_whole(draft)) {
		err = draft_begin_whole(draft, edit);
		if (err == OK)
			err = draft_put(draft, kind, value, STR(""));
	}
	if (err == OK)
		err = draft_settle(draft, false);
	if (err == OK)
		err = draft_write(draft);
	if (err != OK)
		return err;
	draft_embed(draft, kind, value);
	result->body = shape_text(edit->cx->arena, kind->shape, value);
	result->etag = etag_text(edit->cx->arena, result->body);
	return cx_check_memory(edit->cx);
}

static enum err apply_put(const struct edit_plan *base, struct edit *edit, struct result *result)
{
	const struct plan *plan = (const struct plan *)base;
	const struct object_address *address = &plan->address;
	struct arena *arena = edit->cx->arena;
	struct draft_object found;
	struct draft draft;
	enum err err;

	draft_begin(&draft, edit);
	err = find_addressed(&draft, plan, false, result, &found);
	*kind_id(address->kind, plan->given) = address->id;
	if (err == OK)
		err = put_one(&draft, plan, plan->given, result);
	if (err != OK || found.before)
		return err;
	result->status = 201;
	result->location = str_printf(arena, "/config/" STR_FMT "/" STR_FMT "/" STR_FMT,
				      STR_ARG(address->hotel), STR_ARG(address->kind->path),
				      STR_ARG(address->id));
	return cx_check_memory(edit->cx);
}

enum err put_object(struct app *app, struct cx *cx, const struct command *command,
		    const struct object_address *address, void *given, struct result *result)
{
	const struct plan plan = { .base = { .apply = apply_put, .on_object = true },
				   .address = *address,
				   .given = given };

	return edit_run(app, cx, command, address->hotel, &plan.base, result);
}

static enum err apply_patch(const struct edit_plan *base, struct edit *edit, struct result *result)
{
	const struct plan *plan = (const struct plan *)base;
	const struct kind *kind = plan->address.kind;
	struct draft_object found;
	struct draft draft;
	void *merged;
	enum err err;

	draft_begin(&draft, edit);
	err = find_addressed(&draft, plan, true, result, &found);
	if (err != OK)
		return err;
	merged = shape_copy(edit->cx->arena, kind->shape, found.before);
	if (!merged)
		return cx_check_memory(edit->cx);
	shape_merge(kind->shape, merged, plan->patch);
	*kind_id(kind, merged) = plan->address.id;
	return put_one(&draft, plan, merged, result);
}

enum err patch_object(struct app *app, struct cx *cx, const struct command *command,
		      const struct object_address *address, const void *patch,
		      struct result *result)
{
	const struct plan plan = { .base = { .apply = apply_patch, .on_object = true },
				   .address = *address,
				   .patch = patch };

	return edit_run(app, cx, command, address->hotel, &plan.base, result);
}

static enum err apply_delete(const struct edit_plan *base, struct edit *edit, struct result *result)
{
	const struct plan *plan = (const struct plan *)base;
	struct draft_object found;
	struct draft draft;
	enum err err;

	draft_begin(&draft, edit);
	err = find_addressed(&draft, plan, true, result, &found);
	if (err == OK)
		err = draft_begin_whole(&draft, edit);
	if (err == OK && draft_remove(&draft, plan->address.kind, plan->address.id) != OK)
		return ERR_CONFLICT; /* gone since: somebody was faster, read again */
	if (err == OK)
		err = draft_settle(&draft, plan->cascade);
	if (err == OK)
		err = draft_write(&draft);
	if (err != OK)
		return err;
	result->body = wrapper_write(edit->cx->arena, &edit->head.hotel);
	result->etag = etag_hotel(edit->cx->arena, &edit->next);
	return cx_check_memory(edit->cx);
}

enum err delete_object(struct app *app, struct cx *cx, const struct command *command,
		       const struct object_address *address, bool cascade, struct result *result)
{
	const struct plan plan = { .base = { .apply = apply_delete, .on_object = true },
				   .address = *address,
				   .cascade = cascade };

	return edit_run(app, cx, command, address->hotel, &plan.base, result);
}
