/* Deadlines: in the queue, behind another process's lock, and while a slow disk commits. */
#include "sqlite_rig.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "vfs_fault.h"

static int64_t now_ms(void)
{
	return clock_mono_ms(&clock_system);
}

/* Syncs of the log take that long from now on. */
static void slow_down(unsigned ms)
{
	vfs_fault_plan(&(struct vfs_fault_plan){ .calls = VFS_FAULT_SYNC,
						 .suffix = "-wal",
						 .nth = 1,
						 .count = 1000,
						 .delay_ms = ms });
}

/* A commit in a thread of its own: to hotel `h<number>`, rev 1. */
struct caller {
	pthread_t thread;
	struct store *store;
	unsigned number;
	int64_t deadline_ms; /* from its start; 0 = none */
	enum err err;
	const char *code;
	int64_t took_ms;
};

static void *call(void *arg)
{
	struct caller *caller = arg;
	int64_t start = now_ms();
	struct arena arena;
	struct write write;
	struct cx cx;
	size_t conflict;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	cx.thread = caller->number;
	if (caller->deadline_ms != 0)
		cx.deadline_mono_ms = start + caller->deadline_ms;
	write = (struct write){ .op = WRITE_PUT,
				.rev = 1,
				.if_rev = REV_ABSENT,
				.key = { str_printf(&arena, "h%u", caller->number), STR("ctl") } };
	caller->err = store_commit(caller->store, &cx, &(struct commit){ &write, 1, STR("token") },
				   &conflict);
	caller->code = cx.failure.code;
	caller->took_ms = now_ms() - start;
	arena_close(&arena);
	return NULL;
}

static void start(struct sqlite_rig *rig, struct caller *caller, unsigned number,
		  int64_t deadline_ms)
{
	*caller = (struct caller){ .store = rig->store,
				   .number = number,
				   .deadline_ms = deadline_ms };
	assert_int_equal(pthread_create(&caller->thread, NULL, call, caller), 0);
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
	struct caller caller;

	start(rig, &caller, 1, 300);
	pthread_join(caller.thread, NULL);
	assert_int_equal(caller.err, ERR_UNAVAILABLE);
	assert_string_equal(caller.code, "unavailable");
	assert_in_range(caller.took_ms, 300, 1500);
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
	usleep(800 * 1000);
	sqlite3_close(other);
	for (unsigned i = 0; i < CALLERS; i++) {
		pthread_join(callers[i].thread, NULL);
		assert_int_equal(callers[i].err, i % 3 == 0 ? ERR_UNAVAILABLE : OK);
		assert_int_equal(is_there(rig, i + 1), i % 3 != 0);
	}
}

static void another_process_that_writes_for_too_long_makes_commits_unavailable(void **state)
{
	struct sqlite_rig *rig = *state;
	sqlite3 *other = sqlite_rig_hold_write_lock(rig);
	struct caller caller;

	start(rig, &caller, 1, 0);
	pthread_join(caller.thread, NULL);
	assert_int_equal(caller.err, ERR_UNAVAILABLE);
	assert_in_range(caller.took_ms, 3000, 8000);
	sqlite3_close(other);
	assert_false(is_there(rig, 1));
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, 1, 10), OK);
}

static void a_commit_that_was_begun_may_end_after_its_deadline(void **state)
{
	struct sqlite_rig *rig = *state;
	struct caller caller;

	slow_down(600);
	start(rig, &caller, 1, 100);
	pthread_join(caller.thread, NULL);
	assert_int_equal(caller.err, OK);
	assert_in_range(caller.took_ms, 500, 2000);
	assert_true(is_there(rig, 1));
}

static void a_commit_that_does_not_end_in_time_is_uncertain(void **state)
{
	struct sqlite_rig *rig = *state;
	struct caller caller;

	slow_down(3200);
	start(rig, &caller, 1, 200);
	pthread_join(caller.thread, NULL);
	assert_int_equal(caller.err, ERR_UNCERTAIN);
	assert_string_equal(caller.code, "uncertain");
	assert_in_range(caller.took_ms, 2200, 3000);
	vfs_fault_plan(NULL);
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, 1, 10), OK); /* behind it */
	assert_true(is_there(rig, 1));
}

static void who_waits_behind_a_slow_commit_leaves_with_nothing_written(void **state)
{
	struct sqlite_rig *rig = *state;
	struct caller first, second, third;

	slow_down(900);
	start(rig, &first, 1, 0);
	usleep(200 * 1000);
	start(rig, &second, 2, 200);
	start(rig, &third, 3, 10000);
	pthread_join(first.thread, NULL);
	pthread_join(second.thread, NULL);
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

	slow_down(2600);
	start(rig, &caller, 1, 50);
	pthread_join(caller.thread, NULL);
	assert_int_equal(caller.err, ERR_UNCERTAIN);
	sqlite_rig_close(rig);
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
