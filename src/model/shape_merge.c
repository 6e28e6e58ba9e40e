#include "model/shape_read.h"

#include <string.h>

static size_t size_of(const struct field *field)
{
	switch (field->kind) {
	case FIELD_BOOL:
		return sizeof(bool);
	case FIELD_INT:
		return sizeof(int64_t);
	case FIELD_MONEY:
	case FIELD_DECIMAL:
		return sizeof(struct decimal);
	case FIELD_CODES:
	case FIELD_LINES:
	case FIELD_CHOICES:
	case FIELD_LIST:
		return sizeof(struct vec);
	case FIELD_OBJECT:
		return field->shape->size_bytes;
	default:
		return sizeof(struct str);
	}
}

void shape_merge(const struct shape *shape, void *onto, const void *from)
{
	struct marks *marks = onto;
	const struct marks *given = from;

	for (size_t i = 0; i < shape->nfields; i++) {
		const struct field *field = &shape->fields[i];
		uint64_t bit = (uint64_t)1 << i;

		if (given->nulls & bit) {
			memset(field_at(field, onto), 0, size_of(field));
			marks->given &= ~bit;
		} else if (!(given->given & bit)) {
			continue;
		} else if (field->kind == FIELD_OBJECT) {
			shape_merge(field->shape, field_at(field, onto), field_of(field, from));
			marks->given |= bit;
		} else {
			memcpy(field_at(field, onto), field_of(field, from), size_of(field));
			marks->given |= bit;
		}
	}
}
