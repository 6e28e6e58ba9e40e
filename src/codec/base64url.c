#include "codec/base64url.h"

#include <stdint.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

struct str base64url_write(struct arena *arena, struct str bytes)
{
	size_t len = bytes.len / 3 * 4 + (bytes.len % 3 * 4 + 2) / 3;
	char *text = arena_bytes(arena, len);
	uint32_t bits = 0;
	unsigned held = 0;
	size_t at = 0;

	if (!text)
		return (struct str){ NULL, 0 };
	for (size_t i = 0; i < bytes.len; i++) {
		bits = bits << 8 | (unsigned char)bytes.ptr[i];
		for (held += 8; held >= 6; held -= 6)
			text[at++] = letters[bits >> (held - 6) & 63];
	}
	if (held != 0)
		text[at++] = letters[bits << (6 - held) & 63];
	return (struct str){ text, at };
}

static int letter_value(char letter)
{
	if (letter >= 'A' && letter <= 'Z')
		return letter - 'A';
	if (letter >= 'a' && letter <= 'z')
		return letter - 'a' + 26;
	if (letter >= '0' && letter <= '9')
		return letter - '0' + 52;
	if (letter == '-')
		return 62;
	return letter == '_' ? 63 : -1;
}

bool base64url_parse(struct arena *arena, struct str text, struct str *out)
{
	char *bytes = text.len % 4 == 1 ? NULL : arena_bytes(arena, text.len / 4 * 3 + 2);
	uint32_t bits = 0;
	unsigned held = 0;
	size_t at = 0;

	if (!bytes)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		int value = letter_value(text.ptr[i]);

		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
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
