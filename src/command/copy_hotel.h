/* command/copy_hotel.h - one hotel of a copy: is it in the target as it is in the source; if not, it comes there, and is read back.
 *
 * It is compared record by record, history included, by hashes of what each engine gives back.
 */
#ifndef INNKEEPER_COMMAND_COPY_HOTEL_H
#define INNKEEPER_COMMAND_COPY_HOTEL_H

#include "command/copier.h"

/* `compares`: looks at all records of a hotel that is at one revision on both sides, too. UNAVAILABLE, LIMIT `storage_full`: a store
 * fails. */
MUST_CHECK enum err copy_hotel(struct copier *copier, struct str code, bool compares,
			       struct copied *out);

#endif
