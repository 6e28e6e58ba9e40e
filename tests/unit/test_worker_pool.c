/* layer: runtime */
/* Workers: who runs what, who waits, who is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "patience.h"
#include "runtime/metrics.h"
#include "runtime/worker_pool.h"

/* Last: it has a macro `fail`. */
#include <cmocka.h>

#define CLOSE_MS 50000

struct counted {
	struct worker_job job; /* first */
	_Atomic unsigned *runs;
	_Atomic unsigned *threads; /* a bit for each number */
};

static void count(struct worker_job *job, unsigned thread)
{
	struct counted *counted = (struct counted *)job;

	atomic_fetch_or(counted->threads, 1u << thread);
	atomic_fetch_add(counted->runs, 1);
}

static void every_job_runs_once_on_a_numbered_thread(void **state)
{
	static struct counted jobs[500];
	struct metrics *metrics = metrics_open();
	struct worker_pool *pool = worker_pool_open(3, 500, 5, metrics_add_pool(metrics, "all"));
	_Atomic unsigned runs = 0, threads = 0;

	(void)state;
	for (size_t i = 0; i < 500; i++) {
		jobs[i] = (struct counted){
			.job.run = count, .job.lane = i, .runs = &runs, .threads = &threads
		};
		assert_true(worker_pool_put(pool, &jobs[i].job));
	}
	wait_until(atomic_load(&runs) == 500);
	assert_true(worker_pool_close(pool, CLOSE_MS));
	assert_int_equal(runs, 500);
	assert_true(threads != 0 && (threads & ~0xe0u) == 0);
	metrics_close(metrics);
}

/* A job that waits until it is let go, and notes the order in which jobs began. */
struct gated {
	struct worker_job job; /* first */
	_Atomic unsigned *begun;
	_Atomic bool *is_open;
	unsigned place; /* 1 = began first; 0 = not yet */
};

static void wait_at_gate(struct worker_job *job, unsigned thread)
{
	struct gated *gated = (struct gated *)job;

	(void)thread;
	gated->place = atomic_fetch_add(gated->begun, 1) + 1;
	while (!atomic_load(gated->is_open))
		usleep(1000);
}

static void wait_for(_Atomic unsigned *count_of, unsigned wanted)
{
	wait_until(atomic_load(count_of) >= wanted);
	assert_int_equal(atomic_load(count_of), wanted);
}

static void a_full_queue_refuses(void **state)
{
	struct metrics *metrics = metrics_open();
	struct worker_pool *pool = worker_pool_open(1, 2, 0, metrics_add_pool(metrics, "all"));
	_Atomic unsigned begun = 0;
	_Atomic bool is_open = false;
	struct gated jobs[4];

	(void)state;
	for (size_t i = 0; i < 4; i++)
		jobs[i] = (struct gated){ { .run = wait_at_gate }, &begun, &is_open, 0 };
	assert_true(worker_pool_put(pool, &jobs[0].job));
	wait_for(&begun, 1);
	assert_true(worker_pool_put(pool, &jobs[1].job));
	assert_true(worker_pool_put(pool, &jobs[2].job));
	assert_false(worker_pool_put(pool, &jobs[3].job));
	assert_false(worker_pool_close(pool, 0)); /* and takes none of them any more */
	atomic_store(&is_open, true);
	assert_true(worker_pool_close(pool, CLOSE_MS));
	assert_int_equal(begun, 1); /* what waits when it closes is dropped */
	metrics_close(metrics);
}

static void what_waits_for_each_other_leaves_workers_and_room_for_others(void **state)
{
	struct metrics *metrics = metrics_open();
	struct worker_pool *pool = worker_pool_open(4, 8, 0, metrics_add_pool(metrics, "all"));
	_Atomic unsigned begun = 0;
	_Atomic bool is_open = false;
	struct gated jobs[11];

	(void)state;
	for (size_t i = 0; i < 11; i++)
		jobs[i] = (struct gated){
			{ .run = wait_at_gate, .lane = i < 10 ? 7 : 8 }, &begun, &is_open, 0
		};
	for (size_t i = 0; i < 3; i++)
		assert_true(worker_pool_put(pool, &jobs[i].job));
	wait_for(&begun, 3); /* three of four workers; six of eight places of the queue */
	for (size_t i = 3; i < 9; i++)
		assert_true(worker_pool_put(pool, &jobs[i].job));
	assert_false(worker_pool_put(pool, &jobs[9].job));
	usleep(20000);
	assert_int_equal(atomic_load(&begun), 3);
	assert_true(worker_pool_put(pool, &jobs[10].job));
	wait_for(&begun, 4);
	atomic_store(&is_open, true);
	wait_for(&begun, 10);
	assert_true(worker_pool_close(pool, CLOSE_MS));
	assert_int_equal(jobs[10].place, 4);
	metrics_close(metrics);
}

static void lanes_are_served_in_turn(void **state)
{
	struct metrics *metrics = metrics_open();
	struct worker_pool *pool = worker_pool_open(1, 40, 0, metrics_add_pool(metrics, "all"));
	_Atomic unsigned begun = 0;
	_Atomic bool is_open = false;
	struct gated jobs[22];

	(void)state;
	for (size_t i = 0; i < 22; i++) {
		jobs[i] = (struct gated){
			{ .run = wait_at_gate, .lane = i < 20 ? 7 : i }, &begun, &is_open, 0
		};
		assert_true(worker_pool_put(pool, &jobs[i].job));
		if (i == 0)
			wait_for(&begun, 1);
	}
	atomic_store(&is_open, true);
	wait_for(&begun, 22);
	assert_true(worker_pool_close(pool, CLOSE_MS));
	assert_in_range(jobs[20].place, 2, 4);
	assert_in_range(jobs[21].place, 2, 4);
	assert_true(jobs[18].place < jobs[19].place);
	metrics_close(metrics);
}

static void a_pool_is_free_for_a_lane_that_would_begin_at_once(void **state)
{
	struct metrics *metrics = metrics_open();
	struct worker_pool *pool = worker_pool_open(4, 8, 0, metrics_add_pool(metrics, "all"));
	_Atomic unsigned begun = 0;
	_Atomic bool is_open = false;
	struct gated jobs[4];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		/* A worker counts as idle from when its thread first looks for a job, which may be later than worker_pool_open. */
		wait_until(worker_pool_is_free(pool, 8));
		jobs[i] = (struct gated){
			{ .run = wait_at_gate, .lane = i < 3 ? 7 : 8 }, &begun, &is_open, 0
		};
		assert_true(worker_pool_put(pool, &jobs[i].job));
		wait_for(&begun, (unsigned)i + 1);
		if (i < 2)
			wait_until(worker_pool_is_free(pool, 7));
		else
			assert_false(worker_pool_is_free(pool, 7));
	}
	assert_false(worker_pool_is_free(pool, 8));
	atomic_store(&is_open, true);
	assert_true(worker_pool_close(pool, CLOSE_MS));
	metrics_close(metrics);
}

static bool nobody_is_busy(struct metrics *metrics)
{
	struct arena arena;
	struct buf out;
	bool nobody;

	arena_init(&arena, 0);
	buf_init(&out, &arena);
	metrics_write(metrics, &out);
	nobody = strstr(str_c(&arena, buf_take(&out)),
			"\ninnkeeper_http_workers_busy{pool=\"all\"} 0\n") != NULL;
	arena_close(&arena);
	return nobody;
}

static void whoever_has_no_job_ends_in_no_time(void **state)
{
	struct metrics *metrics = metrics_open();
	struct worker_pool *pool = worker_pool_open(64, 1, 0, metrics_add_pool(metrics, "all"));

	(void)state;
	wait_until(worker_pool_is_free(pool, 0));
	/* The first has said that 63 are not there yet. */
	wait_until(nobody_is_busy(metrics));
	assert_true(worker_pool_close(pool, 0));
	metrics_close(metrics);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_job_runs_once_on_a_numbered_thread),
		cmocka_unit_test(a_full_queue_refuses),
		cmocka_unit_test(what_waits_for_each_other_leaves_workers_and_room_for_others),
		cmocka_unit_test(lanes_are_served_in_turn),
		cmocka_unit_test(a_pool_is_free_for_a_lane_that_would_begin_at_once),
		cmocka_unit_test(whoever_has_no_job_ends_in_no_time),
	};

	return cmocka_run_group_tests_name("worker_pool", tests, NULL, NULL);
}
