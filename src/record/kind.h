/* record/kind.h - the kinds of objects that a hotel holds as records of their own: one row each. */
#ifndef INNKEEPER_RECORD_KIND_H
#define INNKEEPER_RECORD_KIND_H

#include <stddef.h>

#include "base/str.h"
#include "model/hotel.h"
#include "model/shape.h"

struct kind {
	struct str name;   /* in history and `et`: `roomType` */
	struct str prefix; /* of its sort keys, up to the id */
	struct str list;   /* the hotel's member that lists it */
	const struct shape *shape;
};

extern const struct kind kind_room_type;

/* All kinds, ended by NULL. */
extern const struct kind *const kinds[];

/* The row of hotel_shape that lists the kind. */
size_t kind_field(const struct kind *kind);

/* Where an object of the kind keeps its identity. */
struct str *kind_id(const struct kind *kind, void *object);

#endif
