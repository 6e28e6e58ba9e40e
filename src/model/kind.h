/* model/kind.h - the kinds of objects that a hotel holds as records of their own: one row each.
 *
 * Routes, records, history, references and export follow from the row: docs/ADDING.md shows how to add one.
 */
#ifndef INNKEEPER_MODEL_KIND_H
#define INNKEEPER_MODEL_KIND_H

#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/vec.h"
#include "model/hotel.h"
#include "model/shape.h"

/* What happens to an object, with `?cascade=true`, when something that it names is deleted. */
enum when_gone {
	LOSES_ENTRY, /* the name is taken out of the list */
	GOES_WITH_LAST, /* the same, and without any name left the object goes too: it must not widen to everything */
	GOES_WITH, /* the object goes too */
};

/* A member that names objects of another kind: a code, a list of codes, a list of objects of which the code alone counts,
 * or a rule's targets, which name their kind themselves. */
struct reference_row {
	struct str member;       /* empty ends the rows */
	const struct kind *kind; /* NULL: rule targets */
	enum when_gone when_gone;
};

#define KIND_REFERENCES_MAX 2

struct kind {
	struct str name; /* in history and `et`: `roomType` */
	struct str
		title; /* in the names of its use cases: addRoomType, saveRoomType, deleteRoomType */
	const char *noun; /* for people: `room type` */
	const char
		*nouns; /* `Room types`: what its routes are found under; these only with a path */
	const char *meaning;   /* what it is, a sentence */
	struct str path;       /* of its routes below a hotel's; empty: none of its own */
	struct str prefix;     /* of its sort keys, up to the id */
	struct str old_prefix; /* the sample program's, the id verbatim behind it; empty: as ours */
	struct str list;       /* the hotel's member that lists it */
	struct str target;     /* `type` of a rule's entry that names it; empty: none can */
	const struct shape *shape;
	struct reference_row references[KIND_REFERENCES_MAX + 1];
};

extern const struct kind kind_room_type;
extern const struct kind kind_tag;
extern const struct kind kind_room;

/* All kinds, ended by NULL. */
extern const struct kind *const kinds[];

/* The row of hotel_shape that lists the kind. */
size_t kind_field(const struct kind *kind);

/* Where an object of the kind keeps its identity. */
struct str *kind_id(const struct kind *kind, void *object);

/* The kind whose list the hotel's member is, or whose record has that sort key (an id is escaped there: it has no `-`);
 * NULL: none. */
const struct kind *kind_of_list(struct str list);
const struct kind *kind_of_key(struct str item_type);

/* The order of objects' records: <0, 0 or >0 by prefix, then by id. */
int object_order(const struct kind *kind, struct str id, const struct kind *other_kind,
		 struct str other_id);

/* What others embed shows in them: a change of it changes their JSON. */
bool kind_is_embedded(const struct kind *kind);

/* Completes the objects that a value embeds, of which it has the codes, by what `find` has in `set`; it returns NULL for what is not there. */
void kind_embed(const struct kind *kind, void *value,
		const void *(*find)(const void *set, const struct kind *kind, struct str id),
		const void *set);

/* One name in an object. */
struct reference {
	const struct reference_row *row;
	const struct kind *kind; /* NULL: the hotel itself */
	struct str id;
	size_t index; /* in the member's list; 0 for a code */
	bool is_list;
};

/* Appends every name that the object holds to out (of struct reference); an empty one names nothing. */
void kind_references(struct arena *arena, const struct kind *kind, const void *object,
		     struct vec *out);

/* Takes the reference's entry, which stands in a list, out of it; the list is copied. Indexes behind it move. True: none is
 * left. Where the arena refuses, the list stays as it was. */
bool kind_drop_reference(struct arena *arena, const struct kind *kind, void *object,
			 const struct reference *reference);

#endif
