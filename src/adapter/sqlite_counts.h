/* adapter/sqlite_counts.h - what the writer has done, counted for store_get_stats.
 *
 * Threads: the writer's counts; any reads.
 */
#ifndef INNKEEPER_ADAPTER_SQLITE_COUNTS_H
#define INNKEEPER_ADAPTER_SQLITE_COUNTS_H

#include <stdint.h>

#include "adapter/sqlite_group.h"
#include "base/histogram.h"
#include "port/store_stats.h"

/* Zeroed: nothing has happened. */
struct sqlite_counts {
	_Atomic uint64_t applied, conflicts, failed;
	_Atomic uint64_t log_pages;
	struct histogram members, sync_us, checkpoint_us;
};

/* A group whose members' outcomes are set, before they are handed back. */
void sqlite_counts_add(struct sqlite_counts *counts, const struct sqlite_group *group);

/* Fills in all but is_stopped. */
void sqlite_counts_read(const struct sqlite_counts *counts, struct store_stats *out);

#endif
