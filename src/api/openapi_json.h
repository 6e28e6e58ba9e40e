/* api/openapi_json.h - members of the OpenAPI document in a line each. */
#ifndef INNKEEPER_API_OPENAPI_JSON_H
#define INNKEEPER_API_OPENAPI_JSON_H

#include <stdint.h>

#include "base/arena.h"
#include "codec/json_writer.h"

void openapi_text(struct json_writer *json, const char *name, struct str value);
void openapi_number(struct json_writer *json, const char *name, int64_t value);

/* `"$ref":"#/components/<section>/<name>"` */
void openapi_ref(struct json_writer *json, struct arena *arena, const char *section,
		 struct str name);

/* A finished value, or the finished member `name`. */
void openapi_raw(struct json_writer *json, const char *value);
void openapi_raw_member(struct json_writer *json, const char *name, const char *value);

#endif
