/* port/store_stats.h - what a store has counted since it was opened, for an operator to see.
 *
 * Threads: any may ask, whatever is under way; nobody waits.
 */
#ifndef INNKEEPER_PORT_STORE_STATS_H
#define INNKEEPER_PORT_STORE_STATS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/histogram.h"
#include "port/store.h"

struct store_stats {
	uint64_t applied;   /* commits that were written */
	uint64_t conflicts; /* commits that a condition refused: mostly they are tried again */
	uint64_t failed;    /* commits refused for any other reason, the unclear ones too */
	struct histogram_values
		members; /* commits of each group that shared a sync; histogram_members */
	struct histogram_values sync_us;       /* making each group durable; histogram_us */
	struct histogram_values checkpoint_us; /* moving the log into the file; histogram_us */
	uint64_t log_pages;                    /* in the log, as of the last commit */
	bool is_stopped;    /* a sync has failed: no commits until it is opened anew */
	bool is_remote;     /* it is asked over a network: only then the next two are counted */
	uint64_t retries;   /* calls that were sent again, whatever for */
	uint64_t throttled; /* of them those that it asked for, having too much to do */
};

/* Fills in what was counted; false, nothing filled in, where the engine has figures of its own. */
bool store_get_stats(struct store *store, struct store_stats *out);

#endif
