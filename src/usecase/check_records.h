/* usecase/check_records.h - the records of one hotel against its history: each known, readable, written as history says, and
 * naming only what exists.
 *
 * Owner: the arenas that it is given.
 */
#ifndef INNKEEPER_USECASE_CHECK_RECORDS_H
#define INNKEEPER_USECASE_CHECK_RECORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "record/findings.h"
#include "base/cx.h"
#include "base/err.h"
#include "base/vec.h"
#include "port/store.h"
#include "record/hotel_record.h"
#include "usecase/key_table.h"

struct check_records {
	struct cx *cx;
	struct store *store;
	struct str code;
	struct findings *findings;
	struct key_table keys;
	struct vec references; /* of struct check_reference */
	uint64_t objects;
	uint64_t
		uncertain; /* of them: another program wrote them, so that ctl may count them or not */
};

void check_records_init(struct check_records *records, struct cx *cx, struct store *store,
			struct str code, struct findings *findings);

/* An entry of history, in the order of the revisions: history_walk's listener, its context the struct check_records. */
void check_records_take_entry(void *records, const struct item *entry);

/* Reads all records but history anew. */
MUST_CHECK enum err check_records_read(struct check_records *records);

/* Says what does not agree, all having been read under this ctl. */
void check_records_compare(struct check_records *records, const struct ctl *ctl);

#endif
