/* A full disk: commits are refused and nothing of them is written, reads go on, and room ends it. */
#include "sqlite_rig.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vfs_fault.h"

enum { TEXT_BYTES = 100000 };

static void is_full(struct sqlite_rig *rig, unsigned i)
{
	cx_clear(&rig->cx);
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, i, TEXT_BYTES), ERR_LIMIT);
	assert_string_equal(rig->cx.failure.code, "storage_full");
	cx_clear(&rig->cx);
}

static void meet_full_disk(struct sqlite_rig *rig, int rc, int error)
{
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, 1, TEXT_BYTES), OK);
	vfs_fault_plan(&(struct vfs_fault_plan){ .calls = VFS_FAULT_WRITE,
						 .suffix = "-wal",
						 .nth = 3,
						 .count = 100000,
						 .rc = rc,
						 .error = error });
	for (int again = 0; again < 4; again++) {
		is_full(rig, 2);
		assert_null(sqlite_rig_check(rig->store, &rig->cx));
		assert_int_equal(sqlite_rig_rev(rig->store, &rig->cx), 1);
	}
	vfs_fault_plan(NULL);
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, 2, TEXT_BYTES), OK);
	sqlite_rig_close(rig);
	assert_int_equal(sqlite_rig_open(rig), OK);
	assert_null(sqlite_rig_check(rig->store, &rig->cx));
	assert_int_equal(sqlite_rig_rev(rig->store, &rig->cx), 2);
}

static void a_full_disk_is_storage_full_until_there_is_room(void **state)
{
	meet_full_disk(*state, SQLITE_FULL, ENOSPC);
}

static void a_write_error_for_want_of_room_is_storage_full_too(void **state)
{
	meet_full_disk(*state, SQLITE_IOERR_WRITE, ENOSPC);
}

static void a_quota_that_is_used_up_is_storage_full_too(void **state)
{
	meet_full_disk(*state, SQLITE_IOERR_WRITE, EDQUOT);
}

static void another_write_error_stops_commits(void **state)
{
	struct sqlite_rig *rig = *state;

	vfs_fault_plan(&(struct vfs_fault_plan){ .calls = VFS_FAULT_WRITE,
						 .suffix = "-wal",
						 .nth = 3,
						 .rc = SQLITE_IOERR_WRITE,
						 .error = EIO });
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, 1, TEXT_BYTES), ERR_UNCERTAIN);
	cx_clear(&rig->cx);
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, 1, TEXT_BYTES), ERR_UNAVAILABLE);
}

/* No room for want of which sync fails is no full disk: what was to be synced may be lost. */
static void a_sync_that_fails_for_want_of_room_stops_commits(void **state)
{
	struct sqlite_rig *rig = *state;

	vfs_fault_plan(&(struct vfs_fault_plan){ .calls = VFS_FAULT_SYNC,
						 .suffix = "-wal",
						 .nth = 1,
						 .rc = SQLITE_IOERR_FSYNC,
						 .error = ENOSPC });
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, 1, TEXT_BYTES), ERR_UNCERTAIN);
	cx_clear(&rig->cx);
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, 1, TEXT_BYTES), ERR_UNAVAILABLE);
}

/* The log can not be moved: it grows, commits go on, and it is moved when there is room. */
static void a_file_that_can_not_grow_holds_up_no_commit(void **state)
{
	struct sqlite_rig *rig = *state;
	unsigned i;

	vfs_fault_plan(&(struct vfs_fault_plan){ .calls = VFS_FAULT_WRITE,
						 .suffix = ".db",
						 .nth = 1,
						 .count = 100000,
						 .rc = SQLITE_FULL,
						 .error = ENOSPC });
	/* Each takes about 95 pages of the log, which is moved every 16,000. */
	for (i = 1; i <= 400; i++)
		assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, i, 390000), OK);
	assert_in_range(vfs_fault_failed(), 2, 10); /* tried, and not at each commit */
	vfs_fault_plan(NULL);
	for (; i <= 600; i++)
		assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, i, 390000), OK);
	assert_null(sqlite_rig_check(rig->store, &rig->cx));
}

/* A file system of 4 MB of this process's own. */
static bool mount_small(const char *folder)
{
	if (unshare(CLONE_NEWNS) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
		return false;
	return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("tmpfs", folder, "tmpfs", 0, "size=4m") == 0;
}

/* Fills what is left; the file's removal gives it back. */
static void fill_up(const char *path)
{
	static const char zeros[4096];
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	while (write(fd, zeros, sizeof(zeros)) > 0)
		continue;
	close(fd);
}

/* The number of the line that fails is the child's answer; 0: all well. */
static int play_on_small(struct sqlite_rig *rig)
{
	char ballast[128];
	unsigned acked = 0;
	enum err err = OK;

	if (!mount_small(rig->folder))
		return 1;
	snprintf(ballast, sizeof(ballast), "%s/ballast", rig->folder);
	if (sqlite_rig_open(rig) != OK)
		return 2;
	while (acked < 10 && sqlite_rig_commit(rig->store, &rig->cx, acked + 1, 20000) == OK)
		acked++;
	fill_up(ballast);
	while (acked < 1000 &&
	       (err = sqlite_rig_commit(rig->store, &rig->cx, acked + 1, 20000)) == OK)
		acked++;
	if (err != ERR_LIMIT || strcmp(rig->cx.failure.code, "storage_full") != 0)
		return 3;
	for (int again = 0; again < 20; again++) {
		cx_clear(&rig->cx);
		if (sqlite_rig_commit(rig->store, &rig->cx, acked + 1, 20000) != ERR_LIMIT)
			return 4;
	}
	cx_clear(&rig->cx);
	if (sqlite_rig_rev(rig->store, &rig->cx) != acked || sqlite_rig_check(rig->store, &rig->cx))
		return 5;
	unlink(ballast);
	if (sqlite_rig_commit(rig->store, &rig->cx, acked + 1, 20000) != OK)
		return 6;
	sqlite_rig_close(rig);
	if (sqlite_rig_open(rig) != OK || sqlite_rig_check(rig->store, &rig->cx) ||
	    sqlite_rig_rev(rig->store, &rig->cx) != acked + 1)
		return 7;
	sqlite_rig_close(rig);
	return 0;
}

static void a_real_full_file_system_is_survived(void **state)
{
	struct sqlite_rig *rig = *state;
	pid_t child;
	int status;

	sqlite_rig_close(rig);
	child = fork();
	if (child == 0)
		_exit(play_on_small(rig));
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* A store that can not be made leaves nothing behind that a later start would trip over. */
static void a_full_disk_makes_no_half_store(void **state)
{
	struct sqlite_rig *rig = *state;

	sqlite_rig_close(rig);
	for (unsigned nth = 1;; nth++) {
		unlink(rig->path);
		vfs_fault_plan(&(struct vfs_fault_plan){ .calls = VFS_FAULT_WRITE,
							 .nth = nth,
							 .count = 1000,
							 .rc = SQLITE_FULL,
							 .error = ENOSPC });
		if (sqlite_rig_open(rig) == OK)
			break;
		assert_true(access(rig->path, F_OK) < 0 || nth > 1);
		vfs_fault_plan(NULL);
		assert_int_equal(sqlite_rig_open(rig), OK);
		sqlite_rig_close(rig);
	}
	sqlite_rig_close(rig);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, sqlite_rig_set_up_open, sqlite_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_full_disk_is_storage_full_until_there_is_room),
		TEST(a_write_error_for_want_of_room_is_storage_full_too),
		TEST(a_quota_that_is_used_up_is_storage_full_too),
		TEST(another_write_error_stops_commits),
		TEST(a_sync_that_fails_for_want_of_room_stops_commits),
		TEST(a_file_that_can_not_grow_holds_up_no_commit),
		TEST(a_real_full_file_system_is_survived),
		TEST(a_full_disk_makes_no_half_store),
	};

	vfs_fault_register();
	vfs_fault_spare_syncs();
	return cmocka_run_group_tests_name("sqlite_full", tests, NULL, NULL);
}
