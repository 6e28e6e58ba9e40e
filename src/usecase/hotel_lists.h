/* usecase/hotel_lists.h - the nested lists of a hotel that a request gives as a whole: saveHotel's and saveRooms'. */
#ifndef INNKEEPER_USECASE_HOTEL_LISTS_H
#define INNKEEPER_USECASE_HOTEL_LISTS_H

#include <stdbool.h>

#include "base/err.h"
#include "model/hotel.h"
#include "usecase/draft.h"

/* True when the request gives a list, or a patch removes one. */
bool hotel_lists_given(const struct hotel *given);

/* The hotel without its lists: what its head keeps. */
void hotel_lists_strip(struct hotel *hotel);

/* Replaces each collection whose list was given in a whole draft, once its objects are checked. `decimals` as of money_decimals. */
MUST_CHECK enum err hotel_lists_replace(struct draft *draft, const struct hotel *given,
					unsigned decimals);

/* Every price that the hotel will have must fit the decimals of a new currency, else INVALID /currencyCode. */
MUST_CHECK enum err hotel_lists_check_prices(struct draft *draft, unsigned decimals);

/* Fills in the lists that were given, as they are stored. */
void hotel_lists_answer(const struct draft *draft, const struct hotel *given, struct hotel *answer);

/* Decimals of a hotel's money; an empty currency code has two. */
unsigned money_decimals(struct str currency_code);

/* Lists with routes of their own inside an object, its pictures, may not be given with it: INVALID. */
MUST_CHECK enum err check_own_lists(struct cx *cx, const struct shape *shape, const void *object,
				    struct str pointer);

#endif
