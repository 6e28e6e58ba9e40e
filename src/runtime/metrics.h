/* runtime/metrics.h - what the server counts, as Prometheus text.
 *
 * Owner:   main opens one before the API and the server, and closes it after them.
 * Threads: each event thread counts in a slot of its own without locks; metrics_write sums the slots from any thread.
 * Limits:  METRICS_SERIES routes times status classes a slot; more are counted together as route `other`.
 */
#ifndef INNKEEPER_RUNTIME_METRICS_H
#define INNKEEPER_RUNTIME_METRICS_H

#include <stdint.h>

#include "base/buf.h"

#define METRICS_SLOTS_MAX 64
#define METRICS_POOLS_MAX 2
#define METRICS_SERIES 512

struct metrics;
struct metrics_slot;
struct metrics_pool;

enum metrics_counter {
	METRICS_OPENED,   /* connections */
	METRICS_CLOSED,   /* connections */
	METRICS_BEGUN,    /* requests of which something was read */
	METRICS_ENDED,    /* of those, the ones that were answered or given up */
	METRICS_RECEIVED, /* bytes */
	METRICS_SENT,     /* bytes */
	METRICS_COUNTERS,
};

struct metrics *metrics_open(void);

void metrics_close(struct metrics *metrics);

/* A thread's own slot, before the threads run; it lives as long as the metrics. At most METRICS_SLOTS_MAX. */
struct metrics_slot *metrics_add_slot(struct metrics *metrics);

void metrics_count(struct metrics_slot *slot, enum metrics_counter counter, uint64_t n);

/* One answer; `route` is a literal (its address is the key), "" = none matched. */
void metrics_answer(struct metrics_slot *slot, const char *route, unsigned status,
		    uint64_t duration_us);

/* A pool of workers under that name, a literal, before it runs; lives as long as the metrics. At most METRICS_POOLS_MAX. */
struct metrics_pool *metrics_add_pool(struct metrics *metrics, const char *name);

/* Requests that wait for a worker of it, and workers that have one. */
void metrics_set_pool(struct metrics_pool *pool, unsigned waiting, unsigned busy);

/* Fits api_options.write_metrics; state = the metrics. */
void metrics_write(void *state, struct buf *out);

#endif
