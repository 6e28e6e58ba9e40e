/* Opening: what the operator can get wrong is told in words, and what is made is the owner's alone. */
#include "sqlite_rig.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapter/store_sqlite.h"

static const uid_t nobody = 65534;

static bool detail_has(const struct sqlite_rig *rig, const char *part)
{
	struct str detail = rig->cx.failure.detail;

	return memmem(detail.ptr, detail.len, part, strlen(part)) != NULL;
}

static mode_t mode_of(const struct sqlite_rig *rig, const char *suffix)
{
	struct stat st;
	char path[128];

	snprintf(path, sizeof(path), "%s%s", rig->path, suffix);
	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 0777;
}

static void the_files_are_the_owners_alone(void **state)
{
	struct sqlite_rig *rig = *state;
	mode_t mask = umask(0);

	assert_int_equal(sqlite_rig_open(rig), OK);
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, 1, 10), OK);
	umask(mask);
	assert_int_equal(mode_of(rig, ""), 0600);
	assert_int_equal(mode_of(rig, "-wal"), 0600);
	assert_int_equal(mode_of(rig, "-shm"), 0600);
}

static void what_was_committed_is_there_after_closing(void **state)
{
	struct sqlite_rig *rig = *state;

	for (unsigned i = 1; i <= 5; i++) {
		assert_int_equal(sqlite_rig_open(rig), OK);
		assert_null(sqlite_rig_check(rig->store, &rig->cx));
		assert_int_equal(sqlite_rig_rev(rig->store, &rig->cx), i - 1);
		assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, i, 1000), OK);
		sqlite_rig_close(rig);
	}
}

static void a_closed_store_is_one_file(void **state)
{
	struct sqlite_rig *rig = *state;
	char path[128];

	assert_int_equal(sqlite_rig_open(rig), OK);
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, 1, 1000), OK);
	sqlite_rig_close(rig);
	snprintf(path, sizeof(path), "%s-wal", rig->path);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(unlink(rig->path), 0);
	assert_int_equal(rmdir(rig->folder), 0);
}

static void two_stores_on_one_file_see_each_others_commits(void **state)
{
	struct sqlite_rig *rig = *state;
	struct store *other = NULL;
	unsigned i;

	assert_int_equal(sqlite_rig_open(rig), OK);
	assert_int_equal(store_sqlite_open(&rig->cx, str_of(rig->path), &other), OK);
	for (i = 1; i <= 20; i++) {
		struct store *writer = i % 2 ? rig->store : other;
		struct store *reader = i % 2 ? other : rig->store;

		assert_int_equal(sqlite_rig_commit(writer, &rig->cx, i, 1000), OK);
		assert_int_equal(sqlite_rig_rev(reader, &rig->cx), i);
	}
	assert_null(sqlite_rig_check(other, &rig->cx));
	store_close(other);
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, i, 1000), OK);
}

static void a_path_that_can_not_be_is_refused(void **state)
{
	struct sqlite_rig *rig = *state;
	struct store *store = NULL;

	assert_int_equal(store_sqlite_open(&rig->cx, STR(""), &store), ERR_INVALID);
	cx_clear(&rig->cx);
	assert_int_equal(store_sqlite_open(&rig->cx, STR("/tmp/a\0b"), &store), ERR_INVALID);
	cx_clear(&rig->cx);
	assert_int_equal(store_sqlite_open(&rig->cx, str_of(rig->folder), &store), ERR_INVALID);
	assert_true(detail_has(rig, "is not a file"));
	snprintf(rig->path, sizeof(rig->path), "%s/none/store.db", rig->folder);
	assert_int_equal(sqlite_rig_open(rig), ERR_INVALID);
	assert_true(detail_has(rig, "No such file or directory"));
	assert_null(store);
}

/* In a child that is not root: nothing is forbidden to root. */
static void open_as_nobody(struct sqlite_rig *rig, const char *because)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		if (getuid() == 0 && (setgid(nobody) < 0 || setuid(nobody) < 0))
			_exit(10);
		if (sqlite_rig_open(rig) != ERR_INVALID)
			_exit(11);
		_exit(detail_has(rig, because) ? 0 : 12);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void what_is_not_allowed_is_told(void **state)
{
	struct sqlite_rig *rig = *state;

	assert_int_equal(sqlite_rig_open(rig), OK);
	sqlite_rig_close(rig);
	assert_int_equal(chmod(rig->folder, 0755), 0);
	assert_int_equal(chmod(rig->path, 0000), 0);
	open_as_nobody(rig, "Permission denied");
	assert_int_equal(chmod(rig->path, 0444), 0);
	open_as_nobody(rig, rig->path);
	assert_int_equal(chmod(rig->path, 0666), 0);
	assert_int_equal(chmod(rig->folder, 0555), 0);
	open_as_nobody(rig, rig->path);
	assert_int_equal(unlink(rig->path), 0);
	open_as_nobody(rig, "Permission denied");
	assert_int_equal(chmod(rig->folder, 0700), 0);
}

static void a_file_that_another_process_locks_is_unavailable(void **state)
{
	struct sqlite_rig *rig = *state;
	sqlite3 *db;

	assert_int_equal(sqlite_rig_open(rig), OK);
	sqlite_rig_close(rig);
	db = sqlite_rig_connect(rig);
	assert_int_equal(sqlite3_exec(db,
				      "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=DELETE;"
				      "BEGIN EXCLUSIVE",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite_rig_open(rig), ERR_UNAVAILABLE);
	assert_true(detail_has(rig, "locked by another process"));
	sqlite3_close(db);
	assert_int_equal(sqlite_rig_open(rig), OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sqlite_rig_set_up, sqlite_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_files_are_the_owners_alone),
		TEST(what_was_committed_is_there_after_closing),
		TEST(a_closed_store_is_one_file),
		TEST(two_stores_on_one_file_see_each_others_commits),
		TEST(a_path_that_can_not_be_is_refused),
		TEST(what_is_not_allowed_is_told),
		TEST(a_file_that_another_process_locks_is_unavailable),
	};

	return cmocka_run_group_tests_name("sqlite_open", tests, NULL, NULL);
}
