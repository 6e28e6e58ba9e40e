/* Imports of a hotel that one commit is too small for: each commit fails, and a server that reads meanwhile sees the hotel of before or
 * the new one, whole.
 */
#include "transfer_rig.h"
#include "vfs_fault.h"

#include "adapter/store_narrow.h"
#include "record/hotel_record.h"
#include "record/intent.h"

#define REVISIONS 40

struct texts {
	struct str code, before, after;
};

/* A hotel early and late in its life. */
static struct texts make_texts(struct usecase_rig *rig)
{
	struct texts texts = { .code = transfer_rig_make_hotel(rig, STR("\"Long\""), "") };
	struct str path = str_printf(&rig->process, "/config/" STR_FMT, STR_ARG(texts.code));
	struct cx cx;

	cx_init(&cx, &rig->process);
	transfer_rig_add_types(rig, texts.code, 9, 3);
	texts.before = transfer_rig_export(&cx, rig->app.store);
	for (unsigned i = 0; i < REVISIONS; i++)
		transfer_rig_ask(rig, "PATCH", str_c(&rig->process, path),
				 str_printf(&rig->process, "{\"description\":\"%u\"}", i));
	transfer_rig_ask(
		rig, "DELETE",
		str_c(&rig->process,
		      str_printf(&rig->process, STR_FMT "/rooms/type/T-3%%2Ex_", STR_ARG(path))),
		STR(""));
	texts.after = transfer_rig_export(&cx, rig->app.store);
	return texts;
}

static bool is_there(struct transfer_target *target, struct str code)
{
	struct ctl ctl;
	enum err err = record_get_ctl(&target->cx, target->app.store, code, &ctl);

	cx_clear(&target->cx);
	return err == OK;
}

/* Commit n of the import fails. False once there are no so many. */
static bool fail_commit(struct usecase_rig *rig, const struct texts *texts, bool replace,
			bool from_then_on, unsigned n)
{
	struct store_fault_plan plan = { .kinds = STORE_FAULT_COMMIT,
					 .err = ERR_UNAVAILABLE,
					 .code = "unavailable" };
	struct transfer_target target;
	struct str now;
	bool failed;
	enum err err;

	transfer_rig_open(rig, &target);
	if (replace)
		assert_int_equal(transfer_rig_import(&target, texts->before, false), OK);
	target.app.store = store_narrow_open(store_fault_open(target.app.store, &plan), 7);
	plan.nth = n;
	plan.and_all_after = from_then_on;
	err = transfer_rig_import(&target, texts->after, replace);
	failed = atomic_load(&plan.calls) >= n;
	plan.nth = 0;
	assert_true(err == OK || err == ERR_UNAVAILABLE);
	cx_clear(&target.cx);
	if (err != OK && !replace)
		assert_false(is_there(&target, texts->code));
	if (err == OK || replace) {
		assert_int_equal(transfer_rig_check(&target), 1);
		now = transfer_rig_export(&target.cx, target.app.store);
		transfer_rig_same(now, err == OK ? texts->after : texts->before);
	}
	assert_int_equal(transfer_rig_import(&target, texts->after, true), OK);
	assert_string_equal(target.complaints, "");
	assert_int_equal(transfer_rig_check(&target), 1);
	transfer_rig_same(transfer_rig_export(&target.cx, target.app.store), texts->after);
	transfer_rig_close(&target);
	return failed;
}

static void fail_every_commit(struct usecase_rig *rig, bool replace)
{
	struct texts texts = make_texts(rig);

	for (unsigned i = 0; i < 2; i++) {
		unsigned n = 1;

		while (fail_commit(rig, &texts, replace, i != 0, n))
			n++;
		assert_in_range(n, 6, 60);
	}
}

static void a_hotel_past_one_commit_comes_in_wholly_or_not_at_all(void **state)
{
	fail_every_commit(*state, false);
}

static void a_hotel_past_one_commit_replaces_another_wholly_or_not_at_all(void **state)
{
	fail_every_commit(*state, true);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_hotel_past_one_commit_comes_in_wholly_or_not_at_all),
		TEST(a_hotel_past_one_commit_replaces_another_wholly_or_not_at_all),
	};

	vfs_fault_register();
	vfs_fault_spare_syncs();
	return cmocka_run_group_tests_name("command_intents", tests, NULL, NULL);
}
