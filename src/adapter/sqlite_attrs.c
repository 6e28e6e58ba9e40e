#include "adapter/sqlite_attrs.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "codec/json_reader.h"
#include "codec/json_writer.h"

/* The object of the attributes is one level, and a value may be a text beside its container. */
#define NESTING_MAX (JSON_DEPTH_MAX - 2)

struct parse {
	struct sqlite_attrs_parser *parser;
	struct arena *arena;
	struct json_reader json;
};

/* mutual recursion: a map holds values, and a value may be a map */
static void write_map(struct json_writer *json, const struct attrs *map, unsigned depth);

static void write_value(struct json_writer *json, const struct value *value, unsigned depth)
{
	assert(depth <= NESTING_MAX);
	switch (value->kind) {
	case VALUE_NULL:
		json_null(json);
		break;
	case VALUE_BOOL:
		json_bool(json, value->flag);
		break;
	case VALUE_NUMBER:
		json_raw(json, value->text);
		break;
	case VALUE_TEXT:
		json_string(json, value->text);
		break;
	case VALUE_LIST:
		json_begin_array(json);
		for (size_t i = 0; i < value->n; i++)
			write_value(json, &value->items[i], depth + 1);
		json_end_array(json);
		break;
	case VALUE_MAP:
		write_map(json, &value->map, depth + 1);
		break;
	}
}

static void write_map(struct json_writer *json, const struct attrs *map, unsigned depth)
{
	json_begin_object(json);
	for (size_t i = 0; i < map->n; i++) {
		json_name(json, map->items[i].name);
		write_value(json, &map->items[i].value, depth);
	}
	json_end_object(json);
}

void sqlite_attrs_write(struct buf *buf, const struct attrs *attrs)
{
	struct json_writer json;

	json_writer_init(&json, buf);
	write_map(&json, attrs, 0);
}

static void push(struct sqlite_attrs_parser *parser, const struct attr *attr)
{
	if (parser->n == parser->cap) {
		parser->cap = parser->cap == 0 ? 64 : parser->cap * 2;
		parser->stack = realloc(parser->stack, parser->cap * sizeof(*parser->stack));
		if (!parser->stack)
			heap_exhausted();
	}
	parser->stack[parser->n++] = *attr;
}

/* mutual recursion: a map or a list holds values, and a value may be one of them */
static bool parse_value(struct parse *p, struct value *out);

/* Collected on the stack first, so that what the arena gets has its exact size. */
static bool parse_map(struct parse *p, struct attrs *out)
{
	struct sqlite_attrs_parser *parser = p->parser;
	struct attr attr = { .name = { NULL, 0 } };
	size_t base = parser->n;

	if (!json_enter_object(&p->json))
		return false;
	while (json_next_member(&p->json, &attr.name)) {
		attr.value = (struct value){ .kind = VALUE_NULL };
		if (!parse_value(p, &attr.value))
			return false;
		push(parser, &attr);
	}
	if (p->json.problem)
		return false;
	out->n = parser->n - base;
	out->items = arena_array(p->arena, out->n, sizeof(*out->items));
	if (!out->items)
		return false;
	if (out->n != 0)
		memcpy(out->items, parser->stack + base, out->n * sizeof(*out->items));
	parser->n = base;
	return true;
}

static bool parse_list(struct parse *p, struct value *out)
{
	struct sqlite_attrs_parser *parser = p->parser;
	size_t base = parser->n;

	if (!json_enter_array(&p->json))
		return false;
	while (json_next_element(&p->json)) {
		struct attr element = { .value = { .kind = VALUE_NULL } };

		if (!parse_value(p, &element.value))
			return false;
		push(parser, &element);
	}
	if (p->json.problem)
		return false;
	out->n = parser->n - base;
	out->items = arena_array(p->arena, out->n, sizeof(*out->items));
	if (!out->items)
		return false;
	for (size_t i = 0; i < out->n; i++)
		out->items[i] = parser->stack[base + i].value;
	parser->n = base;
	return true;
}

static bool parse_value(struct parse *p, struct value *out)
{
	switch (json_peek(&p->json)) {
	case JSON_NULL:
		out->kind = VALUE_NULL;
		return json_read_null(&p->json);
	case JSON_BOOL:
		out->kind = VALUE_BOOL;
		return json_read_bool(&p->json, &out->flag);
	case JSON_NUMBER:
		out->kind = VALUE_NUMBER;
		return json_read_number(&p->json, &out->text);
	case JSON_STRING:
		out->kind = VALUE_TEXT;
		return json_read_string(&p->json, &out->text);
	case JSON_ARRAY:
		out->kind = VALUE_LIST;
		return parse_list(p, out);
	case JSON_OBJECT:
		out->kind = VALUE_MAP;
		return parse_map(p, &out->map);
	case JSON_NONE:
		break;
	}
	return false;
}

bool sqlite_attrs_parse(struct sqlite_attrs_parser *parser, struct arena *arena, struct str text,
			struct attrs *out)
{
	struct parse p;

	p.parser = parser;
	p.arena = arena;
	parser->n = 0;
	json_reader_init(&p.json, arena, text, SIZE_MAX);
	if (!parse_map(&p, out) || !json_reader_finish(&p.json))
		return false;
	parser->values = p.json.values;
	return true;
}

void sqlite_attrs_close(struct sqlite_attrs_parser *parser)
{
	free(parser->stack);
	*parser = (struct sqlite_attrs_parser){ .stack = NULL };
}
