/* main/store_url.h - what the URL of a store says: `sqlite:PATH?max_writes=N`, `dynamodb:TABLE?region=…&endpoint=…`. Opens nothing.
 *
 * Percent-encoding is resolved in every part, so a `%` or `?` of a path is written `%25`, `%3F`.
 * Owner:  the texts live in cx's arena, or are the URL's.
 * Errors: INVALID, noted in a line for people that begins with `name` (the flag that it came by); `not_implemented`: PostgreSQL. No value
 *         is repeated in it: credentials do not belong into a URL, but somebody may have put them there.
 */
#ifndef INNKEEPER_MAIN_STORE_URL_H
#define INNKEEPER_MAIN_STORE_URL_H

#include <stddef.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"

/* The fewest writes a commit that `max_writes` may ask for. */
#define STORE_URL_WRITES_MIN 7

struct store_url {
	enum store_engine { STORE_ENGINE_SQLITE, STORE_ENGINE_DYNAMODB } engine;
	struct str path;   /* SQLite: of its file */
	size_t max_writes; /* SQLite: a commit takes no more; 0 = as many as the engine does */
	struct str table;  /* DynamoDB */
	struct str region; /* DynamoDB; empty = as environment or profile say */
	struct str
		endpoint; /* DynamoDB; http(s)://HOST[:PORT]; empty = likewise, or the region's */
};

MUST_CHECK enum err store_url_parse(struct cx *cx, const char *name, struct str text,
				    struct store_url *out);

#endif
