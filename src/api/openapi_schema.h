/* api/openapi_schema.h - JSON Schemas of described structs.
 *
 * A shape has up to five schemas: Tag as answers show it, TagInput as it stands in a list that is sent, TagPut as the body of a PUT
 * (the path names it), TagPart with any of its members, TagNamed where a whole tag may stand but its code alone counts. A schema is written once, under components, when something refers to it.
 */
#ifndef INNKEEPER_API_OPENAPI_SCHEMA_H
#define INNKEEPER_API_OPENAPI_SCHEMA_H

#include "base/arena.h"
#include "base/vec.h"
#include "codec/json_writer.h"
#include "model/shape.h"

enum schema_view { SCHEMA_ANSWER, SCHEMA_INPUT, SCHEMA_PUT, SCHEMA_PART, SCHEMA_NAMED };

struct schemas {
	struct json_writer *json;
	struct arena *arena;
	struct vec referred; /* of what schemas_refer was called with */
};

/* A code as it stands in a path or names an object. */
#define SCHEMA_CODE_PATTERN "^(?!\\.{1,2}$)[A-Za-z0-9._-]{1,64}$"

/* Writes a reference to the schema of the shape. */
void schemas_refer(struct schemas *schemas, const struct shape *shape, enum schema_view view);

/* Every schema that was referred to and those that they refer to: members of components/schemas. */
void schemas_write_all(struct schemas *schemas);

#endif
