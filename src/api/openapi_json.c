#include "api/openapi_json.h"

void openapi_text(struct json_writer *json, const char *name, struct str value)
{
	json_name(json, str_of(name));
	json_string(json, value);
}

void openapi_number(struct json_writer *json, const char *name, int64_t value)
{
	json_name(json, str_of(name));
	json_i64(json, value);
}

void openapi_ref(struct json_writer *json, struct arena *arena, const char *section,
		 struct str name)
{
	openapi_text(json, "$ref",
		     str_printf(arena, "#/components/%s/" STR_FMT, section, STR_ARG(name)));
}

void openapi_raw(struct json_writer *json, const char *value)
{
	json_raw(json, str_of(value));
}

void openapi_raw_member(struct json_writer *json, const char *name, const char *value)
{
	json_name(json, str_of(name));
	json_raw(json, str_of(value));
}
