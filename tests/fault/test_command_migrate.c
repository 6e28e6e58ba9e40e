/* `innkeeper migrate` over a whole store, and what of it comes through an export. */
#include "sample_records.h"
#include "transfer_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/export.h"
#include "command/migrate.h"
#include "usecase/check_hotel.h"

struct migration {
	struct migrate_result result;
	enum err err;
	char *complaints; /* the caller's to free */
};

static struct migration migrate(struct usecase_rig *rig, struct app *app)
{
	struct migration migration = { .err = OK };
	struct progress progress;
	struct migrate_job job = { .app = app, .progress = &progress };
	struct arena arena;
	struct cx cx;
	size_t len = 0;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	cx.clock = &rig->clock.base;
	job.complaints = open_memstream(&migration.complaints, &len);
	assert_non_null(job.complaints);
	progress_init(&progress, cx.clock, "migrate", "hotels", true);
	migration.err = migrate_store(&cx, &job, &migration.result);
	fclose(job.complaints);
	arena_close(&arena);
	return migration;
}

/* What none of ours is; then one of ours, one deleted. */
static void fill(struct usecase_rig *rig)
{
	sample_records_share(rig);
	sample_records_hotel(rig, "100", "Hundred", "", "anna");
	sample_records_room_type(rig, "100", "DBL", "Double", "1");
	sample_records_history(rig, "100", "77");
	sample_records_hotel(rig, "200", "Two hundred", "", "");
	sample_records_hotel(rig, "300", "Unreadable", "", "");
	sample_records_room_type(rig, "300", "no code", "x", "1");
	sample_records_room_type(rig, "400", "DBL", "of no hotel", "1");
	transfer_rig_fill(rig);
}

static void every_hotel_becomes_ours_and_the_rest_is_said_and_left(void **state)
{
	struct usecase_rig *rig = *state;
	struct migration first, second;

	fill(rig);
	first = migrate(rig, &rig->app);
	assert_int_equal(first.err, OK);
	assert_int_equal(first.result.adopted, 2);
	assert_int_equal(first.result.taken, 0);
	assert_int_equal(first.result.hotels, 5);
	assert_int_equal(first.result.no_hotels, 1);
	assert_int_equal(first.result.failed, 1);
	assert_non_null(strstr(first.complaints, "hotel 300 is left as it is: record "
						 "300/cfg-room-type-no code is of no kind"));
	assert_non_null(
		strstr(first.complaints, "hotel 400 is left as it is: it has no head cfg-general"));
	usecase_rig_check(rig, STR("200"));
	assert_int_equal(usecase_rig_ask(rig, "GET", STR("/config"), STR(""), NULL), 200);
	assert_true(usecase_rig_says(rig, "Two hundred") && usecase_rig_says(rig, "\"100\""));
	assert_false(usecase_rig_says(rig, "Unreadable"));
	assert_int_not_equal(sample_records_rev(rig, "100", "cfg-roomType-DBL"), 0);
	assert_int_not_equal(sample_records_rev(rig, "400", "cfg-room-type-DBL"), 0);
	sample_records_hotel(rig, "200", "Two hundred", "edited", "");
	second = migrate(rig, &rig->app);
	assert_int_equal(second.result.adopted, 0);
	assert_int_equal(second.result.taken, 1);
	assert_int_equal(second.result.hotels, 5);
	assert_string_equal(second.complaints, first.complaints);
	usecase_rig_check(rig, STR("200"));
	free(first.complaints);
	free(second.complaints);
}

static void a_run_that_was_stopped_goes_on(void **state)
{
	struct usecase_rig *rig = *state;
	uint64_t adopted = 0;
	unsigned n = 0;
	enum err err;

	fill(rig);
	do {
		struct migration run;

		usecase_rig_plan(rig, STORE_FAULT_ALL, n += 3, true, ERR_UNAVAILABLE, false);
		run = migrate(rig, &rig->app);
		usecase_rig_plan(rig, 0, 0, false, OK, false);
		err = run.err;
		assert_true(err == OK || err == ERR_UNAVAILABLE);
		adopted += run.result.adopted;
		free(run.complaints);
	} while (err != OK);
	assert_int_equal(adopted, 2);
	assert_in_range(n, 10, 300);
	usecase_rig_check(rig, STR("200"));
}

/* What another program wrote in a hotel goes with it, and is taken over there as well as here. */
static void what_they_wrote_in_a_hotel_of_ours_is_exported_as_it_is(void **state)
{
	struct usecase_rig *rig = *state;
	struct hotel_check check = { .found = false };
	struct transfer_target target;
	struct migration run;
	struct str text;

	sample_records_share(rig);
	sample_records_hotel(rig, "100", "Hundred", "", "anna");
	sample_records_history(rig, "100", "77");
	run = migrate(rig, &rig->app);
	free(run.complaints);
	sample_records_hotel(rig, "100", "Renamed", "behind our back", "bert");
	transfer_rig_open(rig, &target);
	text = transfer_rig_export(&target.cx, rig->app.store);
	assert_int_equal(transfer_rig_import(&target, text, false), OK);
	assert_string_equal(target.complaints, "");
	transfer_rig_same(transfer_rig_export(&target.cx, target.app.store), text);
	assert_int_equal(check_hotel(&target.cx, target.app.store, STR("100"), &check), OK);
	assert_int_equal(check.findings.list.n, 1);
	assert_int_equal(findings_at(&check.findings, 0)->kind, FINDING_EXTERNAL);
	run = migrate(rig, &target.app);
	assert_int_equal(run.result.taken, 1);
	free(run.complaints);
	assert_int_equal(check_hotel(&target.cx, target.app.store, STR("100"), &check), OK);
	assert_int_equal(check.findings.list.n, 0);
	transfer_rig_close(&target);
}

static void their_keys_are_not_imported(void **state)
{
	struct usecase_rig *rig = *state;
	struct transfer_target target;
	struct str text;

	sample_records_share(rig);
	sample_records_room_type(
		rig, str_c(&rig->process, transfer_rig_make_hotel(rig, STR("\"One\""), "")), "DBL",
		"x", "1");
	transfer_rig_open(rig, &target);
	text = transfer_rig_export(&target.cx, rig->app.store);
	assert_int_equal(transfer_rig_import(&target, text, false), OK);
	assert_int_equal(target.result.counts.hotels, 0);
	assert_true(transfer_rig_complains(&target, "run innkeeper migrate where it comes from"));
	transfer_rig_close(&target);
}

static void an_import_over_a_hotel_of_theirs_replaces_all_of_it(void **state)
{
	struct usecase_rig *rig = *state;
	const char *code = str_c(&rig->process, transfer_rig_make_hotel(rig, STR("\"One\""), ""));
	struct store *source = rig->app.store;
	struct transfer_target target;
	struct str text;

	transfer_rig_open(rig, &target);
	text = transfer_rig_export(&target.cx, source);
	rig->app.store = target.app.store;
	sample_records_hotel(rig, code, "Theirs", "", "");
	sample_records_room_type(rig, code, "DBL", "x", "1");
	sample_records_history(rig, code, "5");
	assert_int_equal(transfer_rig_import(&target, text, false), OK);
	assert_true(transfer_rig_complains(&target, "there is one of that code"));
	assert_int_equal(transfer_rig_import(&target, text, true), OK);
	assert_string_equal(target.complaints, "");
	assert_int_equal(transfer_rig_check(&target), 1);
	assert_int_equal(sample_records_rev(rig, code, "cfg-room-type-DBL"), 0);
	transfer_rig_same(transfer_rig_export(&target.cx, target.app.store), text);
	rig->app.store = source;
	transfer_rig_close(&target);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_hotel_becomes_ours_and_the_rest_is_said_and_left),
		TEST(a_run_that_was_stopped_goes_on),
		TEST(what_they_wrote_in_a_hotel_of_ours_is_exported_as_it_is),
		TEST(their_keys_are_not_imported),
		TEST(an_import_over_a_hotel_of_theirs_replaces_all_of_it),
	};

	return cmocka_run_group_tests_name("command_migrate", tests, NULL, NULL);
}
