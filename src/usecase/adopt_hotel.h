/* usecase/adopt_hotel.h - what another program wrote becomes ours: a hotel that has a head and no ctl, or records of a hotel of ours.
 *
 * Done by the first write of such a hotel, by a write that stands on such a record, and by `innkeeper migrate`. One commit gives every such record rev, token, type and version and puts it under its key; what is in it stays, the names of who
 * updated it last too. A hotel without ctl gets its revision 1, whose entry `migrate` has everything as added, and ctl, listings and name:
 * none where another hotel of the user has that name. In a hotel of ours the entry is `external`: it shows what differs in the head from
 * what we wrote last, and of objects what they are now, for nobody knows what they were. Where a room type stands under both keys, ours
 * counts, and history keeps the other. The head's owner stays. Flat items of history stay as they are, outside the chain.
 */
#ifndef INNKEEPER_USECASE_ADOPT_HOTEL_H
#define INNKEEPER_USECASE_ADOPT_HOTEL_H

#include "base/cx.h"
#include "base/err.h"
#include "record/hotel_record.h"
#include "usecase/app.h"

enum adoption {
	ADOPTION_NONE,     /* nothing to do: all is ours, or the hotel is deleted */
	ADOPTION_MADE,     /* it had no ctl */
	ADOPTION_TAKEN,    /* over: records that another program wrote */
	ADOPTION_NO_HOTEL, /* no head is there */
};

/* One try; the caller is inside the hotel's gate. *ctl is what is there afterwards, zeroed where there is none. CONFLICT, not noted:
 * somebody was faster. INTERNAL: a record can not be read, or only ctl is lost of a hotel of ours. INVALID: the head names a chain or
 * brand that is not there. LIMIT `too_large`: more than a hotel may hold. */
MUST_CHECK enum err adopt_hotel(struct app *app, struct cx *cx, struct str code, enum adoption *out,
				struct ctl *ctl);

/* The same from outside the gate, tried again while others are faster; UNAVAILABLE where they always are. */
MUST_CHECK enum err migrate_hotel(struct app *app, struct cx *cx, struct str code,
				  enum adoption *out);

#endif
