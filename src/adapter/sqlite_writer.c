#include "adapter/sqlite_writer.h"

#include <assert.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "adapter/sqlite_counts.h"
#include "adapter/sqlite_db.h"
#include "adapter/sqlite_group.h"
#include "adapter/sqlite_job.h"
#include "adapter/sqlite_place.h"
#include "adapter/sqlite_rows.h"
#include "base/clock.h"
#include "base/heap.h"
#include "base/histogram.h"
#include "base/log.h"

#define GROUP_MAX 256

/*
 * Pages in the log, 64 MiB, before it is moved into the file. The writer does it between two groups, when nobody of
 * the last one waits any more. A page that is written often is moved once: more pages, more commits a second, and a
 * longer pause for the next group (decision 002 has the figures).
 */
#define CHECKPOINT_PAGES 16000

struct sqlite_writer {
	struct sqlite_rows rows; /* the thread's, like the next two */
	int log_pages;           /* in the log, as of the last commit */
	int moved_pages;         /* log_pages when it was last moved, or could not be */
	struct sqlite_counts counts;
	const struct sqlite_place *place;
	atomic_bool latched;  /* set by the thread, for good */
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t queued;
	struct sqlite_job *first;
	struct sqlite_job **last;
	bool stopping;
	pthread_t thread;
};

/* False when there is nothing more to do, ever. */
static bool wait_for_work(struct sqlite_writer *writer)
{
	bool work;

	pthread_mutex_lock(&writer->lock);
	while (!writer->first && !writer->stopping)
		pthread_cond_wait(&writer->queued, &writer->lock);
	work = writer->first != NULL;
	pthread_mutex_unlock(&writer->lock);
	return work;
}

/* Everything that is queued, within the limits of a group; may be nothing, when callers have left. */
static struct sqlite_group take(struct sqlite_writer *writer)
{
	struct sqlite_group group = { .first = NULL };
	struct sqlite_job **end = &writer->first;
	size_t writes = 0;

	pthread_mutex_lock(&writer->lock);
	group.first = writer->first;
	while (*end && group.n < GROUP_MAX &&
	       (group.n == 0 || writes + (*end)->n <= SQLITE_WRITER_WRITES_MAX)) {
		writes += (*end)->n;
		group.n++;
		end = &(*end)->next;
	}
	if (!*end)
		writer->last = &writer->first;
	writer->first = *end;
	pthread_mutex_unlock(&writer->lock);
	if (end != &writer->first)
		*end = NULL;
	return group;
}

/* After this a job belongs to its caller again. */
static void hand_back(const struct sqlite_group *group)
{
	struct sqlite_job *next;

	for (struct sqlite_job *job = group->first; job; job = next) {
		next = job->next;
		sqlite_job_finish(job);
	}
}

static void latch(struct sqlite_writer *writer)
{
	atomic_store(&writer->latched, true);
	log_event(LOG_LEVEL_ERROR, "store_latched",
		  "a sync failed: no more commits until the store is opened anew");
}

/*
 * Moves the log into the file as far as readers let it. Where it could not, it is tried again when the log
 * has grown by as much again: until then nothing is lost but room.
 */
static void move_log(struct sqlite_writer *writer)
{
	int64_t begun_us;
	int rc;

	if (writer->log_pages < writer->moved_pages)
		writer->moved_pages = 0; /* it has begun anew */
	if (writer->log_pages - writer->moved_pages < CHECKPOINT_PAGES)
		return;
	writer->moved_pages = writer->log_pages;
	begun_us = clock_system_us();
	rc = sqlite3_wal_checkpoint_v2(writer->rows.db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL,
				       NULL);
	histogram_add(&writer->counts.checkpoint_us, &histogram_us,
		      (uint64_t)(clock_system_us() - begun_us));
	if (rc == SQLITE_OK || (rc & 0xff) == SQLITE_BUSY)
		return;
	log_event(LOG_LEVEL_ERROR, "checkpoint_failed", "%s (%d)", sqlite3_errstr(rc), rc);
	if (sqlite_db_is_sync(rc))
		latch(writer);
}

/* The transaction comes before the group: who waits for another process can still leave the queue. */
static void *run(void *arg)
{
	struct sqlite_writer *writer = arg;

	while (wait_for_work(writer)) {
		struct sqlite_group group;

		if (atomic_load(&writer->latched)) {
			group = take(writer);
			sqlite_group_refuse(&group);
		} else {
			int begun = sqlite_rows_do(&writer->rows, ROWS_BEGIN);

			if (begun == SQLITE_OK && !sqlite_place_is_kept(writer->place))
				begun = SQLITE_READONLY_DBMOVED;
			group = take(writer);
			sqlite_group_commit(&group, &writer->rows, begun);
		}
		if (group.latched)
			latch(writer);
		sqlite_counts_add(&writer->counts, &group);
		hand_back(&group);
		if (!atomic_load(&writer->latched))
			move_log(writer);
	}
	return NULL;
}

static int note_log_pages(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct sqlite_writer *writer = arg;

	(void)db;
	(void)name;
	writer->log_pages = pages;
	atomic_store_explicit(&writer->counts.log_pages, (uint64_t)pages, memory_order_relaxed);
	return SQLITE_OK;
}

/*
 * The engine moves the log when the last connection closes. After a failed sync it must not: what was
 * answered is in the log, and opening it anew is what makes sure of it (sqlite_db.c).
 */
void sqlite_writer_close(struct sqlite_writer *writer)
{
	if (!writer)
		return;
	if (atomic_load(&writer->latched))
		sqlite3_db_config(writer->rows.db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite_rows_close(&writer->rows);
	pthread_cond_destroy(&writer->queued);
	pthread_mutex_destroy(&writer->lock);
	free(writer);
}

enum err sqlite_writer_open(struct cx *cx, const char *path, struct sqlite_place *place,
			    struct sqlite_writer **out)
{
	struct sqlite_writer *writer = heap_alloc(sizeof(*writer));
	enum err err;

	writer->last = &writer->first;
	err = sqlite_rows_open(&writer->rows, cx, path);
	if (err != OK) {
		sqlite_rows_close(&writer->rows);
		free(writer);
		return err;
	}
	sqlite_place_open(place, path);
	writer->place = place;
	sqlite3_wal_hook(writer->rows.db, note_log_pages, writer);
	pthread_mutex_init(&writer->lock, NULL);
	pthread_cond_init(&writer->queued, NULL);
	if (pthread_create(&writer->thread, NULL, run, writer) != 0) {
		writer->stopping = true;
		sqlite_writer_close(writer);
		return fail(cx, ERR_UNAVAILABLE, "unavailable", "no thread can be made");
	}
	*out = writer;
	return OK;
}

static void enqueue(struct sqlite_writer *writer, struct sqlite_job *job)
{
	pthread_mutex_lock(&writer->lock);
	assert(!writer->stopping);
	if (!writer->first)
		pthread_cond_signal(&writer->queued);
	*writer->last = job;
	writer->last = &job->next;
	pthread_mutex_unlock(&writer->lock);
}

/* Takes the job out of the queue; false when it is not in it any more. */
static bool dequeue(struct sqlite_writer *writer, struct sqlite_job *job)
{
	struct sqlite_job **at = &writer->first;
	bool found;

	pthread_mutex_lock(&writer->lock);
	while (*at && *at != job)
		at = &(*at)->next;
	found = *at != NULL;
	if (found) {
		*at = (*at)->next;
		if (!*at)
			writer->last = at;
	}
	pthread_mutex_unlock(&writer->lock);
	return found;
}

/* The deadline by the system's clock, however the caller measures time; 0 = none. */
static int64_t system_deadline_ms(const struct cx *cx)
{
	if (cx->deadline_mono_ms == 0)
		return 0;
	return clock_mono_ms(&clock_system) + cx->deadline_mono_ms - clock_mono_ms(cx->clock);
}

static enum err fail_unavailable(struct cx *cx, const char *why)
{
	cx->failure.retry_after_s = 1;
	return fail(cx, ERR_UNAVAILABLE, "unavailable", "%s", why);
}

static enum err answer(struct cx *cx, const struct sqlite_outcome *outcome, size_t *conflict)
{
	switch (outcome->err) {
	case OK:
		return OK;
	case ERR_CONFLICT:
		*conflict = outcome->conflict;
		return ERR_CONFLICT;
	case ERR_LIMIT:
		return fail(cx, ERR_LIMIT, "storage_full", "the disk is full");
	case ERR_UNCERTAIN:
		return fail(cx, ERR_UNCERTAIN, "uncertain",
			    "the commit could not be completed: %s (%d)",
			    sqlite3_errstr(outcome->rc), outcome->rc);
	default:
		if (outcome->rc == SQLITE_OK)
			return fail_unavailable(cx, "commits have stopped after a failed sync");
		if ((outcome->rc & 0xff) == SQLITE_BUSY)
			return fail_unavailable(cx, "another process is writing for too long");
		if (outcome->rc == SQLITE_READONLY_DBMOVED)
			return fail_unavailable(cx, "the database is not where it was opened");
		return sqlite_db_fail(cx, outcome->rc, "the commit could not be made");
	}
}

enum err sqlite_writer_commit(struct sqlite_writer *writer, struct cx *cx,
			      const struct commit *commit, size_t *conflict)
{
	int64_t deadline_ms = system_deadline_ms(cx);
	struct sqlite_outcome outcome;
	struct sqlite_job *job;

	assert(commit->n <= SQLITE_WRITER_WRITES_MAX);
	if (commit->n == 0)
		return OK;
	if (atomic_load(&writer->latched))
		return fail_unavailable(cx, "commits have stopped after a failed sync");
	job = sqlite_job_new(commit);
	enqueue(writer, job);
	if (!sqlite_job_wait(job, deadline_ms)) {
		if (dequeue(writer, job)) {
			sqlite_job_free(job);
			return fail_unavailable(
				cx, "the commit waited in the queue until its deadline");
		}
		if (!sqlite_job_wait_or_leave(job, deadline_ms + cx->outcome_ms))
			return fail(cx, ERR_UNCERTAIN, "uncertain",
				    "the commit was begun and did not end in time");
	}
	outcome = job->outcome;
	sqlite_job_free(job);
	return answer(cx, &outcome, conflict);
}

void sqlite_writer_stats(const struct sqlite_writer *writer, struct store_stats *out)
{
	sqlite_counts_read(&writer->counts, out);
	out->is_stopped = atomic_load(&writer->latched);
}

void sqlite_writer_stop(struct sqlite_writer *writer)
{
	if (!writer)
		return;
	pthread_mutex_lock(&writer->lock);
	writer->stopping = true;
	pthread_cond_signal(&writer->queued);
	pthread_mutex_unlock(&writer->lock);
	pthread_join(writer->thread, NULL);
}
