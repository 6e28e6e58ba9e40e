#include "model/shape.h"

#include <assert.h>

void *field_at(const struct field *field, void *object)
{
	return (char *)object + field->offset;
}

const void *field_of(const struct field *field, const void *object)
{
	return (const char *)object + field->offset;
}

struct str field_attribute(const struct field *field)
{
	return field->attribute.len != 0 ? field->attribute : field->name;
}

const struct field *shape_find(const struct shape *shape, struct str name, size_t *index)
{
	for (size_t i = 0; i < shape->nfields; i++) {
		if (str_eq(shape->fields[i].name, name)) {
			*index = i;
			return &shape->fields[i];
		}
	}
	return NULL;
}

bool shape_has(const struct shape *shape, struct str name, const void *object)
{
	const struct marks *marks = object;
	size_t index = 0;

	return shape_find(shape, name, &index) && (marks->given & (uint64_t)1 << index);
}

const struct field *shape_identity_field(const struct shape *shape)
{
	size_t i = 0;

	while (i < shape->nfields && !(shape->fields[i].flags & IDENTITY))
		i++;
	assert(i < shape->nfields);
	return &shape->fields[i];
}

struct str *shape_identity_at(const struct shape *shape, void *object)
{
	return field_at(shape_identity_field(shape), object);
}

const struct str *shape_identity(const struct shape *shape, const void *object)
{
	return field_of(shape_identity_field(shape), object);
}

bool field_is_empty(const struct field *field, const void *object)
{
	const void *at = field_of(field, object);

	switch (field->kind) {
	case FIELD_BOOL:
		return !*(const bool *)at;
	case FIELD_INT:
		return *(const int64_t *)at == 0;
	case FIELD_MONEY:
	case FIELD_DECIMAL:
		return ((const struct decimal *)at)->units == 0;
	case FIELD_CODES:
	case FIELD_LINES:
	case FIELD_CHOICES:
	case FIELD_LIST:
		return ((const struct vec *)at)->n == 0;
	case FIELD_OBJECT:
		return ((const struct marks *)at)->given == 0;
	case FIELD_TEXT:
	case FIELD_LINE:
	case FIELD_CODE:
	case FIELD_CURRENCY:
	case FIELD_COUNTRY:
	case FIELD_ZONE:
	case FIELD_DATE:
	case FIELD_TIME:
	case FIELD_CHOICE:
		break;
	}
	return ((const struct str *)at)->len == 0;
}

/* Zero and false may be given; an empty text, list or object is none, whoever wrote it. */
bool field_is_unset(const struct field *field, size_t index, const void *object)
{
	const struct marks *marks = object;

	if (!(field->flags & UNSET_HIDDEN))
		return false;
	if (field->kind >= FIELD_BOOL && field->kind <= FIELD_DECIMAL)
		return !(marks->given & (uint64_t)1 << index);
	return field_is_empty(field, object);
}
