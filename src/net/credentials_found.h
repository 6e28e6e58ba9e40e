/* net/credentials_found.h - what a place gives, and what is the same for every place.
 *
 * Owner:   texts live in cx's arena or are views of the environment.
 * Errors:  UNAVAILABLE, the place named; no text has anything of a value.
 */
#ifndef INNKEEPER_NET_CREDENTIALS_FOUND_H
#define INNKEEPER_NET_CREDENTIALS_FOUND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "net/credentials_options.h"
#include "net/sigv4.h"

struct credentials_found {
	struct sigv4_credentials keys;
	int64_t expires_ms; /* since 1970; INT64_MAX = never */
	struct str place;   /* for people; empty = it is not configured: the next one is asked */
};

/* Empty when it is not there. */
struct str credentials_env(const struct credentials_options *options, const char *name);

/* Notes what is wrong with a place; returns ERR_UNAVAILABLE. */
enum err credentials_refuse(struct cx *cx, struct str place, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* At least one character, all of printable ASCII: what may stand in a header. */
bool credentials_is_token(struct str text);

/* What may be a part of a host's name; empty too. */
bool credentials_is_region(struct str text);

/* Keys that can be signed with and sent, and that have not expired. */
MUST_CHECK enum err credentials_check(struct cx *cx, const struct credentials_found *found);

#endif
