/* record/object_key.h - which object a record's sort key names. */
#ifndef INNKEEPER_RECORD_OBJECT_KEY_H
#define INNKEEPER_RECORD_OBJECT_KEY_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"
#include "model/kind.h"

struct object_key {
	const struct kind *kind;
	struct str id; /* in the arena */
	bool is_old;   /* as the sample program writes it: kind->old_prefix */
};

/* False for a key that names no object: the encoder does not make it, and the sample program's has no legal code behind its prefix. */
bool object_key_parse(struct arena *arena, struct str item_type, struct object_key *out);

/* The sample program's key of the object, whose kind has an old prefix. */
struct str object_key_old(struct arena *arena, const struct kind *kind, struct str id);

#endif
