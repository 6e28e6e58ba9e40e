#include "codec/xml_element.h"

#include "base/buf.h"
#include "codec/utf8.h"

/* The longest reference between & and ; that is looked for: #x10FFFF. */
#define REFERENCE_BYTES_MAX 8

struct scan {
	struct str rest;
	struct str path;
	struct str names[XML_ELEMENT_DEPTH_MAX]; /* of the open elements */
	unsigned depth;
	unsigned same; /* so many names from the top are the path's */
	unsigned path_depth;
	unsigned found;
	struct buf text; /* of the wanted element */
};

/* The i-th name of the path; empty beyond its end. */
static struct str path_name(struct str path, unsigned i)
{
	for (; i > 0; i--)
		path = str_sub(path, str_index(path, '/') + 1, path.len);
	return str_sub(path, 0, str_index(path, '/'));
}

static void skip(struct scan *scan, size_t len)
{
	scan->rest = str_sub(scan->rest, len, scan->rest.len);
}

static bool take(struct scan *scan, struct str wanted)
{
	if (!str_starts(scan->rest, wanted))
		return false;
	skip(scan, wanted.len);
	return true;
}

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* True when there was one at least. */
static bool skip_blanks(struct scan *scan)
{
	size_t len = 0;

	while (len < scan->rest.len && is_blank(scan->rest.ptr[len]))
		len++;
	skip(scan, len);
	return len != 0;
}

static bool is_name_char(char byte, bool is_first)
{
	if ((byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || byte == '_')
		return true;
	return !is_first &&
	       ((byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == ':');
}

static bool take_name(struct scan *scan, struct str *name)
{
	size_t len = 0;

	while (len < scan->rest.len && is_name_char(scan->rest.ptr[len], len == 0))
		len++;
	*name = str_sub(scan->rest, 0, len);
	skip(scan, len);
	return len != 0;
}

static bool parse_number(struct str digits, uint32_t base, uint32_t *out)
{
	*out = 0;
	for (size_t i = 0; i < digits.len; i++) {
		const char byte = digits.ptr[i];
		uint32_t digit = base;

		if (byte >= '0' && byte <= '9')
			digit = (uint32_t)(byte - '0');
		else if (byte >= 'a' && byte <= 'f')
			digit = (uint32_t)(byte - 'a') + 10;
		else if (byte >= 'A' && byte <= 'F')
			digit = (uint32_t)(byte - 'A') + 10;
		if (digit >= base)
			return false;
		*out = *out * base + digit;
	}
	return digits.len != 0;
}

/* What XML 1.0 takes for a character. */
static bool is_character(uint32_t number)
{
	if (number < 0x20)
		return number == '\t' || number == '\r' || number == '\n';
	return number <= 0x10ffff && !(number >= 0xd800 && number <= 0xdfff) && number != 0xfffe &&
	       number != 0xffff;
}

/* `name` is what stands between & and ; */
static size_t resolve(struct str name, char out[4])
{
	static const struct {
		struct str name;
		char byte;
	} entities[] = {
		{ STR_INIT("lt"), '<' },   { STR_INIT("gt"), '>' },    { STR_INIT("amp"), '&' },
		{ STR_INIT("quot"), '"' }, { STR_INIT("apos"), '\'' },
	};
	const bool is_hex = str_starts(name, STR("#x"));
	uint32_t number;

	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		if (str_eq(name, entities[i].name)) {
			out[0] = entities[i].byte;
			return 1;
		}
	}
	if (!str_starts(name, STR("#")) ||
	    !parse_number(str_sub(name, is_hex ? 2 : 1, name.len), is_hex ? 16 : 10, &number) ||
	    !is_character(number))
		return 0;
	return utf8_write(number, out);
}

static bool take_reference(struct scan *scan, struct buf *text)
{
	struct str near = str_sub(scan->rest, 1, REFERENCE_BYTES_MAX + 1);
	size_t end = str_index(near, ';'), len;
	char bytes[4];

	if (end == near.len)
		return false;
	len = resolve(str_sub(near, 0, end), bytes);
	if (text)
		buf_add(text, (struct str){ bytes, len });
	skip(scan, end + 2);
	return len != 0;
}

/* Up to one of `ends`, into `text` if it is wanted; references resolved. The end of the document ends it too. */
static bool take_text(struct scan *scan, char end, struct buf *text)
{
	while (scan->rest.len != 0 && scan->rest.ptr[0] != end) {
		size_t len = 0;

		if (scan->rest.ptr[0] == '&') {
			if (!take_reference(scan, text))
				return false;
			continue;
		}
		while (len < scan->rest.len && scan->rest.ptr[len] != end &&
		       scan->rest.ptr[len] != '&' && scan->rest.ptr[len] != '<')
			len++;
		if (len == 0)
			return false; /* a < in the value of an attribute */
		if (text)
			buf_add(text, str_sub(scan->rest, 0, len));
		skip(scan, len);
	}
	return true;
}

static bool take_attribute(struct scan *scan)
{
	struct str name;
	char quote;

	if (!take_name(scan, &name))
		return false;
	skip_blanks(scan);
	if (!take(scan, STR("=")))
		return false;
	skip_blanks(scan);
	quote = scan->rest.len != 0 ? scan->rest.ptr[0] : '\0';
	if (quote != '"' && quote != '\'')
		return false;
	skip(scan, 1);
	return take_text(scan, quote, NULL) && take(scan, (struct str){ &quote, 1 });
}

static bool is_wanted(const struct scan *scan)
{
	return scan->depth == scan->path_depth && scan->same == scan->path_depth;
}

static bool enter(struct scan *scan, struct str name)
{
	if (scan->depth == XML_ELEMENT_DEPTH_MAX || is_wanted(scan))
		return false;
	scan->names[scan->depth] = name;
	if (scan->same == scan->depth && scan->depth < scan->path_depth &&
	    str_eq(name, path_name(scan->path, scan->depth)))
		scan->same++;
	scan->depth++;
	if (is_wanted(scan))
		scan->found++;
	return true;
}

static void leave(struct scan *scan)
{
	scan->depth--;
	if (scan->same > scan->depth)
		scan->same = scan->depth;
}

/* Behind `<`. */
static bool take_start(struct scan *scan)
{
	struct str name;

	if (!take_name(scan, &name) || !enter(scan, name))
		return false;
	while (skip_blanks(scan) && scan->rest.len != 0 && scan->rest.ptr[0] != '/' &&
	       scan->rest.ptr[0] != '>') {
		if (!take_attribute(scan))
			return false;
	}
	if (take(scan, STR("/>"))) {
		leave(scan);
		return true;
	}
	return take(scan, STR(">"));
}

/* Behind `</`. */
static bool take_end(struct scan *scan)
{
	struct str name;

	if (scan->depth == 0 || !take_name(scan, &name) ||
	    !str_eq(name, scan->names[scan->depth - 1]))
		return false;
	skip_blanks(scan);
	leave(scan);
	return take(scan, STR(">"));
}

/* From a top element's `<` to behind its end. */
static bool take_element(struct scan *scan)
{
	bool is_sound = take(scan, STR("<")) && take_start(scan);

	while (is_sound && scan->depth != 0) {
		if (take(scan, STR("</")))
			is_sound = take_end(scan);
		else if (take(scan, STR("<")))
			is_sound = take_start(scan);
		else
			is_sound = take_text(scan, '<', is_wanted(scan) ? &scan->text : NULL) &&
				   scan->rest.len != 0;
	}
	return is_sound;
}

static bool take_declaration(struct scan *scan)
{
	if (!take(scan, STR("<?xml")))
		return true;
	while (skip_blanks(scan) && !str_starts(scan->rest, STR("?>"))) {
		if (!take_attribute(scan))
			return false;
	}
	return take(scan, STR("?>"));
}

static bool has_characters_only(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (!is_character((unsigned char)text.ptr[i]))
			return false;
	}
	return utf8_is_valid(text);
}

bool xml_element_read(struct arena *arena, struct str document, struct str path, struct str *out)
{
	struct scan scan = { .rest = document, .path = path, .path_depth = 1 };
	bool is_sound = has_characters_only(document) && take_declaration(&scan);

	for (size_t i = 0; i < path.len; i++)
		scan.path_depth += path.ptr[i] == '/';
	buf_init(&scan.text, arena);
	skip_blanks(&scan);
	is_sound = is_sound && take_element(&scan);
	skip_blanks(&scan);
	*out = buf_take(&scan.text);
	return is_sound && scan.rest.len == 0 && scan.found == 1 && !scan.text.failed;
}
