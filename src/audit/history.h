/* audit/history.h - what changed, by whom, when: one history item a commit, each with the hash of the one before
 * (domain.md 3). Tamper-evident, not unforgeable.
 *
 * Owner: all texts live in the arena of the cx.
 */
#ifndef INNKEEPER_AUDIT_HISTORY_H
#define INNKEEPER_AUDIT_HISTORY_H

#include <stdint.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "model/shape.h"
#include "port/store.h"
#include "record/batch.h"
#include "record/hotel_record.h"

/* One changed field, or an object that came or went (field_name empty). */
struct history_change {
	struct str object_name; /* `roomType DBL` */
	struct str field_name;
	struct str old_value, new_value; /* JSON text; empty = there was, or is, none */
	struct str comment;              /* a sentence for people */
};

/* One commit's entry. */
struct history_entry {
	struct str event_name; /* the use case's */
	struct str user;
	struct str request_id;
	struct vec changes; /* of struct history_change */
};

/* Appends what differs between two states of an object, NULL standing for none; nothing when they are alike. Fields that are lists
 * with routes of their own are objects of their own. */
void history_compare(struct arena *arena, struct str kind, struct str id, const struct shape *shape,
		     const void *before, const void *after, struct vec *changes);

/* Adds the history item of the revision ctl->rev (and its parts, where it is long) to the batch, which must already hold all
 * other writes of the hotel: their keys are listed. Moves ctl's hash and time on. */
void history_record(struct batch *batch, struct str code, struct ctl *ctl,
		    const struct history_entry *entry);

/* The hash of a history item with its parts' changes appended, as it must stand in its `hash`. */
struct str history_hash(struct arena *arena, const struct item *item);

/* The key of the history item that a commit of this revision puts: its witness. */
struct key history_key(struct arena *arena, struct str code, uint64_t revision);

#endif
