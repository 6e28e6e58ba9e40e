#include "codec/base64.h"

#include <stdint.h>

/* Beside a letter's value: whose letter it is. */
#define PADDED 0x40
#define URL 0x80
#define BOTH (PADDED | URL)

static const char padded_letters[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_letters[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static const unsigned char values[256] = {
	['A'] = BOTH | 0,  ['B'] = BOTH | 1,  ['C'] = BOTH | 2,    ['D'] = BOTH | 3,
	['E'] = BOTH | 4,  ['F'] = BOTH | 5,  ['G'] = BOTH | 6,    ['H'] = BOTH | 7,
	['I'] = BOTH | 8,  ['J'] = BOTH | 9,  ['K'] = BOTH | 10,   ['L'] = BOTH | 11,
	['M'] = BOTH | 12, ['N'] = BOTH | 13, ['O'] = BOTH | 14,   ['P'] = BOTH | 15,
	['Q'] = BOTH | 16, ['R'] = BOTH | 17, ['S'] = BOTH | 18,   ['T'] = BOTH | 19,
	['U'] = BOTH | 20, ['V'] = BOTH | 21, ['W'] = BOTH | 22,   ['X'] = BOTH | 23,
	['Y'] = BOTH | 24, ['Z'] = BOTH | 25, ['a'] = BOTH | 26,   ['b'] = BOTH | 27,
	['c'] = BOTH | 28, ['d'] = BOTH | 29, ['e'] = BOTH | 30,   ['f'] = BOTH | 31,
	['g'] = BOTH | 32, ['h'] = BOTH | 33, ['i'] = BOTH | 34,   ['j'] = BOTH | 35,
	['k'] = BOTH | 36, ['l'] = BOTH | 37, ['m'] = BOTH | 38,   ['n'] = BOTH | 39,
	['o'] = BOTH | 40, ['p'] = BOTH | 41, ['q'] = BOTH | 42,   ['r'] = BOTH | 43,
	['s'] = BOTH | 44, ['t'] = BOTH | 45, ['u'] = BOTH | 46,   ['v'] = BOTH | 47,
	['w'] = BOTH | 48, ['x'] = BOTH | 49, ['y'] = BOTH | 50,   ['z'] = BOTH | 51,
	['0'] = BOTH | 52, ['1'] = BOTH | 53, ['2'] = BOTH | 54,   ['3'] = BOTH | 55,
	['4'] = BOTH | 56, ['5'] = BOTH | 57, ['6'] = BOTH | 58,   ['7'] = BOTH | 59,
	['8'] = BOTH | 60, ['9'] = BOTH | 61, ['+'] = PADDED | 62, ['/'] = PADDED | 63,
	['-'] = URL | 62,  ['_'] = URL | 63,
};

/* `text` has room; returns how many letters. */
static size_t write_letters(const char *letters, struct str bytes, char *text)
{
	uint32_t bits = 0;
	unsigned held = 0;
	size_t at = 0;

	for (size_t i = 0; i < bytes.len; i++) {
		bits = bits << 8 | (unsigned char)bytes.ptr[i];
		for (held += 8; held >= 6; held -= 6)
			text[at++] = letters[bits >> (held - 6) & 63];
	}
	if (held != 0)
		text[at++] = letters[bits << (6 - held) & 63];
	return at;
}

struct str base64_write(struct arena *arena, struct str bytes)
{
	char *text = arena_bytes(arena, (bytes.len + 2) / 3 * 4);
	size_t at;

	if (!text)
		return (struct str){ NULL, 0 };
	at = write_letters(padded_letters, bytes, text);
	while (at % 4 != 0)
		text[at++] = '=';
	return (struct str){ text, at };
}

struct str base64url_write(struct arena *arena, struct str bytes)
{
	char *text = arena_bytes(arena, bytes.len / 3 * 4 + (bytes.len % 3 * 4 + 2) / 3);

	if (!text)
		return (struct str){ NULL, 0 };
	return (struct str){ text, write_letters(url_letters, bytes, text) };
}

static bool parse_letters(struct arena *arena, unsigned alphabet, struct str text, struct str *out)
{
	char *bytes = text.len % 4 == 1 ? NULL : arena_bytes(arena, text.len / 4 * 3 + 2);
	uint32_t bits = 0;
	unsigned held = 0;
	size_t at = 0;

	if (!bytes)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		unsigned value = values[(unsigned char)text.ptr[i]];

		if ((value & alphabet) == 0)
			return false;
		bits = bits << 6 | (value & 63);
		held += 6;
		if (held >= 8) {
			held -= 8;
			bytes[at++] = (char)(bits >> held & 255);
		}
	}
	if ((bits & ((1u << held) - 1)) != 0)
		return false;
	*out = (struct str){ bytes, at };
	return true;
}

bool base64_parse(struct arena *arena, struct str text, struct str *out)
{
	bool is_whole = text.len % 4 == 0;

	for (int i = 0; i < 2 && text.len != 0 && text.ptr[text.len - 1] == '='; i++)
		text.len--;
	return is_whole && parse_letters(arena, PADDED, text, out);
}

bool base64url_parse(struct arena *arena, struct str text, struct str *out)
{
	return parse_letters(arena, URL, text, out);
}
