/* record/objects.h - all the objects that a hotel holds, read at once.
 *
 * Owner: everything lives in the arena that objects_read was given.
 */
#ifndef INNKEEPER_RECORD_OBJECTS_H
#define INNKEEPER_RECORD_OBJECTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "model/kind.h"
#include "port/store.h"
#include "record/hotel_record.h"

struct object {
	const struct kind *kind;
	struct str id;
	struct stored stored;
	void *value; /* of kind->shape; tags that it embeds have only their codes, see objects_embed */
};

/* In the order of their records: by prefix, then by id. */
struct objects {
	struct vec list; /* of struct object */
};

/* Reads the head and all objects of the hotel, page by page: of one revision when `ctl` is the same before and after. `arena` is cx's
 * or another; pages take cx's no memory. *head is zeroed when there is none. INTERNAL for a record of no known kind. */
MUST_CHECK enum err objects_read(struct cx *cx, struct store *store, struct str code,
				 struct arena *arena, struct head *head, struct objects *out);

/* Adds an object of a name that is not there yet; where the arena refuses, nothing. */
void objects_add(struct objects *objects, struct arena *arena, const struct object *object);

/* NULL when there is none. */
const struct object *objects_find(const struct objects *objects, const struct kind *kind,
				  struct str id);

/* The objects of one kind, *n from the first; NULL when there is none. */
const struct object *objects_of(const struct objects *objects, const struct kind *kind, size_t *n);

/* Completes the tags that an object embeds, of which it has the codes, by the tags of the set. */
void objects_embed(const struct objects *objects, const struct kind *kind, void *value);

#endif
