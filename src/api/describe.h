/* api/describe.h - what people read about the members of described structs, in the OpenAPI document and in /docs. */
#ifndef INNKEEPER_API_DESCRIBE_H
#define INNKEEPER_API_DESCRIBE_H

#include "base/arena.h"
#include "base/str.h"
#include "model/shape.h"

/* What the member means, and what its type does not tell; empty when there is nothing to say. */
struct str describe_field(struct arena *arena, const struct shape *shape,
			  const struct field *field);

#endif
