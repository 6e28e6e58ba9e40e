/* layer: runtime */
/* A wall clock that is wrong by years, forth or back: workers are waited for as long as was said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "patience.h"
#include "runtime/metrics.h"
#include "runtime/worker_pool.h"

/* Last: it has a macro `fail`. */
#include <cmocka.h>

#define YEARS_S ((time_t)10 * 365 * 24 * 60 * 60)

static time_t wrong_by_s;

/* In place of the library's: what waits by the wall clock waits for years, or not at all. */
/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): the library's are reserved */
int clock_gettime(clockid_t id, struct timespec *out)
{
	int result = (int)syscall(SYS_clock_gettime, id, out);

	if (id == CLOCK_REALTIME)
		out->tv_sec += wrong_by_s;
	return result;
}

struct work {
	struct worker_job job;
	unsigned naps;
	atomic_bool begun, may_end, ended;
};

static void be_busy(struct worker_job *job, unsigned thread)
{
	struct work *work = (struct work *)job;

	(void)thread;
	work->begun = true;
	for (unsigned i = 0; i < work->naps && !work->may_end; i++)
		nap();
	work->ended = true;
}

/* A worker that is busy for so many naps, when it is waited for; returns whether it was seen to end. */
static bool wait_for(unsigned busy_naps, int64_t wait_ms)
{
	struct work work = { .job = { .run = be_busy }, .naps = busy_naps };
	struct metrics *metrics = metrics_open();
	struct worker_pool *pool = worker_pool_open(1, 1, 0, metrics_add_pool(metrics, "all"));
	bool ended;

	assert_true(worker_pool_put(pool, &work.job));
	wait_until(work.begun);
	ended = worker_pool_close(pool, wait_ms);
	assert_int_equal(ended, work.ended);
	work.may_end = true;
	if (!ended)
		assert_true(worker_pool_close(pool, 60000));
	metrics_close(metrics);
	return ended;
}

static void whoever_is_busy_is_waited_for_whatever_the_clock_says(void **state)
{
	(void)state;
	for (int years = -1; years <= 1; years++) {
		wrong_by_s = years * YEARS_S;
		assert_true(wait_for(200, 30000));
	}
}

static void whoever_is_busy_for_too_long_is_not_whatever_the_clock_says(void **state)
{
	(void)state;
	for (int years = -1; years <= 1; years++) {
		int64_t begun_ms = clock_mono_ms(&clock_system);

		wrong_by_s = years * YEARS_S;
		assert_false(wait_for(PATIENCE_NAPS, 50));
		assert_true(clock_mono_ms(&clock_system) - begun_ms >= 50);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whoever_is_busy_is_waited_for_whatever_the_clock_says),
		cmocka_unit_test(whoever_is_busy_for_too_long_is_not_whatever_the_clock_says),
	};

	return cmocka_run_group_tests_name("worker_pool_clock", tests, NULL, NULL);
}
