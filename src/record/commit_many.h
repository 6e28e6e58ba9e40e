/* record/commit_many.h - the one door to a store for writes: a batch of any size, all of it or nothing.
 *
 * What the store takes in one commit goes in one; more goes by an intent (domain.md 2.4): what the commit is too small for is written
 * beside everything first, the commit that names it is the seal, and what waits then goes where it belongs. From the seal on it has
 * happened: what fails behind it is not told, for the next writer finishes it (record/intent.h) and readers see it (record/intent_view.h).
 *
 * What waits is as little as it must be: writes in the hotel's own partition but ctl and the witness, then writes elsewhere that have no
 * condition. They lose their conditions: the seal's condition on ctl is theirs.
 */
#ifndef INNKEEPER_RECORD_COMMIT_MANY_H
#define INNKEEPER_RECORD_COMMIT_MANY_H

#include <stddef.h>

#include "base/err.h"
#include "port/store.h"
#include "record/batch.h"

/* As batch_commit, for a batch that may be larger than what the store takes at once, of one hotel then. LIMIT `too_large`: it is of
 * several or none, or too much of it can not wait. */
MUST_CHECK enum err commit_many(struct batch *batch, struct store *store, struct key witness,
				size_t *conflict);

#endif
