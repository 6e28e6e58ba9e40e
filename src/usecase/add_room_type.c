#include "usecase/add_room_type.h"

#include <stdlib.h>

#include "model/hotel.h"
#include "model/shape_read.h"
#include "usecase/edit.h"
#include "usecase/prices.h"
#include "usecase/wrapper.h"

struct plan {
	struct edit_plan base;
	struct vec *room_types;
};

static struct room_type *room_type_at(const struct vec *room_types, size_t i)
{
	return vec_at(room_types, i, sizeof(struct room_type));
}

static enum err put_one(struct edit *edit, struct room_type *room_type, size_t i)
{
	struct cx *cx = edit->cx;
	struct room_type *before = arena_alloc(cx->arena, sizeof(*before));
	uint64_t rev = 0;
	enum err err;

	if (!before)
		return cx_check_memory(cx);
	err = record_get_object(cx, edit->app->store, &kind_room_type, edit->head.hotel.code,
				room_type->code, before, &rev);
	if (err == OK && edit->command->add_only)
		return fail(cx, ERR_STALE, "stale",
			    "room type " STR_FMT " exists already: If-None-Match forbids it",
			    STR_ARG(room_type->code));
	if (err != OK && err != ERR_NOT_FOUND)
		return err;
	/* Pictures have routes of their own; none can be there that those have not put there. */
	if (room_type->pictures.n != 0)
		return fail_field(cx, BLAME_POINTER,
				  str_printf(cx->arena, "/roomTypes/%zu/pictures", i),
				  "are changed by their own routes only");
	edit_put_object(edit, &kind_room_type, err == OK ? before : NULL, rev, room_type);
	return cx_check_memory(cx);
}

static int by_code(const void *a, const void *b)
{
	return str_cmp(((const struct room_type *)a)->code, ((const struct room_type *)b)->code);
}

/* The wrapper with the head and the objects as stored, lists in the order of their codes. */
static struct str write_answer(struct edit *edit, const struct vec *room_types)
{
	struct hotel answer = edit->head.hotel;
	struct room_type *sorted =
		arena_array(edit->cx->arena, room_types->n, sizeof(struct room_type));

	if (!sorted)
		return STR("");
	for (size_t i = 0; i < room_types->n; i++)
		sorted[i] = *room_type_at(room_types, i);
	qsort(sorted, room_types->n, sizeof(struct room_type), by_code);
	answer.room_types = (struct vec){ sorted, room_types->n, room_types->n };
	return wrapper_write(edit->cx->arena, &answer);
}

static enum err apply(const struct edit_plan *base, struct edit *edit, struct result *result)
{
	const struct plan *plan = (const struct plan *)base;
	unsigned decimals = prices_decimals(edit->head.hotel.currency_code);
	struct cx *cx = edit->cx;
	enum err err = OK;

	for (size_t i = 0; i < plan->room_types->n; i++)
		err = shape_check(cx, &room_type_shape, room_type_at(plan->room_types, i), decimals,
				  str_printf(cx->arena, "/roomTypes/%zu", i));
	for (size_t i = 0; err == OK && i < plan->room_types->n; i++)
		err = put_one(edit, room_type_at(plan->room_types, i), i);
	if (err == OK)
		result->body = write_answer(edit, plan->room_types);
	return err;
}

enum err add_room_type(struct app *app, struct cx *cx, const struct command *command,
		       struct str code, struct vec *room_types, struct result *result)
{
	const struct plan plan = { { apply }, room_types };

	return edit_run(app, cx, command, code, &plan.base, result);
}
