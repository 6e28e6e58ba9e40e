/* A process that commits in a loop is killed at any moment: what it was answered is there. */
#include "sqlite_rig.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 20, THREADS = 4 };

/* One thread's commits: a hotel of its own, each answered rev told on the pipe. */
struct writer {
	pthread_t thread;
	struct store *store;
	unsigned number;
	int pipe;
};

struct told {
	unsigned number;
	uint64_t rev;
};

static enum err commit_step(struct writer *writer, struct cx *cx, uint64_t rev)
{
	struct str code = str_printf(cx->arena, "h%u", writer->number);
	struct str step = str_printf(cx->arena, "step-%08llu", (unsigned long long)rev);
	struct write writes[2] = {
		{ WRITE_PUT, { code, STR("ctl") }, rev - 1, rev, { NULL, 0 }, { NULL, 0 } },
		{ WRITE_PUT, { code, step }, REV_ABSENT, rev, { NULL, 0 }, { NULL, 0 } },
	};
	size_t conflict;

	return store_commit(writer->store, cx, &(struct commit){ writes, 2, STR("t") }, &conflict);
}

static uint64_t rev_of(struct store *store, struct cx *cx, unsigned number)
{
	struct str code = str_printf(cx->arena, "h%u", number);
	struct item item;
	enum err err = store_get(store, cx, (struct key){ code, STR("ctl") }, &item);

	return err == OK ? item.rev : err == ERR_NOT_FOUND ? 0 : UINT64_MAX;
}

static void *write_for_ever(void *arg)
{
	struct writer *writer = arg;
	struct told told = { .number = writer->number };
	struct arena arena;
	struct cx cx;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	cx.thread = writer->number;
	told.rev = rev_of(writer->store, &cx, writer->number);
	for (;;) {
		arena_reset(&arena, 0);
		if (commit_step(writer, &cx, ++told.rev) != OK ||
		    write(writer->pipe, &told, sizeof(told)) != (ssize_t)sizeof(told))
			_exit(1);
	}
	return NULL;
}

static void play_child(struct sqlite_rig *rig, int pipe)
{
	struct writer writers[THREADS];

	if (sqlite_rig_open(rig) != OK)
		_exit(1);
	for (unsigned i = 0; i < THREADS; i++) {
		writers[i] = (struct writer){ .store = rig->store, .number = i + 1, .pipe = pipe };
		if (pthread_create(&writers[i].thread, NULL, write_for_ever, &writers[i]) != 0)
			_exit(1);
	}
	pause();
	_exit(1);
}

/* Kills the child `ms` after so many answers to writer 1, or any; acked[i] becomes the last rev that was answered to writer i. */
static void run_and_kill(struct sqlite_rig *rig, unsigned answers, unsigned ms,
			 uint64_t acked[THREADS + 1])
{
	struct told told;
	int ends[2], status;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(ends[0]);
		play_child(rig, ends[1]);
	}
	close(ends[1]);
	/* What is told meanwhile stays in the pipe, 64 KiB of it. */
	do {
		assert_int_equal(read(ends[0], &told, sizeof(told)), sizeof(told));
		acked[told.number] = told.rev;
		answers -= answers != 0 && told.number == 1;
	} while (answers != 0);
	nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000L }, NULL);
	kill(child, SIGKILL);
	while (read(ends[0], &told, sizeof(told)) == (ssize_t)sizeof(told))
		acked[told.number] = told.rev;
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* The steps are 1 to ctl's rev, and that is what was answered, or one that was not answered any more. */
static void check_writer(struct sqlite_rig *rig, unsigned number, uint64_t acked)
{
	struct query query = { .code = str_printf(&rig->arena, "h%u", number),
			       .from = STR("step-") };
	struct page page = { .more = true };
	uint64_t rev = rev_of(rig->store, &rig->cx, number), n = 0;

	assert_in_range(rev, acked, acked + 1);
	while (page.more) {
		assert_int_equal(store_query(rig->store, &rig->cx, &query, &page), OK);
		for (size_t i = 0; i < page.n; i++)
			assert_int_equal(page.items[i].rev, ++n);
		if (page.n != 0)
			query.after = page.items[page.n - 1].key.item_type;
	}
	assert_int_equal(n, rev);
}

static void a_killed_process_loses_nothing_that_it_was_answered(void **state)
{
	struct sqlite_rig *rig = *state;
	uint64_t acked[THREADS + 1] = { 0 };

	for (unsigned round = 0; round < ROUNDS; round++) {
		run_and_kill(rig, round % 4, round * 5 % 60, acked);
		assert_int_equal(sqlite_rig_open(rig), OK);
		for (unsigned i = 1; i <= THREADS; i++) {
			check_writer(rig, i, acked[i]);
			acked[i] = rev_of(rig->store, &rig->cx, i);
		}
		sqlite_rig_close(rig);
		arena_reset(&rig->arena, 0);
	}
	assert_true(acked[1] > ROUNDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_killed_process_loses_nothing_that_it_was_answered,
						sqlite_rig_set_up, sqlite_rig_tear_down),
	};

	return cmocka_run_group_tests_name("sqlite_kill", tests, NULL, NULL);
}
