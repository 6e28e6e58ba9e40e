#include "adapter/dynamodb_item.h"

#include <string.h>

#include "adapter/dynamodb_number.h"

/* The service nests 32 deep; each level of a list or map is two of its JSON, and a reply adds a few. */
#define JSON_DEPTH 72
/* A name of an attribute. */
#define NAME_BYTES_MAX 65535

static void write_text(struct json_writer *json, struct str type, struct str text)
{
	json_begin_object(json);
	json_name(json, type);
	json_string(json, text);
	json_end_object(json);
}

/* mutual recursion: a map holds values, and a value may be a map */
static void write_attrs(struct json_writer *json, const struct attrs *attrs);

static void write_value(struct json_writer *json, const struct value *value)
{
	switch (value->kind) {
	case VALUE_NULL:
		json_raw(json, STR("{\"NULL\":true}"));
		break;
	case VALUE_BOOL:
		json_raw(json, value->flag ? STR("{\"BOOL\":true}") : STR("{\"BOOL\":false}"));
		break;
	case VALUE_NUMBER:
		write_text(json, STR("N"), value->text);
		break;
	case VALUE_TEXT:
		write_text(json, STR("S"), value->text);
		break;
	case VALUE_LIST:
		json_begin_object(json);
		json_name(json, STR("L"));
		json_begin_array(json);
		for (size_t i = 0; i < value->n; i++)
			write_value(json, &value->items[i]);
		json_end_array(json);
		json_end_object(json);
		break;
	case VALUE_MAP:
		json_begin_object(json);
		json_name(json, STR("M"));
		json_begin_object(json);
		write_attrs(json, &value->map);
		json_end_object(json);
		json_end_object(json);
		break;
	}
}

static void write_attrs(struct json_writer *json, const struct attrs *attrs)
{
	for (size_t i = 0; i < attrs->n; i++) {
		json_name(json, attrs->items[i].name);
		write_value(json, &attrs->items[i].value);
	}
}

static void write_key_members(struct json_writer *json, struct key key)
{
	json_name(json, STR("code"));
	write_text(json, STR("S"), key.code);
	json_name(json, STR("itemType"));
	write_text(json, STR("S"), key.item_type);
}

void dynamodb_item_write_key(struct json_writer *json, struct key key)
{
	json_begin_object(json);
	write_key_members(json, key);
	json_end_object(json);
}

void dynamodb_item_write(struct json_writer *json, struct key key, uint64_t rev,
			 const struct attrs *attrs)
{
	json_begin_object(json);
	write_key_members(json, key);
	if (rev != REV_NONE) {
		json_name(json, STR("rev"));
		json_raw(json, STR("{\"N\":\""));
		buf_add_u64(json->buf, rev);
		buf_add(json->buf, STR("\"}"));
	}
	write_attrs(json, attrs);
	json_end_object(json);
}

void dynamodb_item_parser_init(struct dynamodb_item_parser *parser, struct arena *arena,
			       struct str text)
{
	json_reader_init(&parser->json, arena, text, SIZE_MAX);
	json_reader_allow(&parser->json, JSON_DEPTH, NAME_BYTES_MAX);
	parser->arena = arena;
	arena_init(&parser->scratch, 0);
	parser->stack = (struct vec){ .items = NULL };
}

void dynamodb_item_parser_close(struct dynamodb_item_parser *parser)
{
	arena_close(&parser->scratch);
}

/* Collected on the stack first, so that what the arena gets has its exact size. */
static struct attr *push(struct dynamodb_item_parser *p)
{
	return vec_push(&p->stack, &p->scratch, sizeof(struct attr));
}

static const struct attr *stacked(const struct dynamodb_item_parser *p, size_t base)
{
	return vec_at(&p->stack, base, sizeof(struct attr));
}

static bool pop_attrs(struct dynamodb_item_parser *p, size_t base, struct attrs *out)
{
	out->n = p->stack.n - base;
	out->items = arena_array(p->arena, out->n, sizeof(*out->items));
	if (!out->items)
		return false;
	if (out->n != 0)
		memcpy(out->items, stacked(p, base), out->n * sizeof(*out->items));
	p->stack.n = base;
	return true;
}

static bool pop_values(struct dynamodb_item_parser *p, size_t base, struct value *out)
{
	out->n = p->stack.n - base;
	out->items = arena_array(p->arena, out->n, sizeof(*out->items));
	if (!out->items)
		return false;
	for (size_t i = 0; i < out->n; i++)
		out->items[i] = stacked(p, base)[i].value;
	p->stack.n = base;
	return true;
}

static void number(struct dynamodb_item_parser *p, struct value *value)
{
	if (!dynamodb_number_plain(p->arena, value->text, &value->text))
		value->kind = VALUE_TEXT;
}

/* mutual recursion: a map or a list holds values, and a value may be one of them */
static bool parse_value(struct dynamodb_item_parser *p, struct value *out);

static bool parse_list(struct dynamodb_item_parser *p, struct value *out)
{
	size_t base = p->stack.n;

	out->kind = VALUE_LIST;
	if (!json_enter_array(&p->json))
		return false;
	while (json_next_element(&p->json)) {
		struct value element;

		if (!parse_value(p, &element))
			return false;
		push(p)->value = element;
	}
	return !p->json.problem && pop_values(p, base, out);
}

static bool parse_map(struct dynamodb_item_parser *p, struct value *out)
{
	size_t base = p->stack.n;
	struct attr attr;

	out->kind = VALUE_MAP;
	if (!json_enter_object(&p->json))
		return false;
	while (json_next_member(&p->json, &attr.name)) {
		if (!parse_value(p, &attr.value))
			return false;
		*push(p) = attr;
	}
	return !p->json.problem && pop_attrs(p, base, &out->map);
}

/* SS, NS and BS. */
static bool parse_set(struct dynamodb_item_parser *p, bool numbers, struct value *out)
{
	size_t base = p->stack.n;

	out->kind = VALUE_LIST;
	if (!json_enter_array(&p->json))
		return false;
	while (json_next_element(&p->json)) {
		struct value element = { .kind = numbers ? VALUE_NUMBER : VALUE_TEXT };

		if (!json_read_string(&p->json, &element.text))
			return false;
		if (numbers)
			number(p, &element);
		push(p)->value = element;
	}
	return !p->json.problem && pop_values(p, base, out);
}

static bool parse_typed(struct dynamodb_item_parser *p, struct str type, struct value *out)
{
	char first = type.len == 0 ? '\0' : type.ptr[0];

	if (type.len == 2 && type.ptr[1] == 'S' && (first == 'S' || first == 'N' || first == 'B'))
		return parse_set(p, first == 'N', out);
	if (type.len == 1 && (first == 'S' || first == 'N' || first == 'B')) {
		out->kind = first == 'N' ? VALUE_NUMBER : VALUE_TEXT;
		if (!json_read_string(&p->json, &out->text))
			return false;
		if (first == 'N')
			number(p, out);
		return true;
	}
	if (str_eq(type, STR("L")))
		return parse_list(p, out);
	if (str_eq(type, STR("M")))
		return parse_map(p, out);
	if (str_eq(type, STR("BOOL"))) {
		out->kind = VALUE_BOOL;
		return json_read_bool(&p->json, &out->flag);
	}
	return json_skip(&p->json); /* NULL, and what nobody knows yet */
}

static bool parse_value(struct dynamodb_item_parser *p, struct value *out)
{
	struct str type;

	*out = (struct value){ .kind = VALUE_NULL };
	if (!json_enter_object(&p->json))
		return false;
	while (json_next_member(&p->json, &type)) {
		if (!parse_typed(p, type, out))
			return false;
	}
	return !p->json.problem;
}

static uint64_t rev_of(const struct value *value)
{
	uint64_t rev = 0;

	if (value->kind != VALUE_NUMBER || !str_to_u64(value->text, &rev) || rev == 0 ||
	    rev > DYNAMODB_REV_MAX)
		return REV_NONE;
	return rev;
}

bool dynamodb_item_parse(struct dynamodb_item_parser *p, struct item *out)
{
	size_t base = p->stack.n;
	struct attr attr;

	*out = (struct item){ .rev = REV_NONE };
	if (!json_enter_object(&p->json))
		return false;
	while (json_next_member(&p->json, &attr.name)) {
		if (!parse_value(p, &attr.value))
			return false;
		if (str_eq(attr.name, STR("code")))
			out->key.code = attr.value.text;
		else if (str_eq(attr.name, STR("itemType")))
			out->key.item_type = attr.value.text;
		else if (str_eq(attr.name, STR("rev")))
			out->rev = rev_of(&attr.value);
		else
			*push(p) = attr;
	}
	return !p->json.problem && pop_attrs(p, base, &out->attrs);
}
