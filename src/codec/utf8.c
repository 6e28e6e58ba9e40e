#include "codec/utf8.h"

#include <assert.h>
#include <string.h>

static bool is_tail(unsigned char byte)
{
	return (byte & 0xc0) == 0x80;
}

/* The length of the code point beyond ASCII at the start, 0 when it is none (RFC 3629, 4). */
static size_t sequence(const unsigned char *at, size_t len)
{
	if (len < 2 || at[0] < 0xc2 || at[0] > 0xf4 || !is_tail(at[1]))
		return 0;
	if (at[0] < 0xe0)
		return 2;
	if (len < 3 || !is_tail(at[2]))
		return 0;
	if (at[0] < 0xf0) {
		bool overlong = at[0] == 0xe0 && at[1] < 0xa0;
		bool surrogate = at[0] == 0xed && at[1] >= 0xa0;

		return overlong || surrogate ? 0 : 3;
	}
	if (len < 4 || !is_tail(at[3]))
		return 0;
	if ((at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] >= 0x90))
		return 0;
	return 4;
}

size_t utf8_run(struct str text)
{
	const unsigned char *bytes = (const unsigned char *)text.ptr;
	size_t at = 0;

	while (at < text.len && bytes[at] >= 0x80) {
		size_t len = sequence(bytes + at, text.len - at);

		if (len == 0)
			break;
		at += len;
	}
	return at;
}

static size_t ascii_run(struct str text)
{
	size_t at = 0;

	while (text.len - at >= 8) {
		uint64_t word;

		memcpy(&word, text.ptr + at, sizeof(word));
		if ((word & UINT64_C(0x8080808080808080)) != 0)
			break;
		at += 8;
	}
	while (at < text.len && (unsigned char)text.ptr[at] < 0x80)
		at++;
	return at;
}

bool utf8_is_valid(struct str text)
{
	for (;;) {
		size_t run;

		text = str_sub(text, ascii_run(text), text.len);
		if (text.len == 0)
			return true;
		run = utf8_run(text);
		if (run == 0)
			return false;
		text = str_sub(text, run, text.len);
	}
}

size_t utf8_write(uint32_t code_point, char out[4])
{
	assert(code_point <= 0x10ffff && (code_point < 0xd800 || code_point > 0xdfff));
	if (code_point < 0x80) {
		out[0] = (char)code_point;
		return 1;
	}
	if (code_point < 0x800) {
		out[0] = (char)(0xc0 | code_point >> 6);
		out[1] = (char)(0x80 | (code_point & 0x3f));
		return 2;
	}
	if (code_point < 0x10000) {
		out[0] = (char)(0xe0 | code_point >> 12);
		out[1] = (char)(0x80 | (code_point >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code_point & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code_point >> 18);
	out[1] = (char)(0x80 | (code_point >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code_point >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code_point & 0x3f));
	return 4;
}
