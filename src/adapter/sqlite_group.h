/* adapter/sqlite_group.h - commits that share a transaction and its sync: a failed condition undoes
 * only its own member, a failed commit fails all.
 *
 * Owner:   the writer's thread, which hands the jobs back with their outcomes set.
 * Errors:  none of its own: each job's outcome, and `latched` for the writer.
 */
#ifndef INNKEEPER_ADAPTER_SQLITE_GROUP_H
#define INNKEEPER_ADAPTER_SQLITE_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "adapter/sqlite_job.h"
#include "adapter/sqlite_rows.h"

struct sqlite_group {
	struct sqlite_job *first; /* in the order in which they came */
	size_t n;
	uint64_t sync_us; /* what the commit of all took: the log written and synced */
	bool wrote;       /* some member has changed something */
	bool latched;     /* a sync failed: what is on disk is not known any more */
};

/* Sets every member's outcome; `begun` is what ROWS_BEGIN gave. Ends the transaction in any case. */
void sqlite_group_commit(struct sqlite_group *group, struct sqlite_rows *rows, int begun);

/* Sets every member's outcome to UNAVAILABLE: the writer has latched before. */
void sqlite_group_refuse(struct sqlite_group *group);

#endif
