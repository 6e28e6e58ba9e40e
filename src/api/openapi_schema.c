#include "api/openapi_schema.h"

#include <string.h>

#include "api/describe.h"
#include "api/openapi_json.h"
#include "model/hotel.h"

#define MAJOR_UNITS_MAX INT64_C(1000000000000000) /* of a currency without decimals, api.md */

#define CODE_OR_EMPTY_PATTERN "^(?!\\.{1,2}$)[A-Za-z0-9._-]{0,64}$"

struct schema {
	const struct shape *shape;
	enum schema_view view;
};

static const char *const suffixes[] = { "", "Input", "Put", "Part", "Named" };

/* The member `$ref` alone, where the object has others. */
static void write_ref(struct schemas *schemas, const struct shape *shape, enum schema_view view)
{
	struct schema *slot = NULL;

	for (size_t i = 0; i < schemas->referred.n && !slot; i++) {
		struct schema *there = vec_at(&schemas->referred, i, sizeof(*there));

		if (there->shape == shape && there->view == view)
			slot = there;
	}
	if (!slot)
		slot = vec_push(&schemas->referred, schemas->arena, sizeof(*slot));
	if (slot)
		*slot = (struct schema){ shape, view };
	openapi_ref(schemas->json, schemas->arena, "schemas",
		    str_printf(schemas->arena, "%s%s", shape->name, suffixes[view]));
}

void schemas_refer(struct schemas *schemas, const struct shape *shape, enum schema_view view)
{
	json_begin_object(schemas->json);
	write_ref(schemas, shape, view);
	json_end_object(schemas->json);
}

/* Whether the member must be there, and not empty. */
static bool is_required(const struct field *field, enum schema_view view)
{
	switch (view) {
	case SCHEMA_ANSWER:
		return !(field->flags & UNSET_HIDDEN);
	case SCHEMA_INPUT:
	case SCHEMA_NAMED:
		return field->flags & REQUIRED;
	case SCHEMA_PUT:
		return (field->flags & REQUIRED) && !(field->flags & IDENTITY);
	case SCHEMA_PART:
		break;
	}
	return false;
}

/* In a request null means absent, or that the member is to be removed. */
static bool takes_null(const struct field *field, enum schema_view view)
{
	return view != SCHEMA_ANSWER && !is_required(field, view);
}

static bool takes_empty(const struct field *field, enum schema_view view)
{
	if (view == SCHEMA_ANSWER)
		return !(field->flags & (UNSET_HIDDEN | REQUIRED | IDENTITY));
	return !is_required(field, view);
}

static void write_type(struct json_writer *json, const char *type, bool or_null)
{
	json_name(json, STR("type"));
	if (or_null)
		json_begin_array(json);
	json_string(json, str_of(type));
	if (or_null) {
		json_string(json, STR("null"));
		json_end_array(json);
	}
}

static void write_choices(struct json_writer *json, const struct field *field,
			  enum schema_view view)
{
	json_name(json, STR("enum"));
	json_begin_array(json);
	if (takes_empty(field, view) && field->choices[0][0] != '\0')
		json_string(json, STR(""));
	for (size_t i = 0; field->choices[i]; i++)
		json_string(json, str_of(field->choices[i]));
	if (takes_null(field, view))
		json_null(json);
	json_end_array(json);
}

/* What texts of the kind look like; empty ones stand for absent ones where they are taken. */
static const char *pattern_of(const struct field *field, bool or_empty)
{
	switch (field->kind) {
	case FIELD_CODE:
	case FIELD_CODES:
		return or_empty ? CODE_OR_EMPTY_PATTERN : SCHEMA_CODE_PATTERN;
	case FIELD_CURRENCY:
		return or_empty ? "^([A-Z]{3})?$" : "^[A-Z]{3}$";
	case FIELD_COUNTRY:
		return or_empty ? "^([A-Z]{2})?$" : "^[A-Z]{2}$";
	case FIELD_ZONE:
		return "^[A-Za-z0-9_+/-]*$";
	case FIELD_DATE:
		return or_empty ? "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"
				: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
	case FIELD_TIME:
		return or_empty ? "^(([01][0-9]|2[0-3]):[0-5][0-9])?$"
				: "^([01][0-9]|2[0-3]):[0-5][0-9]$";
	case FIELD_TEXT:
		return "^[^\\u0000]*$";
	default:
		/* A line that is required must not be of blanks only. */
		return or_empty ? "^[^\\u0000-\\u001f\\u007f]*$"
				: "^(?=.*[^ ])[^\\u0000-\\u001f\\u007f]*$";
	}
}

static void write_text(struct json_writer *json, const struct field *field, bool or_empty)
{
	openapi_text(json, "pattern", str_of(pattern_of(field, or_empty)));
	if (field->max != 0)
		openapi_number(json, "maxLength", field->max);
}

static void write_texts(struct json_writer *json, const struct field *field)
{
	json_name(json, STR("items"));
	json_begin_object(json);
	write_type(json, "string", false);
	if (field->kind == FIELD_CHOICES)
		write_choices(json, field, SCHEMA_ANSWER);
	else
		write_text(json, field, field->kind == FIELD_LINES);
	json_end_object(json);
	openapi_number(json, "maxItems", LIST_MAX);
}

static void write_numbers(struct json_writer *json, const struct field *field)
{
	bool is_money = field->kind == FIELD_MONEY;
	int64_t lowest = (field->flags & SIGNED) ? -MAJOR_UNITS_MAX : 0;

	openapi_number(json, "minimum", is_money ? lowest : field->min);
	openapi_number(json, "maximum", is_money ? MAJOR_UNITS_MAX : field->max);
}

/* Pictures come only by routes of their own, which are not built: there are none, and none may be sent. */
static bool has_no_source(const struct field *field)
{
	return field->shape == &picture_shape;
}

static void write_list(struct schemas *schemas, const struct field *field, enum schema_view view)
{
	struct json_writer *json = schemas->json;

	if (has_no_source(field)) {
		openapi_number(json, "maxItems", 0);
		return;
	}
	json_name(json, STR("items"));
	if (view == SCHEMA_ANSWER)
		schemas_refer(schemas, field->shape, SCHEMA_ANSWER);
	else
		schemas_refer(schemas, field->shape,
			      field->flags & BY_CODE ? SCHEMA_NAMED : SCHEMA_INPUT);
	openapi_number(json, "maxItems", field->max != 0 ? field->max : LIST_MAX);
}

static enum schema_view inside(enum schema_view view)
{
	return view == SCHEMA_PUT ? SCHEMA_INPUT : view;
}

static void write_object(struct schemas *schemas, const struct field *field, enum schema_view view)
{
	struct json_writer *json = schemas->json;

	if (view == SCHEMA_ANSWER || is_required(field, view)) {
		write_ref(schemas, field->shape, inside(view));
		return;
	}
	/* An object without members is none, whatever it requires. */
	json_name(json, STR("anyOf"));
	json_begin_array(json);
	openapi_raw(json, "{\"type\":[\"object\",\"null\"],\"maxProperties\":0}");
	schemas_refer(schemas, field->shape, inside(view));
	json_end_array(json);
}

static const char *type_of(const struct field *field)
{
	switch (field->kind) {
	case FIELD_BOOL:
		return "boolean";
	case FIELD_INT:
		return "integer";
	case FIELD_MONEY:
	case FIELD_DECIMAL:
		return "number";
	case FIELD_CODES:
	case FIELD_LINES:
	case FIELD_CHOICES:
	case FIELD_LIST:
		return "array";
	case FIELD_OBJECT:
		return "object";
	default:
		return "string";
	}
}

static bool is_list(const struct field *field)
{
	return strcmp(type_of(field), "array") == 0;
}

static void write_value(struct schemas *schemas, const struct field *field, enum schema_view view)
{
	struct json_writer *json = schemas->json;
	bool or_null = takes_null(field, view);

	if (field->kind == FIELD_OBJECT) {
		write_object(schemas, field, view);
		return;
	}
	write_type(json, type_of(field), or_null || (is_list(field) && view == SCHEMA_ANSWER));
	switch (field->kind) {
	case FIELD_BOOL:
		break;
	case FIELD_INT:
	case FIELD_MONEY:
	case FIELD_DECIMAL:
		write_numbers(json, field);
		break;
	case FIELD_CODES:
	case FIELD_LINES:
	case FIELD_CHOICES:
		write_texts(json, field);
		break;
	case FIELD_LIST:
		write_list(schemas, field, view);
		break;
	case FIELD_CHOICE:
		write_choices(json, field, view);
		break;
	default:
		write_text(json, field, takes_empty(field, view));
	}
}

/* What the types can not say. */
static void write_description(struct schemas *schemas, const struct shape *shape,
			      const struct field *field)
{
	struct str text = describe_field(schemas->arena, shape, field);

	if (text.len != 0)
		openapi_text(schemas->json, "description", text);
}

static void write_member(struct schemas *schemas, const struct schema *schema,
			 const struct field *field)
{
	struct json_writer *json = schemas->json;
	bool ignored = (field->flags & READ_ONLY) && schema->view != SCHEMA_ANSWER;

	json_name(json, field->name);
	json_begin_object(json);
	if (schema->view == SCHEMA_NAMED && !(field->flags & IDENTITY)) {
		openapi_raw_member(json, "description", "\"ignored in a request\"");
		write_type(json, type_of(field), true);
		json_end_object(json);
		return;
	}
	write_description(schemas, schema->shape, field);
	if (ignored) {
		json_name(json, STR("readOnly"));
		json_bool(json, true);
	} else {
		write_value(schemas, field, schema->view);
	}
	json_end_object(json);
}

static bool is_shown(const struct field *field, enum schema_view view)
{
	return !(field->flags & RECORD_ONLY) &&
	       !((field->flags & WRITE_ONLY) && view == SCHEMA_ANSWER);
}

static void write_required(struct json_writer *json, const struct schema *schema)
{
	bool any = false;

	for (size_t i = 0; i < schema->shape->nfields; i++) {
		const struct field *field = &schema->shape->fields[i];

		if (!is_shown(field, schema->view) || !is_required(field, schema->view))
			continue;
		if (!any) {
			json_name(json, STR("required"));
			json_begin_array(json);
		}
		any = true;
		json_string(json, field->name);
	}
	if (any)
		json_end_array(json);
}

static void write_schema(struct schemas *schemas, struct schema schema)
{
	struct json_writer *json = schemas->json;

	json_name(json,
		  str_printf(schemas->arena, "%s%s", schema.shape->name, suffixes[schema.view]));
	json_begin_object(json);
	write_type(json, "object", false);
	json_name(json, STR("properties"));
	json_begin_object(json);
	for (size_t i = 0; i < schema.shape->nfields; i++) {
		const struct field *field = &schema.shape->fields[i];

		if (is_shown(field, schema.view))
			write_member(schemas, &schema, field);
	}
	json_end_object(json);
	write_required(json, &schema);
	json_name(json, STR("additionalProperties"));
	json_bool(json, false);
	json_end_object(json);
}

void schemas_write_all(struct schemas *schemas)
{
	/* Writing one refers to others. */
	for (size_t i = 0; i < schemas->referred.n; i++)
		write_schema(schemas, *(struct schema *)vec_at(&schemas->referred, i,
							       sizeof(struct schema)));
}
