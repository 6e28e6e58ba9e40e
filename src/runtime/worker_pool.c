#include "runtime/worker_pool.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/heap.h"

struct worker {
	struct worker_pool *pool;
	unsigned thread;
	pthread_t id;
};

struct worker_pool {
	pthread_mutex_t lock;
	pthread_cond_t has_work;
	pthread_cond_t has_ended;
	struct worker_job *first;
	struct worker_job **last;
	unsigned waiting, waiting_max;
	unsigned idle, running; /* workers without a job; workers that have not ended */
	bool is_closing;
	struct metrics *metrics;
	unsigned nworkers;
	struct worker workers[];
};

static void report(struct worker_pool *pool)
{
	metrics_set_workers(pool->metrics, pool->waiting, pool->running - pool->idle);
}

/* The next job, or NULL when the pool closes. */
static struct worker_job *take(struct worker_pool *pool)
{
	struct worker_job *job = NULL;

	pthread_mutex_lock(&pool->lock);
	pool->idle++;
	while (!pool->first && !pool->is_closing) {
		report(pool);
		pthread_cond_wait(&pool->has_work, &pool->lock);
	}
	pool->idle--;
	if (!pool->is_closing) {
		job = pool->first;
		pool->first = job->next;
		if (!pool->first)
			pool->last = &pool->first;
		pool->waiting--;
		report(pool);
	}
	pthread_mutex_unlock(&pool->lock);
	return job;
}

static void *run_worker(void *arg)
{
	struct worker *worker = arg;
	struct worker_pool *pool = worker->pool;
	struct worker_job *job;

	while ((job = take(pool)))
		job->run(job, worker->thread);
	pthread_mutex_lock(&pool->lock);
	pool->running--;
	pthread_cond_signal(&pool->has_ended);
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

struct worker_pool *worker_pool_open(unsigned workers, unsigned queue_max, unsigned first_thread,
				     struct metrics *metrics)
{
	struct worker_pool *pool = heap_alloc(sizeof(*pool) + workers * sizeof(pool->workers[0]));
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->has_work, NULL);
	pthread_cond_init(&pool->has_ended, &attr);
	pthread_condattr_destroy(&attr);
	pool->last = &pool->first;
	pool->waiting_max = queue_max;
	pool->metrics = metrics;
	pool->nworkers = workers;
	pool->running = workers;
	for (unsigned i = 0; i < workers; i++) {
		struct worker *worker = &pool->workers[i];

		*worker = (struct worker){ .pool = pool, .thread = first_thread + i };
		if (pthread_create(&worker->id, NULL, run_worker, worker) != 0) {
			perror("worker thread");
			abort();
		}
	}
	return pool;
}

bool worker_pool_put(struct worker_pool *pool, struct worker_job *job)
{
	bool is_taken, must_wake;

	job->next = NULL;
	pthread_mutex_lock(&pool->lock);
	is_taken = pool->waiting < pool->waiting_max && !pool->is_closing;
	must_wake = is_taken && pool->idle > 0;
	if (is_taken) {
		*pool->last = job;
		pool->last = &job->next;
		pool->waiting++;
		report(pool);
	}
	pthread_mutex_unlock(&pool->lock);
	if (must_wake)
		pthread_cond_signal(&pool->has_work);
	return is_taken;
}

static bool wait_for_end(struct worker_pool *pool, int64_t wait_ms)
{
	struct timespec until;
	bool has_ended;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += wait_ms / 1000;
	until.tv_nsec += wait_ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&pool->lock);
	pool->is_closing = true;
	pthread_cond_broadcast(&pool->has_work);
	while (pool->running != 0 &&
	       pthread_cond_timedwait(&pool->has_ended, &pool->lock, &until) == 0)
		;
	has_ended = pool->running == 0;
	pthread_mutex_unlock(&pool->lock);
	return has_ended;
}

bool worker_pool_close(struct worker_pool *pool, int64_t wait_ms)
{
	if (!wait_for_end(pool, wait_ms))
		return false;
	for (unsigned i = 0; i < pool->nworkers; i++)
		pthread_join(pool->workers[i].id, NULL);
	pthread_cond_destroy(&pool->has_ended);
	pthread_cond_destroy(&pool->has_work);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
	return true;
}
