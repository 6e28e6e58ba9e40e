/* A restore that is killed before any of its calls of the system leaves the old store or the new one, whole. */
#include "sqlite_rig.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapter/sqlite_restore.h"

/* Commits of the old store and of the new one. */
enum { OLD = 30, NEW = 12 };

static void copy_file(struct sqlite_rig *rig, const char *from, const char *to)
{
	static char bytes[1 << 20];
	char path[128];
	FILE *file;
	size_t len;

	snprintf(path, sizeof(path), "%s/%s", rig->folder, from);
	file = fopen(path, "r");
	assert_non_null(file);
	len = fread(bytes, 1, sizeof(bytes), file);
	assert_in_range(len, 1, sizeof(bytes) - 1);
	assert_int_equal(fclose(file), 0);
	snprintf(path, sizeof(path), "%s/%s", rig->folder, to);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void remove_file(struct sqlite_rig *rig, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", rig->folder, name);
	unlink(path);
}

static void make_store(struct sqlite_rig *rig, unsigned commits)
{
	assert_int_equal(sqlite_rig_open(rig), OK);
	for (unsigned i = 1; i <= commits; i++)
		assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, i, 3000), OK);
}

/* `backup` is a closed store, `old` with `old-wal` one as kill -9 leaves it. */
static void make_files(struct sqlite_rig *rig)
{
	struct stat st;
	char log[128];

	make_store(rig, NEW);
	sqlite_rig_close(rig);
	copy_file(rig, "store.db", "backup");
	remove_file(rig, "store.db");
	make_store(rig, OLD);
	copy_file(rig, "store.db", "old");
	copy_file(rig, "store.db-wal", "old-wal");
	sqlite_rig_close(rig);
	snprintf(log, sizeof(log), "%s/old-wal", rig->folder);
	assert_int_equal(stat(log, &st), 0);
	assert_true(st.st_size > (off_t)3000 * OLD);
}

static void put_old_in_place(struct sqlite_rig *rig)
{
	remove_file(rig, "store.db-shm");
	remove_file(rig, "store.db-journal");
	copy_file(rig, "old", "store.db");
	copy_file(rig, "old-wal", "store.db-wal");
}

static void restore(struct sqlite_rig *rig)
{
	char from[128], made[PATH_MAX];

	snprintf(from, sizeof(from), "%s/backup", rig->folder);
	if (sqlite_restore_copy(&rig->cx, from, rig->path, made) != OK ||
	    sqlite_restore_place(&rig->cx, made, rig->path) != OK)
		_exit(1);
}

/* The rev of the store that is there, which is whole. */
static uint64_t check_store(struct sqlite_rig *rig)
{
	uint64_t rev;

	assert_int_equal(sqlite_rig_open(rig), OK);
	assert_null(sqlite_rig_check(rig->store, &rig->cx));
	rev = sqlite_rig_rev(rig->store, &rig->cx);
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, (unsigned)rev + 1, 10), OK);
	sqlite_rig_close(rig);
	return rev;
}

static void a_killed_restore_leaves_the_old_store_or_the_new_one(void **state)
{
	struct sqlite_rig *rig = *state;
	unsigned old = 0, new = 0;
	bool killed = true;

	make_files(rig);
	/* Each second stop: between the return of a call and the entry into the next nothing happens. */
	for (unsigned n = 1; killed; n += 2) {
		uint64_t rev;

		put_old_in_place(rig);
		killed = sqlite_rig_run_until(rig, restore, n);
		rev = check_store(rig);
		assert_true(rev == OLD || rev == NEW);
		assert_true(killed || rev == NEW);
		old += rev == OLD;
		new += rev == NEW;
	}
	assert_in_range(old, 25, 10000);
	assert_in_range(new, 1, 10000);
}

static void a_damaged_store_is_replaced_with_its_log(void **state)
{
	struct sqlite_rig *rig = *state;
	FILE *file;

	make_files(rig);
	put_old_in_place(rig);
	file = fopen(rig->path, "r+");
	assert_non_null(file);
	assert_int_equal(fputs("no database any more", file) >= 0, 1);
	assert_int_equal(fclose(file), 0);
	restore(rig);
	assert_int_equal(check_store(rig), NEW);
}

static void a_log_without_its_store_is_not_taken_for_the_new_ones(void **state)
{
	struct sqlite_rig *rig = *state;

	make_files(rig);
	put_old_in_place(rig);
	remove_file(rig, "store.db");
	assert_true(sqlite_restore_has_store(rig->path));
	restore(rig);
	assert_int_equal(check_store(rig), NEW);
}

static void a_store_that_is_open_elsewhere_stays(void **state)
{
	struct sqlite_rig *rig = *state;
	char from[128], made[PATH_MAX];

	make_files(rig);
	remove_file(rig, "store.db");
	make_store(rig, OLD);
	snprintf(from, sizeof(from), "%s/backup", rig->folder);
	assert_int_equal(sqlite_restore_copy(&rig->cx, from, rig->path, made), OK);
	assert_int_equal(sqlite_restore_place(&rig->cx, made, rig->path), ERR_UNAVAILABLE);
	cx_clear(&rig->cx);
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, OLD + 1, 10), OK);
	sqlite_rig_close(rig);
	assert_int_equal(check_store(rig), OLD + 1);
	/* A store in use is no backup either. */
	make_store(rig, 0);
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, OLD + 3, 10), OK);
	snprintf(from, sizeof(from), "%s/elsewhere", rig->folder);
	assert_int_equal(sqlite_restore_copy(&rig->cx, rig->path, from, made), ERR_INVALID);
	cx_clear(&rig->cx);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, sqlite_rig_set_up, sqlite_rig_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_killed_restore_leaves_the_old_store_or_the_new_one),
		TEST(a_damaged_store_is_replaced_with_its_log),
		TEST(a_log_without_its_store_is_not_taken_for_the_new_ones),
		TEST(a_store_that_is_open_elsewhere_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
