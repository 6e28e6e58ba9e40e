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

struct str shape_element(const struct shape_check *check, struct str pointer, struct str name,
			 size_t i)
{
	return str_printf(check->cx->arena, STR_FMT "/" STR_FMT "/%zu", STR_ARG(pointer),
			  STR_ARG(name), i);
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
		 hundredths < -100 * INT64_C(100) || hundredths > PERCENT_MAX * INT64_C(100))
		shape_blame(check, pointer, field->name.ptr, "must be from -100 to 1000 percent");
}

static struct str name_at(const struct field *field, const struct vec *list, size_t i)
{
	if (field->kind == FIELD_CODES)
		return *(const struct str *)vec_at(list, i, sizeof(struct str));
	return *shape_identity(field->shape, vec_at(list, i, field->shape->size_bytes));
}

/* What a list names, it names once; an empty name is blamed for being empty. */
static void check_unique(const struct shape_check *check, const struct field *field,
			 const void *object, struct str pointer)
{
	const struct vec *list = field_of(field, object);

	for (size_t i = 1; i < list->n; i++) {
		struct str name = name_at(field, list, i);
		size_t before = 0;

		while (before < i && !str_eq(name_at(field, list, before), name))
			before++;
		if (before < i && name.len != 0)
			fail_field(check->cx, BLAME_POINTER,
				   shape_element(check, pointer, field->name, i),
				   "stands in the list twice");
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

static bool is_missing(const struct field *field, size_t index, const void *object)
{
	const struct marks *marks = object;

	/* Zero is a number like any other: only the mark tells that none was given. */
	if (field->kind == FIELD_INT || field->kind == FIELD_DECIMAL)
		return !(marks->given & (uint64_t)1 << index);
	return field_is_empty(field, object) || is_blank(field, object);
}

/* The names of the members that exclude each other. */
static struct str alternatives(struct arena *arena, const struct shape *shape)
{
	struct str names = STR("");

	for (size_t i = 0; i < shape->nfields; i++) {
		if (shape->fields[i].flags & ONE_OF)
			names = str_printf(arena, STR_FMT "%s" STR_FMT, STR_ARG(names),
					   names.len != 0 ? ", " : "",
					   STR_ARG(shape->fields[i].name));
	}
	return names;
}

/* The first is blamed where none is given, each but the first that is given where several are. */
static void check_one_of(const struct shape_check *check, const struct shape *shape,
			 const void *object, struct str pointer)
{
	struct arena *arena = check->cx->arena;
	const struct field *first = NULL;
	bool found = false;

	for (size_t i = 0; i < shape->nfields; i++) {
		const struct field *field = &shape->fields[i];

		if (!(field->flags & ONE_OF))
			continue;
		first = first ? first : field;
		if (field_is_unset(field, i, object))
			continue;
		if (found)
			fail_field(check->cx, BLAME_POINTER,
				   pointer_to(check->cx, pointer, field->name),
				   "only one may be given of " STR_FMT,
				   STR_ARG(alternatives(arena, shape)));
		found = true;
	}
	if (first && !found)
		fail_field(check->cx, BLAME_POINTER, pointer_to(check->cx, pointer, first->name),
			   "one must be given of " STR_FMT, STR_ARG(alternatives(arena, shape)));
}

/* Of what is kept elsewhere the name alone counts. */
static void check_names(const struct shape_check *check, const struct field *field,
			const void *object, struct str pointer)
{
	const struct vec *list = field_of(field, object);

	for (size_t i = 0; !check->money_only && i < list->n; i++) {
		if (name_at(field, list, i).len == 0)
			shape_blame(check, shape_element(check, pointer, field->name, i),
				    shape_identity_field(field->shape)->name.ptr, "is required");
	}
}

/* mutual recursion: an object's fields are objects and lists of objects, as deep as the tables are */
static void check_object(const struct shape_check *check, const struct shape *shape,
			 const void *object, struct str pointer);

/* What stands in the field, as far as it has fields of its own. */
static void check_inside(const struct shape_check *check, const struct field *field,
			 const void *object, struct str pointer)
{
	const void *at = field_of(field, object);
	const struct vec *list = at;

	if (field->flags & OWN_ROUTES)
		return;
	if (field->flags & BY_CODE) {
		check_names(check, field, object, pointer);
		return;
	}
	if (field->kind == FIELD_OBJECT && !field_is_empty(field, object))
		check_object(check, field->shape, at, pointer_to(check->cx, pointer, field->name));
	for (size_t i = 0; field->kind == FIELD_LIST && i < list->n; i++)
		check_object(check, field->shape, vec_at(list, i, field->shape->size_bytes),
			     shape_element(check, pointer, field->name, i));
}

static void check_object(const struct shape_check *check, const struct shape *shape,
			 const void *object, struct str pointer)
{
	for (size_t i = 0; i < shape->nfields; i++) {
		const struct field *field = &shape->fields[i];

		if (field->kind == FIELD_MONEY && is_percentage(shape, field, object))
			check_percentage(check, field, object, pointer);
		else if (field->kind == FIELD_MONEY)
			check_money(check, field, object, pointer);
		if (!check->money_only && (field->flags & REQUIRED) && is_missing(field, i, object))
			shape_blame(check, pointer, field->name.ptr, "is required");
		if (!check->money_only && (field->kind == FIELD_CODES || (field->flags & BY_CODE)))
			check_unique(check, field, object, pointer);
		check_inside(check, field, object, pointer);
	}
	if (check->money_only)
		return;
	check_one_of(check, shape, object, pointer);
	if (shape->check)
		shape->check(check, object, pointer);
}

static enum err outcome(struct cx *cx)
{
	return cx->failure.code ? cx->failure.err : cx_check_memory(cx);
}

enum err shape_check(struct cx *cx, const struct shape *shape, const void *object,
		     unsigned decimals, struct str pointer)
{
	const struct shape_check check = { .cx = cx, .decimals = decimals };

	check_object(&check, shape, object, pointer);
	return outcome(cx);
}

enum err shape_check_money(struct cx *cx, const struct shape *shape, const void *object,
			   unsigned decimals)
{
	const struct shape_check check = { .cx = cx, .decimals = decimals, .money_only = true };

	check_object(&check, shape, object, STR(""));
	return outcome(cx);
}
