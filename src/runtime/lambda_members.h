/* runtime/lambda_members.h - of an event's object the members that are known, each as its own JSON text.
 *
 * Events are other people's: their members come in any order, more are added, and what a shape means by one is told by another. So an
 * object is gone through once, and what is needed of it is read afterwards. Of two members of one name that is known, none is believed.
 * Owner:  texts are views of the event, but strings with escapes, which live in the cx's arena.
 * Errors: INVALID `invalid`, `where` being the name of what is wrong; LIMIT where the arena refuses.
 */
#ifndef INNKEEPER_RUNTIME_LAMBDA_MEMBERS_H
#define INNKEEPER_RUNTIME_LAMBDA_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/vec.h"
#include "codec/json_reader.h"

struct lambda_member {
	const char *name;
	struct str text; /* JSON; empty = not there, or null */
};

/* For any text of an event: as deep, with as many values and as long names as it likes. What a handler is given of it has limits of its own. */
void lambda_members_open(struct json_reader *json, struct cx *cx, struct str text);

/* What the reader has against the text, noted. */
MUST_CHECK enum err lambda_members_refuse(struct cx *cx, const char *where,
					  const struct json_reader *json);

/* Looks for `n` members by their names; an empty text is an object without any. */
MUST_CHECK enum err lambda_members_read(struct cx *cx, const char *where, struct str text,
					struct lambda_member *members, size_t n);

/* What a string says; empty where there is none. */
MUST_CHECK enum err lambda_members_text(struct cx *cx, const struct lambda_member *member,
					struct str *out);

/* True where there is one that says so; what is neither true nor false is refused. */
MUST_CHECK enum err lambda_members_flag(struct cx *cx, const struct lambda_member *member,
					bool *out);

/* All of an object's own members, which are strings or arrays of such: a pair (struct str_pair) for each string, in order. Null is none. */
MUST_CHECK enum err lambda_members_pairs(struct cx *cx, const struct lambda_member *member,
					 struct vec *out);

/* The strings of an array, in order, null being none. */
MUST_CHECK enum err lambda_members_list(struct cx *cx, const struct lambda_member *member,
					struct vec *out);

#endif
