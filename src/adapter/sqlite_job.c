#include "adapter/sqlite_job.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "adapter/sqlite_attrs.h"
#include "base/buf.h"

/* Beyond this, comparing all pairs would cost more than the commit. */
#define CHECKED_FOR_TWINS_MAX 16

static void check_no_twins(const struct commit *commit)
{
	if (commit->n > CHECKED_FOR_TWINS_MAX)
		return;
	for (size_t i = 0; i < commit->n; i++) {
		const struct key *a = &commit->writes[i].key;

		for (size_t j = 0; j < i; j++) {
			const struct key *b = &commit->writes[j].key;

			assert(!str_eq(a->item_type, b->item_type) || !str_eq(a->code, b->code));
		}
	}
}

/* Appends a text; only its length is kept, since the buffer may still move. */
static void add_text(struct buf *buf, struct str text, struct str *out)
{
	buf_add(buf, text);
	out->len = text.len;
}

static void add_write(struct buf *buf, const struct write *from, struct sqlite_job_write *to)
{
	size_t start;

	assert(from->op != WRITE_PUT || (from->rev != 0 && from->rev != REV_ANY));
	assert(from->if_token.len == 0 || (from->if_rev != REV_ABSENT && from->if_rev != REV_ANY));
	to->op = from->op;
	to->if_rev = from->if_rev;
	to->rev = from->rev;
	add_text(buf, from->key.code, &to->code);
	add_text(buf, from->key.item_type, &to->item_type);
	start = buf->len;
	if (from->op == WRITE_PUT)
		sqlite_attrs_write(buf, &from->attrs);
	to->attrs.len = buf->len - start;
	add_text(buf, from->if_token, &to->if_token);
}

static const char *place(struct str *text, const char *at)
{
	text->ptr = at;
	return at + text->len;
}

static void init_waiting(struct sqlite_job *job)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&job->lock, NULL);
	pthread_cond_init(&job->changed, &attr);
	pthread_condattr_destroy(&attr);
}

struct sqlite_job *sqlite_job_new(const struct commit *commit)
{
	struct sqlite_job *job;
	struct arena arena;
	struct buf buf;
	const char *at;

	check_no_twins(commit);
	arena_init(&arena, 0);
	job = arena_alloc(&arena, sizeof(*job));
	job->writes = arena_array(&arena, commit->n, sizeof(*job->writes));
	job->n = commit->n;
	buf_init(&buf, &arena);
	for (size_t i = 0; i < commit->n; i++)
		add_write(&buf, &commit->writes[i], &job->writes[i]);
	assert(!buf.failed); /* an arena without a cap refuses nothing */
	at = buf.ptr;
	for (size_t i = 0; i < commit->n; i++) {
		at = place(&job->writes[i].code, at);
		at = place(&job->writes[i].item_type, at);
		at = place(&job->writes[i].attrs, at);
		at = place(&job->writes[i].if_token, at);
	}
	init_waiting(job);
	job->arena = arena;
	return job;
}

static bool wait_locked(struct sqlite_job *job, int64_t until_mono_ms)
{
	struct timespec until = { .tv_sec = until_mono_ms / 1000,
				  .tv_nsec = until_mono_ms % 1000 * 1000000 };
	bool in_time = true;

	while (!job->done && in_time) {
		if (until_mono_ms == 0)
			pthread_cond_wait(&job->changed, &job->lock);
		else
			in_time = pthread_cond_timedwait(&job->changed, &job->lock, &until) == 0;
	}
	return job->done;
}

bool sqlite_job_wait(struct sqlite_job *job, int64_t until_mono_ms)
{
	bool done;

	pthread_mutex_lock(&job->lock);
	done = wait_locked(job, until_mono_ms);
	pthread_mutex_unlock(&job->lock);
	return done;
}

bool sqlite_job_wait_or_leave(struct sqlite_job *job, int64_t until_mono_ms)
{
	bool done;

	pthread_mutex_lock(&job->lock);
	done = wait_locked(job, until_mono_ms);
	job->left = !done;
	pthread_mutex_unlock(&job->lock);
	return done;
}

void sqlite_job_free(struct sqlite_job *job)
{
	struct arena arena = job->arena;

	pthread_cond_destroy(&job->changed);
	pthread_mutex_destroy(&job->lock);
	arena_close(&arena);
}

void sqlite_job_finish(struct sqlite_job *job)
{
	bool left;

	pthread_mutex_lock(&job->lock);
	job->done = true;
	left = job->left;
	/* Under the lock: the caller frees the job as soon as it sees it done. */
	pthread_cond_signal(&job->changed);
	pthread_mutex_unlock(&job->lock);
	if (left)
		sqlite_job_free(job);
}
