/* main/figures.h - everything that /metrics shows: the server, the store, the cache, the process, the build. */
#ifndef INNKEEPER_MAIN_FIGURES_H
#define INNKEEPER_MAIN_FIGURES_H

#include <stdint.h>

#include "base/buf.h"
#include "port/cache.h"
#include "port/store.h"
#include "runtime/metrics.h"

struct figures {
	struct metrics *metrics;
	struct store *store;
	struct cache *cache;
	int64_t start_ms; /* wall clock */
};

/* Fits api_options.write_metrics; state = the figures. Any thread; waits for no store. */
void figures_write(void *state, struct buf *out);

#endif
