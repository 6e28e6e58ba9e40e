/* The power goes at every write and every sync that a use case makes: in another process, and this one looks at what is
 * left. Of what was not synced everything may have reached the disk, or nothing.
 */
#include "usecase_wide.h"

#include <errno.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vfs_fault.h"

/* What the process without power told before. */
struct last_words {
	unsigned status; /* of the request; an answer of 2xx counts as sent */
	unsigned struck;
};

struct cut {
	struct usecase_rig *rig;
	struct vfs_fault_plan plan;
	bool loses; /* what was not synced is lost, not written */
	struct last_words *words;
};

static void play(const struct cut *cut, const struct wide_hotel *hotel, const char *key)
{
	if (cut->loses)
		vfs_fault_remember();
	usecase_rig_open(cut->rig);
	vfs_fault_plan(&cut->plan);
	cut->words->status = wide_send(cut->rig, hotel, key);
	cut->words->struck = vfs_fault_failed();
	if (cut->loses)
		vfs_fault_cut_power();
	_exit(0);
}

static void run_without_power(const struct cut *cut, const struct wide_hotel *hotel,
			      const char *key)
{
	pid_t child;
	int status;

	*cut->words = (struct last_words){ .status = 0 };
	usecase_rig_close(cut->rig);
	child = fork();
	if (child == 0)
		play(cut, hotel, key);
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	usecase_rig_open(cut->rig);
}

/* Returns false when the write had no such call: then it was answered, and is there. */
static bool cut_power(const struct cut *cut, const struct wide_write *write)
{
	struct usecase_rig *rig = cut->rig;
	struct str name = str_printf(&rig->process, "%s %u %u %d", write->name, cut->plan.calls,
				     cut->plan.nth, cut->loses);
	struct wide_hotel hotel = wide_begin(rig, write, name);
	const char *key = cut->plan.nth % 2 ? str_c(&rig->process, hotel.code) : NULL;
	bool done;

	run_without_power(cut, &hotel, key);
	done = wide_is_done(rig, &hotel);
	if (cut->words->struck == 0) {
		assert_int_equal(cut->words->status, 200);
		assert_true(done);
		return false;
	}
	assert_true(cut->words->status == 503 || cut->words->status == 504);
	wide_send_again(rig, &hotel, key, done);
	return true;
}

static void cut_everywhere(struct usecase_rig *rig, struct vfs_fault_plan plan, bool loses)
{
	struct cut cut = { .rig = rig, .plan = plan, .loses = loses };

	cut.words = mmap(NULL, sizeof(*cut.words), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(cut.words != MAP_FAILED);
	for (size_t i = 0; i < WIDE_WRITES; i++) {
		cut.plan.nth = 1;
		while (cut_power(&cut, &wide_writes[i]))
			cut.plan.nth++;
		assert_in_range(cut.plan.nth, 2, 1000);
	}
	munmap(cut.words, sizeof(*cut.words));
}

/* From the n-th one on, which is half done, nothing reaches the disk. */
static const struct vfs_fault_plan no_write = { .calls = VFS_FAULT_WRITE,
						.count = 1000000,
						.rc = SQLITE_IOERR_WRITE,
						.error = EIO,
						.torn = true };
static const struct vfs_fault_plan no_sync = {
	.calls = VFS_FAULT_SYNC, .count = 1000000, .rc = SQLITE_IOERR_FSYNC, .error = EIO
};

static void a_power_cut_at_any_write_leaves_what_was_answered_and_nothing_by_halves(void **state)
{
	cut_everywhere(*state, no_write, false);
}

static void so_does_one_that_loses_all_that_was_not_synced(void **state)
{
	cut_everywhere(*state, no_write, true);
}

static void a_power_cut_at_any_sync_leaves_what_was_answered_and_nothing_by_halves(void **state)
{
	cut_everywhere(*state, no_sync, false);
	cut_everywhere(*state, no_sync, true);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_power_cut_at_any_write_leaves_what_was_answered_and_nothing_by_halves),
		TEST(so_does_one_that_loses_all_that_was_not_synced),
		TEST(a_power_cut_at_any_sync_leaves_what_was_answered_and_nothing_by_halves),
	};

	vfs_fault_register();
	vfs_fault_spare_syncs();
	return cmocka_run_group_tests_name("usecase_power", tests, NULL, NULL);
}
