/* usecase/list_hotels.h - listHotels: the heads of all hotels, by code. */
#ifndef INNKEEPER_USECASE_LIST_HOTELS_H
#define INNKEEPER_USECASE_LIST_HOTELS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cx.h"
#include "base/err.h"
#include "model/hotel.h"
#include "usecase/app.h"

struct hotel_list {
	const struct hotel **hotels;
	size_t n;
	bool more; /* there are hotels behind the last one */
};

/* At most `limit` (from 1) hotels, fewer when their heads are long (about 1 MiB a page), whose code is behind `after`; empty = from the first. Read consistently; nothing whose code stays is
 * skipped or repeated from page to page. */
MUST_CHECK enum err list_hotels(struct app *app, struct cx *cx, struct str after, size_t limit,
				struct hotel_list *out);

#endif
