/* usecase/save_rooms.h - saveRooms: replaces all rooms of a hotel at once; only those that differ are written. */
#ifndef INNKEEPER_USECASE_SAVE_ROOMS_H
#define INNKEEPER_USECASE_SAVE_ROOMS_H

#include "base/cx.h"
#include "base/err.h"
#include "model/hotel.h"
#include "usecase/app.h"
#include "usecase/command.h"

/* `given` has buildings, perhaps none, and nothing else. CONFLICT `in_use` when a room that would go is named by a rule. The answer
 * is the wrapper with the hotel's head. */
MUST_CHECK enum err save_rooms(struct app *app, struct cx *cx, const struct command *command,
			       struct str code, const struct hotel *given, struct result *result);

#endif
