/* usecase/import_hotel.h - a hotel from another store comes into this one, with its revisions and history as they are; its
 * listings, its name and who is counted for its chain are made anew.
 */
#ifndef INNKEEPER_USECASE_IMPORT_HOTEL_H
#define INNKEEPER_USECASE_IMPORT_HOTEL_H

#include "base/cx.h"
#include "base/err.h"
#include "port/store.h"
#include "record/batch.h"
#include "usecase/import_check.h"

/* What may be there under the code, a deleted hotel too; all its records go. */
enum import_over {
	IMPORT_OVER_NONE,
	/* What the hotel was before: its history leads through that control record. */
	IMPORT_OVER_EARLIER,
	IMPORT_OVER_ANY,
};

/*
 * Adds the writes of a hotel that was checked to the batch, whose commit then has it whole or not at all.
 *
 * CONFLICT, not noted: the batch has writes that these can not stand beside (commit it first), or somebody writes the hotel. CONFLICT `exists`: the code is taken by what
 * `over` does not allow, or the name is another hotel's. On an error the batch is as it was.
 *
 * A hotel that is too large for one commit is alone in its batch, for commit_many to write by an intent.
 */
MUST_CHECK enum err import_hotel(struct cx *cx, struct store *store, const struct imported *hotel,
				 enum import_over over, struct batch *batch);

#endif
