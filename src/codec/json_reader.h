/* codec/json_reader.h - a strict pull reader of one JSON text (RFC 8259).
 *
 * Owner:   strings without escapes are views of the text, the others live in the arena.
 * Threads: one.
 * Errors:  sticky: after the first every call returns false or JSON_NONE, and `problem` says why in
 *          words for the caller of the API. Refused: another type than asked for, invalid UTF-8, a
 *          byte order mark, lone surrogates, control characters in strings, nesting beyond 32 and a member name
 *          longer than 256 bytes (unless json_reader_allow says else), more than values_max values, anything after
 *          the value.
 *          When the arena refuses a piece, that is a failure too (cx_check_memory tells which).
 * The reader knows the path of the value at hand, for RFC 6901 pointers. Duplicate members are for
 * the reader of an object to refuse: it alone knows which it has seen. Every member and element has
 * to be read or skipped before the next one.
 */
#ifndef INNKEEPER_CODEC_JSON_READER_H
#define INNKEEPER_CODEC_JSON_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

#define JSON_DEPTH_MAX 32
#define JSON_FRAMES_MAX 80

enum json_type {
	JSON_NONE, /* nothing more, or failed */
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

struct json_frame {
	bool is_array;
	bool started;
	struct str name; /* object: the member at hand */
	size_t index;    /* array: the element at hand */
};

struct json_reader {
	struct arena *arena;
	const char *start;
	const char *at;
	const char *end;
	const char *problem; /* NULL while all is well */
	size_t values;
	size_t values_max;
	size_t name_bytes_max;
	unsigned depth;
	unsigned depth_max;
	bool at_value; /* a value is at hand and not read yet */
	struct json_frame frames[JSON_FRAMES_MAX];
};

/* values_max 0 = 100,000. */
void json_reader_init(struct json_reader *reader, struct arena *arena, struct str text,
		      size_t values_max);

/* Other limits, set before anything is read: for what a machine has written. `depth` is at most JSON_FRAMES_MAX. */
void json_reader_allow(struct json_reader *reader, unsigned depth, size_t name_bytes);

/* The type of the value at hand, without reading it. */
enum json_type json_peek(struct json_reader *reader);

/* Reads `{`; then json_next_member until false (the `}` is read, or the reader failed). */
bool json_enter_object(struct json_reader *reader);
bool json_next_member(struct json_reader *reader, struct str *name);

/* Reads `[`; then json_next_element until false (the `]` is read, or the reader failed). */
bool json_enter_array(struct json_reader *reader);
bool json_next_element(struct json_reader *reader);

bool json_read_null(struct json_reader *reader);
bool json_read_bool(struct json_reader *reader, bool *out);

/* The number's own text: exact. */
bool json_read_number(struct json_reader *reader, struct str *out);

/* UTF-8, escapes resolved; may hold NUL. */
bool json_read_string(struct json_reader *reader, struct str *out);

/* Reads over a value of any type, checking it all the same. */
bool json_skip(struct json_reader *reader);

/* True when the text held one whole value and nothing else. */
bool json_reader_finish(struct json_reader *reader);

/* The RFC 6901 pointer of the value at hand, "" at the top, in the arena. */
struct str json_pointer(const struct json_reader *reader, struct arena *arena);

/* Bytes read so far: where a failure is. */
size_t json_offset(const struct json_reader *reader);

#endif
