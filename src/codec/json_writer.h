/* codec/json_writer.h - writes one JSON text into a buffer, compact, commas and quotes included.
 *
 * The buffer is sticky: write freely, look at buf->failed once. Strings must be UTF-8; control
 * characters, quote and backslash are escaped, the slash and all else stand as they are, so that
 * one text has one form.
 */
#ifndef INNKEEPER_CODEC_JSON_WRITER_H
#define INNKEEPER_CODEC_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

struct json_writer {
	struct buf *buf;
	bool needs_comma;
};

void json_writer_init(struct json_writer *writer, struct buf *buf);

void json_begin_object(struct json_writer *writer);
void json_end_object(struct json_writer *writer);
void json_begin_array(struct json_writer *writer);
void json_end_array(struct json_writer *writer);

/* The next value's name; only inside an object. */
void json_name(struct json_writer *writer, struct str name);

void json_null(struct json_writer *writer);
void json_bool(struct json_writer *writer, bool value);
void json_string(struct json_writer *writer, struct str value);
void json_u64(struct json_writer *writer, uint64_t value);
void json_i64(struct json_writer *writer, int64_t value);

/* A number's text, or any finished JSON value: written as it is. */
void json_raw(struct json_writer *writer, struct str text);

#endif
