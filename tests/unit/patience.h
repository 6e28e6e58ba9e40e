/* patience.h - waiting for what another thread does, and limits of time on a machine that may stand still for a while.
 *
 * Both count naps of a millisecond: one in which nothing of this process ran is one nap, however long it took.
 */
#ifndef INNKEEPER_TESTS_PATIENCE_H
#define INNKEEPER_TESTS_PATIENCE_H

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>
#undef fail /* a macro of cmocka's; ours is that of base/cx.h */

#define PATIENCE_NAPS 40000

static inline void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

/* Fails when it never comes true. Asked once more it might be false again. */
#define wait_until(condition)                                                   \
	do {                                                                    \
		bool has_come = condition;                                      \
                                                                                \
		for (int naps = 0; naps < PATIENCE_NAPS && !has_come; naps++) { \
			nap();                                                  \
			has_come = condition;                                   \
		}                                                               \
		_assert_true(has_come, #condition, __FILE__, __LINE__);         \
	} while (0)

/* How long something takes at most, in naps of a thread beside it: never more than the time that passed. */
struct stopwatch {
	pthread_t thread;
	atomic_bool ends;
	atomic_uint naps;
};

static inline void *stopwatch_run(void *user)
{
	struct stopwatch *watch = user;

	while (!atomic_load(&watch->ends)) {
		nap();
		atomic_fetch_add(&watch->naps, 1);
	}
	return NULL;
}

static inline void stopwatch_begin(struct stopwatch *watch)
{
	atomic_init(&watch->ends, false);
	atomic_init(&watch->naps, 0);
	assert_int_equal(pthread_create(&watch->thread, NULL, stopwatch_run, watch), 0);
}

static inline unsigned stopwatch_end_ms(struct stopwatch *watch)
{
	atomic_store(&watch->ends, true);
	pthread_join(watch->thread, NULL);
	return atomic_load(&watch->naps);
}

#endif
