#include "api/openapi_form.h"

#include "api/openapi_json.h"
#include "api/status.h"
#include "model/hotel.h"

#define JSON_TYPE "application/json"
#define PATCH_TYPE "application/merge-patch+json"

/* What a hotel shows and nobody sets: it may come back with the rest. */
static void write_ignored(struct json_writer *json)
{
	for (size_t i = 0; i < hotel_shape.nfields; i++) {
		if (hotel_shape.fields[i].flags & READ_ONLY) {
			json_name(json, hotel_shape.fields[i].name);
			json_raw(json, STR("{\"readOnly\":true}"));
		}
	}
}

/* A hotel's list as its route takes it. */
static void write_list_body(struct schemas *schemas, const struct form *form)
{
	struct json_writer *json = schemas->json;
	size_t index = 0;
	const struct field *field = shape_find(&hotel_shape, str_of(form->list), &index);

	openapi_raw_member(json, "type", "\"object\"");
	json_name(json, STR("properties"));
	json_begin_object(json);
	openapi_raw_member(json, "code",
			   "{\"type\":[\"string\",\"null\"],"
			   "\"description\":\"the hotel's, as in the path, or left out\"}");
	json_name(json, field->name);
	json_begin_object(json);
	openapi_raw_member(json, "type", "\"array\"");
	json_name(json, STR("items"));
	schemas_refer(schemas, field->shape, SCHEMA_INPUT);
	openapi_number(json, "minItems", form->max != 0 ? 1 : 0);
	openapi_number(json, "maxItems", form->max != 0 ? form->max : field->max);
	json_end_object(json);
	write_ignored(json);
	json_end_object(json);
	json_name(json, STR("required"));
	json_begin_array(json);
	json_string(json, field->name);
	json_end_array(json);
	openapi_raw_member(json, "additionalProperties", "false");
}

static void write_page(struct schemas *schemas, const struct form *form)
{
	struct json_writer *json = schemas->json;

	openapi_raw_member(json, "type", "\"object\"");
	json_name(json, STR("properties"));
	json_begin_object(json);
	json_name(json, str_of(form->list));
	json_begin_object(json);
	openapi_raw_member(json, "type", "\"array\"");
	json_name(json, STR("items"));
	schemas_refer(schemas, form->shape, SCHEMA_ANSWER);
	json_end_object(json);
	openapi_raw_member(json, "next",
			   "{\"type\":[\"string\",\"null\"],"
			   "\"description\":\"cursor of the next page; null on the last\"}");
	json_end_object(json);
	json_name(json, STR("required"));
	json_begin_array(json);
	json_string(json, str_of(form->list));
	json_string(json, STR("next"));
	json_end_array(json);
	openapi_raw_member(json, "additionalProperties", "false");
}

static void write_schema(struct schemas *schemas, const struct form *form)
{
	struct json_writer *json = schemas->json;

	switch (form->kind) {
	case FORM_OBJECT:
		schemas_refer(schemas, form->shape, SCHEMA_ANSWER);
		return;
	case FORM_PUT:
		schemas_refer(schemas, form->shape, SCHEMA_PUT);
		return;
	case FORM_PART:
	case FORM_PATCH:
		schemas_refer(schemas, form->shape, SCHEMA_PART);
		return;
	default:
		break;
	}
	json_begin_object(json);
	if (form->kind == FORM_WRAPPER)
		openapi_ref(json, schemas->arena, "schemas", STR("Hotels"));
	else if (form->kind == FORM_STATUS)
		openapi_ref(json, schemas->arena, "schemas", STR("Status"));
	else if (form->kind == FORM_LIST)
		write_list_body(schemas, form);
	else if (form->kind == FORM_PAGE)
		write_page(schemas, form);
	else
		openapi_raw_member(json, "type",
				   form->kind == FORM_JSON ? "\"object\"" : "\"string\"");
	json_end_object(json);
}

static void write_media(struct schemas *schemas, const struct form *form, const char *type)
{
	json_name(schemas->json, str_of(type));
	json_begin_object(schemas->json);
	json_name(schemas->json, STR("schema"));
	write_schema(schemas, form);
	json_end_object(schemas->json);
}

void openapi_content(struct schemas *schemas, const struct form *form)
{
	json_name(schemas->json, STR("content"));
	json_begin_object(schemas->json);
	if (form->kind == FORM_TEXT || form->kind == FORM_HTML)
		write_media(schemas, form, form->kind == FORM_TEXT ? "text/plain" : "text/html");
	else
		write_media(schemas, form, JSON_TYPE);
	if (form->kind == FORM_PATCH)
		write_media(schemas, form, PATCH_TYPE);
	json_end_object(schemas->json);
}

void openapi_parameter_schema(struct json_writer *json, const struct parameter *parameter)
{
	json_begin_object(json);
	openapi_raw_member(json, "type",
			   parameter->kind == PARAMETER_NUMBER ? "\"integer\"" : "\"string\"");
	if (parameter->kind == PARAMETER_NUMBER) {
		openapi_number(json, "minimum", (int64_t)parameter->min);
		openapi_number(json, "maximum", (int64_t)parameter->max);
	}
	if (parameter->initial != 0)
		openapi_number(json, "default", (int64_t)parameter->initial);
	if (parameter->kind == PARAMETER_TEXT && parameter->max != 0) {
		openapi_number(json, "minLength", (int64_t)parameter->min);
		openapi_number(json, "maxLength", (int64_t)parameter->max);
	}
	if (parameter->kind == PARAMETER_CODE)
		openapi_text(json, "pattern", STR(SCHEMA_CODE_PATTERN));
	if (parameter->kind == PARAMETER_CHOICE) {
		json_name(json, STR("enum"));
		json_begin_array(json);
		for (size_t i = 0; parameter->choices[i]; i++)
			json_string(json, str_of(parameter->choices[i]));
		json_end_array(json);
	}
	json_end_object(json);
}

/* The seed's wrapper around what there is. */
static void write_wrapper(struct schemas *schemas)
{
	struct json_writer *json = schemas->json;

	json_name(json, STR("Hotels"));
	json_begin_object(json);
	openapi_raw_member(json, "type", "\"object\"");
	openapi_raw_member(
		json, "description",
		"\"The wrapper around hotels: every hotel of the answer, its error empty\"");
	json_name(json, STR("properties"));
	json_begin_object(json);
	openapi_raw_member(
		json, "error",
		"{\"type\":\"object\",\"properties\":{\"code\":{\"const\":\"\"},"
		"\"msg\":{\"const\":\"\"}},\"required\":[\"code\",\"msg\"],\"additionalProperties\":false}");
	openapi_raw_member(json, "subFunction", "{\"const\":\"\"}");
	json_name(json, STR("response"));
	json_begin_object(json);
	openapi_raw_member(json, "type", "\"array\"");
	json_name(json, STR("items"));
	schemas_refer(schemas, &hotel_shape, SCHEMA_ANSWER);
	json_end_object(json);
	openapi_raw_member(
		json, "next",
		"{\"type\":\"string\",\"description\":\"cursor of the next page of hotels; left out on "
		"the last\"}");
	json_end_object(json);
	openapi_raw_member(json, "required", "[\"error\",\"subFunction\",\"response\"]");
	openapi_raw_member(json, "additionalProperties", "false");
	json_end_object(json);
}

/* One text of the table of codes stands for all errors; under /config the seed's members stand beside it. */
static void write_problem(struct json_writer *json, const char *name, bool wrapped)
{
	json_name(json, str_of(name));
	json_begin_object(json);
	openapi_raw_member(json, "type", "\"object\"");
	json_name(json, STR("properties"));
	json_begin_object(json);
	openapi_raw_member(json, "type",
			   "{\"type\":\"string\",\"description\":\"/problems/ and the code\"}");
	openapi_raw_member(json, "title", "{\"type\":\"string\"}");
	openapi_raw_member(json, "status", "{\"type\":\"integer\"}");
	openapi_raw_member(json, "detail", "{\"type\":\"string\"}");
	openapi_raw_member(json, "instance",
			   "{\"type\":\"string\",\"description\":\"the request's id\"}");
	json_name(json, STR("code"));
	json_begin_object(json);
	json_name(json, STR("enum"));
	json_begin_array(json);
	for (const struct status_row *row = status_rows; row->code; row++) {
		if (status_of(row->code) == row)
			json_string(json, str_of(row->code));
	}
	json_end_array(json);
	json_end_object(json);
	openapi_raw_member(
		json, "errors",
		"{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/Blame\"}}");
	if (wrapped) {
		openapi_raw_member(
			json, "error",
			"{\"type\":\"object\",\"properties\":{\"code\":{\"type\":\"string\"},"
			"\"msg\":{\"type\":\"string\"}},\"required\":[\"code\",\"msg\"],"
			"\"additionalProperties\":false}");
		openapi_raw_member(json, "subFunction", "{\"const\":\"\"}");
		openapi_raw_member(json, "response", "{\"type\":\"array\",\"maxItems\":0}");
	}
	json_end_object(json);
	openapi_raw_member(
		json, "required",
		wrapped ? "[\"type\",\"title\",\"status\",\"detail\",\"instance\",\"code\",\"error\","
			  "\"subFunction\",\"response\"]"
			: "[\"type\",\"title\",\"status\",\"detail\",\"instance\",\"code\"]");
	openapi_raw_member(json, "additionalProperties", "false");
	json_end_object(json);
}

void openapi_envelopes(struct schemas *schemas)
{
	struct json_writer *json = schemas->json;

	write_wrapper(schemas);
	write_problem(json, "Problem", false);
	write_problem(json, "ConfigProblem", true);
	openapi_raw_member(
		json, "Blame",
		"{\"type\":\"object\",\"description\":\"One thing that is wrong, and where\",\"properties\":{"
		"\"pointer\":{\"type\":\"string\",\"description\":\"JSON Pointer into the body\"},"
		"\"parameter\":{\"type\":\"string\",\"description\":\"of the query\"},"
		"\"header\":{\"type\":\"string\"},\"detail\":{\"type\":\"string\"}},"
		"\"required\":[\"detail\"],\"minProperties\":2,\"maxProperties\":2,"
		"\"additionalProperties\":false}");
	openapi_raw_member(
		json, "Status",
		"{\"type\":\"object\",\"properties\":{\"status\":{\"enum\":[\"alive\",\"ready\",\"damaged\"]},"
		"\"checks\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
		"\"name\":{\"type\":\"string\"},\"status\":{\"type\":\"string\"}},"
		"\"required\":[\"name\",\"status\"],\"additionalProperties\":false}}},"
		"\"required\":[\"status\"],\"additionalProperties\":false}");
}
