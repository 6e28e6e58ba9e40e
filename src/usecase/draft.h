/* usecase/draft.h - the objects of a hotel within one write: as they are, as they will be, and whether the whole still
 * holds together then.
 *
 * A partial draft reads the objects that it is asked about; a whole one has read all, which deleting, replacing a collection
 * and changing what others embed need. Both stand on the edit's ctl: the commit proves them.
 * Owner: lives in the edit's arena.
 */
#ifndef INNKEEPER_USECASE_DRAFT_H
#define INNKEEPER_USECASE_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "model/kind.h"
#include "usecase/edit_changes.h"

/* What a request may take for each object that it reads, compares and writes, beside the text of its document. */
#define DRAFT_OBJECT_BYTES 6144

struct draft_object {
	const struct kind *kind;
	struct str id;
	struct stored stored; /* of before's record */
	const void
		*before; /* NULL: there is none; in a partial draft with the tags that it embeds */
	void *after;     /* NULL: there will be none */
	bool given;      /* by the request, at `pointer` of its body */
	bool old_unread; /* new without a look under the sample program's key, where nothing may stand */
	struct str pointer;
};

struct draft {
	struct edit *edit;
	bool whole;
	struct vec objects; /* of struct draft_object, by kind and id */
};

/* Nothing is read yet. */
void draft_begin(struct draft *draft, struct edit *edit);

/* Reads all objects of the hotel. */
MUST_CHECK enum err draft_begin_whole(struct draft *draft, struct edit *edit);

/* The object, read first where the draft is partial; *out is NULL when there is none, before or after. Valid until the next call. */
MUST_CHECK enum err draft_find(struct draft *draft, const struct kind *kind, struct str id,
			       struct draft_object **out);

/* The same for an object that is to be put: what is not known to be there is taken for absent without being read, and the commit proves it.
 * Whatever else comes of that is a guess (edit->guessed). */
MUST_CHECK enum err draft_find_to_put(struct draft *draft, const struct kind *kind, struct str id,
				      struct draft_object **out);

/* The object becomes `value`, which the request gives at `pointer`. INVALID when the request gave it before. */
MUST_CHECK enum err draft_put(struct draft *draft, const struct kind *kind, void *value,
			      struct str pointer);

/* The kind's objects become these, and no others; whole drafts only. `values` is a vec of the kind's structs, each given at its
 * pointer (a vec of struct str). */
MUST_CHECK enum err draft_replace(struct draft *draft, const struct kind *kind,
				  const struct vec *values, const struct vec *pointers);

/* The object will not be there; NOT_FOUND, not noted, when it is not. Whole drafts only. */
MUST_CHECK enum err draft_remove(struct draft *draft, const struct kind *kind, struct str id);

/* Nothing will be there. */
void draft_remove_all(struct draft *draft);

/* True when objects of other kinds embed what is changed: such a change needs a whole draft. */
bool draft_wants_whole(const struct draft *draft);

/* Are there no more objects than a hotel may hold, and does every name lead to one? What the request gives and names nothing: INVALID. What is removed and still named by others:
 * CONFLICT `in_use` with the referrers, or, with `cascade`, they lose the name or go too. */
MUST_CHECK enum err draft_settle(struct draft *draft, bool cascade);

/* Adds the writes of everything that differs to the edit. */
MUST_CHECK enum err draft_write(struct draft *draft);

/* The objects that the request gave, as they are stored, by code: a vec of the kind's structs, tags complete. */
struct vec draft_given(const struct draft *draft, const struct kind *kind);

/* Completes the tags that a value of the draft embeds. */
void draft_embed(const struct draft *draft, const struct kind *kind, void *value);

#endif
