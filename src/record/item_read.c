#include "record/item.h"

#include "model/code.h"

struct item_reading {
	struct cx *cx;
	const struct item *item;
};

static enum err refuse(const struct item_reading *reading, const struct field *field)
{
	return fail(reading->cx, ERR_INTERNAL, "internal",
		    "record " STR_FMT "/" STR_FMT ": attribute " STR_FMT
		    " is not what it should be",
		    STR_ARG(reading->item->key.code), STR_ARG(reading->item->key.item_type),
		    STR_ARG(field_attribute(field)));
}

static bool read_bool(const struct value *value, bool *out)
{
	*out = value->kind == VALUE_BOOL ? value->flag : str_eq(value->text, STR("true"));
	return value->kind == VALUE_BOOL ||
	       (value->kind == VALUE_TEXT && (*out || str_eq(value->text, STR("false"))));
}

static bool read_int(const struct value *value, int64_t *out)
{
	struct decimal number;

	if (value->kind != VALUE_NUMBER || !decimal_parse(value->text, &number) ||
	    number.decimals != 0)
		return false;
	*out = number.units;
	return true;
}

static bool read_texts(struct cx *cx, const struct value *value, struct vec *out)
{
	if (value->kind != VALUE_LIST)
		return false;
	for (size_t i = 0; i < value->n; i++) {
		struct str *slot = vec_push(out, cx->arena, sizeof(*slot));

		if (!slot || value->items[i].kind != VALUE_TEXT)
			return false;
		*slot = value->items[i].text;
	}
	return true;
}

/* mutual recursion: an object's fields are objects and lists of objects, as deep as the tables are */
static enum err read_attrs(const struct item_reading *reading, const struct shape *shape,
			   const struct attrs *attrs, bool has_identity, void *object);

static enum err read_objects(const struct item_reading *reading, const struct field *field,
			     const struct value *value, struct vec *out)
{
	for (size_t i = 0; i < value->n; i++) {
		void *slot = vec_push(out, reading->cx->arena, field->shape->size_bytes);
		enum err err;

		if (!slot)
			return cx_check_memory(reading->cx);
		if ((field->flags & BY_CODE) && value->items[i].kind == VALUE_TEXT) {
			*shape_identity_at(field->shape, slot) = value->items[i].text;
			continue;
		}
		if (value->items[i].kind != VALUE_MAP)
			return refuse(reading, field);
		err = read_attrs(reading, field->shape, &value->items[i].map, true, slot);
		if (err != OK)
			return err;
	}
	return OK;
}

static enum err read_value(const struct item_reading *reading, const struct field *field,
			   const struct value *value, void *at)
{
	bool fits;

	switch (field->kind) {
	case FIELD_BOOL:
		fits = read_bool(value, at);
		break;
	case FIELD_INT:
		fits = read_int(value, at);
		break;
	case FIELD_MONEY:
	case FIELD_DECIMAL:
		fits = value->kind == VALUE_NUMBER && decimal_parse(value->text, at);
		break;
	case FIELD_CODES:
	case FIELD_LINES:
	case FIELD_CHOICES:
		fits = read_texts(reading->cx, value, at);
		break;
	case FIELD_OBJECT:
		return value->kind == VALUE_MAP
			       ? read_attrs(reading, field->shape, &value->map, true, at)
			       : refuse(reading, field);
	case FIELD_LIST:
		return value->kind == VALUE_LIST ? read_objects(reading, field, value, at)
						 : refuse(reading, field);
	default:
		fits = value->kind == VALUE_TEXT;
		if (fits)
			*(struct str *)at = value->text;
	}
	return fits ? OK : refuse(reading, field);
}

static enum err read_attrs(const struct item_reading *reading, const struct shape *shape,
			   const struct attrs *attrs, bool has_identity, void *object)
{
	struct marks *marks = object;

	for (size_t i = 0; i < shape->nfields; i++) {
		const struct field *field = &shape->fields[i];
		const struct value *value;
		enum err err = OK;

		if (field->flags & (OWN_ROUTES | WRITE_ONLY))
			continue;
		if ((field->flags & IDENTITY) && !has_identity)
			continue;
		if (field->flags & FLAT) {
			err = read_attrs(reading, field->shape, attrs, true,
					 field_at(field, object));
		} else {
			value = attrs_find(attrs, field_attribute(field));
			if (!value || value->kind == VALUE_NULL)
				continue; /* the sample writes empty text as null */
			err = read_value(reading, field, value, field_at(field, object));
		}
		if (err != OK)
			return err;
		marks->given |= (uint64_t)1 << i;
	}
	return OK;
}

enum err item_read(struct cx *cx, const struct shape *shape, const struct item *item, void *object)
{
	const struct item_reading reading = { cx, item };

	if (item_u64(item, STR("sv")) > ITEM_VERSION)
		return fail(cx, ERR_INTERNAL, "internal",
			    "record " STR_FMT "/" STR_FMT
			    " is of a newer version than this program: upgrade it",
			    STR_ARG(item->key.code), STR_ARG(item->key.item_type));
	return read_attrs(&reading, shape, &item->attrs, false, object);
}

enum err item_check_id(struct cx *cx, const struct item *item, struct str id)
{
	if (code_is_valid(id))
		return OK;
	return fail(cx, ERR_INTERNAL, "internal",
		    "record " STR_FMT "/" STR_FMT " is of no kind that is known",
		    STR_ARG(item->key.code), STR_ARG(item->key.item_type));
}
