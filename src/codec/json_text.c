#include "codec/json_text.h"

#include <assert.h>

#include "codec/utf8.h"

static bool parse_unit(const char *at, const char *end, uint32_t *unit)
{
	*unit = 0;
	if (end - at < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		unsigned digit = (unsigned char)at[i] - (unsigned)'0';

		if (digit > 9) {
			digit = ((unsigned char)at[i] | 0x20u) - (unsigned)'a';
			if (digit > 5)
				return false;
			digit += 10;
		}
		*unit = *unit << 4 | digit;
	}
	return true;
}

/* `at` stands behind `\u`; how many bytes from there on name the code point, 0 when they do not. */
static size_t parse_code_point(const char *at, const char *end, uint32_t *code_point)
{
	uint32_t low;

	if (!parse_unit(at, end, code_point))
		return 0;
	if (*code_point < 0xd800 || *code_point > 0xdfff)
		return 4;
	if (*code_point > 0xdbff || end - at < 10 || at[4] != '\\' || at[5] != 'u' ||
	    !parse_unit(at + 6, end, &low) || low < 0xdc00 || low > 0xdfff)
		return 0;
	*code_point = 0x10000 + ((*code_point - 0xd800) << 10) + (low - 0xdc00);
	return 10;
}

size_t json_text_parse_escape(const char *at, const char *end, uint32_t *code_point)
{
	static const char names[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
	const char *name;
	size_t len;

	if (end - at < 2)
		return 0;
	if (at[1] == 'u') {
		len = parse_code_point(at + 2, end, code_point);
		return len == 0 ? 0 : len + 2;
	}
	name = memchr(names, at[1], sizeof(names) - 1);
	if (!name)
		return 0;
	*code_point = (unsigned char)meanings[name - names];
	return 2;
}

bool json_text_resolve(struct arena *arena, struct str raw, struct str *out)
{
	char *text = arena_bytes(arena, raw.len);
	const char *end = raw.ptr + raw.len;
	size_t len = 0;

	if (!text)
		return false;
	for (const char *at = raw.ptr; at < end;) {
		size_t run = str_index((struct str){ at, (size_t)(end - at) }, '\\');
		uint32_t code_point = 0;
		size_t escape;

		memcpy(text + len, at, run);
		len += run;
		at += run;
		if (at == end)
			break;
		escape = json_text_parse_escape(at, end, &code_point);
		assert(escape != 0);
		at += escape;
		len += utf8_write(code_point, text + len);
	}
	*out = (struct str){ text, len };
	return true;
}
