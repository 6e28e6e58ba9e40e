/* Deadlines: in the queue, behind another process's lock, and while a slow disk commits. */
#include "sqlite_rig.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "../unit/patience.h"
#include "vfs_fault.h"

/* Long enough to begin a commit, on a machine however slow. */
#define DEADLINE_MS 1500

static int64_t now_ms(void)
{
	return clock_mono_ms(&clock_system);
}

/* Syncs of the log wait until they are let go from now on. */
static void hold_syncs(void)
{
	vfs_fault_plan(&(struct vfs_fault_plan){ .calls = VFS_FAULT_SYNC,
						 .suffix = "-wal",
						 .nth = 1,
						 .count = 1000,
						 .is_held = true });
}

/* A commit has begun, and waits. */
static void wait_for_sync(void)
{
	wait_until(vfs_fault_seen() > 0);
}

static void *let_go_soon(void *arg)
{
	(void)arg;
	usleep(500 * 1000);
	vfs_fault_release();
	return NULL;
}

/* A commit in a thread of its own: to hotel `h<number>`, rev 1. */
struct caller {
	pthread_t thread;
	struct store *store;
	unsigned number;
	int64_t deadline_ms; /* from its start; 0 = none */
	int64_t outcome_ms;  /* behind that; 0 = what is usual */
	enum err err;
	const char *code;
	int64_t start_ms, took_ms;
};

static void *call(void *arg)
{
	struct caller *caller = arg;
	struct arena arena;
	struct write write;
	struct cx cx;
	size_t conflict;

	caller->start_ms = now_ms();
	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	cx.thread = caller->number;
	if (caller->deadline_ms != 0)
		cx.deadline_mono_ms = caller->start_ms + caller->deadline_ms;
	if (caller->outcome_ms != 0)
		cx.outcome_ms = caller->outcome_ms;
	write = (struct write){ .op = WRITE_PUT,
				.rev = 1,
				.if_rev = REV_ABSENT,
				.key = { str_printf(&arena, "h%u", caller->number), STR("ctl") } };
	caller->err = store_commit(caller->store, &cx, &(struct commit){ &write, 1, STR("token") },
				   &conflict);
	caller->code = cx.failure.code;
	caller->took_ms = now_ms() - caller->start_ms;
	arena_close(&arena);
	return NULL;
}

static void start_patient(struct sqlite_rig *rig, struct caller *caller, unsigned number,
			  int64_t deadline_ms, int64_t outcome_ms)
{
	*caller = (struct caller){ .store = rig->store,
				   .number = number,
				   .deadline_ms = deadline_ms,
				   .outcome_ms = outcome_ms };
	assert_int_equal(pthread_create(&caller->thread, NULL, call, caller), 0);
}

static void start(struct sqlite_rig *rig, struct caller *caller, unsigned number,
		  int64_t deadline_ms)
{
	start_patient(rig, caller, number, deadline_ms, 0);
}

static bool is_there(struct sqlite_rig *rig, unsigned number)
{
	struct str code = str_printf(&rig->arena, "h%u", number);
	struct item item;
	enum err err = store_get(rig->store, &rig->cx, (struct key){ code, STR("ctl") }, &item);

	assert_true(err == OK || err == ERR_NOT_FOUND);
	return err == OK;
}

static void a_commit_leaves_the_queue_at_its_deadline(void **state)
{
	struct sqlite_rig *rig = *state;
	sqlite3 *other = sqlite_rig_hold_write_lock(rig);
	struct stopwatch watch;
	struct caller caller;

	stopwatch_begin(&watch);
	start(rig, &caller, 1, 300);
	pthread_join(caller.thread, NULL);
	assert_in_range(stopwatch_end_ms(&watch), 0, 3000); /* it gives up by itself after 4000 */
	assert_int_equal(caller.err, ERR_UNAVAILABLE);
	assert_string_equal(caller.code, "unavailable");
	assert_true(caller.took_ms >= 300);
	sqlite3_close(other);
	usleep(400 * 1000); /* the writer gets the lock, and finds the queue empty */
	assert_false(is_there(rig, 1));
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, 1, 10), OK);
	assert_false(is_there(rig, 1));
}

static void those_whose_time_is_not_up_are_written_when_the_lock_is_free(void **state)
{
	enum { CALLERS = 30 };
	struct sqlite_rig *rig = *state;
	sqlite3 *other = sqlite_rig_hold_write_lock(rig);
	struct caller callers[CALLERS];

	for (unsigned i = 0; i < CALLERS; i++)
		start(rig, &callers[i], i + 1, i % 3 == 0 ? 200 + i : i % 3 == 1 ? 60000 : 0);
	for (unsigned i = 0; i < CALLERS; i += 3)
		pthread_join(callers[i].thread, NULL);
	sqlite3_close(other);
	for (unsigned i = 0; i < CALLERS; i++) {
		if (i % 3 != 0)
			pthread_join(callers[i].thread, NULL);
		assert_int_equal(callers[i].err, i % 3 == 0 ? ERR_UNAVAILABLE : OK);
		assert_int_equal(is_there(rig, i + 1), i % 3 != 0);
	}
}

static void another_process_that_writes_for_too_long_makes_commits_unavailable(void **state)
{
	struct sqlite_rig *rig = *state;
	sqlite3 *other = sqlite_rig_hold_write_lock(rig);
	struct stopwatch watch;
	struct caller caller;

	stopwatch_begin(&watch);
	start(rig, &caller, 1, 0);
	pthread_join(caller.thread, NULL);
	assert_in_range(stopwatch_end_ms(&watch), 0, 20000);
	assert_int_equal(caller.err, ERR_UNAVAILABLE);
	assert_true(caller.took_ms >= 3000);
	sqlite3_close(other);
	assert_false(is_there(rig, 1));
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, 1, 10), OK);
}

static void a_commit_that_was_begun_may_end_after_its_deadline(void **state)
{
	struct sqlite_rig *rig = *state;
	struct caller caller;

	hold_syncs();
	/* The two seconds that are waited for it otherwise may pass before it is let go. */
	start_patient(rig, &caller, 1, DEADLINE_MS, 60000);
	wait_for_sync();
	wait_until(now_ms() > caller.start_ms + DEADLINE_MS);
	vfs_fault_release();
	pthread_join(caller.thread, NULL);
	assert_int_equal(caller.err, OK);
	assert_true(caller.took_ms >= DEADLINE_MS);
	assert_true(is_there(rig, 1));
}

static void a_commit_that_does_not_end_in_time_is_uncertain(void **state)
{
	struct sqlite_rig *rig = *state;
	struct caller caller;

	hold_syncs();
	start(rig, &caller, 1, DEADLINE_MS);
	pthread_join(caller.thread, NULL); /* while it is held */
	assert_int_equal(caller.err, ERR_UNCERTAIN);
	assert_string_equal(caller.code, "uncertain");
	assert_true(caller.took_ms >= DEADLINE_MS + 2000);
	vfs_fault_release();
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, 1, 10), OK); /* behind it */
	assert_true(is_there(rig, 1));
}

static void who_waits_behind_a_slow_commit_leaves_with_nothing_written(void **state)
{
	struct sqlite_rig *rig = *state;
	struct caller first, second, third;

	hold_syncs();
	start(rig, &first, 1, 0);
	wait_for_sync();
	start(rig, &second, 2, 200);
	start(rig, &third, 3, 100000);
	pthread_join(second.thread, NULL); /* while the first is held */
	vfs_fault_release();
	pthread_join(first.thread, NULL);
	pthread_join(third.thread, NULL);
	assert_int_equal(first.err, OK);
	assert_int_equal(second.err, ERR_UNAVAILABLE);
	assert_int_equal(third.err, OK);
	assert_false(is_there(rig, 2));
	assert_true(is_there(rig, 3));
}

static void closing_waits_for_a_commit_that_nobody_waits_for(void **state)
{
	struct sqlite_rig *rig = *state;
	struct caller caller;
	pthread_t thread;

	hold_syncs();
	start(rig, &caller, 1, DEADLINE_MS);
	pthread_join(caller.thread, NULL);
	assert_int_equal(caller.err, ERR_UNCERTAIN);
	assert_int_equal(pthread_create(&thread, NULL, let_go_soon, NULL), 0);
	sqlite_rig_close(rig);
	pthread_join(thread, NULL);
	vfs_fault_plan(NULL);
	assert_int_equal(sqlite_rig_open(rig), OK);
	assert_true(is_there(rig, 1));
}

/* Members of one group see what those before them wrote: of several that want rev 1, one gets it. */
static void of_a_group_that_wants_one_rev_one_member_gets_it(void **state)
{
	enum { CALLERS = 20 };
	struct sqlite_rig *rig = *state;
	sqlite3 *other = sqlite_rig_hold_write_lock(rig);
	struct caller callers[CALLERS];
	unsigned written = 0, refused = 0;

	for (unsigned i = 0; i < CALLERS; i++)
		start(rig, &callers[i], 7, 0);
	usleep(300 * 1000);
	sqlite3_close(other);
	for (unsigned i = 0; i < CALLERS; i++) {
		pthread_join(callers[i].thread, NULL);
		written += callers[i].err == OK;
		refused += callers[i].err == ERR_CONFLICT;
	}
	assert_int_equal(written, 1);
	assert_int_equal(refused, CALLERS - 1);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, sqlite_rig_set_up_open, sqlite_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_commit_leaves_the_queue_at_its_deadline),
		TEST(those_whose_time_is_not_up_are_written_when_the_lock_is_free),
		TEST(another_process_that_writes_for_too_long_makes_commits_unavailable),
		TEST(a_commit_that_was_begun_may_end_after_its_deadline),
		TEST(a_commit_that_does_not_end_in_time_is_uncertain),
		TEST(who_waits_behind_a_slow_commit_leaves_with_nothing_written),
		TEST(closing_waits_for_a_commit_that_nobody_waits_for),
		TEST(of_a_group_that_wants_one_rev_one_member_gets_it),
	};

	vfs_fault_register();
	return cmocka_run_group_tests_name("sqlite_wait", tests, NULL, NULL);
}
