/* The memo of short items: never believed past a commit of anybody, nor where the index of the log does not tell. */
#include "sqlite_rig.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapter/sqlite_memo.h"

#define COMMITS 400

/* What the other process has been answered, in memory that both see. */
struct progress {
	_Atomic unsigned acked;
	_Atomic bool has_begun; /* the first commit, of this process, is there */
};

static void commit_on(struct sqlite_rig *rig, struct progress *progress)
{
	if (sqlite_rig_open(rig) != OK)
		_exit(1);
	for (unsigned i = 2; i <= COMMITS; i++) {
		if (sqlite_rig_commit(rig->store, &rig->cx, i, 10) != OK)
			_exit(2);
		progress->acked = i;
	}
	_exit(0);
}

static struct progress *share(void)
{
	struct progress *progress = mmap(NULL, sizeof(*progress), PROT_READ | PROT_WRITE,
					 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(progress, MAP_FAILED);
	return progress;
}

/* Each read is at least as new as what the other process was answered before it, and time does not run back. */
static void no_read_is_older_than_what_another_process_was_answered(void **state)
{
	struct sqlite_rig *rig = *state;
	struct progress *progress = share();
	uint64_t last = 0;
	int status;
	pid_t child;

	sqlite_rig_close(rig);
	child = fork(); /* before this process has the file open: locks are a process's own */
	if (child == 0) {
		while (!progress->has_begun)
			usleep(1000);
		commit_on(rig, progress);
	}
	assert_true(child > 0);
	assert_int_equal(sqlite_rig_open(rig), OK);
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, 1, 10), OK);
	progress->has_begun = true;
	while (last < COMMITS && waitpid(child, &status, WNOHANG) == 0) {
		unsigned acked = progress->acked;
		uint64_t rev = sqlite_rig_rev(rig->store, &rig->cx);

		assert_true(rev >= acked && rev >= last && rev <= COMMITS);
		last = rev;
		arena_reset(&rig->arena, 0);
	}
	assert_int_equal(sqlite_rig_rev(rig->store, &rig->cx), COMMITS);
	munmap(progress, sizeof(*progress));
}

/* A file like the index, of the version given. */
static struct sqlite_memo *open_on(const struct sqlite_rig *rig, uint32_t version)
{
	uint32_t index[34] = { version };
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/like-shm", rig->folder);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(index, sizeof(index), 1, file), 1);
	fclose(file);
	snprintf(path, sizeof(path), "%s/like", rig->folder);
	return sqlite_memo_open(path);
}

static void what_is_kept_is_found_while_the_index_stays(void **state)
{
	struct sqlite_rig *rig = *state;
	struct sqlite_memo *memo = open_on(rig, 3007000);
	const struct key key = { STR("a"), STR("ctl") }, other = { STR("b"), STR("ctl") };
	struct sqlite_memo_stamp now, later;
	struct str attrs;
	uint64_t rev;

	assert_true(sqlite_memo_now(memo, &now));
	sqlite_memo_put(memo, &now, key, 7, STR("{}"));
	assert_true(sqlite_memo_get(memo, &now, key, &rig->arena, &rev, &attrs));
	assert_int_equal(rev, 7);
	assert_true(str_eq(attrs, STR("{}")));
	assert_false(sqlite_memo_get(memo, &now, other, &rig->arena, &rev, &attrs));
	later = now;
	later.words[2]++;
	assert_false(sqlite_memo_get(memo, &later, key, &rig->arena, &rev, &attrs));
	sqlite_memo_close(memo);
}

static void an_index_that_a_commit_does_not_change_is_not_believed_again(void **state)
{
	struct sqlite_memo *memo = open_on(*state, 3007000);
	struct sqlite_memo_stamp now, earlier;

	assert_true(sqlite_memo_now(memo, &now));
	earlier = now;
	earlier.words[1]++;
	sqlite_memo_check(memo, &earlier);
	assert_true(sqlite_memo_now(memo, &now));
	sqlite_memo_check(memo, &now);
	assert_false(sqlite_memo_now(memo, &now));
	sqlite_memo_close(memo);
}

static void an_index_of_another_version_or_none_is_not_believed(void **state)
{
	struct sqlite_memo *memo = open_on(*state, 3008000);
	struct sqlite_memo_stamp now;

	assert_false(sqlite_memo_now(memo, &now));
	sqlite_memo_close(memo);
	memo = sqlite_memo_open("/nowhere/store.db");
	assert_false(sqlite_memo_now(memo, &now));
	sqlite_memo_close(memo);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sqlite_rig_set_up, sqlite_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_read_is_older_than_what_another_process_was_answered),
		TEST(what_is_kept_is_found_while_the_index_stays),
		TEST(an_index_that_a_commit_does_not_change_is_not_believed_again),
		TEST(an_index_of_another_version_or_none_is_not_believed),
	};

	return cmocka_run_group_tests_name("sqlite_memo", tests, NULL, NULL);
}
