#include "codec/json_writer.h"

#include <string.h>

#include "codec/json_text.h"

void json_writer_init(struct json_writer *writer, struct buf *buf)
{
	*writer = (struct json_writer){ .buf = buf };
}

static void begin_value(struct json_writer *writer)
{
	if (writer->needs_comma)
		buf_add_char(writer->buf, ',');
	writer->needs_comma = true;
}

static void begin_container(struct json_writer *writer, char bracket)
{
	begin_value(writer);
	buf_add_char(writer->buf, bracket);
	writer->needs_comma = false;
}

static void end_container(struct json_writer *writer, char bracket)
{
	buf_add_char(writer->buf, bracket);
	writer->needs_comma = true;
}

void json_begin_object(struct json_writer *writer)
{
	begin_container(writer, '{');
}

void json_end_object(struct json_writer *writer)
{
	end_container(writer, '}');
}

void json_begin_array(struct json_writer *writer)
{
	begin_container(writer, '[');
}

void json_end_array(struct json_writer *writer)
{
	end_container(writer, ']');
}

static void add_escape(struct buf *buf, unsigned char byte)
{
	static const char digits[] = "0123456789abcdef";
	static const char names[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
	const char *name = memchr(names, byte, sizeof(names) - 1);
	char escape[6] = { '\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15] };

	if (name)
		escape[1] = letters[name - names];
	buf_add(buf, (struct str){ escape, name ? 2 : sizeof(escape) });
}

/* A string that needs escapes, piece by piece: rare. */
static void add_escaped(struct buf *buf, struct str text)
{
	const char *at = text.ptr, *end = text.ptr + text.len;

	buf_add_char(buf, '"');
	while (at < end) {
		const char *special = json_text_run_end(at, end, 0);

		buf_add(buf, (struct str){ at, (size_t)(special - at) });
		if (special < end)
			add_escape(buf, (unsigned char)*special++);
		at = special;
	}
	buf_add_char(buf, '"');
}

/* One reservation for comma, quotes and text: nearly every string of a document needs no escape. */
static void add_string(struct json_writer *writer, struct str text)
{
	struct buf *buf = writer->buf;
	bool comma = writer->needs_comma;
	const char *end = text.len == 0 ? text.ptr : text.ptr + text.len;
	char *room;

	if (json_text_run_end(text.ptr, end, 0) != end) {
		begin_value(writer);
		add_escaped(buf, text);
		return;
	}
	writer->needs_comma = true;
	room = buf_reserve(buf, text.len + 2 + comma);
	if (!room)
		return;
	if (comma)
		*room++ = ',';
	*room++ = '"';
	if (text.len != 0)
		memcpy(room, text.ptr, text.len);
	room[text.len] = '"';
	buf->len += text.len + 2 + comma;
}

void json_name(struct json_writer *writer, struct str name)
{
	add_string(writer, name);
	buf_add_char(writer->buf, ':');
	writer->needs_comma = false;
}

void json_string(struct json_writer *writer, struct str value)
{
	add_string(writer, value);
}

void json_raw(struct json_writer *writer, struct str text)
{
	begin_value(writer);
	buf_add(writer->buf, text);
}

void json_null(struct json_writer *writer)
{
	json_raw(writer, STR("null"));
}

void json_bool(struct json_writer *writer, bool value)
{
	json_raw(writer, value ? STR("true") : STR("false"));
}

void json_u64(struct json_writer *writer, uint64_t value)
{
	begin_value(writer);
	buf_add_u64(writer->buf, value);
}

void json_i64(struct json_writer *writer, int64_t value)
{
	begin_value(writer);
	if (value < 0)
		buf_add_char(writer->buf, '-');
	buf_add_u64(writer->buf, value < 0 ? -(uint64_t)value : (uint64_t)value);
}
