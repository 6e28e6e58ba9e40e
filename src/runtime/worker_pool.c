#include "runtime/worker_pool.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/heap.h"

#define LANES 256

struct lane {
	struct lane *next; /* among those that are ready */
	struct worker_job *first;
	struct worker_job **last;
	unsigned waiting, running;
	bool is_ready; /* has a job, and may run it */
};

struct worker {
	struct worker_pool *pool;
	unsigned thread;
	pthread_t id;
};

struct worker_pool {
	pthread_mutex_t lock;
	pthread_cond_t has_work;
	pthread_cond_t has_ended;
	struct lane lanes[LANES];
	struct lane *first;
	struct lane **last;
	unsigned waiting, waiting_max, lane_waiting_max, lane_running_max;
	unsigned idle, running; /* workers without a job; workers that have not ended */
	bool is_closing;
	struct metrics_pool *metrics;
	unsigned nworkers;
	struct worker workers[];
};

static void report(struct worker_pool *pool)
{
	metrics_set_pool(pool->metrics, pool->waiting, pool->running - pool->idle);
}

static unsigned three_quarters(unsigned n)
{
	return n - n / 4;
}

static void look_at(struct worker_pool *pool, struct lane *lane)
{
	if (lane->is_ready || !lane->first || lane->running == pool->lane_running_max)
		return;
	lane->is_ready = true;
	lane->next = NULL;
	*pool->last = lane;
	pool->last = &lane->next;
}

static struct lane *lane_of(struct worker_pool *pool, uint64_t number)
{
	return &pool->lanes[number % LANES];
}

static struct worker_job *take_first(struct worker_pool *pool, struct lane **from)
{
	struct lane *lane = pool->first;
	struct worker_job *job = lane->first;

	pool->first = lane->next;
	if (!pool->first)
		pool->last = &pool->first;
	lane->first = job->next;
	if (!lane->first)
		lane->last = &lane->first;
	lane->is_ready = false;
	lane->running++;
	lane->waiting--;
	pool->waiting--;
	look_at(pool, lane);
	*from = lane;
	return job;
}

/* The next job, or NULL when the pool closes. *lane is that of the last one, then of this one; NULL = there was none. */
static struct worker_job *take(struct worker_pool *pool, struct lane **lane)
{
	struct worker_job *job = NULL;

	pthread_mutex_lock(&pool->lock);
	if (*lane) {
		(*lane)->running--;
		look_at(pool, *lane);
	}
	pool->idle++;
	while (!pool->first && !pool->is_closing) {
		report(pool);
		pthread_cond_wait(&pool->has_work, &pool->lock);
	}
	pool->idle--;
	if (pool->is_closing) {
		pool->running--;
		pthread_cond_signal(&pool->has_ended);
	} else {
		job = take_first(pool, lane);
		report(pool);
	}
	pthread_mutex_unlock(&pool->lock);
	return job;
}

static void *run_worker(void *arg)
{
	struct worker *worker = arg;
	struct worker_job *job;
	struct lane *lane = NULL;

	while ((job = take(worker->pool, &lane)))
		job->run(job, worker->thread);
	return NULL;
}

struct worker_pool *worker_pool_open(unsigned workers, unsigned queue_max, unsigned first_thread,
				     struct metrics_pool *metrics)
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
	for (unsigned i = 0; i < LANES; i++)
		pool->lanes[i].last = &pool->lanes[i].first;
	pool->waiting_max = queue_max;
	pool->lane_waiting_max = three_quarters(queue_max);
	pool->lane_running_max = three_quarters(workers);
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

bool worker_pool_is_free(struct worker_pool *pool, uint64_t number)
{
	const struct lane *lane = lane_of(pool, number);
	bool is_free;

	pthread_mutex_lock(&pool->lock);
	is_free = !pool->first && pool->idle > 0 && lane->running < pool->lane_running_max;
	pthread_mutex_unlock(&pool->lock);
	return is_free;
}

bool worker_pool_put(struct worker_pool *pool, struct worker_job *job)
{
	struct lane *lane = lane_of(pool, job->lane);
	bool is_taken, must_wake;

	job->next = NULL;
	pthread_mutex_lock(&pool->lock);
	is_taken = pool->waiting < pool->waiting_max && lane->waiting < pool->lane_waiting_max &&
		   !pool->is_closing;
	if (is_taken) {
		*lane->last = job;
		lane->last = &job->next;
		lane->waiting++;
		pool->waiting++;
		look_at(pool, lane);
		report(pool);
	}
	must_wake = is_taken && pool->first && pool->idle > 0;
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
	while (pool->running != pool->idle &&
	       pthread_cond_timedwait(&pool->has_ended, &pool->lock, &until) == 0)
		;
	/* Who has no job ends for certain: the machine may have stood still meanwhile. */
	while (pool->running != 0 && pool->running == pool->idle)
		pthread_cond_wait(&pool->has_ended, &pool->lock);
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
