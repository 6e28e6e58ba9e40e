/* runtime/worker_pool.h - threads for what may block, behind bounded queues: one a lane, served in turn.
 *
 * Owner:   the server. A job is its owner's memory and is its owner's again once `run` has begun its last line.
 * Threads: worker_pool_put from any.
 * Limits:  `queue_max` jobs wait; one more is refused, and so the client, rather than kept waiting for nothing. No lane has
 *          more than three quarters of the queue nor of the workers, so that what makes one wait leaves room for the others.
 */
#ifndef INNKEEPER_RUNTIME_WORKER_POOL_H
#define INNKEEPER_RUNTIME_WORKER_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/metrics.h"

struct worker_pool;

struct worker_job {
	struct worker_job *next;
	uint64_t lane; /* of what may have to wait for each other; lanes may fall together */
	void (*run)(struct worker_job *job, unsigned thread);
};

/* Starts the workers; their thread numbers count up from first_thread. */
struct worker_pool *worker_pool_open(unsigned workers, unsigned queue_max, unsigned first_thread,
				     struct metrics_pool *metrics);

/* Would a job of that lane begin now? A moment later it may be otherwise. */
bool worker_pool_is_free(struct worker_pool *pool, uint64_t lane);

/* False when the queue is full, or the pool closes. A job may put itself into another pool. */
bool worker_pool_put(struct worker_pool *pool, struct worker_job *job);

/* Lets the running jobs end, drops those that wait, and frees; false when some still run after wait_ms: then nothing
 * is freed and the process must end. Workers without a job do not count: they end however short it is. */
bool worker_pool_close(struct worker_pool *pool, int64_t wait_ms);

#endif
