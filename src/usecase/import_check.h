/* usecase/import_check.h - is what a file says of a hotel a hotel? Looked at whole, before any of it is written.
 *
 * References between objects are not looked at: `innkeeper check` does.
 */
#ifndef INNKEEPER_USECASE_IMPORT_CHECK_H
#define INNKEEPER_USECASE_IMPORT_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "base/cx.h"
#include "base/err.h"
#include "port/store.h"
#include "record/hotel_record.h"

/* All records of one hotel as another store had them. */
struct imported {
	struct str code;
	uint64_t line;      /* where it begins in the file, for people */
	struct item *items; /* of that code */
	size_t n;
	struct ctl ctl;          /* filled by the check */
	const struct item *head; /* likewise; NULL: the hotel is deleted */
	struct head hotel;       /* what the head says */
};

/* The record of that sort key, or NULL. */
const struct item *import_find(const struct imported *hotel, struct str item_type);

/* INVALID: a record can not be read, is of no kind that is known, or is not in the order of the keys; there is no control record, or
 * history does not lead to it without a gap or a break, or to
 * a record that is not there. *wrong is the record's index then, n for the whole. */
MUST_CHECK enum err import_check(struct cx *cx, struct imported *hotel, size_t *wrong);

#endif
