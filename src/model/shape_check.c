#include "model/shape_read.h"

#include "model/currency.h"

#define MINOR_UNITS_MAX 1000000000000000 /* 10^15, api.md "Conventions" */

#define PERCENT_DECIMALS 2
#define PERCENT_MAX 1000

static struct str pointer_to(struct cx *cx, struct str pointer, struct str name)
{
	return str_printf(cx->arena, STR_FMT "/" STR_FMT, STR_ARG(pointer), STR_ARG(name));
}

void shape_blame(const struct shape_check *check, struct str pointer, const char *name,
		 const char *why)
{
	fail_field(check->cx, BLAME_POINTER, pointer_to(check->cx, pointer, str_of(name)), "%s",
		   why);
}

static void check_money(const struct shape_check *check, const struct field *field,
			const void *object, struct str pointer)
{
	const struct decimal *money = field_of(field, object);
	int64_t minor_units = 0;

	if (money->decimals > check->decimals)
		fail_field(check->cx, BLAME_POINTER, pointer_to(check->cx, pointer, field->name),
			   "has more than the %u decimals of the hotel's currency",
			   check->decimals);
	else if (!decimal_scale(*money, check->decimals, &minor_units) ||
		 minor_units > MINOR_UNITS_MAX || minor_units < -MINOR_UNITS_MAX)
		fail_field(check->cx, BLAME_POINTER, pointer_to(check->cx, pointer, field->name),
			   "is out of range");
}

/* The seed's prices are amounts or percentages, by their neighbour. */
static bool is_percentage(const struct shape *shape, const struct field *field, const void *object)
{
	size_t index = 0;
	const struct field *unit = shape_find(shape, STR("priceUpdateUnit"), &index);

	return (field->flags & OR_PERCENT) && unit &&
	       str_eq(*(const struct str *)field_of(unit, object), STR("percent"));
}

static void check_percentage(const struct shape_check *check, const struct field *field,
			     const void *object, struct str pointer)
{
	const struct decimal *percent = field_of(field, object);
	int64_t hundredths = 0;

	if (percent->decimals > PERCENT_DECIMALS)
		shape_blame(check, pointer, field->name.ptr, "has more than 2 decimals");
	else if (!decimal_scale(*percent, PERCENT_DECIMALS, &hundredths) ||
		 hundredths < -100 * 100 || hundredths > PERCENT_MAX * 100)
		shape_blame(check, pointer, field->name.ptr, "must be from -100 to 1000 percent");
}

/* What a list names, it names once. */
static void check_unique(const struct shape_check *check, const struct field *field,
			 const void *object, struct str pointer)
{
	const struct vec *list = field_of(field, object);
	size_t size = field->kind == FIELD_LIST ? field->shape->size_bytes : sizeof(struct str);

	for (size_t i = 1; i < list->n; i++) {
		const void *one = vec_at(list, i, size);

		for (size_t j = 0; j < i; j++) {
			const void *other = vec_at(list, j, size);
			bool same = field->kind == FIELD_LIST
					    ? str_eq(*shape_identity(field->shape, one),
						     *shape_identity(field->shape, other))
					    : str_eq(*(const struct str *)one,
						     *(const struct str *)other);

			if (same)
				fail_field(check->cx, BLAME_POINTER,
					   str_printf(check->cx->arena, STR_FMT "/" STR_FMT "/%zu",
						      STR_ARG(pointer), STR_ARG(field->name), i),
					   "stands in the list twice");
		}
	}
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
static void check_object(const struct shape_check *check, const struct shape *shape,
			 const void *object, struct str pointer);

static void check_field(const struct shape_check *check, const struct shape *shape,
			const struct field *field, const void *object, struct str pointer)
{
	struct cx *cx = check->cx;
	struct str place;

	if ((field->flags & REQUIRED) && field->kind != FIELD_INT && field->kind != FIELD_DECIMAL &&
	    (field_is_empty(field, object) || is_blank(field, object)))
		fail_field(cx, BLAME_POINTER, pointer_to(cx, pointer, field->name), "is required");
	if (field->kind == FIELD_MONEY && is_percentage(shape, field, object))
		check_percentage(check, field, object, pointer);
	else if (field->kind == FIELD_MONEY)
		check_money(check, field, object, pointer);
	if (field->kind == FIELD_CODES || (field->flags & BY_CODE))
		check_unique(check, field, object, pointer);
	if (field->flags & OWN_ROUTES)
		return;
	place = field->kind >= FIELD_OBJECT ? pointer_to(cx, pointer, field->name) : pointer;
	if (field->kind == FIELD_OBJECT && !field_is_empty(field, object))
		check_object(check, field->shape, field_of(field, object), place);
	if (field->kind == FIELD_LIST) {
		const struct vec *list = field_of(field, object);

		for (size_t i = 0; i < list->n; i++)
			check_object(check, field->shape, vec_at(list, i, field->shape->size_bytes),
				     str_printf(cx->arena, STR_FMT "/%zu", STR_ARG(place), i));
	}
}

static void check_object(const struct shape_check *check, const struct shape *shape,
			 const void *object, struct str pointer)
{
	const struct marks *marks = object;

	for (size_t i = 0; i < shape->nfields; i++) {
		const struct field *field = &shape->fields[i];
		bool is_number = field->kind == FIELD_INT || field->kind == FIELD_DECIMAL;

		/* Zero is a number like any other: only the mark tells that none was given. */
		if ((field->flags & REQUIRED) && is_number && !(marks->given & (uint64_t)1 << i))
			fail_field(check->cx, BLAME_POINTER,
				   pointer_to(check->cx, pointer, field->name), "is required");
		check_field(check, shape, field, object, pointer);
	}
	if (shape->check)
		shape->check(check, object, pointer);
}

enum err shape_check(struct cx *cx, const struct shape *shape, const void *object,
		     unsigned decimals, struct str pointer)
{
	struct shape_check check = { .cx = cx, .decimals = decimals };

	check_object(&check, shape, object, pointer);
	return cx->failure.code ? cx->failure.err : cx_check_memory(cx);
}
