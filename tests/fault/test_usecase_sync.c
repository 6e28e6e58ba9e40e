/* The disk fails under the whole server: what is answered, and what is there after a restart. */
#include "usecase_rig.h"

#include <sqlite3.h>

#include "vfs_fault.h"

static const struct str room_type = STR_INIT("{\"roomTypes\":[{\"code\":\"DBL\"}]}");

static int set_up(void **state)
{
	vfs_fault_plan(NULL);
	return usecase_rig_set_up(state);
}

/* 504 for the write whose sync failed; then no write is taken, reads go on, and a restart heals. */
static void after_a_failed_sync_writes_stop_and_reads_go_on(void **state)
{
	const struct vfs_fault_plan plan = {
		.calls = VFS_FAULT_SYNC, .nth = 1, .count = 1000, .rc = SQLITE_IOERR_FSYNC
	};
	struct usecase_rig *rig = *state;
	struct str code = usecase_rig_code(rig, STR("Sync"));
	struct str hotel = str_printf(&rig->process, "/config/" STR_FMT, STR_ARG(code));
	struct str types =
		str_printf(&rig->process, "/config/" STR_FMT "/rooms/type", STR_ARG(code));
	uint64_t revision;

	assert_int_equal(
		usecase_rig_ask(rig, "POST", STR("/config"), STR("{\"name\":\"Sync\"}"), NULL),
		200);
	assert_int_equal(usecase_rig_ask(rig, "GET", hotel, STR(""), NULL), 200);
	vfs_fault_plan(&plan);
	assert_int_equal(usecase_rig_ask(rig, "POST", types, room_type, "key"), 504);
	assert_true(usecase_rig_says(rig, "\"code\":\"uncertain\""));
	assert_int_equal(usecase_rig_ask(rig, "POST", types, room_type, "another"), 503);
	assert_int_equal(usecase_rig_ask(rig, "GET", STR("/readyz"), STR(""), NULL), 503);
	assert_int_equal(usecase_rig_ask(rig, "GET", STR("/livez"), STR(""), NULL), 200);
	assert_int_equal(usecase_rig_ask(rig, "GET", hotel, STR(""), NULL), 200);
	assert_int_equal(usecase_rig_ask(rig, "GET", STR("/config"), STR(""), NULL), 200);
	assert_in_range(vfs_fault_failed(), 1, 1000);
	vfs_fault_plan(NULL);
	assert_int_equal(usecase_rig_ask(rig, "POST", types, room_type, NULL), 503);
	usecase_rig_restart(rig);
	revision = usecase_rig_revision(rig, code);
	assert_in_range(revision, 1, 2);
	usecase_rig_check(rig, code);
	assert_int_equal(usecase_rig_ask(rig, "POST", types, room_type, "key"), 200);
	assert_int_equal(usecase_rig_revision(rig, code), 2);
	usecase_rig_check(rig, code);
	assert_int_equal(usecase_rig_ask(rig, "GET", STR("/readyz"), STR(""), NULL), 200);
}

/* 507 while the disk is full, reads go on; then writes do too. */
static void a_full_disk_is_507_and_never_latches(void **state)
{
	const struct vfs_fault_plan plan = {
		.calls = VFS_FAULT_WRITE, .nth = 1, .count = 100000, .rc = SQLITE_FULL
	};
	struct usecase_rig *rig = *state;
	struct str code = usecase_rig_code(rig, STR("Full"));
	struct str hotel = str_printf(&rig->process, "/config/" STR_FMT, STR_ARG(code));
	struct str types =
		str_printf(&rig->process, "/config/" STR_FMT "/rooms/type", STR_ARG(code));

	assert_int_equal(
		usecase_rig_ask(rig, "POST", STR("/config"), STR("{\"name\":\"Full\"}"), NULL),
		200);
	vfs_fault_plan(&plan);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(usecase_rig_ask(rig, "POST", types, room_type, "key"), 507);
		assert_true(usecase_rig_says(rig, "\"code\":\"storage_full\""));
		assert_int_equal(usecase_rig_ask(rig, "GET", hotel, STR(""), NULL), 200);
	}
	vfs_fault_plan(NULL);
	assert_int_equal(usecase_rig_revision(rig, code), 1);
	assert_int_equal(usecase_rig_ask(rig, "POST", types, room_type, "key"), 200);
	usecase_rig_check(rig, code);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(after_a_failed_sync_writes_stop_and_reads_go_on),
		TEST(a_full_disk_is_507_and_never_latches),
	};

	vfs_fault_register();
	return cmocka_run_group_tests_name("usecase_sync", tests, NULL, NULL);
}
