#include "adapter/sqlite_counts.h"

#include <stdatomic.h>

void sqlite_counts_add(struct sqlite_counts *counts, const struct sqlite_group *group)
{
	uint64_t applied = 0, conflicts = 0, failed = 0;

	for (const struct sqlite_job *job = group->first; job; job = job->next) {
		applied += job->outcome.err == OK;
		conflicts += job->outcome.err == ERR_CONFLICT;
		failed += job->outcome.err != OK && job->outcome.err != ERR_CONFLICT;
	}
	histogram_count(&counts->applied, applied);
	histogram_count(&counts->conflicts, conflicts);
	histogram_count(&counts->failed, failed);
	if (applied == 0)
		return;
	histogram_add(&counts->members, &histogram_members, applied);
	histogram_add(&counts->sync_us, &histogram_us, group->sync_us);
}

void sqlite_counts_read(const struct sqlite_counts *counts, struct store_stats *out)
{
	out->applied = atomic_load_explicit(&counts->applied, memory_order_relaxed);
	out->conflicts = atomic_load_explicit(&counts->conflicts, memory_order_relaxed);
	out->failed = atomic_load_explicit(&counts->failed, memory_order_relaxed);
	out->log_pages = atomic_load_explicit(&counts->log_pages, memory_order_relaxed);
	histogram_read(&counts->members, &out->members);
	histogram_read(&counts->sync_us, &out->sync_us);
	histogram_read(&counts->checkpoint_us, &out->checkpoint_us);
}
