#include "usecase/hotel_lists.h"

#include <string.h>

#include "model/currency.h"
#include "model/shape_read.h"
#include "record/buildings.h"

#define ROOMS_MAX 5000 /* api.md, saveRooms */

unsigned money_decimals(struct str currency_code)
{
	unsigned decimals = CURRENCY_DECIMALS_UNSET;

	currency_find(currency_code, &decimals);
	return decimals;
}

/* Has a list with routes of its own: the row is one of a nested collection. */
static bool is_own_list(const struct field *field)
{
	return (field->flags & OWN_ROUTES) && !(field->flags & READ_ONLY);
}

static bool is_given(const struct hotel *given, size_t field)
{
	return is_own_list(&hotel_shape.fields[field]) &&
	       ((given->marks.given | given->marks.nulls) & (uint64_t)1 << field);
}

bool hotel_lists_given(const struct hotel *given)
{
	for (size_t i = 0; i < hotel_shape.nfields; i++) {
		if (is_given(given, i))
			return true;
	}
	return false;
}

void hotel_lists_strip(struct hotel *hotel)
{
	for (size_t i = 0; i < hotel_shape.nfields; i++) {
		const struct field *field = &hotel_shape.fields[i];

		if (!(field->flags & OWN_ROUTES))
			continue;
		*(struct vec *)field_at(field, hotel) = (struct vec){ NULL, 0, 0 };
		hotel->marks.given &= ~((uint64_t)1 << i);
	}
}

enum err check_own_lists(struct cx *cx, const struct shape *shape, const void *object,
			 struct str pointer)
{
	for (size_t i = 0; i < shape->nfields; i++) {
		const struct field *field = &shape->fields[i];

		if (is_own_list(field) && !field_is_empty(field, object))
			return fail_field(cx, BLAME_POINTER,
					  str_printf(cx->arena, STR_FMT "/" STR_FMT,
						     STR_ARG(pointer), STR_ARG(field->name)),
					  "are changed by their own routes only");
	}
	return OK;
}

static struct str element_pointer(struct cx *cx, const struct field *field, size_t i)
{
	return str_printf(cx->arena, "/" STR_FMT "/%zu", STR_ARG(field->name), i);
}

static enum err check_list(struct cx *cx, const struct field *field, const struct vec *list,
			   unsigned decimals)
{
	enum err err = OK;

	/* The hotel's pictures: none can be there that their own routes have not put there. */
	if (!kind_of_list(field->name) && list->n != 0)
		return fail_field(cx, BLAME_POINTER,
				  str_printf(cx->arena, "/" STR_FMT, STR_ARG(field->name)),
				  "are changed by their own routes only");
	for (size_t i = 0; i < list->n && (err == OK || err == ERR_INVALID); i++) {
		void *object = vec_at(list, i, field->shape->size_bytes);
		struct str pointer = element_pointer(cx, field, i);

		err = shape_check(cx, field->shape, object, decimals, pointer);
		if (err == OK || err == ERR_INVALID)
			err = check_own_lists(cx, field->shape, object, pointer);
	}
	return err;
}

static enum err replace_list(struct draft *draft, const struct field *field, const struct vec *list)
{
	struct cx *cx = draft->edit->cx;
	const struct kind *kind = kind_of_list(field->name);
	struct vec values = *list, pointers = { NULL, 0, 0 };

	if (!kind)
		return OK;
	if (kind == &kind_room)
		values = rooms_of_buildings(cx->arena, list, &pointers);
	if (kind == &kind_room && values.n > ROOMS_MAX)
		return fail_field(cx, BLAME_POINTER, STR("/buildings"),
				  "must have at most %d rooms", ROOMS_MAX);
	for (size_t i = 0; kind != &kind_room && i < list->n; i++) {
		struct str *pointer = vec_push(&pointers, cx->arena, sizeof(*pointer));

		if (!pointer)
			return cx_check_memory(cx);
		*pointer = element_pointer(cx, field, i);
	}
	return draft_replace(draft, kind, &values, &pointers);
}

/* Every list is looked at before the first is replaced: all that is at fault is named. */
enum err hotel_lists_replace(struct draft *draft, const struct hotel *given, unsigned decimals)
{
	struct cx *cx = draft->edit->cx;
	enum err err = OK;

	for (size_t i = 0; i < hotel_shape.nfields && (err == OK || err == ERR_INVALID); i++) {
		const struct field *field = &hotel_shape.fields[i];

		if (is_given(given, i))
			err = check_list(cx, field, field_of(field, given), decimals);
	}
	if (cx->failure.code)
		return cx->failure.err;
	for (size_t i = 0; err == OK && i < hotel_shape.nfields; i++) {
		const struct field *field = &hotel_shape.fields[i];

		if (is_given(given, i))
			err = replace_list(draft, field, field_of(field, given));
	}
	return err;
}

enum err hotel_lists_check_prices(struct draft *draft, unsigned decimals)
{
	struct cx *cx = draft->edit->cx;

	for (size_t i = 0; i < draft->objects.n; i++) {
		const struct draft_object *object =
			vec_at(&draft->objects, i, sizeof(struct draft_object));
		struct cx trial = *cx;
		enum err err = OK;

		if (object->after && !object->given)
			err = shape_check_money(&trial, object->kind->shape, object->after,
						decimals);
		if (err == ERR_INVALID)
			return fail_field(cx, BLAME_POINTER, STR("/currencyCode"),
					  "a price of " STR_FMT " " STR_FMT
					  " has more decimals than the currency, or is too large",
					  STR_ARG(object->kind->name), STR_ARG(object->id));
		if (err != OK)
			return cx_check_memory(cx);
	}
	return OK;
}

void hotel_lists_answer(const struct draft *draft, const struct hotel *given, struct hotel *answer)
{
	for (size_t i = 0; i < hotel_shape.nfields; i++) {
		const struct field *field = &hotel_shape.fields[i];
		const struct kind *kind = kind_of_list(field->name);
		struct vec *list = field_at(field, answer);

		if (!kind || !(given->marks.given & (uint64_t)1 << i))
			continue;
		*list = draft_given(draft, kind);
		if (kind == &kind_room)
			*list = buildings_of_rooms(draft->edit->cx->arena, list);
	}
}
