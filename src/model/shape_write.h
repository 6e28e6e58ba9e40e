/* model/shape_write.h - described structs as JSON: members in the table's order, one form for one value. */
#ifndef INNKEEPER_MODEL_SHAPE_WRITE_H
#define INNKEEPER_MODEL_SHAPE_WRITE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"
#include "codec/json_writer.h"
#include "model/shape.h"

/* Writes the object; failures stick to the writer's buffer. */
void shape_write(struct json_writer *json, const struct shape *shape, const void *object);

/* The object as JSON text in the arena. */
struct str shape_text(struct arena *arena, const struct shape *shape, const void *object);

/* One field's value as records have it, as JSON text in the arena; empty for one that is hidden while unset, as for a NULL object. */
struct str shape_field_text(struct arena *arena, const struct shape *shape, size_t index,
			    const void *object);

/* The object as records have it, as JSON text in the arena, without the lists that have routes of their own: what history
 * keeps. */
struct str shape_own_text(struct arena *arena, const struct shape *shape, const void *object);

#endif
