/* record/intent_record.h - an intent in the store (domain.md 2.4): the writes that a commit was too small for, under a name that
 * nothing leads to before the hotel's ctl names it, and the ctl that does.
 *
 * `~intent-<token>`: the header, and parts that hold the writes as lists of maps. Parts are applied in order and removed one by one: the
 * header's rev is the number of the first that is left.
 * Errors: NOT_FOUND is an answer and not noted; all others are.
 */
#ifndef INNKEEPER_RECORD_INTENT_RECORD_H
#define INNKEEPER_RECORD_INTENT_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/vec.h"
#include "port/store.h"
#include "record/batch.h"

/* What the writes of one part take; its names come on top. A write that takes more by itself can not wait. */
#define INTENT_PART_BYTES_MAX ((size_t)390 * 1000)

struct intent {
	struct str token;
	struct str hotel;
	struct str at; /* when it was begun, an instant */
	uint64_t next; /* the first part that is not applied; from 1 */
	uint64_t
		documents; /* parts up to this one hold what a hotel's document is made of, those behind it the rest */
	struct vec hashes; /* of struct str: SHA-256 of each part */
};

/* Bytes of the write within a part, at most. */
size_t intent_record_entry_bytes(const struct write *write);

/* Adds header and parts for the writes (a vec of struct write, whose conditions are dropped) of a hotel to the batch, at most
 * `part_bytes` of them a part; *out is what the header says. ERR_LIMIT `too_large` shows at the commit. */
void intent_record_add(struct batch *batch, struct str token, struct str hotel,
		       const struct vec *writes, size_t part_bytes, struct intent *out);

/* Adds the header as it is once the parts before intent->next are applied. */
void intent_record_put_header(struct batch *batch, const struct intent *intent, uint64_t if_rev);

MUST_CHECK enum err intent_record_get(struct cx *cx, struct store *store, struct str token,
				      struct intent *out);

/* Appends the writes of one part, from 1, to a vec of struct write. INTERNAL when they are not what was sealed. */
MUST_CHECK enum err intent_record_get_part(struct cx *cx, struct store *store,
					   const struct intent *intent, uint64_t part,
					   struct vec *writes);

/* The write of a ctl as its seal has it: with a token of its own, so that nobody who knows the hotel's takes it for finished. */
struct write intent_record_seal(struct arena *arena, const struct write *ctl, struct str token);

/* The ctl item of a sealed intent as it is once that is finished; one that is not sealed stays as it is. */
struct item intent_record_unseal(struct arena *arena, const struct item *ctl);

#endif
