/* codec/traceparent.h - the `traceparent` field of W3C Trace Context: which trace a request belongs to. */
#ifndef INNKEEPER_CODEC_TRACEPARENT_H
#define INNKEEPER_CODEC_TRACEPARENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct traceparent {
	struct str trace_id;  /* 32 hex digits, in lower case, not all zero */
	struct str parent_id; /* 16 likewise */
	bool is_sampled;      /* the one flag that version 00 knows */
};

/* Views of the text. False when it is none: of version 00 exactly, of a later one as far as 00 goes, and nothing or a dash behind it;
 * ff is no version. */
bool traceparent_parse(struct str text, struct traceparent *out);

/* Version 00 of the trace, with a parent id of one's own, not 0, in the arena; the empty string past its cap. */
struct str traceparent_write(struct arena *arena, const struct traceparent *from,
			     uint64_t parent_id);

#endif
