/* copy when each call of either store, each write and each sync of the target fails in turn, or the process ends there: whole hotels
 * only, and the same again completes it.
 */
#include "copy_rig.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vfs_fault.h"

static int set_up(void **state)
{
	vfs_fault_plan(NULL);
	return usecase_rig_set_up(state);
}

static int tear_down(void **state)
{
	vfs_fault_plan(NULL);
	return usecase_rig_tear_down(state);
}

/* A chain, four hotels, a kept answer. */
static void fill(struct usecase_rig *rig)
{
	transfer_rig_fill(rig);
	assert_int_equal(
		usecase_rig_ask(rig, "POST", STR("/config"), STR("{\"name\":\"Kept\"}"), "key"),
		200);
}

/* As the use case does it, so that an earlier copy is behind in one hotel, and lacks another. */
static void change(struct usecase_rig *rig)
{
	struct str code = usecase_rig_code(rig, STR("Two"));
	struct str path = str_printf(&rig->process, "/config/" STR_FMT, STR_ARG(code));
	static unsigned number;

	transfer_rig_ask(rig, "PATCH", str_c(&rig->process, path),
			 str_printf(&rig->process, "{\"description\":\"%u\"}", ++number));
}

struct fault {
	struct store_fault_plan plan;
	bool at_source;
	bool is_second; /* the target has an earlier copy */
};

/* Returns false once n is past the last call. */
static bool fail_copy(struct usecase_rig *rig, const struct fault *fault, unsigned nth)
{
	struct store_fault_plan plan = { .kinds = fault->plan.kinds,
					 .nth = nth,
					 .and_all_after = fault->plan.and_all_after,
					 .applied = fault->plan.applied,
					 .err = fault->plan.err,
					 .code = fault->plan.code };
	struct copy_rig copy;
	bool struck;
	enum err err;

	copy_rig_open(rig, &copy);
	if (fault->is_second) {
		assert_int_equal(copy_rig_run(&copy), OK);
		change(rig);
	}
	if (fault->at_source)
		copy.from = store_fault_open(copy.from, &plan);
	else
		copy.target.app.store = store_fault_open(copy.target.app.store, &plan);
	err = copy_rig_run(&copy);
	struck = atomic_load(&plan.calls) >= nth;
	plan.nth = 0;
	assert_true(err == OK || err == plan.err);
	assert_true(struck || copy.result.is_equal);
	assert_true(err == OK || !copy.result.is_equal);
	if (err == OK && copy.result.is_equal)
		copy_rig_check(&copy);
	transfer_rig_check(&copy.target);
	assert_int_equal(copy_rig_run(&copy), OK);
	assert_string_equal(copy.target.complaints, "");
	assert_true(copy.result.is_equal);
	copy_rig_check(&copy);
	if (fault->at_source)
		store_close(copy.from);
	copy_rig_close(&copy);
	return struck;
}

static void every_store_call_of_a_copy_may_fail(void **state)
{
	static const struct store_fault_plan plans[] = {
		{ STORE_FAULT_ALL, 1, false, false, ERR_UNAVAILABLE, "unavailable", 0 },
		{ STORE_FAULT_ALL, 1, true, false, ERR_UNAVAILABLE, "unavailable", 0 },
		{ STORE_FAULT_ALL, 1, false, false, ERR_INTERNAL, "internal", 0 },
		{ STORE_FAULT_COMMIT, 1, false, false, ERR_CONFLICT, NULL, 0 },
		{ STORE_FAULT_COMMIT, 1, false, false, ERR_UNCERTAIN, "uncertain", 0 },
		{ STORE_FAULT_COMMIT, 1, false, true, ERR_UNCERTAIN, "uncertain", 0 },
		{ STORE_FAULT_COMMIT, 1, true, false, ERR_UNCERTAIN, "uncertain", 0 },
	};
	struct usecase_rig *rig = *state;

	fill(rig);
	for (size_t i = 0; i < 4 * sizeof(plans) / sizeof(plans[0]); i++) {
		const struct fault fault = { plans[i / 4], (i & 1) != 0, (i & 2) != 0 };
		unsigned nth = 1;

		if (fault.at_source && fault.plan.kinds == STORE_FAULT_COMMIT)
			continue; /* there are none */
		if (fault.is_second && i >= 4 && fault.plan.kinds == STORE_FAULT_ALL)
			continue; /* what it does next is the same as after a first one */
		while (fail_copy(rig, &fault, nth))
			nth++;
		assert_in_range(nth, 2, 300);
	}
}

/* The target's file fails. Returns false once n is past the last call. */
static bool break_copy(struct usecase_rig *rig, const struct vfs_fault_plan *plan)
{
	struct copy_rig copy;
	bool struck;
	enum err err;

	copy_rig_open(rig, &copy);
	vfs_fault_plan(plan);
	err = copy_rig_run(&copy);
	struck = vfs_fault_failed() != 0;
	vfs_fault_plan(NULL);
	assert_true(struck || err == OK);
	if (struck && plan->rc == SQLITE_FULL) {
		assert_int_equal(err, ERR_LIMIT);
		assert_string_equal(copy.target.cx.failure.code, "storage_full");
	} else if (struck) {
		assert_true(err == ERR_UNAVAILABLE || err == ERR_UNCERTAIN);
	}
	transfer_rig_reopen(&copy.target);
	transfer_rig_check(&copy.target);
	assert_int_equal(copy_rig_run(&copy), OK);
	assert_true(copy.result.is_equal);
	copy_rig_check(&copy);
	copy_rig_close(&copy);
	return struck;
}

static void every_sync_and_write_of_a_copy_may_fail(void **state)
{
	static const struct vfs_fault_plan plans[] = {
		{ .calls = VFS_FAULT_SYNC, .rc = SQLITE_IOERR_FSYNC, .error = EIO },
		{ .calls = VFS_FAULT_WRITE, .rc = SQLITE_IOERR_WRITE, .error = EIO },
		{ .calls = VFS_FAULT_WRITE, .rc = SQLITE_FULL, .error = ENOSPC, .count = 1000000 },
	};
	struct usecase_rig *rig = *state;

	fill(rig);
	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
		struct vfs_fault_plan plan = plans[i];

		plan.nth = 1;
		while (break_copy(rig, &plan))
			plan.nth++;
		assert_in_range(plan.nth, 2, 1000);
	}
}

enum { DONE = 0, FAILED = 1, KILLED = 7 };

/* Copies in a process that ends at the n-th write. Nobody has a store open meanwhile. */
static int play(struct copy_rig *copy, const struct vfs_fault_plan *plan)
{
	pid_t child;
	int status;

	usecase_rig_close(copy->rig);
	store_close(copy->target.app.store);
	child = fork();
	if (child == 0) {
		usecase_rig_open(copy->rig);
		copy->target.app.store = NULL;
		transfer_rig_reopen(&copy->target);
		vfs_fault_plan(plan);
		_exit(copy_rig_run(copy) == OK && copy->result.is_equal ? DONE : FAILED);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	usecase_rig_open(copy->rig);
	copy->target.app.store = NULL;
	transfer_rig_reopen(&copy->target);
	return WEXITSTATUS(status);
}

static void a_copy_that_is_killed_at_any_write_leaves_whole_hotels_and_goes_on(void **state)
{
	struct vfs_fault_plan plan = { .calls = VFS_FAULT_WRITE, .nth = 1, .exit_code = KILLED };
	struct usecase_rig *rig = *state;
	int ended;

	fill(rig);
	do {
		struct copy_rig copy;
		size_t hotels;

		copy_rig_open(rig, &copy);
		ended = play(&copy, &plan);
		hotels = transfer_rig_check(&copy.target);
		assert_int_equal(copy_rig_run(&copy), OK);
		assert_true(copy.result.is_equal);
		assert_int_equal(copy.result.copied, 4 - hotels);
		copy_rig_check(&copy);
		copy_rig_close(&copy);
		plan.nth++;
	} while (ended == KILLED);
	assert_int_equal(ended, DONE);
	assert_in_range(plan.nth, 5, 1000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_store_call_of_a_copy_may_fail),
		TEST(every_sync_and_write_of_a_copy_may_fail),
		TEST(a_copy_that_is_killed_at_any_write_leaves_whole_hotels_and_goes_on),
	};

	vfs_fault_register();
	vfs_fault_spare_syncs();
	return cmocka_run_group_tests_name("command_copy_faults", tests, NULL, NULL);
}
