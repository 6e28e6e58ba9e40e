/* usecase/delete_hotel.h - deleteHotel: a tombstone and the history stay; the name is free again, the code never. */
#ifndef INNKEEPER_USECASE_DELETE_HOTEL_H
#define INNKEEPER_USECASE_DELETE_HOTEL_H

#include "base/cx.h"
#include "base/err.h"
#include "usecase/app.h"
#include "usecase/command.h"

/* The answer is the wrapper with the head as it was. */
MUST_CHECK enum err delete_hotel(struct app *app, struct cx *cx, const struct command *command,
				 struct str code, struct result *result);

#endif
