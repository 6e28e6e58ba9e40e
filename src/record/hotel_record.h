/* record/hotel_record.h - a hotel in the store: its control item, its head, its objects one by one.
 *
 * Errors: NOT_FOUND is an answer and not noted; all others are.
 */
#ifndef INNKEEPER_RECORD_HOTEL_RECORD_H
#define INNKEEPER_RECORD_HOTEL_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cx.h"
#include "base/err.h"
#include "model/hotel.h"
#include "port/store.h"
#include "record/batch.h"
#include "model/kind.h"

/* `ctl`: everything that a commit is conditioned on. */
struct ctl {
	uint64_t rev;
	struct str
		token; /* `wt` of the commit that wrote it: revisions alone do not tell a hotel that was imported over this one */
	struct str
		intent; /* token of an intent that is sealed and not finished: read through record/intent_view.h; empty = none */
	struct str history_hash; /* of the last history item */
	int64_t history_time_ms; /* its time, since 1970 */
	uint64_t live_number;    /* publication that is live; 0 = none */
	uint64_t next_number;    /* that the next publication takes; from 1 */
	bool deleted;
	uint64_t objects;        /* records of the document, the head not counted */
	uint64_t document_bytes; /* of their JSON and the head's */
};

/* What of an object's record is not the object. */
struct stored {
	uint64_t rev; /* as read; REV_ABSENT: there is none under its key */
	uint64_t
		old_rev; /* of the record under the sample program's key; REV_ABSENT: there is none, or nobody looked */
	struct str last_updated_by; /* may be empty */
};

/* `cfg-general` with what of it is not the hotel's JSON. */
struct head {
	uint64_t rev;
	struct str owner;           /* the user whose hotel it is; may be empty */
	struct str last_updated_by; /* may be empty */
	struct hotel hotel;         /* lists empty */
};

MUST_CHECK enum err record_get_ctl(struct cx *cx, struct store *store, struct str code,
				   struct ctl *out);

/* The same, for reading: where other programs write, a hotel that has only a head of theirs is found too. Its ctl has rev 0, and something
 * of the head's content for a token. */
MUST_CHECK enum err record_find_ctl(struct cx *cx, struct store *store, struct str code,
				    struct ctl *out);

MUST_CHECK enum err record_get_head(struct cx *cx, struct store *store, struct str code,
				    struct head *out);

/* *object is zeroed and filled, its identity included; *stored is for the write that replaces it. Where other programs write, and there
 * is no record under its key, that under the sample program's is read. */
MUST_CHECK enum err record_get_object(struct cx *cx, struct store *store, const struct kind *kind,
				      struct str code, struct str id, void *object,
				      struct stored *stored);

/* The same of an item that was read already. */
MUST_CHECK enum err record_read_ctl(struct cx *cx, const struct item *item, struct ctl *out);
MUST_CHECK enum err record_read_head(struct cx *cx, const struct item *item, struct head *out);

/* A copy that lives in the arena; of no hotel where that refuses. */
struct head record_copy_head(struct arena *arena, const struct head *head);

/* Reads a head from a listing's item. */
MUST_CHECK enum err record_read_listing(struct cx *cx, const struct item *item, struct head *out);

/* The head as our last commit left it, which other programs do not touch; its rev is that of the listing. */
MUST_CHECK enum err record_get_listed(struct cx *cx, struct store *store, struct str code,
				      struct head *out);

/* Read before and after what they stand for: true when both are of the same commit, and all of it was there or in the intent that
 * `before` has. */
bool record_is_same_ctl(const struct ctl *before, const struct ctl *after);

/* Adds the writes of one record; `if_rev` as of the store's write, `rev` the revision that the commit makes. `before` is the ctl that
 * was read, its rev 0 where there was none, and has no intent (record/intent.h); ctl's own token is the batch's from here on. */
void record_put_ctl(struct batch *batch, struct str code, const struct ctl *before,
		    struct ctl *ctl);
void record_put_head(struct batch *batch, const struct head *head, uint64_t if_rev, uint64_t rev);

#define RECORD_LISTINGS_MAX 4

/* The partitions that list the hotel; an empty one is none. */
void record_find_listings(struct arena *arena, const struct head *head,
			  struct str listings[RECORD_LISTINGS_MAX]);

void record_put_listings(struct batch *batch, const struct head *head, uint64_t rev);
/* The head, deleted in its own revision. */
void record_remove_head(struct batch *batch, const struct head *head);
/* Takes the hotel out of the listings that it was in and is in no more; `after` NULL: out of all. */
void record_drop_listings(struct batch *batch, const struct head *before, const struct head *after);
/* Replaces what is stored; what stood under the sample program's key goes. */
void record_put_object(struct batch *batch, const struct kind *kind, struct str code, void *object,
		       const struct stored *stored, uint64_t rev);
/* Of an object that is put without having been looked for: nothing stands under the sample program's key either, or the commit is refused. */
void record_expect_no_old(struct batch *batch, const struct kind *kind, struct str code,
			  struct str id);
void record_remove_object(struct batch *batch, const struct kind *kind, struct str code,
			  struct str id, const struct stored *stored);

#endif
