/* adapter/sqlite_job.h - one commit on its way to the writer: a copy of its own, encoded.
 *
 * Owner:   the caller until it is queued; then both, and who lets go last frees it: a caller may leave at its
 *          deadline while the writer is still at work.
 * Threads: `lock` guards state, left and the outcome; the rest is written before it is queued, but
 *          for `next`, which is the queue's.
 */
#ifndef INNKEEPER_ADAPTER_SQLITE_JOB_H
#define INNKEEPER_ADAPTER_SQLITE_JOB_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "port/store.h"

struct sqlite_job_write {
	enum write_op op;
	uint64_t if_rev;
	uint64_t rev;
	struct str code;
	struct str item_type;
	struct str attrs; /* JSON */
	struct str if_token;
};

/* How it went. */
struct sqlite_outcome {
	enum err err;
	int rc;          /* the engine's, where err comes from it */
	size_t conflict; /* ERR_CONFLICT: the write */
};

struct sqlite_job {
	struct arena arena; /* holds the job itself */
	struct sqlite_job_write *writes;
	size_t n;
	struct sqlite_job *next;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool done;
	bool left; /* the caller is gone */
	struct sqlite_outcome outcome;
};

/* A copy of the commit; never NULL, without memory the process ends. */
struct sqlite_job *sqlite_job_new(const struct commit *commit);

/* Waits until it is done, or until `until_mono_ms` of the system's clock (0 = for ever); true: done. */
MUST_CHECK bool sqlite_job_wait(struct sqlite_job *job, int64_t until_mono_ms);

/* The same; but when it is not done by then the caller has left, and the job is the writer's. */
MUST_CHECK bool sqlite_job_wait_or_leave(struct sqlite_job *job, int64_t until_mono_ms);

/* The writer is through with it; frees it when the caller has left. */
void sqlite_job_finish(struct sqlite_job *job);

void sqlite_job_free(struct sqlite_job *job);

#endif
