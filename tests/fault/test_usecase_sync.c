/* The disk fails under the whole server: every sync of every write, then every write of it to the files; what is
 * answered, and what is there after a restart.
 */
#include "usecase_wide.h"

#include <errno.h>
#include <sqlite3.h>

#include "vfs_fault.h"

static const struct str other = STR_INIT("{\"name\":\"Other\"}");

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

static unsigned get(struct usecase_rig *rig, const char *path)
{
	return usecase_rig_ask(rig, "GET", str_of(path), STR(""), NULL);
}

/* Nobody's write is taken any more, whatever the disk does now; reads show what was answered. */
static void check_stopped(struct usecase_rig *rig, const struct wide_hotel *hotel, const char *key)
{
	assert_int_equal(usecase_rig_ask(rig, "POST", STR("/config"), other, NULL), 503);
	assert_int_equal(wide_send(rig, hotel, key), 503);
	assert_int_equal(usecase_rig_header(rig, "Retry-After").len, 1);
	assert_int_equal(get(rig, "/readyz"), 503);
	assert_int_equal(get(rig, "/livez"), 200);
	assert_int_equal(get(rig, "/config"), 200);
	assert_true(str_eq(wide_document(rig, hotel->code), hotel->before));
}

/* One write meets the plan. `fresh`: the log begins anew with it, and its first page has a sync of its own. */
struct meeting {
	struct usecase_rig *rig;
	const struct wide_write *write;
	struct vfs_fault_plan plan;
	bool with_key, fresh;
};

static struct wide_hotel begin(const struct meeting *meeting, const char **key)
{
	struct usecase_rig *rig = meeting->rig;
	struct str name =
		str_printf(&rig->process, "%s %u %d %d %d", meeting->write->name, meeting->plan.nth,
			   meeting->plan.rc, meeting->with_key, meeting->fresh);
	struct wide_hotel hotel = wide_begin(rig, meeting->write, name);

	*key = meeting->with_key ? str_c(&rig->process, hotel.code) : NULL;
	if (meeting->fresh)
		usecase_rig_restart(rig);
	return hotel;
}

/* Returns false when the plan's call was never made: then the write is done. */
static bool break_disk(const struct meeting *meeting)
{
	struct usecase_rig *rig = meeting->rig;
	const char *key;
	struct wide_hotel hotel = begin(meeting, &key);
	unsigned status;
	bool struck, done;

	vfs_fault_plan(&meeting->plan);
	status = wide_send(rig, &hotel, key);
	struck = vfs_fault_failed() != 0;
	vfs_fault_plan(NULL);
	if (!struck) {
		assert_int_equal(status, 200);
		assert_true(wide_is_done(rig, &hotel));
		return false;
	}
	assert_true(status == 504 || status == 503);
	check_stopped(rig, &hotel, key);
	usecase_rig_restart(rig);
	done = wide_is_done(rig, &hotel);
	assert_true(status == 504 || !done);
	wide_send_again(rig, &hotel, key, done);
	assert_int_equal(get(rig, "/readyz"), 200);
	return true;
}

/* 507 as long as it is full, and nothing of it there; then the same request is done. */
static bool fill_disk(const struct meeting *meeting)
{
	struct usecase_rig *rig = meeting->rig;
	const char *key;
	struct wide_hotel hotel = begin(meeting, &key);
	bool lasts = meeting->plan.count > 1;
	unsigned status;

	vfs_fault_plan(&meeting->plan);
	status = wide_send(rig, &hotel, key);
	if (vfs_fault_failed() == 0) {
		assert_int_equal(status, 200);
		vfs_fault_plan(NULL);
		assert_true(wide_is_done(rig, &hotel));
		return false;
	}
	/* What was refused on a guess of what the store holds is tried again, and there may be room already. */
	if (status == 200 && !lasts && !meeting->fresh) {
		assert_true(wide_is_done(rig, &hotel));
		return true;
	}
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(status, 507);
		assert_true(usecase_rig_says(rig, "\"code\":\"storage_full\""));
		assert_int_equal(usecase_rig_header(rig, "ETag").len, 0);
		assert_int_equal(get(rig, "/config"), 200);
		assert_int_equal(get(rig, "/readyz"), 200);
		assert_false(wide_is_done(rig, &hotel));
		if (!lasts)
			break;
		status = wide_send(rig, &hotel, key);
	}
	vfs_fault_plan(NULL);
	wide_send_again(rig, &hotel, key, false);
	return true;
}

/* Every call of the plan's kind that a write makes, in turn, of every write: in an old log, and with a key in a new one. */
static void meet_everywhere(struct usecase_rig *rig, struct vfs_fault_plan plan,
			    bool (*meet)(const struct meeting *))
{
	for (size_t i = 0; i < 2 * WIDE_WRITES; i++) {
		struct meeting meeting = { .rig = rig,
					   .write = &wide_writes[i / 2],
					   .plan = plan,
					   .with_key = i % 2 != 0,
					   .fresh = i % 2 != 0 };

		meeting.plan.nth = 1;
		while (meet(&meeting))
			meeting.plan.nth++;
		assert_in_range(meeting.plan.nth, 2, 1000);
	}
}

static void after_any_failed_sync_of_a_write_nothing_is_taken_until_a_restart(void **state)
{
	meet_everywhere(*state,
			(struct vfs_fault_plan){
				.calls = VFS_FAULT_SYNC, .rc = SQLITE_IOERR_FSYNC, .error = EIO },
			break_disk);
}

static void after_any_write_that_the_disk_refused_nothing_is_taken_until_a_restart(void **state)
{
	meet_everywhere(*state,
			(struct vfs_fault_plan){
				.calls = VFS_FAULT_WRITE, .rc = SQLITE_IOERR_WRITE, .error = EIO },
			break_disk);
}

static void a_disk_that_is_full_from_any_write_on_is_507_until_there_is_room(void **state)
{
	meet_everywhere(*state,
			(struct vfs_fault_plan){ .calls = VFS_FAULT_WRITE,
						 .count = 1000000,
						 .rc = SQLITE_FULL,
						 .error = ENOSPC },
			fill_disk);
}

static void a_disk_that_is_full_for_any_one_write_is_507_once(void **state)
{
	meet_everywhere(
		*state,
		(struct vfs_fault_plan){
			.calls = VFS_FAULT_WRITE, .count = 1, .rc = SQLITE_FULL, .error = ENOSPC },
		fill_disk);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(after_any_failed_sync_of_a_write_nothing_is_taken_until_a_restart),
		TEST(after_any_write_that_the_disk_refused_nothing_is_taken_until_a_restart),
		TEST(a_disk_that_is_full_from_any_write_on_is_507_until_there_is_room),
		TEST(a_disk_that_is_full_for_any_one_write_is_507_once),
	};

	vfs_fault_register();
	vfs_fault_spare_syncs();
	return cmocka_run_group_tests_name("usecase_sync", tests, NULL, NULL);
}
