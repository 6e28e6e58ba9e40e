/* A log that lost commits is refused and named; a process that is killed at any moment leaves one that is not. */
#include "sqlite_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapter/sqlite_log.h"
#include "adapter/sqlite_pages.h"

enum { HEAD = 32, FRAME = 24 + SQLITE_PAGES_BYTES, COMMITS = 16 };

static const char *const names[] = { "", "-wal", "-shm" };

/* The store's three files, as a kill leaves them. */
struct left {
	struct arena arena;
	struct str files[3];
};

static void run_sql(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
		fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(db));
		_exit(1);
	}
}

static char *beside(struct sqlite_rig *rig, const char *suffix)
{
	return str_c(&rig->arena, str_printf(&rig->arena, "%s%s", rig->path, suffix));
}

/* Commits, of which the first `moved` are moved into the file; then the process is gone. */
static void leave(struct sqlite_rig *rig, unsigned moved, struct left *left)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		if (sqlite_rig_open(rig) != OK)
			_exit(1);
		for (unsigned i = 1; i <= COMMITS; i++) {
			if (sqlite_rig_commit(rig->store, &rig->cx, i, 900) != OK)
				_exit(1);
			if (i == moved)
				run_sql(sqlite_rig_connect(rig), "PRAGMA wal_checkpoint(PASSIVE)");
		}
		_exit(0);
	}
	assert_true(child > 0 && waitpid(child, &status, 0) == child && status == 0);
	arena_init(&left->arena, 0);
	for (size_t i = 0; i < 3; i++)
		left->files[i] = sqlite_rig_read_file(&left->arena, beside(rig, names[i]));
	assert_true(left->files[1].len > (size_t)COMMITS * FRAME);
}

static enum err look(struct sqlite_rig *rig, bool has_index)
{
	enum err err;

	cx_clear(&rig->cx);
	err = sqlite_log_check(&rig->cx, rig->path, has_index);
	if (err != OK) {
		assert_int_equal(err, ERR_INVALID);
		assert_string_equal(rig->cx.failure.code, "damaged");
		assert_non_null(memmem(rig->cx.failure.detail.ptr, rig->cx.failure.detail.len,
				       "store.db-wal", 12));
	}
	return err;
}

static size_t start_of_commit(struct str log, size_t end)
{
	size_t at = end - FRAME;

	while (at > HEAD && memcmp(log.ptr + at - FRAME + 4, "\0\0\0", 4) == 0)
		at -= FRAME;
	return at;
}

static void each_flipped_byte_in_a_log_that_counts_is_found(void **state)
{
	static const size_t places[] = { 0, 3, 6, 9, 15, 18, 23, 24, 700, 4119 };
	struct sqlite_rig *rig = *state;
	struct left left;
	struct str log;
	size_t last;

	for (unsigned moved = 0; moved <= COMMITS; moved += COMMITS / 2) {
		unlink(rig->path);
		leave(rig, moved, &left);
		log = left.files[1];
		/* Without the index nothing tells a damaged last commit from one that did not end. */
		last = start_of_commit(log, start_of_commit(log, log.len));
		assert_int_equal(look(rig, true), OK);
		assert_int_equal(look(rig, false), OK);
		for (size_t at = 0; at < log.len; at++) {
			size_t in_frame = at < HEAD ? 0 : (at - HEAD) % FRAME;
			bool is_place = at < HEAD;
			char *byte = (char *)(uintptr_t)log.ptr + at;

			for (size_t i = 0; at >= HEAD && i < sizeof(places) / sizeof(places[0]);
			     i++)
				is_place |= in_frame == places[i];
			if (!is_place)
				continue;
			*byte ^= 0x40;
			sqlite_rig_write_file(beside(rig, "-wal"), log);
			*byte ^= 0x40;
			/* Without a head nothing of the log is taken: right when all of it was moved. */
			assert_int_equal(look(rig, true),
					 at < HEAD && moved == COMMITS ? OK : ERR_INVALID);
			if (at < last)
				assert_int_equal(look(rig, false), ERR_INVALID);
		}
		for (size_t i = 0; i < 3; i++)
			unlink(beside(rig, names[i]));
		arena_close(&left.arena);
	}
}

static void a_log_that_is_cut_anywhere_or_missing_is_found(void **state)
{
	struct sqlite_rig *rig = *state;
	struct left left;
	char *log;

	leave(rig, COMMITS / 2, &left);
	for (size_t len = 0; len < left.files[1].len;
	     len += len % FRAME == HEAD ? 1111 : FRAME / 3) {
		sqlite_rig_write_file(beside(rig, "-wal"), str_sub(left.files[1], 0, len));
		assert_int_equal(look(rig, true), ERR_INVALID);
	}
	unlink(beside(rig, "-wal"));
	assert_int_equal(look(rig, true), ERR_INVALID);
	/* Rubbish behind it is what a commit leaves that did not end. */
	log = arena_bytes(&rig->arena, left.files[1].len + 1000);
	memset(log, 'x', left.files[1].len + 1000);
	memcpy(log, left.files[1].ptr, left.files[1].len);
	sqlite_rig_write_file(beside(rig, "-wal"), (struct str){ log, left.files[1].len + 1000 });
	assert_int_equal(look(rig, true), OK);
	sqlite_rig_write_file(beside(rig, "-wal"), left.files[1]);
	assert_int_equal(sqlite_rig_open(rig), OK);
	assert_null(sqlite_rig_check(rig->store, &rig->cx));
	assert_int_equal(sqlite_rig_rev(rig->store, &rig->cx), COMMITS);
	arena_close(&left.arena);
}

/* Half of a log over a database that has all of it would bring old pages back. */
static void a_cut_log_that_was_moved_is_found_too(void **state)
{
	struct sqlite_rig *rig = *state;
	struct left left;

	leave(rig, COMMITS, &left);
	sqlite_rig_write_file(beside(rig, "-wal"),
			      str_sub(left.files[1], 0, HEAD + (size_t)8 * FRAME));
	assert_int_equal(look(rig, true), ERR_INVALID);
	unlink(beside(rig, "-wal"));
	assert_int_equal(look(rig, true), OK);
	assert_int_equal(sqlite_rig_open(rig), OK);
	assert_null(sqlite_rig_check(rig->store, &rig->cx));
	assert_int_equal(sqlite_rig_rev(rig->store, &rig->cx), COMMITS);
	arena_close(&left.arena);
}

/* Everything that a log goes through: begun, grown, moved, begun anew, a commit too large for memory and taken back, cut, removed. */
static void live(struct sqlite_rig *rig)
{
	sqlite3 *db = sqlite_rig_connect(rig);

	run_sql(db, "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=5;"
		    "INSERT INTO item VALUES('k','a',1,hex(zeroblob(9000)));"
		    "INSERT INTO item VALUES('k','b',1,hex(zeroblob(9000)));"
		    "PRAGMA wal_checkpoint(PASSIVE);"
		    "UPDATE item SET rev=2 WHERE code='k';"
		    "PRAGMA wal_checkpoint(RESTART);"
		    "BEGIN; UPDATE item SET rev=3,attrs=hex(zeroblob(20000)) WHERE code='k';"
		    "UPDATE item SET attrs=hex(zeroblob(21000)) WHERE code='k'; ROLLBACK;"
		    "UPDATE item SET rev=4 WHERE code='k';"
		    "BEGIN; UPDATE item SET rev=5,attrs=hex(zeroblob(19000)) WHERE code='k';"
		    "UPDATE item SET attrs=hex(zeroblob(20000)) WHERE code='k'; COMMIT;"
		    "PRAGMA wal_checkpoint(TRUNCATE);"
		    "UPDATE item SET rev=6 WHERE code='k';");
	sqlite3_close(db);
}

static void a_kill_at_any_call_of_the_system_is_no_damage(void **state)
{
	struct sqlite_rig *rig = *state;
	bool killed = true;
	struct str file;
	struct arena arena;

	arena_init(&arena, 0);
	assert_int_equal(sqlite_rig_open(rig), OK);
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, 1, 900), OK);
	sqlite_rig_close(rig);
	file = sqlite_rig_read_file(&arena, rig->path);
	for (unsigned n = 1; killed; n += 14) {
		for (size_t i = 1; i < 3; i++)
			unlink(beside(rig, names[i]));
		sqlite_rig_write_file(rig->path, file);
		killed = sqlite_rig_run_until(rig, live, n);
		assert_int_equal(look(rig, true), OK);
		assert_int_equal(look(rig, false), OK);
		assert_int_equal(sqlite_rig_open(rig), OK);
		assert_null(sqlite_rig_check(rig->store, &rig->cx));
		sqlite_rig_close(rig);
		arena_reset(&rig->arena, 0);
	}
	arena_close(&arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sqlite_rig_set_up, sqlite_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_flipped_byte_in_a_log_that_counts_is_found),
		TEST(a_log_that_is_cut_anywhere_or_missing_is_found),
		TEST(a_cut_log_that_was_moved_is_found_too),
		TEST(a_kill_at_any_call_of_the_system_is_no_damage),
	};

	/* The disk is not what is tested: memory, where there is some, takes a tenth of the time. */
	if (access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 1);
	return cmocka_run_group_tests_name("sqlite_log", tests, NULL, NULL);
}
