#include "main/figures.h"

#include <sqlite3.h>

#include "codec/exposition.h"
#include "main/build.h"
#include "port/store_stats.h"
#include "runtime/process.h"

#define COMMITS "innkeeper_store_commits_total"

static void write_build(struct buf *out)
{
	struct buf labels;

	buf_init(&labels, out->arena);
	exposition_label(&labels, "version", STR(BUILD_VERSION));
	buf_add_char(&labels, ',');
	exposition_label(&labels, "sqlite", str_of(sqlite3_libversion()));
	buf_add_char(&labels, ',');
	exposition_label(&labels, "compiler", STR(BUILD_COMPILER));
	buf_add_char(&labels, '\0');
	if (labels.failed)
		return;
	exposition_family(out, "innkeeper_build_info", "gauge",
			  "What this program was built with.");
	exposition_sample(out, "innkeeper_build_info", labels.ptr, 1);
}

static void write_histogram(struct buf *out, const char *name, const char *help,
			    const struct histogram_scale *scale,
			    const struct histogram_values *values)
{
	exposition_family(out, name, "histogram", help);
	exposition_histogram(out, name, "", scale, values);
}

static void write_remote(struct buf *out, const struct store_stats *stats)
{
	write_histogram(out, "innkeeper_store_commit_duration_seconds",
			"A commit over the network, with what was sent again of it.", &histogram_us,
			&stats->sync_us);
	exposition_number(out, "innkeeper_store_retries_total", "counter",
			  "Calls that were sent again, whatever for.", stats->retries);
	exposition_number(out, "innkeeper_store_throttled_total", "counter",
			  "Of them those that the store asked for, having too much to do.",
			  stats->throttled);
}

static void write_embedded(struct buf *out, const struct store_stats *stats)
{
	write_histogram(out, "innkeeper_store_group_commits", "Commits that shared one sync.",
			&histogram_members, &stats->members);
	write_histogram(out, "innkeeper_store_sync_duration_seconds",
			"Making a group of commits durable.", &histogram_us, &stats->sync_us);
	write_histogram(out, "innkeeper_store_checkpoint_duration_seconds",
			"Moving the log into the database file; commits wait meanwhile.",
			&histogram_us, &stats->checkpoint_us);
	exposition_number(out, "innkeeper_store_log_pages", "gauge",
			  "Pages in the log, as of the last commit.", stats->log_pages);
	exposition_number(out, "innkeeper_store_stopped", "gauge",
			  "1 after a failed sync: no commits until a restart.", stats->is_stopped);
}

static void write_store(struct buf *out, struct store *store)
{
	struct store_stats stats;

	if (!store_get_stats(store, &stats))
		return;
	exposition_family(out, COMMITS, "counter",
			  "Commits by what came of them; a conflict is mostly tried again.");
	exposition_sample(out, COMMITS, "result=\"applied\"", stats.applied);
	exposition_sample(out, COMMITS, "result=\"conflict\"", stats.conflicts);
	exposition_sample(out, COMMITS, "result=\"failed\"", stats.failed);
	if (stats.is_remote)
		write_remote(out, &stats);
	else
		write_embedded(out, &stats);
}

static void write_cache(struct buf *out, struct cache *cache)
{
	struct cache_usage usage = cache_usage(cache);

	exposition_number(out, "innkeeper_cache_bytes", "gauge", "Memory that the cache takes.",
			  usage.bytes);
	exposition_number(out, "innkeeper_cache_max_bytes", "gauge",
			  "Memory that the cache may take.", usage.max_bytes);
	exposition_number(out, "innkeeper_cache_entries", "gauge",
			  "Documents and states of hotels in the cache.", usage.entries);
	exposition_number(out, "innkeeper_cache_hits_total", "counter",
			  "Lookups that found what they wanted.", usage.hits);
	exposition_number(out, "innkeeper_cache_misses_total", "counter",
			  "Lookups that did not; a read past the cache looks twice.", usage.misses);
	exposition_number(out, "innkeeper_cache_evictions_total", "counter",
			  "Entries that had to make room for others.", usage.evictions);
}

void figures_write(void *state, struct buf *out)
{
	const struct figures *figures = state;

	metrics_write(figures->metrics, out);
	write_store(out, figures->store);
	write_cache(out, figures->cache);
	write_build(out);
	process_write(out, figures->start_ms);
}
