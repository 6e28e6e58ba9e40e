#include "net/http_chunked.h"

#include <stdbool.h>

#include "net/http_chars.h"

#define SIZE_DIGITS_MAX 16

enum state {
	SIZE,
	EXTENSION_NAME, /* at its first character */
	EXTENSION_NAME_REST,
	EXTENSION_VALUE, /* at its first character */
	EXTENSION_TOKEN,
	EXTENSION_QUOTED,
	EXTENSION_ESCAPED,
	EXTENSION_QUOTE_END,
	SIZE_LF,
	DATA,
	DATA_CR,
	DATA_LF,
	TRAILER, /* at a line's first character */
	TRAILER_NAME,
	TRAILER_VALUE,
	TRAILER_LF,
	LAST_LF,
	DONE,
};

void http_chunked_init(struct http_chunked *chunked, uint64_t max_bytes)
{
	*chunked = (struct http_chunked){ .max_bytes = max_bytes, .state = SIZE };
}

static bool refuse(struct http_chunked *chunked, const char *detail)
{
	chunked->refusal = (struct http_refusal){ 400, "invalid", detail };
	return false;
}

static bool go(struct http_chunked *chunked, enum state state)
{
	chunked->state = (int)state;
	return true;
}

static bool expect(struct http_chunked *chunked, char byte, char wanted, enum state next)
{
	if (byte != wanted)
		return refuse(chunked, "a line or the data of a chunk does not end with CRLF");
	return go(chunked, next);
}

static bool end_size(struct http_chunked *chunked, char byte)
{
	if (chunked->digits == 0)
		return refuse(chunked, "a chunk has no size in hexadecimal digits");
	if (byte == ';')
		return go(chunked, EXTENSION_NAME);
	return expect(chunked, byte, '\r', SIZE_LF);
}

static bool take_size(struct http_chunked *chunked, char byte)
{
	int digit = http_chars_hex(byte);

	if (digit < 0)
		return end_size(chunked, byte);
	if (chunked->digits == SIZE_DIGITS_MAX)
		return refuse(chunked, "the size of a chunk has more than 16 digits");
	chunked->digits++;
	chunked->left_bytes = chunked->left_bytes * 16 + (uint64_t)digit;
	return true;
}

static bool end_size_line(struct http_chunked *chunked, char byte)
{
	chunked->digits = 0;
	if (!expect(chunked, byte, '\n', chunked->left_bytes == 0 ? TRAILER : DATA))
		return false;
	if (chunked->left_bytes > chunked->max_bytes - chunked->total_bytes) {
		chunked->refusal =
			(struct http_refusal){ 413, "too_large", "the body is too large" };
		return false;
	}
	chunked->total_bytes += chunked->left_bytes;
	return true;
}

/* After a name or a value: the next extension, or the line's end. */
static bool end_extension(struct http_chunked *chunked, char byte)
{
	if (byte == ';')
		return go(chunked, EXTENSION_NAME);
	if (byte == '\r')
		return go(chunked, SIZE_LF);
	return refuse(chunked, "a chunk's extension is not a name with a value at most");
}

static bool take_extension(struct http_chunked *chunked, char byte)
{
	switch (chunked->state) {
	case EXTENSION_NAME:
		return is_token_char(byte) ? go(chunked, EXTENSION_NAME_REST)
					   : refuse(chunked, "a chunk's extension has no name");
	case EXTENSION_NAME_REST:
		if (byte == '=')
			return go(chunked, EXTENSION_VALUE);
		return is_token_char(byte) || end_extension(chunked, byte);
	case EXTENSION_VALUE:
		if (byte == '"')
			return go(chunked, EXTENSION_QUOTED);
		return is_token_char(byte) ? go(chunked, EXTENSION_TOKEN)
					   : refuse(chunked, "a chunk's extension has no value");
	case EXTENSION_TOKEN:
		return is_token_char(byte) || end_extension(chunked, byte);
	case EXTENSION_QUOTED:
		if (byte == '"')
			return go(chunked, EXTENSION_QUOTE_END);
		if (byte == '\\')
			return go(chunked, EXTENSION_ESCAPED);
		return is_plain_char(byte)
			       ? true
			       : refuse(chunked, "a chunk's extension has a control character");
	case EXTENSION_ESCAPED:
		return is_plain_char(byte)
			       ? go(chunked, EXTENSION_QUOTED)
			       : refuse(chunked, "a chunk's extension has a control character");
	default: /* EXTENSION_QUOTE_END */
		return end_extension(chunked, byte);
	}
}

static bool begin_trailer(struct http_chunked *chunked, char byte)
{
	if (byte == '\r')
		return go(chunked, LAST_LF);
	if (++chunked->ntrailers > HTTP_FIELDS_MAX) {
		chunked->refusal = (struct http_refusal){ 431, "too_large",
							  "a body has more than 100 trailers" };
		return false;
	}
	return is_token_char(byte) ? go(chunked, TRAILER_NAME)
				   : refuse(chunked, "a trailer has no name");
}

static bool take_trailer(struct http_chunked *chunked, char byte)
{
	switch (chunked->state) {
	case TRAILER:
		return begin_trailer(chunked, byte);
	case TRAILER_NAME:
		if (byte == ':')
			return go(chunked, TRAILER_VALUE);
		return is_token_char(byte)
			       ? true
			       : refuse(chunked, "a trailer is not a name, a colon and a value");
	default: /* TRAILER_VALUE */
		if (byte == '\r')
			return go(chunked, TRAILER_LF);
		return is_plain_char(byte) ? true
					   : refuse(chunked, "a trailer has a control character");
	}
}

static bool take_extra(struct http_chunked *chunked, char byte)
{
	if (++chunked->extra_bytes > HTTP_CHUNKED_EXTRA_MAX) {
		chunked->refusal = (struct http_refusal){
			431, "too_large",
			"a body may have at most 8192 bytes of chunk extensions and trailers"
		};
		return false;
	}
	return chunked->state >= TRAILER ? take_trailer(chunked, byte)
					 : take_extension(chunked, byte);
}

/* One byte of anything but data; false when it is refused. */
static bool take(struct http_chunked *chunked, char byte)
{
	switch (chunked->state) {
	case SIZE:
		return take_size(chunked, byte);
	case SIZE_LF:
		return end_size_line(chunked, byte);
	case DATA_CR:
		return expect(chunked, byte, '\r', DATA_LF);
	case DATA_LF:
		return expect(chunked, byte, '\n', SIZE);
	case TRAILER_LF:
		return expect(chunked, byte, '\n', TRAILER);
	case LAST_LF:
		return expect(chunked, byte, '\n', DONE);
	default:
		return take_extra(chunked, byte);
	}
}

static void take_data(struct http_chunked *chunked, struct str in, size_t *used, struct str *data)
{
	*data = str_sub(in, *used,
			chunked->left_bytes < in.len ? (size_t)chunked->left_bytes : in.len);
	*used += data->len;
	chunked->left_bytes -= data->len;
	if (chunked->left_bytes == 0)
		go(chunked, DATA_CR);
}

enum http_chunked_progress http_chunked_feed(struct http_chunked *chunked, struct str in,
					     size_t *used, struct str *data)
{
	*used = 0;
	while (chunked->state != DONE && *used < in.len) {
		if (chunked->state == DATA) {
			take_data(chunked, in, used, data);
			return HTTP_CHUNKED_DATA;
		}
		if (!take(chunked, in.ptr[(*used)++]))
			return HTTP_CHUNKED_REFUSED;
	}
	return chunked->state == DONE ? HTTP_CHUNKED_DONE : HTTP_CHUNKED_MORE;
}
