/* record/document.h - a hotel's whole document as encoded JSON, in parts: made from records once, then changed
 * part by part, so that a write to a cached hotel costs a copy and no reading.
 *
 * Owner: texts live in the arena that the caller passes. Sticky like a buffer: look at arena->refused.
 */
#ifndef INNKEEPER_RECORD_DOCUMENT_H
#define INNKEEPER_RECORD_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "model/hotel.h"
#include "port/store.h"
#include "record/hotel_record.h"
#include "record/objects.h"
#include "model/kind.h"

/* One member's value of the head, or one object of a list: in the order of the fields, then of the ids. */
struct document_part {
	size_t field; /* row of hotel_shape */
	struct str text;
};

struct document {
	struct vec parts; /* of struct document_part */
	struct str token; /* ctl's */
};

/* The document of a head and all objects. */
struct document document_of(struct arena *arena, const struct hotel *hotel,
			    const struct objects *objects);

/* Sets all members of the head; the lists stay. */
void document_put_head(struct document *document, struct arena *arena, const struct hotel *hotel);

/* Adds or replaces one object, but no room, by its JSON text, which begins with its identity. */
void document_put_object(struct document *document, struct arena *arena, const struct kind *kind,
			 struct str id, struct str text);

/* The kind of the object whose text the i-th part is, and its id, a view; NULL for a member of the head, and for rooms, of which a part has many. */
const struct kind *document_object(const struct document *document, size_t i, struct str *id);

/* The document in the seed's wrapper, packed with its parts for the cache. */
struct str document_pack(const struct document *document, struct arena *arena);

/* True when the packed document is of the commit with this token: its revision may be that of a hotel that was imported over it. */
bool document_is_of(struct str packed, struct str token);

/* The wrapped JSON of packed bytes: a view. */
struct str document_body(struct str packed);

/* The parts of packed bytes: views of them. */
struct document document_unpack(struct str packed, struct arena *arena);

/* Reads the whole draft document, all of one revision, lists by code, and packs it into cx's arena. *ctl is the hotel's as it was read
 * just now, and that of the document afterwards. NOT_FOUND (not noted) when the hotel is deleted; CONFLICT (not noted) when it was
 * written during each of so many readings. */
MUST_CHECK enum err document_read(struct cx *cx, struct store *store, struct str code,
				  unsigned readings, struct ctl *ctl, struct str *packed);

#endif
