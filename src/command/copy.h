/* command/copy.h - `innkeeper copy`: what a store holds comes into another one, of any engine, while both are in use, and is compared.
 *
 * Chains and brands first, then each hotel whole, with its revisions and history, then the answers kept for repeated requests. Listings,
 * names and counts are made anew. Passes over what has changed follow until one has nothing to copy; one of them compares everything.
 * A hotel that the target has at the source's revision is not copied again, so a copy that was stopped goes on when it is started again.
 * The source is never written; of the target nothing is removed but what a hotel, going on from what is there, has no more.
 * Memory: what the threads may have; for a larger hotel at most 1 GiB a side; codes of a page of hotels; complaints.
 */
#ifndef INNKEEPER_COMMAND_COPY_H
#define INNKEEPER_COMMAND_COPY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/cx.h"
#include "base/err.h"
#include "command/progress.h"
#include "port/store.h"
#include "usecase/app.h"

struct copy_job {
	struct store *from;
	struct app *to;   /* store and gates */
	FILE *complaints; /* at the end: a line for whatever is not the same, and why */
	bool replace;     /* what the target has, whatever it is */
	unsigned threads; /* hotels at a time, from 1; 1: the caller's thread alone */
	/* Memory that a thread has for a hotel of each store; a larger one is copied alone. */
	size_t thread_bytes;
	struct progress *progress; /* hotels of a pass */
};

struct copy_result {
	uint64_t hotels;  /* of the source, deleted ones too, in the last pass */
	uint64_t chains;  /* and brands, likewise */
	uint64_t copied;  /* hotels, as often as they were */
	uint64_t records; /* read on both sides and found the same */
	unsigned passes;
	uint64_t complaints;
	bool is_equal; /* each hotel when it was looked at last, and everything else */
};

/* UNAVAILABLE, LIMIT `storage_full`: a store fails; what was copied before stays, and the next copy goes on from it. */
MUST_CHECK enum err copy_store(struct cx *cx, const struct copy_job *job,
			       struct copy_result *result);

#endif
