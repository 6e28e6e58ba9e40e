#include "command/record_text.h"

#include "base/vec.h"
#include "codec/json_reader.h"
#include "codec/json_writer.h"

#define FORMAT_NAME STR("innkeeper-export")
#define FORMAT_VERSION 1

/* No record has so many values, or members in one object: a bound for memory and time, not for what is right. */
#define VALUES_MAX 400000
#define MEMBERS_MAX 1000

/* The one whose name comes next by its bytes; `before` NULL: the first of all. NULL behind the last. */
static const struct attr *next_by_name(const struct attrs *map, const struct attr *before)
{
	const struct attr *next = NULL;

	for (size_t i = 0; i < map->n; i++) {
		const struct attr *attr = &map->items[i];

		if ((!before || str_cmp(before->name, attr->name) < 0) &&
		    (!next || str_cmp(attr->name, next->name) < 0))
			next = attr;
	}
	return next;
}

/* mutual recursion: a map holds values, and a value may be a map */
static void write_map(struct json_writer *json, const struct attrs *map);

static void write_value(struct json_writer *json, const struct value *value)
{
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
			write_value(json, &value->items[i]);
		json_end_array(json);
		break;
	case VALUE_MAP:
		write_map(json, &value->map);
		break;
	}
}

static void write_map(struct json_writer *json, const struct attrs *map)
{
	json_begin_object(json);
	for (const struct attr *attr = next_by_name(map, NULL); attr;
	     attr = next_by_name(map, attr)) {
		json_name(json, attr->name);
		write_value(json, &attr->value);
	}
	json_end_object(json);
}

void record_text_write_format(struct buf *buf)
{
	buf_printf(buf, "{\"format\":\"" STR_FMT "\",\"version\":%d}\n", STR_ARG(FORMAT_NAME),
		   FORMAT_VERSION);
}

void record_text_write_item(struct buf *buf, const struct item *item)
{
	struct json_writer json;

	json_writer_init(&json, buf);
	json_begin_object(&json);
	json_name(&json, STR("code"));
	json_string(&json, item->key.code);
	json_name(&json, STR("itemType"));
	json_string(&json, item->key.item_type);
	if (item->rev != 0 && item->rev != REV_NONE) {
		json_name(&json, STR("rev"));
		json_u64(&json, item->rev);
	}
	json_name(&json, STR("attrs"));
	write_map(&json, &item->attrs);
	json_end_object(&json);
	buf_add_char(buf, '\n');
}

void record_text_write_end(struct buf *buf, const struct record_counts *counts)
{
	buf_printf(buf, "{\"end\":{\"chains\":%llu,\"hotels\":%llu,\"records\":%llu}}\n",
		   (unsigned long long)counts->chains, (unsigned long long)counts->hotels,
		   (unsigned long long)counts->records);
}

struct reading {
	struct cx *cx;
	struct json_reader json;
	const char *problem; /* what JSON allows and records do not; NULL while all is well */
};

static bool refuse(struct reading *reading, const char *problem)
{
	if (!reading->problem)
		reading->problem = problem;
	return false;
}

/* mutual recursion: a map or a list holds values, and a value may be one of them */
static bool read_value(struct reading *reading, struct value *out);

static bool is_new(const struct vec *attrs, struct str name)
{
	const struct attrs seen = { attrs->items, attrs->n };

	return !attrs_find(&seen, name);
}

static bool read_map(struct reading *reading, struct attrs *out)
{
	struct vec attrs = { NULL, 0, 0 };
	struct str name;

	if (!json_enter_object(&reading->json))
		return false;
	while (json_next_member(&reading->json, &name)) {
		struct attr *attr;

		if (attrs.n == MEMBERS_MAX)
			return refuse(reading, "an object has too many members");
		if (!is_new(&attrs, name))
			return refuse(reading, "a member is there twice");
		attr = vec_push(&attrs, reading->cx->arena, sizeof(*attr));
		if (!attr)
			return false;
		attr->name = name;
		if (!read_value(reading, &attr->value))
			return false;
	}
	*out = (struct attrs){ attrs.items, attrs.n };
	return !reading->json.problem;
}

static bool read_list(struct reading *reading, struct value *out)
{
	struct vec values = { NULL, 0, 0 };

	if (!json_enter_array(&reading->json))
		return false;
	while (json_next_element(&reading->json)) {
		struct value *value = vec_push(&values, reading->cx->arena, sizeof(*value));

		if (!value || !read_value(reading, value))
			return false;
	}
	out->items = values.items;
	out->n = values.n;
	return !reading->json.problem;
}

static bool read_number(struct reading *reading, struct str *out)
{
	if (!json_read_number(&reading->json, out))
		return false;
	if (str_index(*out, 'e') < out->len || str_index(*out, 'E') < out->len)
		return refuse(reading, "a number has an exponent");
	return true;
}

static bool read_value(struct reading *reading, struct value *out)
{
	switch (json_peek(&reading->json)) {
	case JSON_NULL:
		out->kind = VALUE_NULL;
		return json_read_null(&reading->json);
	case JSON_BOOL:
		out->kind = VALUE_BOOL;
		return json_read_bool(&reading->json, &out->flag);
	case JSON_NUMBER:
		out->kind = VALUE_NUMBER;
		return read_number(reading, &out->text);
	case JSON_STRING:
		out->kind = VALUE_TEXT;
		return json_read_string(&reading->json, &out->text);
	case JSON_ARRAY:
		out->kind = VALUE_LIST;
		return read_list(reading, out);
	case JSON_OBJECT:
		out->kind = VALUE_MAP;
		return read_map(reading, &out->map);
	case JSON_NONE:
		break;
	}
	return false;
}

static bool read_u64(struct reading *reading, uint64_t *out)
{
	struct str text;

	if (!json_read_number(&reading->json, &text))
		return false;
	return str_to_u64(text, out) || refuse(reading, "a number is not a whole one");
}

/* The next member has to be this one. */
static bool expect(struct reading *reading, const char *name, const char *problem)
{
	struct str found;

	if (!json_next_member(&reading->json, &found))
		return !reading->json.problem && refuse(reading, problem);
	return str_eq(found, str_of(name)) || refuse(reading, problem);
}

static bool read_end(struct reading *reading, struct record_counts *out)
{
	struct str name;

	return json_enter_object(&reading->json) &&
	       expect(reading, "chains", "`end` has no `chains`") &&
	       read_u64(reading, &out->chains) &&
	       expect(reading, "hotels", "`end` has no `hotels`") &&
	       read_u64(reading, &out->hotels) &&
	       expect(reading, "records", "`end` has no `records`") &&
	       read_u64(reading, &out->records) &&
	       (!json_next_member(&reading->json, &name) ||
		refuse(reading, "`end` has a member too many"));
}

static bool read_format(struct reading *reading)
{
	struct str name;
	uint64_t version;

	if (!json_read_string(&reading->json, &name))
		return false;
	if (!str_eq(name, FORMAT_NAME))
		return refuse(reading, "it is no export of innkeeper");
	if (!expect(reading, "version", "the format has no version") ||
	    !read_u64(reading, &version))
		return false;
	return version == FORMAT_VERSION ||
	       refuse(reading, "it was written by another version of innkeeper");
}

/* Behind `"code":`. */
static bool read_item(struct reading *reading, struct record_text *out)
{
	static const char no_attrs[] = "`attrs` is not there, or not the last member";
	struct item *item = &out->item;
	struct str name;

	if (!json_read_string(&reading->json, &item->key.code))
		return false;
	out->begin_bytes = json_offset(&reading->json);
	if (!expect(reading, "itemType", "`itemType` does not follow `code`") ||
	    !json_read_string(&reading->json, &item->key.item_type))
		return false;
	if (item->key.code.len == 0 || item->key.item_type.len == 0)
		return refuse(reading, "`code` or `itemType` is empty");
	out->kind = str_starts(item->key.code, STR("~")) ? RECORD_TEXT_CHAIN : RECORD_TEXT_ITEM;
	if (!json_next_member(&reading->json, &name))
		return !reading->json.problem && refuse(reading, no_attrs);
	item->rev = out->kind == RECORD_TEXT_ITEM ? REV_NONE : 0;
	if (out->kind == RECORD_TEXT_ITEM && str_eq(name, STR("rev"))) {
		if (!read_u64(reading, &item->rev))
			return false;
		if (item->rev == 0 || item->rev >= REV_NONE)
			return refuse(reading, "`rev` is none");
		if (!expect(reading, "attrs", no_attrs))
			return false;
	} else if (!str_eq(name, STR("attrs"))) {
		return refuse(reading, no_attrs);
	}
	if (!read_map(reading, &item->attrs))
		return false;
	return !json_next_member(&reading->json, &name) ||
	       refuse(reading, "there is a member behind `attrs`");
}

static bool read_line(struct reading *reading, struct record_text *out)
{
	struct json_reader *json = &reading->json;
	struct str name;

	if (!json_enter_object(json) || !json_next_member(json, &name))
		return false;
	if (str_eq(name, STR("code")))
		return read_item(reading, out);
	if (str_eq(name, STR("format"))) {
		out->kind = RECORD_TEXT_FORMAT;
		return read_format(reading) && !json_next_member(json, &name);
	}
	out->kind = RECORD_TEXT_END;
	if (!str_eq(name, STR("end")))
		return refuse(reading, "it is no record");
	return read_end(reading, &out->counts) && !json_next_member(json, &name);
}

enum err record_text_read(struct cx *cx, struct str line, struct record_text *out)
{
	struct reading reading = { .cx = cx };
	const char *problem;

	*out = (struct record_text){ .kind = RECORD_TEXT_END };
	json_reader_init(&reading.json, cx->arena, line, VALUES_MAX);
	if (read_line(&reading, out) && json_reader_finish(&reading.json))
		return OK;
	if (cx->arena->refused)
		return cx_check_memory(cx);
	problem = reading.problem ? reading.problem : reading.json.problem;
	return fail(cx, ERR_INVALID, "invalid", "%s (at byte %zu)",
		    problem ? problem : "it is no record", json_offset(&reading.json));
}
