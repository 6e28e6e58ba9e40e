/* A group of commits without the writer's thread: the engine fails at each of its steps, and what every member is told
 * is what a reader finds.
 */
#include "sqlite_rig.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "adapter/sqlite_group.h"
#include "adapter/sqlite_rows.h"
#include "vfs_fault.h"

enum { MEMBERS = 3, REFUSED = 1, TEXT_BYTES = 200000, PAST_THE_INDEX_BYTES = 18000000 };

struct bench {
	struct sqlite_rig *rig; /* its store reads what the rows wrote */
	struct sqlite_rows rows;
	unsigned round;
	unsigned interrupt; /* the engine's question that is answered with a stop; 0 = none */
	enum err errs[MEMBERS];
	bool latched;
};

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	void *rig;

	vfs_fault_plan(NULL);
	*state = bench;
	if (!bench || sqlite_rig_set_up(&rig) != 0)
		return -1;
	bench->rig = rig;
	if (sqlite_rig_open(bench->rig) != OK)
		return -1;
	return sqlite_rows_open(&bench->rows, &bench->rig->cx, bench->rig->path) == OK ? 0 : -1;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;
	void *rig = bench->rig;

	vfs_fault_plan(NULL);
	sqlite_rows_close(&bench->rows);
	free(bench);
	return sqlite_rig_tear_down(&rig);
}

static struct str code_of(struct bench *bench, unsigned member)
{
	return str_printf(&bench->rig->arena, "h%u-%u", bench->round, member);
}

/* `first` and `last` of a hotel of its own; the refused member's last is not what it wants. */
static struct sqlite_job *make_job(struct bench *bench, unsigned member, size_t text_bytes)
{
	char *bytes = arena_bytes(&bench->rig->arena, text_bytes);
	struct attr attr = { STR("text"), { .kind = VALUE_TEXT, .text = { bytes, text_bytes } } };
	struct str code = code_of(bench, member);
	struct write writes[2] = {
		{ .op = WRITE_PUT, .key = { code, STR("first") }, .rev = 1, .attrs = { &attr, 1 } },
		{ .op = WRITE_PUT, .key = { code, STR("last") }, .rev = 1 },
	};

	memset(bytes, 'x', text_bytes);
	if (member == REFUSED)
		writes[1].if_rev = 7;
	return sqlite_job_new(&(struct commit){ writes, 2, STR("token") });
}

static bool is_there(struct bench *bench, unsigned member, const char *item_type)
{
	struct key key = { code_of(bench, member), str_of(item_type) };
	struct item item;
	enum err err = store_get(bench->rig->store, &bench->rig->cx, key, &item);

	assert_true(err == OK || err == ERR_NOT_FOUND);
	return err == OK;
}

/* What was acknowledged is there, what was refused is not, what is uncertain is whole or absent. */
static void check_members(struct bench *bench)
{
	for (unsigned i = 0; i < MEMBERS; i++) {
		bool there = is_there(bench, i, "first");

		assert_int_equal(is_there(bench, i, "last"), there);
		if (bench->errs[i] != ERR_UNCERTAIN)
			assert_int_equal(there, bench->errs[i] == OK);
	}
	assert_int_equal(is_there(bench, 0, "first"), is_there(bench, 2, "first"));
	assert_int_not_equal(bench->errs[REFUSED], ERR_UNCERTAIN);
	arena_reset(&bench->rig->arena, 0);
}

/* One group as the writer runs it: a member that is refused stands between two that are not. */
static void run(struct bench *bench, size_t text_bytes)
{
	struct sqlite_group group = { .n = MEMBERS };
	struct sqlite_job **end = &group.first;
	int begun;

	bench->round++;
	for (unsigned i = 0; i < MEMBERS; i++) {
		*end = make_job(bench, i, text_bytes);
		end = &(*end)->next;
	}
	begun = sqlite_rows_do(&bench->rows, ROWS_BEGIN);
	sqlite_group_commit(&group, &bench->rows, begun);
	assert_true(sqlite3_get_autocommit(bench->rows.db));
	bench->latched = group.latched;
	for (unsigned i = 0; i < MEMBERS; i++) {
		struct sqlite_job *job = group.first;

		group.first = job->next;
		bench->errs[i] = job->outcome.err;
		sqlite_job_free(job);
	}
	check_members(bench);
}

static void assert_answers(const struct bench *bench, enum err others, enum err refused,
			   bool latched)
{
	assert_int_equal(bench->errs[0], others);
	assert_int_equal(bench->errs[REFUSED], refused);
	assert_int_equal(bench->errs[2], others);
	assert_int_equal(bench->latched, latched);
}

static void a_member_that_is_refused_undoes_only_itself(void **state)
{
	struct bench *bench = *state;

	run(bench, TEXT_BYTES);
	assert_answers(bench, OK, ERR_CONFLICT, false);
}

static int interrupt(void *arg)
{
	struct bench *bench = arg;

	return bench->interrupt != 0 && --bench->interrupt == 0;
}

/* Savepoints, the second transaction and the commit itself are among what is stopped. */
static void a_group_that_the_engine_breaks_off_is_whole_or_absent_at_every_step(void **state)
{
	struct bench *bench = *state;
	unsigned n = 0, unavailable = 0, uncertain = 0;

	sqlite3_progress_handler(bench->rows.db, 1, interrupt, bench);
	do {
		bench->interrupt = ++n;
		run(bench, 10);
		unavailable += bench->errs[0] == ERR_UNAVAILABLE;
		uncertain += bench->errs[0] == ERR_UNCERTAIN;
		assert_int_equal(bench->latched, bench->errs[0] == ERR_UNCERTAIN);
	} while (bench->interrupt == 0 && n < 10000);
	assert_answers(bench, OK, ERR_CONFLICT, false);
	assert_in_range(unavailable, 20, 10000);
	assert_in_range(uncertain, 1, 10);
}

/* A cache of some pages is written out before the commit. */
static void fail_before_the_commit(struct bench *bench, int rc, int error, enum err answer)
{
	int code = sqlite3_exec(bench->rows.db, "PRAGMA cache_size=10", NULL, NULL, NULL);

	assert_int_equal(code, SQLITE_OK);
	vfs_fault_plan(&(struct vfs_fault_plan){ .calls = VFS_FAULT_WRITE,
						 .suffix = "-wal",
						 .nth = 1,
						 .count = 1000,
						 .rc = rc,
						 .error = error });
	run(bench, TEXT_BYTES);
	assert_answers(bench, answer, answer, false);
	assert_in_range(vfs_fault_failed(), 1, 10);
	vfs_fault_plan(NULL);
	run(bench, TEXT_BYTES);
	assert_answers(bench, OK, ERR_CONFLICT, false);
}

static void a_disk_that_is_full_before_the_commit_is_storage_full_for_all(void **state)
{
	fail_before_the_commit(*state, SQLITE_FULL, ENOSPC, ERR_LIMIT);
}

static void a_write_that_fails_before_the_commit_makes_all_unavailable(void **state)
{
	fail_before_the_commit(*state, SQLITE_IOERR_WRITE, EIO, ERR_UNAVAILABLE);
}

static void a_sync_that_fails_is_uncertain_but_for_who_was_refused(void **state)
{
	struct bench *bench = *state;

	vfs_fault_plan(&(struct vfs_fault_plan){ .calls = VFS_FAULT_SYNC,
						 .suffix = "-wal",
						 .nth = 1,
						 .rc = SQLITE_IOERR_FSYNC,
						 .error = EIO });
	run(bench, TEXT_BYTES);
	assert_answers(bench, ERR_UNCERTAIN, ERR_UNAVAILABLE, true);
}

static void a_commit_that_the_engine_is_too_busy_for_is_unavailable(void **state)
{
	struct bench *bench = *state;

	vfs_fault_plan(&(struct vfs_fault_plan){
		.calls = VFS_FAULT_WRITE, .suffix = "-wal", .nth = 1, .rc = SQLITE_BUSY });
	run(bench, TEXT_BYTES);
	assert_answers(bench, ERR_UNAVAILABLE, ERR_UNAVAILABLE, false);
	run(bench, TEXT_BYTES);
	assert_answers(bench, OK, ERR_CONFLICT, false);
}

/* The index over the log has room for some 4,000 pages, then it grows; by then the log is synced. */
static void an_index_that_can_not_grow_is_uncertain_and_stops_nothing(void **state)
{
	struct bench *bench = *state;

	vfs_fault_plan(&(struct vfs_fault_plan){
		.calls = VFS_FAULT_SHM, .nth = 1, .rc = SQLITE_IOERR_SHMSIZE, .error = ENOSPC });
	run(bench, PAST_THE_INDEX_BYTES);
	assert_int_equal(vfs_fault_failed(), 1);
	assert_answers(bench, ERR_UNCERTAIN, ERR_UNAVAILABLE, false);
	run(bench, TEXT_BYTES);
	assert_answers(bench, OK, ERR_CONFLICT, false);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_member_that_is_refused_undoes_only_itself),
		TEST(a_group_that_the_engine_breaks_off_is_whole_or_absent_at_every_step),
		TEST(a_disk_that_is_full_before_the_commit_is_storage_full_for_all),
		TEST(a_write_that_fails_before_the_commit_makes_all_unavailable),
		TEST(a_sync_that_fails_is_uncertain_but_for_who_was_refused),
		TEST(a_commit_that_the_engine_is_too_busy_for_is_unavailable),
		TEST(an_index_that_can_not_grow_is_uncertain_and_stops_nothing),
	};

	vfs_fault_register();
	return cmocka_run_group_tests_name("sqlite_group", tests, NULL, NULL);
}
