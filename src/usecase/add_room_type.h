/* usecase/add_room_type.h - addRoomType: adds or replaces whole room types of a hotel. */
#ifndef INNKEEPER_USECASE_ADD_ROOM_TYPE_H
#define INNKEEPER_USECASE_ADD_ROOM_TYPE_H

#include "base/cx.h"
#include "base/err.h"
#include "base/vec.h"
#include "usecase/app.h"
#include "usecase/command.h"

/* room_types: of struct room_type, 1 to 90, checked for form, no code twice. All are written or none; the answer is the wrapper with
 * the hotel's head and the objects as stored. */
MUST_CHECK enum err add_room_type(struct app *app, struct cx *cx, const struct command *command,
				  struct str code, struct vec *room_types, struct result *result);

#endif
