/* api/paging.h - limit and cursor of a listing, and the way to its next page.
 *
 * A cursor is bound to the path and to every parameter of the query but these two.
 */
#ifndef INNKEEPER_API_PAGING_H
#define INNKEEPER_API_PAGING_H

#include <stddef.h>

#include "api/exchange.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"

struct paging {
	size_t limit;     /* 1 to 1000 */
	struct str after; /* the key that the page begins behind; empty = from the first */
	struct str
		filters; /* the other parameters as `&name=value…`, encoded, in the route's order */
};

/* INVALID naming `cursor`. */
MUST_CHECK enum err paging_read(struct exchange *exchange, struct paging *out);

/* Adds the Link header and returns the cursor of the page that begins behind `last`. */
struct str paging_next(struct exchange *exchange, const struct paging *paging, struct str last);

/* {"<name>":[…],"next":cursor|null}: `texts` is a vec of struct str, each an object's JSON; `next` empty = the last page. */
struct str paging_write(struct arena *arena, struct str name, const struct vec *texts,
			struct str next);

#endif
