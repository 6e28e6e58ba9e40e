/* base/err.h - the closed list of errors, each defined by what the caller must do.
 *
 * A function that can fail returns `enum err`; the text and the code of the contract are noted
 * once, where they are known, with fail() (base/cx.h), and logged once, at the edge.
 */
#ifndef INNKEEPER_BASE_ERR_H
#define INNKEEPER_BASE_ERR_H

#define MUST_CHECK __attribute__((warn_unused_result))

enum err {
	OK = 0,
	ERR_INVALID,         /* the request is wrong: change it */
	ERR_UNAUTHENTICATED, /* present a valid credential */
	ERR_FORBIDDEN,       /* do not ask again as this caller */
	ERR_NOT_FOUND,       /* there is no such thing */
	ERR_CONFLICT,        /* the state forbids it: read, then decide */
	ERR_STALE,           /* the state moved on since it was read: read again */
	ERR_LIMIT,           /* too much was asked for: ask for less */
	ERR_UNAVAILABLE,     /* nothing was written: try again later */
	ERR_UNCERTAIN,       /* it may have been written: try again with the same token, or read */
	ERR_INTERNAL,        /* our bug, or a damaged store: report the request id */
};

/* The name in lower case, for logs; never NULL. */
const char *err_name(enum err err);

#endif
