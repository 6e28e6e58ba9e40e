#include "codec/url.h"

#include "codec/utf8.h"

/* The value of a hexadecimal digit, or -1. */
static int hex_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	return -1;
}

/* True when nothing in the text needs another byte in its place. */
static bool is_plain(struct str text, char blank)
{
	return str_index(text, '%') == text.len && str_index(text, blank) == text.len;
}

/* `blank` is the letter that stands for a blank; '%' = none. */
static bool decode(struct arena *arena, struct str text, char blank, struct str *out)
{
	char *bytes;
	size_t len = 0;

	*out = text;
	if (!is_plain(text, blank)) {
		bytes = arena_bytes(arena, text.len);
		if (!bytes)
			return false;
		for (size_t i = 0; i < text.len; i++) {
			int high, low;

			if (text.ptr[i] != '%') {
				bytes[len++] = text.ptr[i] == blank ? ' ' : text.ptr[i];
				continue;
			}
			if (text.len - i < 3)
				return false;
			high = hex_value(text.ptr[++i]);
			low = hex_value(text.ptr[++i]);
			if (high < 0 || low < 0)
				return false;
			bytes[len++] = (char)(high << 4 | low);
		}
		*out = (struct str){ bytes, len };
	}
	return str_index(*out, '\0') == out->len && utf8_is_valid(*out);
}

bool url_decode(struct arena *arena, struct str text, struct str *out)
{
	return decode(arena, text, '%', out);
}

static bool is_unreserved(char byte)
{
	return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' ||
	       byte == '~';
}

struct str url_encode(struct arena *arena, struct str text)
{
	static const char digits[] = "0123456789ABCDEF";
	char *out;
	size_t len = text.len;

	for (size_t i = 0; i < text.len; i++)
		len += is_unreserved(text.ptr[i]) ? 0 : 2;
	out = arena_bytes(arena, len);
	if (!out)
		return (struct str){ NULL, 0 };
	len = 0;
	for (size_t i = 0; i < text.len; i++) {
		unsigned char byte = (unsigned char)text.ptr[i];

		if (is_unreserved(text.ptr[i])) {
			out[len++] = text.ptr[i];
			continue;
		}
		out[len++] = '%';
		out[len++] = digits[byte >> 4];
		out[len++] = digits[byte & 15];
	}
	return (struct str){ out, len };
}

bool url_parse_query(struct arena *arena, struct str query, struct str_pair *out, size_t max,
		     size_t *n)
{
	*n = 0;
	while (query.len != 0) {
		size_t end = str_index(query, '&');
		struct str piece = str_sub(query, 0, end);
		size_t equals = str_index(piece, '=');

		query = str_sub(query, end + 1, query.len);
		if (piece.len == 0)
			continue;
		if (*n == max || !decode(arena, str_sub(piece, 0, equals), '+', &out[*n].name) ||
		    !decode(arena, str_sub(piece, equals + 1, piece.len), '+', &out[*n].value))
			return false;
		++*n;
	}
	return true;
}
