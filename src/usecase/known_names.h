/* usecase/known_names.h - which objects a hotel may hold, as far as this process has seen: what is not among them is new, and
 * is written without being looked for.
 *
 * A guess, like all of usecase/known_state.h: the commit proves that nothing is there. Decision 010.
 * Owner: lives in the request's arena; memory that is refused shows there.
 */
#ifndef INNKEEPER_USECASE_KNOWN_NAMES_H
#define INNKEEPER_USECASE_KNOWN_NAMES_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/vec.h"
#include "model/kind.h"
#include "record/document.h"

struct known_names {
	bool complete;     /* false: nobody knows */
	struct vec hashes; /* of uint32_t: two names of one hash are taken for one */
};

/* None, and that is all there are. */
struct known_names known_names_none(void);

/* Those of the document's objects. */
struct known_names known_names_of(const struct document *document, struct arena *arena);

/* One more, which is not looked for first; but no room: all of a hotel's are replaced together, by a write that reads them. */
void known_names_add(struct known_names *names, struct arena *arena, const struct kind *kind,
		     struct str id);

/* True where nobody knows better. */
bool known_names_may_have(const struct known_names *names, const struct kind *kind, struct str id);

#endif
