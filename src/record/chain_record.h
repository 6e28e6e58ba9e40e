/* record/chain_record.h - chains and brands in the store, each with the counts of who names it.
 *
 * Several hotels write these items: their rev is a counter of their own, and every write is conditioned on it.
 * Errors: NOT_FOUND is an answer and not noted; all others are.
 */
#ifndef INNKEEPER_RECORD_CHAIN_RECORD_H
#define INNKEEPER_RECORD_CHAIN_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cx.h"
#include "base/err.h"
#include "model/chain.h"
#include "port/store.h"
#include "record/batch.h"

struct chain_record {
	uint64_t rev; /* of the item as read; 0 = it is not stored */
	struct chain chain;
	uint64_t hotels; /* that name it */
	uint64_t brands; /* of a chain: that belong to it */
};

struct chain_page {
	struct chain_record *records; /* by code */
	size_t n;
	bool more; /* there are some behind the last one */
};

MUST_CHECK enum err chain_record_get(struct cx *cx, struct store *store,
				     const struct chain_kind *kind, struct str code,
				     struct chain_record *out);

/* The same as the batch will leave it, where it puts it already: several hotels of one commit count together. */
MUST_CHECK enum err chain_record_find(struct batch *batch, struct store *store,
				      const struct chain_kind *kind, struct str code,
				      struct chain_record *out);

/* At most `limit` (from 1), whose code is behind `after`; empty = from the first. Long ones make a page short. */
MUST_CHECK enum err chain_record_list(struct cx *cx, struct store *store,
				      const struct chain_kind *kind, struct str after, size_t limit,
				      struct chain_page *out);

/* Writes the record over what was read: its rev is still that. */
void chain_record_put(struct batch *batch, const struct chain_kind *kind,
		      const struct chain_record *record);

void chain_record_delete(struct batch *batch, const struct chain_kind *kind,
			 const struct chain_record *record);

#endif
