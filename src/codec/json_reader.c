#include "codec/json_reader.h"

#include <assert.h>

#include "base/buf.h"
#include "codec/json_text.h"
#include "codec/utf8.h"

#define VALUES_MAX_DEFAULT 100000
#define NAME_MAX_BYTES 256

static const char text_ends[] = "the text ends too early";
static const char string_expected[] = "a string is expected here";

/* Always false, so that a failing step returns it. */
static bool refuse(struct json_reader *reader, const char *problem)
{
	if (!reader->problem)
		reader->problem = problem;
	return false;
}

/* True when a byte stands behind the blanks. */
static bool skip_blanks(struct json_reader *reader)
{
	while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\n' ||
					    *reader->at == '\r' || *reader->at == '\t'))
		reader->at++;
	return reader->at < reader->end;
}

void json_reader_init(struct json_reader *reader, struct arena *arena, struct str text,
		      size_t values_max)
{
	reader->arena = arena;
	reader->start = text.ptr;
	reader->at = text.ptr;
	reader->end = text.len == 0 ? text.ptr : text.ptr + text.len;
	reader->problem = NULL;
	reader->values = 0;
	reader->values_max = values_max == 0 ? VALUES_MAX_DEFAULT : values_max;
	reader->name_bytes_max = NAME_MAX_BYTES;
	reader->depth = 0;
	reader->depth_max = JSON_DEPTH_MAX;
	reader->at_value = true;
	if (str_starts(text, STR("\xef\xbb\xbf")))
		refuse(reader, "a byte order mark is not allowed");
}

void json_reader_allow(struct json_reader *reader, unsigned depth, size_t name_bytes)
{
	assert(depth <= JSON_FRAMES_MAX);
	reader->depth_max = depth;
	reader->name_bytes_max = name_bytes;
}

static enum json_type type_of(char first)
{
	switch (first) {
	case '"':
		return JSON_STRING;
	case '{':
		return JSON_OBJECT;
	case '[':
		return JSON_ARRAY;
	case 't':
	case 'f':
		return JSON_BOOL;
	case 'n':
		return JSON_NULL;
	default:
		return first == '-' || (first >= '0' && first <= '9') ? JSON_NUMBER : JSON_NONE;
	}
}

enum json_type json_peek(struct json_reader *reader)
{
	enum json_type type;

	if (reader->problem || !reader->at_value)
		return JSON_NONE;
	if (!skip_blanks(reader)) {
		refuse(reader, text_ends);
		return JSON_NONE;
	}
	type = type_of(*reader->at);
	if (type == JSON_NONE)
		refuse(reader, "a value is expected here");
	return type;
}

/* Every value passes here once, before its first byte is read. */
static bool begin_value(struct json_reader *reader, enum json_type type, const char *mismatch)
{
	if (json_peek(reader) != type)
		return refuse(reader, mismatch);
	if (reader->values == reader->values_max)
		return refuse(reader, "the text holds too many values");
	reader->values++;
	reader->at_value = false;
	return true;
}

static bool enter(struct json_reader *reader, bool is_array)
{
	if (reader->depth == reader->depth_max)
		return refuse(reader, "the text nests too deep");
	reader->at++;
	reader->frames[reader->depth++] = (struct json_frame){ .is_array = is_array };
	return true;
}

bool json_enter_object(struct json_reader *reader)
{
	return begin_value(reader, JSON_OBJECT, "an object is expected here") &&
	       enter(reader, false);
}

bool json_enter_array(struct json_reader *reader)
{
	return begin_value(reader, JSON_ARRAY, "an array is expected here") && enter(reader, true);
}

/* Reads what stands between two items: the frame when another follows, NULL when it is closed. */
static struct json_frame *next_item(struct json_reader *reader, bool is_array)
{
	struct json_frame *frame;

	if (reader->problem)
		return NULL;
	assert(reader->depth != 0 && !reader->at_value);
	frame = &reader->frames[reader->depth - 1];
	assert(frame->is_array == is_array);
	if (!skip_blanks(reader)) {
		refuse(reader, text_ends);
		return NULL;
	}
	if (*reader->at == (is_array ? ']' : '}')) {
		reader->at++;
		reader->depth--;
		return NULL;
	}
	if (!frame->started)
		return frame;
	if (*reader->at != ',') {
		refuse(reader, is_array ? "a comma or ] is expected here"
					: "a comma or } is expected here");
		return NULL;
	}
	reader->at++;
	return frame;
}

bool json_next_element(struct json_reader *reader)
{
	struct json_frame *frame = next_item(reader, true);

	if (!frame)
		return false;
	if (frame->started)
		frame->index++;
	frame->started = true;
	reader->at_value = true;
	return true;
}

/* Reads over one special byte of a string, or a run of them. */
static bool scan_special(struct json_reader *reader)
{
	uint32_t code_point;
	size_t len;

	if ((unsigned char)*reader->at < 0x20)
		return refuse(reader, "a control character must be escaped");
	if (*reader->at == '\\') {
		len = json_text_parse_escape(reader->at, reader->end, &code_point);
		if (len == 0)
			return refuse(reader, "this is no escape, or half a surrogate pair");
	} else {
		len = utf8_run((struct str){ reader->at, (size_t)(reader->end - reader->at) });
		if (len == 0)
			return refuse(reader, "the text is not UTF-8");
	}
	reader->at += len;
	return true;
}

/* Reads a string and checks all of it; `raw` is what stands between the quotes. */
static bool scan_string(struct json_reader *reader, struct str *raw, bool *escaped)
{
	reader->at++;
	*raw = (struct str){ reader->at, 0 };
	*escaped = false;
	for (;;) {
		reader->at = json_text_run_end(reader->at, reader->end, JSON_TEXT_HIGH);
		if (reader->at == reader->end)
			return refuse(reader, text_ends);
		if (*reader->at == '"')
			break;
		*escaped |= *reader->at == '\\';
		if (!scan_special(reader))
			return false;
	}
	raw->len = (size_t)(reader->at - raw->ptr);
	reader->at++;
	return true;
}

static bool read_text(struct json_reader *reader, struct str *out)
{
	bool escaped;

	if (!scan_string(reader, out, &escaped))
		return false;
	if (escaped && !json_text_resolve(reader->arena, *out, out))
		return refuse(reader, "the text needs too much memory");
	return true;
}

bool json_next_member(struct json_reader *reader, struct str *name)
{
	struct json_frame *frame = next_item(reader, false);

	if (!frame)
		return false;
	frame->started = false; /* until the name is known, the pointer is that of the object */
	if (!skip_blanks(reader))
		return refuse(reader, text_ends);
	if (*reader->at != '"')
		return refuse(reader, "a member's name is expected here");
	if (!read_text(reader, name))
		return false;
	if (name->len > reader->name_bytes_max)
		return refuse(reader, "a member's name is too long");
	if (!skip_blanks(reader))
		return refuse(reader, text_ends);
	if (*reader->at != ':')
		return refuse(reader, "a colon is expected here");
	reader->at++;
	frame->started = true;
	frame->name = *name;
	reader->at_value = true;
	return true;
}

static bool read_word(struct json_reader *reader, struct str word)
{
	if (!str_starts((struct str){ reader->at, (size_t)(reader->end - reader->at) }, word))
		return refuse(reader, "a value is expected here");
	reader->at += word.len;
	return true;
}

bool json_read_null(struct json_reader *reader)
{
	return begin_value(reader, JSON_NULL, "null is expected here") &&
	       read_word(reader, STR("null"));
}

bool json_read_bool(struct json_reader *reader, bool *out)
{
	if (!begin_value(reader, JSON_BOOL, "true or false is expected here"))
		return false;
	*out = *reader->at == 't';
	return read_word(reader, *out ? STR("true") : STR("false"));
}

/* One or more digits. */
static bool scan_digits(struct json_reader *reader)
{
	const char *from = reader->at;

	while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9')
		reader->at++;
	return reader->at != from ? true : refuse(reader, "a digit is expected here");
}

/* True when the byte at hand is one of the two, which is read then. */
static bool take(struct json_reader *reader, char one, char other)
{
	if (reader->at == reader->end || (*reader->at != one && *reader->at != other))
		return false;
	reader->at++;
	return true;
}

bool json_read_number(struct json_reader *reader, struct str *out)
{
	const char *from;

	if (!begin_value(reader, JSON_NUMBER, "a number is expected here"))
		return false;
	from = reader->at;
	take(reader, '-', '-');
	if (!take(reader, '0', '0') && !scan_digits(reader))
		return false;
	if (take(reader, '.', '.') && !scan_digits(reader))
		return false;
	if (take(reader, 'e', 'E')) {
		take(reader, '+', '-');
		if (!scan_digits(reader))
			return false;
	}
	*out = (struct str){ from, (size_t)(reader->at - from) };
	return true;
}

bool json_read_string(struct json_reader *reader, struct str *out)
{
	return begin_value(reader, JSON_STRING, string_expected) && read_text(reader, out);
}

/* Reads one value, of a container only the bracket that opens it. */
static bool skip_one(struct json_reader *reader)
{
	struct str ignored;
	bool flag;

	switch (json_peek(reader)) {
	case JSON_OBJECT:
		return json_enter_object(reader);
	case JSON_ARRAY:
		return json_enter_array(reader);
	case JSON_STRING:
		return begin_value(reader, JSON_STRING, string_expected) &&
		       scan_string(reader, &ignored, &flag);
	case JSON_NUMBER:
		return json_read_number(reader, &ignored);
	case JSON_BOOL:
		return json_read_bool(reader, &flag);
	case JSON_NULL:
		return json_read_null(reader);
	default: /* JSON_NONE */
		return refuse(reader, "a value is expected here");
	}
}

/* Steps to the next item inside what was entered since `depth`, out of the containers that end. */
static bool next_below(struct json_reader *reader, unsigned depth)
{
	struct str ignored;

	while (!reader->problem && reader->depth > depth) {
		if (reader->frames[reader->depth - 1].is_array ? json_next_element(reader)
							       : json_next_member(reader, &ignored))
			return true;
	}
	return false;
}

bool json_skip(struct json_reader *reader)
{
	unsigned depth = reader->depth;

	do {
		if (!skip_one(reader))
			return false;
	} while (next_below(reader, depth));
	return !reader->problem;
}

bool json_reader_finish(struct json_reader *reader)
{
	if (reader->problem)
		return false;
	if (reader->depth != 0 || reader->at_value)
		return refuse(reader, "the value was not read to its end");
	return skip_blanks(reader) ? refuse(reader, "something follows the value") : true;
}

struct str json_pointer(const struct json_reader *reader, struct arena *arena)
{
	struct buf buf;

	buf_init(&buf, arena);
	for (unsigned i = 0; i < reader->depth && reader->frames[i].started; i++) {
		const struct json_frame *frame = &reader->frames[i];

		buf_add_char(&buf, '/');
		if (frame->is_array) {
			buf_add_u64(&buf, frame->index);
			continue;
		}
		for (size_t j = 0; j < frame->name.len; j++) {
			char byte = frame->name.ptr[j];

			if (byte == '~' || byte == '/')
				buf_add(&buf, byte == '~' ? STR("~0") : STR("~1"));
			else
				buf_add_char(&buf, byte);
		}
	}
	return buf.failed ? (struct str){ NULL, 0 } : buf_str(&buf);
}

size_t json_offset(const struct json_reader *reader)
{
	return (size_t)(reader->at - reader->start);
}
