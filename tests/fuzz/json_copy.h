/* json_copy.h - reads whole texts in the two ways there are, for tests: value by value into a
 * writer, and skipping.
 */
#ifndef INNKEEPER_TESTS_JSON_COPY_H
#define INNKEEPER_TESTS_JSON_COPY_H

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "codec/json_reader.h"
#include "codec/json_writer.h"

/* What a step returns is whether the reader goes on. */
static inline bool json_copy_step(const struct json_reader *in, bool ok)
{
	if (ok == (in->problem != NULL))
		abort();
	return ok;
}

/* A step from item to item also ends without a problem. */
static inline bool json_copy_next(const struct json_reader *in, bool ok)
{
	if (ok && in->problem)
		abort();
	return ok;
}

/* recursive as deep as the reader allows */
static inline void json_copy_value(struct json_reader *in, struct json_writer *out)
{
	struct str text = { NULL, 0 };
	bool flag = false;

	switch (json_peek(in)) {
	case JSON_OBJECT:
		json_begin_object(out);
		if (!json_copy_step(in, json_enter_object(in)))
			break;
		while (json_copy_next(in, json_next_member(in, &text))) {
			json_name(out, text);
			json_copy_value(in, out);
		}
		json_end_object(out);
		break;
	case JSON_ARRAY:
		json_begin_array(out);
		if (!json_copy_step(in, json_enter_array(in)))
			break;
		while (json_copy_next(in, json_next_element(in)))
			json_copy_value(in, out);
		json_end_array(out);
		break;
	case JSON_STRING:
		if (json_copy_step(in, json_read_string(in, &text)))
			json_string(out, text);
		break;
	case JSON_NUMBER:
		if (json_copy_step(in, json_read_number(in, &text)))
			json_raw(out, text);
		break;
	case JSON_BOOL:
		if (json_copy_step(in, json_read_bool(in, &flag)))
			json_bool(out, flag);
		break;
	case JSON_NULL:
		if (json_copy_step(in, json_read_null(in)))
			json_null(out);
		break;
	case JSON_NONE:
		break;
	}
}

/* NULL and the text as our writer has it, or what the reader says against it. */
static inline const char *json_copy(struct arena *arena, struct str text, struct str *out)
{
	struct json_reader in;
	struct json_writer writer;
	struct buf buf;

	buf_init(&buf, arena);
	json_writer_init(&writer, &buf);
	json_reader_init(&in, arena, text, 0);
	json_copy_value(&in, &writer);
	if (!json_reader_finish(&in))
		return in.problem;
	*out = buf_str(&buf);
	return NULL;
}

/* NULL, or what the reader says against the text when it skips it. */
static inline const char *json_copy_skip(struct arena *arena, struct str text)
{
	struct json_reader in;

	json_reader_init(&in, arena, text, 0);
	json_copy_step(&in, json_skip(&in));
	json_copy_step(&in, json_reader_finish(&in));
	return in.problem;
}

#endif
