#include "model/shape_read.h"

#include <string.h>

static void copy_texts(struct arena *arena, struct vec *texts)
{
	const struct vec from = *texts;
	struct str *to = arena_array(arena, from.n, sizeof(*to));

	for (size_t i = 0; to && i < from.n; i++)
		to[i] = str_dup(arena, *(struct str *)vec_at(&from, i, sizeof(struct str)));
	*texts = (struct vec){ to, to ? from.n : 0, to ? from.n : 0 };
}

/* mutual recursion: an object's fields are objects and lists of objects, as deep as the tables are */
static void copy_fields(struct arena *arena, const struct shape *shape, void *object);

static void copy_objects(struct arena *arena, const struct shape *shape, struct vec *objects)
{
	const struct vec from = *objects;
	char *to = arena_array(arena, from.n, shape->size_bytes);

	if (to && from.n != 0)
		memcpy(to, from.items, from.n * shape->size_bytes);
	for (size_t i = 0; to && i < from.n; i++)
		copy_fields(arena, shape, to + i * shape->size_bytes);
	*objects = (struct vec){ to, to ? from.n : 0, to ? from.n : 0 };
}

/* The object itself is a copy already: what it points to becomes one. */
static void copy_fields(struct arena *arena, const struct shape *shape, void *object)
{
	for (size_t i = 0; i < shape->nfields; i++) {
		const struct field *field = &shape->fields[i];
		void *at = field_at(field, object);

		switch (field->kind) {
		case FIELD_BOOL:
		case FIELD_INT:
		case FIELD_MONEY:
		case FIELD_DECIMAL:
			break;
		case FIELD_CODES:
		case FIELD_LINES:
		case FIELD_CHOICES:
			copy_texts(arena, at);
			break;
		case FIELD_OBJECT:
			copy_fields(arena, field->shape, at);
			break;
		case FIELD_LIST:
			copy_objects(arena, field->shape, at);
			break;
		default:
			*(struct str *)at = str_dup(arena, *(struct str *)at);
		}
	}
}

void *shape_copy(struct arena *arena, const struct shape *shape, const void *object)
{
	void *copy = arena_alloc(arena, shape->size_bytes);

	if (!copy)
		return NULL;
	memcpy(copy, object, shape->size_bytes);
	copy_fields(arena, shape, copy);
	return copy;
}
