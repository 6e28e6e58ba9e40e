/* Each sync, write, truncation and other call of a scenario fails in turn; then the power is cut. */
#include "sqlite_rig.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "vfs_fault.h"

/* Enough pages that the log is moved into the file twice on the way. */
enum { COMMITS = 24, TEXT_BYTES = 390000, SMALL_BYTES = 400 };

/* What the scenario that runs now is to meet; set before the child is made. */
static struct vfs_fault_plan plan;
static bool cuts_power;

static void complain(struct sqlite_rig_report *report, const char *problem, unsigned i)
{
	if (report->problem[0] == '\0')
		snprintf(report->problem, sizeof(report->problem), "%s at commit %u", problem, i);
}

/* After UNCERTAIN nothing is taken any more, and reads show what was answered, no more and no less. */
static void check_latched(struct sqlite_rig *rig, struct sqlite_rig_report *report, unsigned i)
{
	for (int again = 0; again < 3; again++) {
		cx_clear(&rig->cx);
		if (sqlite_rig_commit(rig->store, &rig->cx, i, SMALL_BYTES) != ERR_UNAVAILABLE)
			complain(report, "a commit after a failed sync is not unavailable", i);
	}
	cx_clear(&rig->cx);
	if (sqlite_rig_rev(rig->store, &rig->cx) != report->acked)
		complain(report, "after a failed sync reads do not show what was answered", i);
}

/* One answer; false: the scenario is over. */
static bool note(struct sqlite_rig *rig, struct sqlite_rig_report *report, enum err err, unsigned i)
{
	bool fired = vfs_fault_failed() != 0;

	switch (err) {
	case OK:
		if (fired && plan.rc == SQLITE_IOERR_FSYNC && report->fired != 0)
			complain(report, "a commit is answered after a failed sync", i);
		report->acked = i;
		break;
	case ERR_LIMIT:
		report->full++;
		break;
	case ERR_UNCERTAIN:
		report->uncertain = i;
		check_latched(rig, report, i);
		return false;
	case ERR_UNAVAILABLE:
		report->unavailable++;
		break;
	default:
		complain(report, err_name(err), i);
		return false;
	}
	return report->unavailable < 4 && report->full < 100;
}

static void play(struct sqlite_rig *rig, struct sqlite_rig_report *report)
{
	unsigned i;

	vfs_fault_register();
	if (cuts_power)
		vfs_fault_remember();
	vfs_fault_plan(&plan);
	report->opened = sqlite_rig_open(rig) == OK;
	while (report->opened && report->acked < COMMITS) {
		arena_reset(&rig->arena, 0);
		cx_clear(&rig->cx);
		i = report->acked + 1;
		report->fired = vfs_fault_failed();
		if (!note(rig, report,
			  sqlite_rig_commit(rig->store, &rig->cx, i,
					    i % 2 ? TEXT_BYTES : SMALL_BYTES),
			  i))
			break;
	}
	report->fired = vfs_fault_failed();
	if (cuts_power)
		vfs_fault_cut_power();
}

/* Opened again with a file system that is well: all that was answered is there, nothing by halves. */
static void check_after(struct sqlite_rig *rig, const struct sqlite_rig_report *report, int status)
{
	uint64_t rev;

	assert_int_equal(status, 0);
	if (report->problem[0] != '\0')
		fail_msg("call %u: %s", plan.nth, report->problem);
	assert_int_equal(sqlite_rig_open(rig), OK);
	assert_null(sqlite_rig_check(rig->store, &rig->cx));
	rev = sqlite_rig_rev(rig->store, &rig->cx);
	assert_in_range(rev, report->acked, report->acked + (report->uncertain != 0));
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, (unsigned)rev + 1, SMALL_BYTES),
			 OK);
	sqlite_rig_close(rig);
	arena_reset(&rig->arena, 0);
}

/* Fails call 1, 1 + stride, … until the scenario has no more of them; returns how many it has. */
static unsigned fail_each(struct sqlite_rig *rig, struct vfs_fault_plan with, unsigned stride)
{
	struct sqlite_rig_report *report = sqlite_rig_report_open();

	assert_non_null(report);
	plan = with;
	for (plan.nth = 1;; plan.nth += stride) {
		check_after(rig, report, sqlite_rig_play(rig, report, play));
		if (report->fired == 0)
			break;
	}
	assert_int_equal(report->acked, COMMITS);
	assert_true(plan.nth > 1);
	return plan.nth;
}

static void each_sync_that_fails_stops_the_answers(void **state)
{
	cuts_power = false;
	fail_each(*state,
		  (struct vfs_fault_plan){
			  .calls = VFS_FAULT_SYNC, .rc = SQLITE_IOERR_FSYNC, .error = EIO },
		  1);
}

static void each_sync_that_fails_and_a_power_cut_lose_nothing_answered(void **state)
{
	cuts_power = true;
	fail_each(*state,
		  (struct vfs_fault_plan){
			  .calls = VFS_FAULT_SYNC, .rc = SQLITE_IOERR_FSYNC, .error = EIO },
		  1);
}

static void a_power_cut_at_any_write_loses_nothing_answered(void **state)
{
	cuts_power = true;
	fail_each(*state,
		  (struct vfs_fault_plan){ .calls = VFS_FAULT_WRITE,
					   .rc = SQLITE_IOERR_WRITE,
					   .error = EIO,
					   .torn = true },
		  131);
}

static void each_write_that_fails_leaves_nothing_by_halves(void **state)
{
	cuts_power = false;
	fail_each(*state,
		  (struct vfs_fault_plan){
			  .calls = VFS_FAULT_WRITE, .rc = SQLITE_IOERR_WRITE, .error = EIO },
		  127);
}

static void each_torn_write_to_the_log_leaves_nothing_by_halves(void **state)
{
	cuts_power = false;
	fail_each(*state,
		  (struct vfs_fault_plan){ .calls = VFS_FAULT_WRITE,
					   .suffix = "-wal",
					   .rc = SQLITE_IOERR_WRITE,
					   .error = EIO,
					   .torn = true },
		  113);
}

static void each_write_that_finds_the_disk_full_is_only_put_off(void **state)
{
	cuts_power = false;
	fail_each(*state,
		  (struct vfs_fault_plan){ .calls = VFS_FAULT_WRITE,
					   .suffix = "-wal",
					   .rc = SQLITE_FULL,
					   .error = ENOSPC,
					   .torn = true },
		  109);
}

static void each_truncation_deletion_and_growth_of_the_index_may_fail(void **state)
{
	cuts_power = false;
	fail_each(*state,
		  (struct vfs_fault_plan){
			  .calls = VFS_FAULT_TRUNCATE, .rc = SQLITE_IOERR_TRUNCATE, .error = EIO },
		  1);
	fail_each(*state,
		  (struct vfs_fault_plan){
			  .calls = VFS_FAULT_SHM, .rc = SQLITE_IOERR_SHMSIZE, .error = ENOSPC },
		  1);
	fail_each(*state,
		  (struct vfs_fault_plan){
			  .calls = VFS_FAULT_DELETE, .rc = SQLITE_IOERR_DELETE, .error = EIO },
		  1);
}

static void each_read_that_fails_leaves_nothing_by_halves(void **state)
{
	cuts_power = false;
	fail_each(*state,
		  (struct vfs_fault_plan){
			  .calls = VFS_FAULT_READ, .rc = SQLITE_IOERR_READ, .error = EIO },
		  103);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sqlite_rig_set_up, sqlite_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_sync_that_fails_stops_the_answers),
		TEST(each_sync_that_fails_and_a_power_cut_lose_nothing_answered),
		TEST(a_power_cut_at_any_write_loses_nothing_answered),
		TEST(each_write_that_fails_leaves_nothing_by_halves),
		TEST(each_torn_write_to_the_log_leaves_nothing_by_halves),
		TEST(each_write_that_finds_the_disk_full_is_only_put_off),
		TEST(each_truncation_deletion_and_growth_of_the_index_may_fail),
		TEST(each_read_that_fails_leaves_nothing_by_halves),
	};

	return cmocka_run_group_tests_name("sqlite_faults", tests, NULL, NULL);
}
