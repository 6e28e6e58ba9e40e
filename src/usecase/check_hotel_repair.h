/* usecase/check_hotel_repair.h - what follows from a hotel is written anew where a check found it wrong. */
#ifndef INNKEEPER_USECASE_CHECK_HOTEL_REPAIR_H
#define INNKEEPER_USECASE_CHECK_HOTEL_REPAIR_H

#include "base/cx.h"
#include "base/err.h"
#include "port/store.h"
#include "usecase/check_hotel.h"

/* Writes anew what can be derived: listings, name, ctl's number of objects; *check is of just now. Nothing is written when the hotel
 * has moved on since (CONFLICT, not noted), and a name that another hotel of the user has is left. */
MUST_CHECK enum err check_hotel_repair(struct cx *cx, struct store *store, struct str code,
				       const struct hotel_check *check);

#endif
