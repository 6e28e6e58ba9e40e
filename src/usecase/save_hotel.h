/* usecase/save_hotel.h - saveHotel: creates a hotel, or changes one: its head, and the collections whose lists are given, in one
 * commit. pendingChanges is ignored, so that a document that was read can be sent back.
 */
#ifndef INNKEEPER_USECASE_SAVE_HOTEL_H
#define INNKEEPER_USECASE_SAVE_HOTEL_H

#include "base/cx.h"
#include "base/err.h"
#include "model/hotel.h"
#include "usecase/app.h"
#include "usecase/command.h"

enum save_mode {
	SAVE_MERGE,   /* members that were not given stay; nulls of a patch empty them */
	SAVE_REPLACE, /* members that were not given are emptied */
};

/* Creates a hotel under the code that user and name make, or the next free one; the name is required. CONFLICT `exists` when this
 * user has a hotel of that name. */
MUST_CHECK enum err save_hotel_create(struct app *app, struct cx *cx, const struct command *command,
				      const struct hotel *given, struct result *result);

/* Changes an existing hotel; lists that are not given are left as they are. */
MUST_CHECK enum err save_hotel(struct app *app, struct cx *cx, const struct command *command,
			       struct str code, const struct hotel *given, enum save_mode mode,
			       struct result *result);

#endif
