/* codec/url.h - percent-encoding (RFC 3986) and the pieces of a request target. */
#ifndef INNKEEPER_CODEC_URL_H
#define INNKEEPER_CODEC_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

/*
 * Resolves %XX into the arena (a view when there is none); false on a cut or bad escape, NUL,
 * invalid UTF-8, or past the arena's cap. `+` stands for itself.
 */
bool url_decode(struct arena *arena, struct str text, struct str *out);

/* All but unreserved characters become %XX. */
struct str url_encode(struct arena *arena, struct str text);

/*
 * Splits and decodes `a=1&b=2` in order; empty pieces are skipped, `+` is a blank here. False where
 * url_decode is, and on more than max pairs.
 */
bool url_parse_query(struct arena *arena, struct str query, struct str_pair *out, size_t max,
		     size_t *n);

#endif
