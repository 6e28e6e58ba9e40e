/* command/export.h - `innkeeper export`: the hotels of a store, with their history, and their chains and brands, as lines of text
 * (command/record_text.h).
 *
 * Hotels stand in the order of their codes, so the same hotels are the same bytes on every engine; their codes are held in memory.
 *
 * Beside a running server: each hotel is written as one revision, however often it is saved meanwhile. Listings, names, idempotency
 * records and whatever else is called `~…` are left out: import makes anew what follows from the hotels.
 */
#ifndef INNKEEPER_COMMAND_EXPORT_H
#define INNKEEPER_COMMAND_EXPORT_H

#include <stdint.h>
#include <stdio.h>

#include "base/cx.h"
#include "base/err.h"
#include "command/record_text.h"
#include "port/store.h"

struct export_job {
	struct store *store;
	FILE *out;        /* flushed at the end, and the caller's to close */
	FILE *complaints; /* a line for each hotel that is left out */
	/* Called after each hotel; NULL = nobody watches. */
	void (*watch)(void *watcher, uint64_t hotels);
	void *watcher;
};

struct export_result {
	struct record_counts counts;
	uint64_t
		left_out; /* partitions without a control record: `innkeeper migrate` makes hotels of them */
};

/* UNAVAILABLE: the store, or the file, or a hotel that writers never let be read; LIMIT `storage_full`. What was written then has no last
 * line. */
MUST_CHECK enum err export_store(struct cx *cx, const struct export_job *job,
				 struct export_result *result);

#endif
