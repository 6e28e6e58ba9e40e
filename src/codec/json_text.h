/* codec/json_text.h - the inside of a JSON string, for the reader and the writer only.
 *
 * Runs of bytes that JSON neither escapes nor ends at are found eight bytes a step: both are on hot
 * paths.
 */
#ifndef INNKEEPER_CODEC_JSON_TEXT_H
#define INNKEEPER_CODEC_JSON_TEXT_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"

#define JSON_TEXT_EACH UINT64_C(0x0101010101010101)
#define JSON_TEXT_HIGH (JSON_TEXT_EACH * 0x80)

/*
 * Marks, by its top bit, the first byte that is a quote, a backslash, a control character or, with
 * `beyond_ascii` = JSON_TEXT_HIGH, not ASCII. Bytes behind it may be marked wrongly: subtractions
 * borrow.
 */
static inline uint64_t json_text_marks(const char *at, uint64_t beyond_ascii)
{
	uint64_t word, special;

	memcpy(&word, at, sizeof(word));
	word = le64toh(word);
	special = (word - JSON_TEXT_EACH * 0x20) |
		  ((word ^ JSON_TEXT_EACH * '"') - JSON_TEXT_EACH) |
		  ((word ^ JSON_TEXT_EACH * '\\') - JSON_TEXT_EACH);
	return (special & ~word & JSON_TEXT_HIGH) | (word & beyond_ascii);
}

/* The first byte of at..end that ends the run, or end. */
static inline const char *json_text_run_end(const char *at, const char *end, uint64_t beyond_ascii)
{
	while (end - at >= 8) {
		uint64_t marks = json_text_marks(at, beyond_ascii);

		if (marks != 0)
			return at + __builtin_ctzll(marks) / 8;
		at += 8;
	}
	while (at < end) {
		unsigned char byte = (unsigned char)*at;

		if (byte < 0x20 || byte == '"' || byte == '\\' || (byte & beyond_ascii) != 0)
			break;
		at++;
	}
	return at;
}

/* `at` stands on a backslash; the escape's length (a surrogate pair is one), 0 when it is none. */
size_t json_text_parse_escape(const char *at, const char *end, uint32_t *code_point);

/* What a string says whose escapes are all good, in the arena; false past its cap. */
bool json_text_resolve(struct arena *arena, struct str raw, struct str *out);

#endif
