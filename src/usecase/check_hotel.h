/* usecase/check_hotel.h - is everything of one hotel as it must be: ctl, history, records, references, counts, listings, name.
 *
 * Others may write meanwhile: what is reported was seen under one ctl, and seen again.
 * Owner: all lives in the cx's arena, which has no cap.
 */
#ifndef INNKEEPER_USECASE_CHECK_HOTEL_H
#define INNKEEPER_USECASE_CHECK_HOTEL_H

#include <stdbool.h>
#include <stdint.h>

#include "record/findings.h"
#include "base/cx.h"
#include "base/err.h"
#include "port/store.h"
#include "record/hotel_record.h"

struct hotel_check {
	struct findings findings;
	struct str seek; /* in: a hash to look for in the history; empty = none */
	bool found;      /* it is there */
	bool has_ctl, has_head;
	struct ctl ctl; /* as the findings were seen under */
	struct head head;
	struct str head_token;
	uint64_t objects; /* that are there, the head not counted */
};

/* UNAVAILABLE when the store fails, or writers never rest. */
MUST_CHECK enum err check_hotel(struct cx *cx, struct store *store, struct str code,
				struct hotel_check *check);

/* Writes anew what can be derived: listings, name, ctl's number of objects; *check is of just now. Nothing is written when the hotel
 * has moved on since (CONFLICT, not noted), and a name that another hotel of the user has is left. */
MUST_CHECK enum err check_hotel_repair(struct cx *cx, struct store *store, struct str code,
				       const struct hotel_check *check);

#endif
