/* import and backup when each call of the store, each write and each sync fails in turn: hotels are whole or not there, a
 * backup is whole or not there, and the same again does it.
 */
#include "transfer_rig.h"

#include <dirent.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vfs_fault.h"

/* The n-th sync that is no work of the engine's fails; 0 = none. */
static unsigned fail_sync, syncs;

/* In place of the library's; one that does not fail is spared, as the engine's are. */
int fsync(int fd)
{
	(void)fd;
	if (++syncs != fail_sync)
		return 0;
	errno = EIO;
	return -1;
}

static int set_up(void **state)
{
	vfs_fault_plan(NULL);
	fail_sync = syncs = 0;
	return usecase_rig_set_up(state);
}

static int tear_down(void **state)
{
	vfs_fault_plan(NULL);
	fail_sync = 0;
	return usecase_rig_tear_down(state);
}

/* What came in is whole; again, over what is there, it is all that was exported. */
static void check_import(struct transfer_target *target, struct str text)
{
	cx_clear(&target->cx);
	transfer_rig_check(target);
	assert_int_equal(transfer_rig_import(target, text, true), OK);
	assert_int_equal(transfer_rig_check(target), 3);
	transfer_rig_same(transfer_rig_export(&target->cx, target->app.store), text);
}

/* Returns false once n is past the last call. */
static bool fail_import(struct usecase_rig *rig, struct store_fault_plan plan, bool replace)
{
	struct transfer_target target;
	struct str text;
	bool struck;
	enum err err;

	transfer_rig_open(rig, &target);
	text = transfer_rig_export(&target.cx, rig->app.store);
	if (replace)
		assert_int_equal(transfer_rig_import(&target, text, false), OK);
	target.app.store = store_fault_open(target.app.store, &plan);
	err = transfer_rig_import(&target, text, replace);
	struck = atomic_load(&plan.calls) >= plan.nth;
	plan.nth = 0;
	assert_true(err == OK || err == plan.err);
	assert_true(struck || err == OK);
	check_import(&target, text);
	transfer_rig_close(&target);
	return struck;
}

static void every_store_call_of_an_import_may_fail(void **state)
{
	static const struct store_fault_plan plans[] = {
		{ STORE_FAULT_ALL, 1, false, false, ERR_UNAVAILABLE, "unavailable", 0 },
		{ STORE_FAULT_ALL, 1, true, false, ERR_UNAVAILABLE, "unavailable", 0 },
		{ STORE_FAULT_COMMIT, 1, false, false, ERR_UNCERTAIN, "uncertain", 0 },
		{ STORE_FAULT_COMMIT, 1, false, true, ERR_UNCERTAIN, "uncertain", 0 },
		{ STORE_FAULT_COMMIT, 1, true, false, ERR_UNCERTAIN, "uncertain", 0 },
		{ STORE_FAULT_COMMIT, 1, true, true, ERR_UNCERTAIN, "uncertain", 0 },
	};
	struct usecase_rig *rig = *state;

	transfer_rig_fill(rig);
	for (size_t i = 0; i < 2 * sizeof(plans) / sizeof(plans[0]); i++) {
		const struct store_fault_plan *plan = &plans[i / 2];
		unsigned nth = 1;

		while (fail_import(rig,
				   (struct store_fault_plan){ .kinds = plan->kinds,
							      .nth = nth,
							      .and_all_after = plan->and_all_after,
							      .applied = plan->applied,
							      .err = plan->err,
							      .code = plan->code },
				   i % 2 != 0))
			nth++;
		assert_in_range(nth, 2, 100);
	}
}

/* The store's file fails under an import. Returns false once n is past the last call. */
static bool break_import(struct usecase_rig *rig, const struct vfs_fault_plan *plan)
{
	struct transfer_target target;
	struct str text;
	bool struck;
	enum err err;

	transfer_rig_open(rig, &target);
	text = transfer_rig_export(&target.cx, rig->app.store);
	vfs_fault_plan(plan);
	err = transfer_rig_import(&target, text, false);
	struck = vfs_fault_failed() != 0;
	vfs_fault_plan(NULL);
	assert_int_equal(err == OK, !struck);
	if (struck && plan->rc == SQLITE_FULL) {
		assert_int_equal(err, ERR_LIMIT);
		assert_string_equal(target.cx.failure.code, "storage_full");
	} else if (struck) {
		assert_true(err == ERR_UNAVAILABLE || err == ERR_UNCERTAIN);
		transfer_rig_reopen(&target);
	}
	check_import(&target, text);
	transfer_rig_close(&target);
	return struck;
}

static void every_sync_and_write_of_an_import_may_fail(void **state)
{
	static const struct vfs_fault_plan plans[] = {
		{ .calls = VFS_FAULT_SYNC, .rc = SQLITE_IOERR_FSYNC, .error = EIO },
		{ .calls = VFS_FAULT_WRITE, .rc = SQLITE_IOERR_WRITE, .error = EIO },
		{ .calls = VFS_FAULT_WRITE, .rc = SQLITE_FULL, .error = ENOSPC, .count = 1000000 },
	};
	struct usecase_rig *rig = *state;

	transfer_rig_fill(rig);
	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
		struct vfs_fault_plan plan = plans[i];

		plan.nth = 1;
		while (break_import(rig, &plan))
			plan.nth++;
		assert_in_range(plan.nth, 2, 1000);
	}
}

static unsigned count_backups(struct usecase_rig *rig)
{
	DIR *dir = opendir(rig->folder);
	struct dirent *entry;
	unsigned n = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir)))
		n += strstr(entry->d_name, "backup") != NULL;
	closedir(dir);
	return n;
}

/* Returns false when nothing failed: then it is there. */
static bool break_backup(struct usecase_rig *rig, const struct vfs_fault_plan *plan, unsigned sync)
{
	struct str path = str_printf(&rig->process, "%s/backup.db", rig->folder);
	bool struck;
	struct cx cx;
	enum err err;

	cx_init(&cx, &rig->process);
	syncs = 0;
	fail_sync = sync;
	vfs_fault_plan(plan);
	err = store_backup(rig->app.store, &cx, path);
	struck = vfs_fault_failed() != 0 || (sync != 0 && syncs >= sync);
	vfs_fault_plan(NULL);
	fail_sync = 0;
	assert_int_equal(err == OK, !struck);
	if (struck && plan && plan->rc == SQLITE_FULL)
		assert_string_equal(cx.failure.code, "storage_full");
	else if (
		struck) /* a file that is not the engine's can not be written: the caller's to change */
		assert_int_equal(err, sync != 0 ? ERR_INVALID : ERR_UNAVAILABLE);
	assert_int_equal(count_backups(rig), struck ? 0 : 1);
	transfer_rig_ask(rig, "PUT", "/chains/NEXT", STR("{}"));
	if (!struck)
		unlink(str_c(&rig->process, path));
	return struck;
}

static void every_write_and_sync_of_a_backup_may_fail_and_nothing_is_left_of_it(void **state)
{
	static const struct vfs_fault_plan plans[] = {
		{ .calls = VFS_FAULT_WRITE, .rc = SQLITE_IOERR_WRITE, .error = EIO },
		{ .calls = VFS_FAULT_WRITE, .rc = SQLITE_FULL, .error = ENOSPC, .count = 1000000 },
	};
	struct usecase_rig *rig = *state;
	unsigned sync = 1;

	transfer_rig_fill(rig);
	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
		struct vfs_fault_plan plan = plans[i];

		plan.nth = 1;
		while (break_backup(rig, &plan, 0))
			plan.nth++;
		assert_in_range(plan.nth, 2, 1000);
	}
	while (break_backup(rig, NULL, sync))
		sync++;
	/* The file's and its folder's. */
	assert_in_range(sync, 3, 10);
}

enum { DONE = 0, FAILED = 1, KILLED = 7 };

/* Runs it in a process that ends at the n-th write. Nobody has a store open meanwhile. */
static int play(struct usecase_rig *rig, struct vfs_fault_plan plan,
		enum err (*action)(struct usecase_rig *, struct str), struct str argument)
{
	pid_t child;
	int status;

	usecase_rig_close(rig);
	child = fork();
	if (child == 0) {
		usecase_rig_open(rig);
		vfs_fault_plan(&plan);
		_exit(action(rig, argument) == OK ? DONE : FAILED);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	usecase_rig_open(rig);
	return WEXITSTATUS(status);
}

static enum err back_up(struct usecase_rig *rig, struct str path)
{
	struct cx cx;

	cx_init(&cx, &rig->process);
	return store_backup(rig->app.store, &cx, path);
}

static void a_backup_that_is_killed_at_any_write_is_not_there(void **state)
{
	struct usecase_rig *rig = *state;
	struct str path = str_printf(&rig->process, "%s/backup.db", rig->folder);
	struct vfs_fault_plan plan = { .calls = VFS_FAULT_WRITE, .nth = 1, .exit_code = KILLED };

	transfer_rig_fill(rig);
	while (play(rig, plan, back_up, path) == KILLED) {
		assert_int_equal(access(str_c(&rig->process, path), F_OK), -1);
		plan.nth++;
	}
	assert_in_range(plan.nth, 2, 1000);
	assert_int_equal(access(str_c(&rig->process, path), F_OK), 0);
}

static enum err come_in(struct usecase_rig *rig, struct str text)
{
	struct transfer_target target = { .app = rig->app };

	arena_init(&target.arena, 0);
	cx_init(&target.cx, &target.arena);
	return transfer_rig_import(&target, text, true);
}

/* Over what is there, which it changes back. */
static void an_import_that_is_killed_at_any_write_leaves_whole_hotels(void **state)
{
	struct usecase_rig *rig = *state;
	struct vfs_fault_plan plan = { .calls = VFS_FAULT_WRITE, .nth = 1, .exit_code = KILLED };
	struct transfer_target target = { .app = rig->app };
	struct str text, hotel;
	int ended;

	transfer_rig_fill(rig);
	arena_init(&target.arena, 0);
	cx_init(&target.cx, &target.arena);
	text = transfer_rig_export(&target.cx, rig->app.store);
	hotel = str_printf(&rig->process, "/config/" STR_FMT,
			   STR_ARG(usecase_rig_code(rig, STR("Two"))));
	do {
		transfer_rig_ask(rig, "PATCH", str_c(&rig->process, hotel),
				 STR("{\"description\":\"changed\"}"));
		ended = play(rig, plan, come_in, text);
		target.app = rig->app;
		assert_int_equal(transfer_rig_check(&target), 3);
		plan.nth++;
	} while (ended == KILLED);
	assert_int_equal(ended, DONE);
	assert_in_range(plan.nth, 3, 1000);
	transfer_rig_same(transfer_rig_export(&target.cx, rig->app.store), text);
	arena_close(&target.arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_store_call_of_an_import_may_fail),
		TEST(every_sync_and_write_of_an_import_may_fail),
		TEST(every_write_and_sync_of_a_backup_may_fail_and_nothing_is_left_of_it),
		TEST(a_backup_that_is_killed_at_any_write_is_not_there),
		TEST(an_import_that_is_killed_at_any_write_leaves_whole_hotels),
	};

	vfs_fault_register();
	vfs_fault_spare_syncs();
	return cmocka_run_group_tests_name("command_faults", tests, NULL, NULL);
}
