#include "model/shape_read.h"

#include "model/currency.h"

#define MINOR_UNITS_MAX 1000000000000000 /* 10^15, api.md "Conventions" */

struct checking {
	struct cx *cx;
	unsigned decimals;
};

static struct str pointer_to(struct cx *cx, struct str pointer, struct str name)
{
	return str_printf(cx->arena, STR_FMT "/" STR_FMT, STR_ARG(pointer), STR_ARG(name));
}

static void check_money(const struct checking *checking, const struct field *field,
			const void *object, struct str pointer)
{
	const struct decimal *money = field_of(field, object);
	int64_t minor_units = 0;

	if (money->decimals > checking->decimals)
		fail_field(checking->cx, BLAME_POINTER,
			   pointer_to(checking->cx, pointer, field->name),
			   "has more than the %u decimals of the hotel's currency",
			   checking->decimals);
	else if (!decimal_scale(*money, checking->decimals, &minor_units) ||
		 minor_units > MINOR_UNITS_MAX || minor_units < -MINOR_UNITS_MAX)
		fail_field(checking->cx, BLAME_POINTER,
			   pointer_to(checking->cx, pointer, field->name), "is out of range");
}

/* A name of blanks is none. */
static bool is_blank(const struct field *field, const void *object)
{
	const struct str *text = field_of(field, object);

	if (field->kind != FIELD_LINE && field->kind != FIELD_TEXT)
		return false;
	for (size_t i = 0; i < text->len; i++) {
		if (text->ptr[i] != ' ')
			return false;
	}
	return true;
}

/* mutual recursion: an object's fields are objects and lists of objects, as deep as the tables are */
static void check_object(const struct checking *checking, const struct shape *shape,
			 const void *object, struct str pointer);

static void check_field(const struct checking *checking, const struct field *field,
			const void *object, struct str pointer)
{
	struct cx *cx = checking->cx;
	struct str place;

	if ((field->flags & REQUIRED) && field->kind != FIELD_INT && field->kind != FIELD_DECIMAL &&
	    (field_is_empty(field, object) || is_blank(field, object)))
		fail_field(cx, BLAME_POINTER, pointer_to(cx, pointer, field->name), "is required");
	if (field->kind == FIELD_MONEY)
		check_money(checking, field, object, pointer);
	if (field->flags & OWN_ROUTES)
		return;
	place = field->kind >= FIELD_OBJECT ? pointer_to(cx, pointer, field->name) : pointer;
	if (field->kind == FIELD_OBJECT && !field_is_empty(field, object))
		check_object(checking, field->shape, field_of(field, object), place);
	if (field->kind == FIELD_LIST) {
		const struct vec *list = field_of(field, object);

		for (size_t i = 0; i < list->n; i++)
			check_object(checking, field->shape,
				     vec_at(list, i, field->shape->size_bytes),
				     str_printf(cx->arena, STR_FMT "/%zu", STR_ARG(place), i));
	}
}

static void check_object(const struct checking *checking, const struct shape *shape,
			 const void *object, struct str pointer)
{
	const struct marks *marks = object;

	for (size_t i = 0; i < shape->nfields; i++) {
		const struct field *field = &shape->fields[i];
		bool is_number = field->kind == FIELD_INT || field->kind == FIELD_DECIMAL;

		/* Zero is a number like any other: only the mark tells that none was given. */
		if ((field->flags & REQUIRED) && is_number && !(marks->given & (uint64_t)1 << i))
			fail_field(checking->cx, BLAME_POINTER,
				   pointer_to(checking->cx, pointer, field->name), "is required");
		check_field(checking, field, object, pointer);
	}
}

enum err shape_check(struct cx *cx, const struct shape *shape, const void *object,
		     unsigned decimals, struct str pointer)
{
	struct checking checking = { .cx = cx, .decimals = decimals };

	check_object(&checking, shape, object, pointer);
	return cx->failure.code ? cx->failure.err : cx_check_memory(cx);
}
