/* usecase/list_hotels.h - listHotels: the heads of hotels, by code; of all, or of those that a filter lets through. */
#ifndef INNKEEPER_USECASE_LIST_HOTELS_H
#define INNKEEPER_USECASE_LIST_HOTELS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cx.h"
#include "base/err.h"
#include "model/hotel.h"
#include "usecase/app.h"

/* All must hold; an empty one asks for nothing. */
struct hotel_filter {
	struct str name_part; /* somewhere in the name; A-Z as a-z */
	struct str chain, brand;
	struct str city; /* the address's, whole; A-Z as a-z */
};

struct hotel_list {
	const struct hotel **hotels;
	size_t n;
	bool more;       /* there are hotels behind `last` that were not looked at */
	struct str last; /* code of the last hotel that was looked at, let through or not */
};

/* At most `limit` (from 1) hotels whose code is behind `after`; empty = from the first. Fewer when their heads are long (about 1 MiB a
 * page), and fewer or none, with `more`, when about 8 MiB of memory went into looking. Read consistently; nothing whose code stays is
 * skipped or repeated from page to page. A chain or brand that does not exist has no hotels. */
MUST_CHECK enum err list_hotels(struct app *app, struct cx *cx, const struct hotel_filter *filter,
				struct str after, size_t limit, struct hotel_list *out);

#endif
