/* A store without sums, as versions before made it, gets them; until then it works without. */
#include "sqlite_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapter/sqlite_lift.h"
#include "adapter/sqlite_pages.h"

enum { STEPS = 25 };

/* The files of an old store, its last commits in its log. */
struct old {
	struct arena arena;
	struct str file, log;
};

static void run_sql(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(db));
	assert_int_equal(sqlite3_errcode(db), SQLITE_OK);
}

static char *beside(struct sqlite_rig *rig, const char *suffix)
{
	return str_c(&rig->arena, str_printf(&rig->arena, "%s%s", rig->path, suffix));
}

static void put_in_place(struct sqlite_rig *rig, const struct old *old)
{
	static const char *const others[] = { "-shm", "-journal" };

	for (size_t i = 0; i < 2; i++)
		unlink(beside(rig, others[i]));
	sqlite_rig_write_file(rig->path, old->file);
	sqlite_rig_write_file(beside(rig, "-wal"), old->log);
}

/* By the engine alone, as schema 1 was. */
static void make_old(struct sqlite_rig *rig, struct old *old)
{
	char *sound = beside(rig, ".sound"), attach[160];
	sqlite3 *db = NULL;

	assert_int_equal(sqlite_rig_open(rig), OK);
	for (unsigned i = 1; i <= STEPS; i++)
		assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, i, i % 8 ? 500 : 9000),
				 OK);
	sqlite_rig_close(rig);
	assert_int_equal(rename(rig->path, sound), 0);
	assert_int_equal(sqlite3_open(rig->path, &db), SQLITE_OK);
	run_sql(db, "PRAGMA application_id=0x696e6b70; PRAGMA user_version=1;"
		    "CREATE TABLE item(code TEXT NOT NULL,itemType TEXT NOT NULL,"
		    "rev INTEGER NOT NULL,attrs TEXT NOT NULL,PRIMARY KEY(code,itemType))"
		    " WITHOUT ROWID; PRAGMA journal_mode=WAL;");
	snprintf(attach, sizeof(attach), "ATTACH '%s' AS sound", sound);
	run_sql(db, attach);
	run_sql(db, "INSERT INTO main.item SELECT * FROM sound.item WHERE rev<20;"
		    "PRAGMA main.wal_checkpoint(TRUNCATE);"
		    "INSERT OR REPLACE INTO main.item SELECT * FROM sound.item WHERE rev>=20;");
	arena_init(&old->arena, 0);
	old->file = sqlite_rig_read_file(&old->arena, rig->path);
	old->log = sqlite_rig_read_file(&old->arena, beside(rig, "-wal"));
	sqlite3_close(db);
	assert_true(old->log.len > 4096 && old->file.ptr[20] == 0);
	put_in_place(rig, old);
}

static bool has_sums(struct sqlite_rig *rig)
{
	return sqlite_rig_read_file(&rig->arena, rig->path).ptr[20] == SQLITE_PAGES_SUM_BYTES;
}

static void is_whole(struct sqlite_rig *rig)
{
	assert_int_equal(sqlite_rig_open(rig), OK);
	assert_null(sqlite_rig_check(rig->store, &rig->cx));
	assert_int_equal(sqlite_rig_rev(rig->store, &rig->cx), STEPS);
	sqlite_rig_close(rig);
}

static void an_old_store_gets_sums_and_keeps_everything(void **state)
{
	struct sqlite_rig *rig = *state;
	struct old old;

	make_old(rig, &old);
	assert_int_equal(sqlite_lift(&rig->cx, rig->path), OK);
	assert_true(has_sums(rig));
	is_whole(rig);
	assert_int_equal(access(beside(rig, ".restore"), F_OK), -1);
	/* A second time there is nothing to do, nor where there is no store. */
	assert_int_equal(sqlite_lift(&rig->cx, rig->path), OK);
	is_whole(rig);
	unlink(rig->path);
	assert_int_equal(sqlite_lift(&rig->cx, rig->path), OK);
	assert_int_equal(access(rig->path, F_OK), -1);
	arena_close(&old.arena);
}

static void an_old_store_that_did_not_get_them_works_and_is_copied_as_it_is(void **state)
{
	struct sqlite_rig *rig = *state;
	struct str backup = str_printf(&rig->arena, "%s.backup", rig->path);
	struct old old;

	make_old(rig, &old);
	assert_int_equal(sqlite_rig_open(rig), OK);
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, STEPS + 1, 9000), OK);
	assert_null(sqlite_rig_check(rig->store, &rig->cx));
	assert_int_equal(store_backup(rig->store, &rig->cx, backup), OK);
	sqlite_rig_close(rig);
	assert_false(has_sums(rig));
	assert_int_equal(rename(str_c(&rig->arena, backup), rig->path), 0);
	assert_int_equal(sqlite_rig_open(rig), OK);
	assert_null(sqlite_rig_check(rig->store, &rig->cx));
	assert_int_equal(sqlite_rig_rev(rig->store, &rig->cx), STEPS + 1);
	arena_close(&old.arena);
}

static void a_damaged_old_store_is_left_as_it_is(void **state)
{
	struct sqlite_rig *rig = *state;
	struct old old;

	make_old(rig, &old);
	memset((char *)(uintptr_t)old.file.ptr + (size_t)2 * 4096, 0, 4096);
	old.log.len = 0;
	put_in_place(rig, &old);
	assert_int_equal(sqlite_lift(&rig->cx, rig->path), ERR_INTERNAL);
	assert_true(str_eq(sqlite_rig_read_file(&rig->arena, rig->path), old.file));
	assert_int_equal(access(beside(rig, ".restore"), F_OK), -1);
	arena_close(&old.arena);
}

static void lift(struct sqlite_rig *rig)
{
	if (sqlite_lift(&rig->cx, rig->path) != OK)
		_exit(1);
}

static void a_kill_leaves_the_old_store_or_the_new_one(void **state)
{
	struct sqlite_rig *rig = *state;
	unsigned before = 0, after = 0;
	bool killed = true;
	struct old old;

	make_old(rig, &old);
	for (unsigned n = 1; killed; n += 20) {
		put_in_place(rig, &old);
		killed = sqlite_rig_run_until(rig, lift, n);
		before += !has_sums(rig);
		after += has_sums(rig);
		is_whole(rig);
		arena_reset(&rig->arena, 0);
	}
	assert_true(before > 3 && after > 0);
	arena_close(&old.arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sqlite_rig_set_up, sqlite_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_old_store_gets_sums_and_keeps_everything),
		TEST(an_old_store_that_did_not_get_them_works_and_is_copied_as_it_is),
		TEST(a_damaged_old_store_is_left_as_it_is),
		TEST(a_kill_leaves_the_old_store_or_the_new_one),
	};

	/* The disk is not what is tested: memory, where there is some, takes a tenth of the time. */
	if (access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 1);
	return cmocka_run_group_tests_name("sqlite_lift", tests, NULL, NULL);
}
