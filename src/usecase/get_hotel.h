/* usecase/get_hotel.h - getHotel: the whole draft document, from the cache where its revision is there.
 *
 * What another program writes into a hotel moves no revision: a cached document shows it once it is entered as one (usecase/adopt_hotel.h),
 * one that is read anew shows it at once. A hotel that is all of theirs is never cached.
 */
#ifndef INNKEEPER_USECASE_GET_HOTEL_H
#define INNKEEPER_USECASE_GET_HOTEL_H

#include <stdbool.h>

#include "base/cx.h"
#include "base/err.h"
#include "usecase/app.h"
#include "usecase/command.h"

/* NOT_FOUND `not_found`. Fills the cache with what it had to read. */
MUST_CHECK enum err get_hotel(struct app *app, struct cx *cx, struct str code,
			      struct result *result);

/* The same when it takes no more than one small local read, for threads that must not wait; *known is false when it would take more,
 * and nothing is noted then. */
MUST_CHECK enum err get_hotel_at_once(struct app *app, struct cx *cx, struct str code,
				      struct result *result, bool *known);

#endif
