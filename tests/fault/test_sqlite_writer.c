/* The writer's queue and log: what is too much for one group, what stands behind a failed sync, a log that can not be moved. */
#include "sqlite_rig.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../unit/patience.h"
#include "adapter/sqlite_writer.h"
#include "vfs_fault.h"

enum {
	GROUP_MAX = 256,
	LOG_COMMIT_BYTES = 4000000, /* some 980 pages of the log, which is moved every 16,000 */
	LOG_COMMITS = 15,           /* not enough for that */
	LOG_COMMITS_MORE = 4,       /* with these it is */
};

/* A commit in a thread of its own: one item of hotel `h<number>`, and as many that must be absent. */
struct caller {
	pthread_t thread;
	struct store *store;
	unsigned number;
	size_t nchecks;
	enum err err;
	char said[64];
};

static atomic_uint calling;

static void *call(void *arg)
{
	struct caller *caller = arg;
	struct write *writes;
	struct commit commit;
	struct arena arena;
	struct cx cx;
	struct str code;
	size_t conflict;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	code = str_printf(&arena, "h%u", caller->number);
	writes = arena_array(&arena, 1 + caller->nchecks, sizeof(*writes));
	writes[0] = (struct write){ .op = WRITE_PUT, .key = { code, STR("ctl") }, .rev = 1 };
	for (size_t i = 1; i <= caller->nchecks; i++)
		writes[i] = (struct write){ .op = WRITE_CHECK,
					    .key = { code, str_printf(&arena, "absent-%zu", i) } };
	commit = (struct commit){ writes, 1 + caller->nchecks, STR("token") };
	atomic_fetch_add(&calling, 1);
	caller->err = store_commit(caller->store, &cx, &commit, &conflict);
	snprintf(caller->said, sizeof(caller->said), STR_FMT, STR_ARG(cx.failure.detail));
	arena_close(&arena);
	return NULL;
}

/* Does that thread of ours sleep, or is it gone? */
static bool is_asleep(const char *thread)
{
	char path[64], line[512] = "";
	const char *state;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%s/stat", thread);
	file = fopen(path, "r");
	if (!file)
		return true;
	state = fgets(line, sizeof(line), file) ? strrchr(line, ')') : NULL;
	fclose(file);
	return !state || state[2] == 'S';
}

/* Nobody is on the way to the queue: whoever holds its lock, or was woken, is not asleep. */
static bool all_others_sleep(void)
{
	DIR *folder = opendir("/proc/self/task");
	const struct dirent *entry;
	bool all = true;
	char own[16];

	assert_non_null(folder);
	snprintf(own, sizeof(own), "%d", (int)gettid());
	while (all && (entry = readdir(folder)))
		all = entry->d_name[0] == '.' || strcmp(entry->d_name, own) == 0 ||
		      is_asleep(entry->d_name);
	closedir(folder);
	return all;
}

/* Starts them all and lets them come to the queue. */
static void start(struct sqlite_rig *rig, struct caller *callers, unsigned n, size_t nchecks)
{
	atomic_store(&calling, 0);
	for (unsigned i = 0; i < n; i++) {
		callers[i] =
			(struct caller){ .store = rig->store, .number = i + 1, .nchecks = nchecks };
		assert_int_equal(pthread_create(&callers[i].thread, NULL, call, &callers[i]), 0);
	}
	wait_until(atomic_load(&calling) == n);
	wait_until(all_others_sleep());
}

static void join(struct caller *callers, unsigned n, enum err err)
{
	for (unsigned i = 0; i < n; i++) {
		pthread_join(callers[i].thread, NULL);
		assert_int_equal(callers[i].err, err);
	}
}

static unsigned count_groups(void)
{
	return vfs_fault_seen();
}

/* Each group has one sync of the log, and the log's beginning one more. */
static void begin_to_count_groups(void)
{
	vfs_fault_plan(&(struct vfs_fault_plan){ .calls = VFS_FAULT_SYNC, .suffix = "-wal" });
}

static void more_callers_than_a_group_takes_are_committed_in_the_next(void **state)
{
	enum { CALLERS = GROUP_MAX + 44 };
	struct caller *callers = calloc(CALLERS, sizeof(*callers));
	struct sqlite_rig *rig = *state;
	sqlite3 *other;

	assert_non_null(callers);
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, 1, 10), OK);
	other = sqlite_rig_hold_write_lock(rig);
	begin_to_count_groups();
	start(rig, callers, CALLERS, 0);
	sqlite3_close(other);
	join(callers, CALLERS, OK);
	assert_in_range(count_groups(), 2, 10);
	free(callers);
}

static void more_writes_than_a_group_takes_are_committed_in_the_next(void **state)
{
	enum { CALLERS = 3 };
	struct sqlite_rig *rig = *state;
	struct caller callers[CALLERS];
	sqlite3 *other;

	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, 1, 10), OK);
	other = sqlite_rig_hold_write_lock(rig);
	begin_to_count_groups();
	start(rig, callers, CALLERS, SQLITE_WRITER_WRITES_MAX / 2);
	sqlite3_close(other);
	join(callers, CALLERS, OK);
	assert_int_equal(count_groups(), CALLERS);
}

static void who_waits_behind_a_sync_that_fails_is_unavailable(void **state)
{
	struct sqlite_rig *rig = *state;
	struct caller callers[2];

	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, 1, 10), OK);
	vfs_fault_plan(&(struct vfs_fault_plan){ .calls = VFS_FAULT_SYNC,
						 .suffix = "-wal",
						 .nth = 1,
						 .rc = SQLITE_IOERR_FSYNC,
						 .error = EIO,
						 .is_held = true });
	start(rig, &callers[0], 1, 0);
	wait_until(vfs_fault_seen() == 1); /* of a group of its own */
	start(rig, &callers[1], 1, 0);
	vfs_fault_release();
	join(&callers[0], 1, ERR_UNCERTAIN);
	join(&callers[1], 1, ERR_UNAVAILABLE);
	assert_string_equal(callers[1].said, "commits have stopped after a failed sync");
	assert_int_equal(sqlite_rig_rev(rig->store, &rig->cx), 1);
}

static void a_store_whose_thread_can_not_be_made_is_not_opened(void **state)
{
	struct sqlite_rig *rig = *state;
	pthread_attr_t usual, huge;

	sqlite_rig_close(rig);
	assert_int_equal(pthread_getattr_default_np(&usual), 0);
	assert_int_equal(pthread_attr_init(&huge), 0);
	assert_int_equal(pthread_attr_setstacksize(&huge, (size_t)1 << 50), 0);
	assert_int_equal(pthread_setattr_default_np(&huge), 0);
	assert_int_equal(sqlite_rig_open(rig), ERR_UNAVAILABLE);
	assert_string_equal(rig->cx.failure.code, "unavailable");
	assert_int_equal(pthread_setattr_default_np(&usual), 0);
	pthread_attr_destroy(&huge);
	pthread_attr_destroy(&usual);
	assert_int_equal(sqlite_rig_open(rig), OK);
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, 1, 10), OK);
}

/* Commits *at + 1 to `to`. */
static void commit_to(struct sqlite_rig *rig, unsigned *at, unsigned to)
{
	while (*at < to) {
		arena_reset(&rig->arena, 0);
		assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, ++*at, LOG_COMMIT_BYTES),
				 OK);
	}
}

/* What is written into the file itself is what is moved out of the log. */
static void count_moved_pages(void)
{
	vfs_fault_plan(&(struct vfs_fault_plan){ .calls = VFS_FAULT_WRITE, .suffix = ".db" });
}

/* Another process that moves the log holds this byte of its index (walformat.html, "WAL Locks"). */
static pid_t hold_checkpoint_lock(const struct sqlite_rig *rig, int *release)
{
	struct flock lock = { .l_type = F_WRLCK, .l_start = 121, .l_len = 1 };
	char path[128], byte;
	int ready[2], held[2];
	pid_t child;

	snprintf(path, sizeof(path), "%s-shm", rig->path);
	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(held), 0);
	child = fork();
	if (child == 0) {
		int fd = open(path, O_RDWR);

		close(held[1]);
		byte = fd >= 0 && fcntl(fd, F_SETLK, &lock) == 0;
		if (write(ready[1], &byte, 1) != 1)
			_exit(1);
		_exit(read(held[0], &byte, 1) == 0 ? 0 : 1);
	}
	assert_true(child > 0);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(byte, 1);
	close(ready[0]);
	close(ready[1]);
	close(held[0]);
	*release = held[1];
	return child;
}

static void a_log_that_another_process_is_moving_is_left_to_it(void **state)
{
	struct sqlite_rig *rig = *state;
	unsigned at = 0;
	int release, status;
	pid_t child;

	commit_to(rig, &at, 1);
	child = hold_checkpoint_lock(rig, &release);
	count_moved_pages();
	commit_to(rig, &at, LOG_COMMITS + LOG_COMMITS_MORE);
	assert_int_equal(vfs_fault_seen(), 0);
	close(release);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	/* It is tried again when there is as much more. */
	commit_to(rig, &at, 2 * (LOG_COMMITS + LOG_COMMITS_MORE));
	assert_in_range(vfs_fault_seen(), 1000, 100000);
	assert_null(sqlite_rig_check(rig->store, &rig->cx));
}

static void a_sync_that_fails_while_the_log_is_moved_stops_commits(void **state)
{
	struct sqlite_rig *rig = *state;
	unsigned at = 0;

	commit_to(rig, &at, LOG_COMMITS);
	vfs_fault_plan(&(struct vfs_fault_plan){ .calls = VFS_FAULT_SYNC,
						 .suffix = ".db",
						 .nth = 1,
						 .rc = SQLITE_IOERR_FSYNC,
						 .error = EIO });
	for (unsigned i = 0; i < LOG_COMMITS_MORE; i++) {
		if (sqlite_rig_commit(rig->store, &rig->cx, at + 1, LOG_COMMIT_BYTES) != OK)
			break;
		at++;
	}
	assert_int_equal(vfs_fault_failed(), 1);
	assert_string_equal(rig->cx.failure.code, "unavailable");
	assert_int_equal(sqlite_rig_rev(rig->store, &rig->cx), at);
	cx_clear(&rig->cx);
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, at + 1, 10), ERR_UNAVAILABLE);
	sqlite_rig_close(rig);
	vfs_fault_plan(NULL);
	assert_int_equal(sqlite_rig_open(rig), OK);
	assert_int_equal(sqlite_rig_rev(rig->store, &rig->cx), at);
	assert_null(sqlite_rig_check(rig->store, &rig->cx));
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, sqlite_rig_set_up_open, sqlite_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(more_callers_than_a_group_takes_are_committed_in_the_next),
		TEST(more_writes_than_a_group_takes_are_committed_in_the_next),
		TEST(who_waits_behind_a_sync_that_fails_is_unavailable),
		TEST(a_store_whose_thread_can_not_be_made_is_not_opened),
		TEST(a_log_that_another_process_is_moving_is_left_to_it),
		TEST(a_sync_that_fails_while_the_log_is_moved_stops_commits),
	};

	vfs_fault_register();
	return cmocka_run_group_tests_name("sqlite_writer", tests, NULL, NULL);
}
