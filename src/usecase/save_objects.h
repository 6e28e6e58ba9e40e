/* usecase/save_objects.h - the nested objects of a hotel, of any kind: added, replaced, changed and deleted, one by one or some
 * at once. addRoomType, addTag, addSellable and all the like are these.
 */
#ifndef INNKEEPER_USECASE_SAVE_OBJECTS_H
#define INNKEEPER_USECASE_SAVE_OBJECTS_H

#include <stdbool.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/vec.h"
#include "model/kind.h"
#include "usecase/app.h"
#include "usecase/command.h"

/* Which object of which hotel. */
struct object_address {
	const struct kind *kind;
	struct str hotel;
	struct str id;
};

/* Adds or replaces whole objects: `objects` is a vec of the kind's structs, at least one. All are written or none; the answer is the wrapper
 * with the hotel's head and the objects as stored. */
MUST_CHECK enum err add_objects(struct app *app, struct cx *cx, const struct command *command,
				const struct kind *kind, struct str hotel,
				const struct vec *objects, struct result *result);

/* Adds (201) or replaces one object. Conditions and the answer's ETag are the object's, the answer is the object. */
MUST_CHECK enum err put_object(struct app *app, struct cx *cx, const struct command *command,
			       const struct object_address *address, void *given,
			       struct result *result);

/* Lays a merge patch over an object that exists. */
MUST_CHECK enum err patch_object(struct app *app, struct cx *cx, const struct command *command,
				 const struct object_address *address, const void *patch,
				 struct result *result);

/* Removes an object: CONFLICT `in_use` while others name it, unless they are to lose it in the same commit (`cascade`). The answer
 * is the wrapper with the hotel's head, its ETag the hotel's. */
MUST_CHECK enum err delete_object(struct app *app, struct cx *cx, const struct command *command,
				  const struct object_address *address, bool cascade,
				  struct result *result);

#endif
