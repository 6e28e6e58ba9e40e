#include "record/item.h"

#include "base/buf.h"

/* A new attribute; what is written past the arena's cap lands in `spill`, and the commit is refused. */
static struct value *add(struct arena *arena, struct vec *attrs, struct str name,
			 struct value *spill)
{
	struct attr *attr = vec_push(attrs, arena, sizeof(*attr));

	if (!attr)
		return spill;
	attr->name = name;
	return &attr->value;
}

static struct value text_value(struct str text)
{
	return (struct value){ .kind = VALUE_TEXT, .text = text };
}

void item_add_text(struct arena *arena, struct vec *attrs, struct str name, struct str text)
{
	struct value spill;

	*add(arena, attrs, name, &spill) = text_value(text);
}

void item_add_u64(struct arena *arena, struct vec *attrs, struct str name, uint64_t number)
{
	struct value spill;
	struct buf digits;

	buf_init(&digits, arena);
	buf_add_u64(&digits, number);
	*add(arena, attrs, name, &spill) =
		(struct value){ .kind = VALUE_NUMBER, .text = buf_take(&digits) };
}

static struct value list_value(struct arena *arena, size_t n)
{
	struct value *items = arena_array(arena, n, sizeof(*items));

	return (struct value){ .kind = VALUE_LIST, .items = items, .n = items ? n : 0 };
}

static struct value texts_value(struct arena *arena, const struct vec *texts)
{
	struct value list = list_value(arena, texts->n);

	for (size_t i = 0; i < list.n; i++)
		list.items[i] = text_value(*(struct str *)vec_at(texts, i, sizeof(struct str)));
	return list;
}

void item_add_texts(struct arena *arena, struct vec *attrs, struct str name,
		    const struct vec *texts)
{
	struct value spill;

	*add(arena, attrs, name, &spill) = texts_value(arena, texts);
}

/* mutual recursion: an object's fields are objects and lists of objects, as deep as the tables are */
static void write_fields(struct arena *arena, const struct shape *shape, const void *object,
			 bool keep_identity, struct vec *attrs);

static struct value map_value(struct arena *arena, const struct shape *shape, const void *object)
{
	struct vec attrs = { NULL, 0, 0 };

	write_fields(arena, shape, object, true, &attrs);
	return (struct value){ .kind = VALUE_MAP, .map = { attrs.items, attrs.n } };
}

static struct value objects_value(struct arena *arena, const struct field *field,
				  const struct vec *objects)
{
	struct value list = list_value(arena, objects->n);

	for (size_t i = 0; i < list.n; i++) {
		const void *object = vec_at(objects, i, field->shape->size_bytes);

		list.items[i] = field->flags & BY_CODE
					? text_value(*shape_identity(field->shape, object))
					: map_value(arena, field->shape, object);
	}
	return list;
}

static struct value bool_value(const struct field *field, bool flag)
{
	if (field->flags & FLAG_AS_TEXT)
		return text_value(flag ? STR("true") : STR("false"));
	return (struct value){ .kind = VALUE_BOOL, .flag = flag };
}

static struct value field_value(struct arena *arena, const struct field *field, const void *object)
{
	const void *at = field_of(field, object);

	switch (field->kind) {
	case FIELD_BOOL:
		return bool_value(field, *(const bool *)at);
	case FIELD_INT:
		return (struct value){ .kind = VALUE_NUMBER,
				       .text = str_printf(arena, "%lld",
							  (long long)*(const int64_t *)at) };
	case FIELD_MONEY:
	case FIELD_DECIMAL:
		return (struct value){ .kind = VALUE_NUMBER,
				       .text = decimal_write(arena, *(const struct decimal *)at) };
	case FIELD_CODES:
	case FIELD_LINES:
	case FIELD_CHOICES:
		return texts_value(arena, at);
	case FIELD_OBJECT:
		return map_value(arena, field->shape, at);
	case FIELD_LIST:
		return objects_value(arena, field, at);
	default:
		return text_value(*(const struct str *)at);
	}
}

static void write_fields(struct arena *arena, const struct shape *shape, const void *object,
			 bool keep_identity, struct vec *attrs)
{
	struct value spill;

	for (size_t i = 0; i < shape->nfields; i++) {
		const struct field *field = &shape->fields[i];

		if (field->flags & (OWN_ROUTES | WRITE_ONLY))
			continue;
		if ((field->flags & IDENTITY) && !keep_identity)
			continue;
		if (field_is_unset(field, i, object))
			continue;
		if (field->flags & FLAT)
			write_fields(arena, field->shape, field_of(field, object), true, attrs);
		else
			*add(arena, attrs, field_attribute(field), &spill) =
				field_value(arena, field, object);
	}
}

void item_write(struct arena *arena, const struct shape *shape, const void *object,
		struct vec *attrs)
{
	write_fields(arena, shape, object, false, attrs);
}

struct str item_text(const struct item *item, struct str name)
{
	const struct value *value = attrs_find(&item->attrs, name);

	return value && value->kind == VALUE_TEXT ? value->text : (struct str){ NULL, 0 };
}

uint64_t item_u64(const struct item *item, struct str name)
{
	const struct value *value = attrs_find(&item->attrs, name);
	uint64_t number = 0;

	if (!value || value->kind != VALUE_NUMBER || !str_to_u64(value->text, &number))
		return 0;
	return number;
}
