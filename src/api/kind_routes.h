/* api/kind_routes.h - the routes of the kinds of nested objects: each follows from the kind's row (model/kind.h). */
#ifndef INNKEEPER_API_KIND_ROUTES_H
#define INNKEEPER_API_KIND_ROUTES_H

#include <stddef.h>

#include "api/route.h"
#include "base/arena.h"
#include "model/kind.h"

#define KIND_ROUTES 6 /* of one kind */

/* Fills in the kind's rows; their texts live in the arena, so do not call it where that has a cap. */
void kind_routes_make(struct arena *arena, const struct kind *kind, struct route out[KIND_ROUTES]);

#endif
