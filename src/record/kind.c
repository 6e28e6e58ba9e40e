#include "record/kind.h"

#include <assert.h>

const struct kind kind_room_type = {
	.name = STR_INIT("roomType"),
	.prefix = STR_INIT("cfg-roomType-"),
	.list = STR_INIT("roomTypes"),
	.shape = &room_type_shape,
};

const struct kind *const kinds[] = { &kind_room_type, NULL };

size_t kind_field(const struct kind *kind)
{
	size_t index = 0;
	const struct field *field = shape_find(&hotel_shape, kind->list, &index);

	assert(field);
	return index;
}

struct str *kind_id(const struct kind *kind, void *object)
{
	size_t i = 0;

	while (i < kind->shape->nfields && !(kind->shape->fields[i].flags & IDENTITY))
		i++;
	assert(i < kind->shape->nfields);
	return field_at(&kind->shape->fields[i], object);
}
