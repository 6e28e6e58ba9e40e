/* record/batch.h - the writes of one commit while a use case gathers them.
 *
 * Owner:  lives in its cx's arena. Sticky: memory that is refused shows at the commit.
 * Every item that is put gets `rev`, `wt`, `et` and `sv` here and nowhere else, but for those that batch_put_item takes over.
 */
#ifndef INNKEEPER_RECORD_BATCH_H
#define INNKEEPER_RECORD_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/vec.h"
#include "port/store.h"

struct batch {
	struct cx *cx;
	struct vec writes; /* of struct write */
	size_t bytes;      /* of what it puts, by item_size */
	struct str token;  /* of the commit */
	enum err err;      /* of the first write that is not allowed */
};

/* Starts empty with a new token. */
void batch_init(struct batch *batch, struct cx *cx);

/* Puts an item of entity type `type` whose attributes are a vec of struct attr; ERR_LIMIT `too_large` shows at the commit when it is past
 * ITEM_BYTES_MAX. */
void batch_put(struct batch *batch, struct key key, struct str type, uint64_t if_rev, uint64_t rev,
	       struct vec *attrs);

/* The write that was added last has this condition too: the stored item's token. */
void batch_if_token(struct batch *batch, struct str token);

/* Commits only while this holds, and writes nothing for it. */
void batch_check(struct batch *batch, struct key key, uint64_t if_rev);

/* Puts an item as it is, with the rev and the token of the commit that made it: for what comes from another store. */
void batch_put_item(struct batch *batch, const struct item *item, uint64_t if_rev);

/* Takes the write of that key back, if there is one. */
void batch_drop(struct batch *batch, struct key key);

/* The write of that key, or NULL. */
const struct write *batch_find(const struct batch *batch, struct key key);

void batch_delete(struct batch *batch, struct key key, uint64_t if_rev);

/* True when it goes into one commit of the store, with `more` writes of at most BATCH_MORE_BYTES each. */
#define BATCH_MORE_BYTES ((size_t)32 << 10)
bool batch_fits(const struct batch *batch, const struct store *store, size_t more);

/* Commits everything or nothing in one commit of the store; record/commit_many.h is the door for use cases. `witness` is an item that
 * this commit and no other puts: after an unclear answer it tells whether ours was applied (domain.md 2.3); an empty key = there is
 * none. CONFLICT as of the store: not noted, *conflict names the write. */
MUST_CHECK enum err batch_commit(struct batch *batch, struct store *store, struct key witness,
				 size_t *conflict);

/* Commits writes without conditions in as many commits as the store needs: for what nobody sees before another commit names it.
 * UNAVAILABLE for an unclear answer too. Where it fails some of it may be there. */
MUST_CHECK enum err batch_commit_pieces(struct batch *batch, struct store *store);

#endif
