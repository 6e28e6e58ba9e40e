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

/* The letter that stands for it behind a backslash; 0 = it is written by its number. */
static char escape_letter(char byte)
{
	switch (byte) {
	case '"':
	case '\\':
		return byte;
	case '\b':
		return 'b';
	case '\f':
		return 'f';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	default:
		return '\0';
	}
}

static char *write_escape(char *out, char byte)
{
	static const char digits[] = "0123456789abcdef";
	char letter = escape_letter(byte);
	char escape[6] = { '\\', 'u', '0', '0', digits[byte >> 4 & 15], digits[byte & 15] };

	if (letter) {
		*out++ = '\\';
		*out++ = letter;
		return out;
	}
	memcpy(out, escape, sizeof(escape));
	return out + sizeof(escape);
}

/* How much longer escapes make the text. */
static size_t escapes_bytes(const char *at, const char *end)
{
	size_t bytes = 0;

	while ((at = json_text_run_end(at, end, 0)) < end)
		bytes += escape_letter(*at++) ? 1 : 5;
	return bytes;
}

/* A string that needs escapes: rare, but for a document inside of another. */
static void add_escaped(struct buf *buf, struct str text)
{
	const char *at = text.ptr, *end = text.ptr + text.len;
	char *room = buf_reserve(buf, text.len + escapes_bytes(at, end) + 2), *out = room;

	if (!room)
		return;
	*out++ = '"';
	while (at < end) {
		const char *special = json_text_run_end(at, end, 0);

		memcpy(out, at, (size_t)(special - at));
		out += special - at;
		if (special < end)
			out = write_escape(out, *special++);
		at = special;
	}
	*out++ = '"';
	buf->len += (size_t)(out - room);
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
