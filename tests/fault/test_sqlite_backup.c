/* Backups: whole, of one moment, while others write; and nothing is left of one that failed. */
#include "sqlite_rig.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "vfs_fault.h"

enum { TEXT_BYTES = 100000, COMMITS = 50 };

static struct str backup_path(struct sqlite_rig *rig)
{
	return str_printf(&rig->arena, "%s/backup.db", rig->folder);
}

static void fill(struct sqlite_rig *rig)
{
	for (unsigned i = 1; i <= COMMITS; i++)
		assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, i, TEXT_BYTES), OK);
}

/* Files of the folder whose name begins so. */
static unsigned files(struct sqlite_rig *rig, const char *begin)
{
	DIR *dir = opendir(rig->folder);
	struct dirent *entry;
	unsigned n = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir)))
		n += strncmp(entry->d_name, begin, strlen(begin)) == 0;
	closedir(dir);
	return n;
}

/* Opens the backup as a store; returns its revision. */
static uint64_t check_backup(struct sqlite_rig *rig)
{
	struct store *store = NULL;
	uint64_t rev;

	snprintf(rig->path, sizeof(rig->path), "%s/backup.db", rig->folder);
	sqlite_rig_close(rig);
	assert_int_equal(sqlite_rig_open(rig), OK);
	store = rig->store;
	assert_null(sqlite_rig_check(store, &rig->cx));
	rev = sqlite_rig_rev(store, &rig->cx);
	assert_int_equal(sqlite_rig_commit(store, &rig->cx, (unsigned)rev + 1, 10), OK);
	return rev;
}

static void a_backup_is_a_store_of_its_own(void **state)
{
	struct sqlite_rig *rig = *state;

	fill(rig);
	assert_int_equal(store_backup(rig->store, &rig->cx, backup_path(rig)), OK);
	assert_int_equal(files(rig, "backup.db"), 1);
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, COMMITS + 1, 10), OK);
	assert_int_equal(check_backup(rig), COMMITS);
}

static void an_empty_store_can_be_backed_up(void **state)
{
	struct sqlite_rig *rig = *state;

	assert_int_equal(store_backup(rig->store, &rig->cx, backup_path(rig)), OK);
	assert_int_equal(check_backup(rig), 0);
}

struct writer {
	struct store *store;
	atomic_uint acked;
	atomic_bool stop;
	unsigned failed;
};

static void *write_on(void *argument)
{
	struct writer *writer = argument;
	struct arena arena;
	struct cx cx;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	cx.thread = 1;
	while (!writer->stop) {
		unsigned next = writer->acked + 1;

		writer->failed += sqlite_rig_commit(writer->store, &cx, next, 1000) != OK;
		writer->acked = next;
		arena_reset(&arena, 0);
	}
	arena_close(&arena);
	return NULL;
}

/* Each page of the copy takes a while, so that commits come in between. */
static void make_slow(void)
{
	vfs_fault_plan(&(struct vfs_fault_plan){ .calls = VFS_FAULT_WRITE,
						 .nth = 1,
						 .count = 1000000,
						 .rc = SQLITE_OK,
						 .delay_ms = 1 });
}

static void a_backup_under_load_holds_what_was_acknowledged_before_and_holds_up_nobody(void **state)
{
	struct sqlite_rig *rig = *state;
	struct writer writer = { .store = rig->store, .acked = COMMITS };
	unsigned before, after;
	pthread_t thread;
	uint64_t rev;

	fill(rig);
	make_slow();
	assert_int_equal(pthread_create(&thread, NULL, write_on, &writer), 0);
	while (writer.acked < COMMITS + 3)
		usleep(1000);
	before = writer.acked;
	assert_int_equal(store_backup(rig->store, &rig->cx, backup_path(rig)), OK);
	after = writer.acked;
	writer.stop = true;
	pthread_join(thread, NULL);
	vfs_fault_plan(NULL);
	assert_int_equal(writer.failed, 0);
	assert_true(after > before + 10);
	assert_null(sqlite_rig_check(rig->store, &rig->cx));
	rev = check_backup(rig);
	assert_in_range(rev, before, after);
}

static void what_is_there_already_stays(void **state)
{
	struct sqlite_rig *rig = *state;
	struct str path = backup_path(rig);
	char link[128];
	FILE *file;

	fill(rig);
	file = fopen(str_c(&rig->arena, path), "w");
	fputs("mine", file);
	fclose(file);
	assert_int_equal(store_backup(rig->store, &rig->cx, path), ERR_INVALID);
	assert_int_equal(files(rig, "backup.db"), 1);
	file = fopen(str_c(&rig->arena, path), "r");
	assert_int_equal(fgetc(file), 'm');
	fclose(file);
	/* A link to nothing is something too, and so is the store itself. */
	snprintf(link, sizeof(link), "%s/link", rig->folder);
	assert_int_equal(symlink("nothing", link), 0);
	cx_clear(&rig->cx);
	assert_int_equal(store_backup(rig->store, &rig->cx, str_of(link)), ERR_INVALID);
	cx_clear(&rig->cx);
	assert_int_equal(store_backup(rig->store, &rig->cx, str_of(rig->path)), ERR_INVALID);
	assert_null(sqlite_rig_check(rig->store, &rig->cx));
}

static void a_path_that_can_not_be_is_invalid(void **state)
{
	struct sqlite_rig *rig = *state;
	struct str paths[] = { STR(""),
			       { "a\0b", 3 },
			       str_printf(&rig->arena, "%s/no/backup.db", rig->folder),
			       str_printf(&rig->arena, "%s/", rig->folder) };

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		cx_clear(&rig->cx);
		assert_int_equal(store_backup(rig->store, &rig->cx, paths[i]), ERR_INVALID);
		assert_string_equal(rig->cx.failure.code, "invalid");
	}
}

static void a_full_disk_leaves_no_half_backup(void **state)
{
	static const struct vfs_fault_plan plans[] = {
		{ .rc = SQLITE_FULL, .error = ENOSPC },
		{ .rc = SQLITE_IOERR_WRITE, .error = ENOSPC },
		{ .rc = SQLITE_IOERR_WRITE, .error = EDQUOT },
	};
	struct sqlite_rig *rig = *state;

	fill(rig);
	for (size_t i = 0; i < 9; i++) {
		struct vfs_fault_plan plan = plans[i / 3];

		plan.calls = VFS_FAULT_WRITE;
		plan.nth = 1 + (unsigned)(i % 3) * 500;
		plan.count = 1000000;
		vfs_fault_plan(&plan);
		cx_clear(&rig->cx);
		assert_int_equal(store_backup(rig->store, &rig->cx, backup_path(rig)), ERR_LIMIT);
		assert_string_equal(rig->cx.failure.code, "storage_full");
		vfs_fault_plan(NULL);
		assert_int_equal(files(rig, "backup"), 0);
	}
	cx_clear(&rig->cx);
	assert_int_equal(store_backup(rig->store, &rig->cx, backup_path(rig)), OK);
	assert_int_equal(check_backup(rig), COMMITS);
}

static void a_disk_that_fails_leaves_no_half_backup(void **state)
{
	struct sqlite_rig *rig = *state;

	fill(rig);
	vfs_fault_plan(&(struct vfs_fault_plan){
		.calls = VFS_FAULT_WRITE, .nth = 700, .rc = SQLITE_IOERR_WRITE, .error = EIO });
	assert_int_equal(store_backup(rig->store, &rig->cx, backup_path(rig)), ERR_UNAVAILABLE);
	vfs_fault_plan(NULL);
	assert_int_equal(files(rig, "backup"), 0);
	cx_clear(&rig->cx);
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, COMMITS + 1, 10), OK);
}

static void a_backup_ends_at_its_deadline(void **state)
{
	struct sqlite_rig *rig = *state;

	fill(rig);
	make_slow();
	rig->cx.deadline_mono_ms = clock_mono_ms(rig->cx.clock) + 100;
	assert_int_equal(store_backup(rig->store, &rig->cx, backup_path(rig)), ERR_UNAVAILABLE);
	vfs_fault_plan(NULL);
	assert_int_equal(files(rig, "backup"), 0);
}

static void a_store_with_backups_of_its_own_says_so(void **state)
{
	struct sqlite_rig *rig = *state;
	struct store_api api = *rig->store->api;
	struct store other = { .api = &api };

	api.backup = NULL;
	assert_int_equal(store_backup(&other, &rig->cx, backup_path(rig)), ERR_INVALID);
	assert_string_equal(rig->cx.failure.code, "invalid");
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, sqlite_rig_set_up_open, sqlite_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_backup_is_a_store_of_its_own),
		TEST(an_empty_store_can_be_backed_up),
		TEST(a_backup_under_load_holds_what_was_acknowledged_before_and_holds_up_nobody),
		TEST(what_is_there_already_stays),
		TEST(a_path_that_can_not_be_is_invalid),
		TEST(a_full_disk_leaves_no_half_backup),
		TEST(a_disk_that_fails_leaves_no_half_backup),
		TEST(a_backup_ends_at_its_deadline),
		TEST(a_store_with_backups_of_its_own_says_so),
	};

	vfs_fault_register();
	vfs_fault_spare_syncs();
	return cmocka_run_group_tests_name("sqlite_backup", tests, NULL, NULL);
}
