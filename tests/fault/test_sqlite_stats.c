/* What the store counts for an operator, when syncs are slow, fail, and when the log is moved. */
#include "sqlite_rig.h"

#include <errno.h>
#include <sqlite3.h>

#include "port/store_stats.h"
#include "vfs_fault.h"

#define SLOW_MS 30

static struct store_stats stats_of(const struct sqlite_rig *rig)
{
	struct store_stats stats;

	assert_true(store_get_stats(rig->store, &stats));
	return stats;
}

static uint64_t count_of(const struct histogram_values *values)
{
	uint64_t count = 0;

	for (size_t i = 0; i <= HISTOGRAM_BOUNDS; i++)
		count += values->buckets[i];
	return count;
}

static void a_slow_sync_is_seen_in_its_duration(void **state)
{
	const struct vfs_fault_plan slow = { .calls = VFS_FAULT_SYNC,
					     .suffix = "-wal",
					     .nth = 1,
					     .count = 1000,
					     .delay_ms = SLOW_MS };
	struct sqlite_rig *rig = *state;
	struct store_stats stats;

	assert_int_equal(sqlite_rig_open(rig), OK);
	vfs_fault_plan(&slow);
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, 1, 10), OK);
	vfs_fault_plan(NULL);
	stats = stats_of(rig);
	assert_int_equal(count_of(&stats.sync_us), 1);
	assert_true(stats.sync_us.sum >= (uint64_t)SLOW_MS * 1000);
	assert_int_equal(stats.applied, 1);
	sqlite_rig_close(rig);
}

static void a_failed_sync_is_counted_and_stops_the_store_until_it_is_opened_anew(void **state)
{
	const struct vfs_fault_plan broken = { .calls = VFS_FAULT_SYNC,
					       .suffix = "-wal",
					       .nth = 1,
					       .rc = SQLITE_IOERR_FSYNC,
					       .error = EIO };
	struct sqlite_rig *rig = *state;
	struct store_stats stats;

	assert_int_equal(sqlite_rig_open(rig), OK);
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, 1, 10), OK);
	assert_false(stats_of(rig).is_stopped);
	vfs_fault_plan(&broken);
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, 2, 10), ERR_UNCERTAIN);
	vfs_fault_plan(NULL);
	cx_clear(&rig->cx);
	stats = stats_of(rig);
	assert_true(stats.is_stopped);
	assert_int_equal(stats.applied, 1);
	assert_int_equal(stats.failed, 1);
	assert_int_equal(count_of(&stats.sync_us), 1);
	sqlite_rig_close(rig);
	assert_int_equal(sqlite_rig_open(rig), OK);
	stats = stats_of(rig);
	assert_false(stats.is_stopped);
	assert_int_equal(stats.applied + stats.failed, 0);
	sqlite_rig_close(rig);
}

static void moving_the_log_is_counted_with_its_duration(void **state)
{
	struct sqlite_rig *rig = *state;
	struct store_stats stats;
	unsigned i = 0;

	assert_int_equal(sqlite_rig_open(rig), OK);
	do {
		assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, ++i, 300000), OK);
		arena_reset(&rig->arena, 0);
		stats = stats_of(rig);
	} while (count_of(&stats.checkpoint_us) == 0 && i < 2000);
	/* It is done after the commit that made it due was answered. */
	assert_true(count_of(&stats.checkpoint_us) >= 1 && stats.checkpoint_us.sum > 0);
	assert_true(i > 50 && stats.log_pages > 0);
	assert_int_equal(stats.applied, i);
	sqlite_rig_close(rig);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sqlite_rig_set_up, sqlite_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_slow_sync_is_seen_in_its_duration),
		TEST(a_failed_sync_is_counted_and_stops_the_store_until_it_is_opened_anew),
		TEST(moving_the_log_is_counted_with_its_duration),
	};

	vfs_fault_register();
	return cmocka_run_group_tests_name("sqlite_stats", tests, NULL, NULL);
}
