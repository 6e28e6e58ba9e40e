/* record/commit_many.h - the one door to a store for writes: a batch of any size, all of it or nothing.
 *
 * What the store takes in one commit goes in one; more goes by an intent (domain.md 2.4).
 */
#ifndef INNKEEPER_RECORD_COMMIT_MANY_H
#define INNKEEPER_RECORD_COMMIT_MANY_H

#include <stddef.h>

#include "base/err.h"
#include "port/store.h"
#include "record/batch.h"

/* As batch_commit, for a batch that may be larger than what the store takes at once. */
MUST_CHECK enum err commit_many(struct batch *batch, struct store *store, struct key witness,
				size_t *conflict);

#endif
