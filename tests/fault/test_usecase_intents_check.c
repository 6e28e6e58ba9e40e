/* `check`, `export` and what tidies up, beside a write that one commit is too small for. */
#include "intent_scene.h"
#include "transfer_rig.h"
#include "vfs_fault.h"

#include <stdio.h>
#include <stdlib.h>

#include "command/check.h"

/* `innkeeper check` by the other process, at its own time. */
static struct check_result check(struct usecase_rig *rig, bool repairs)
{
	struct progress progress = { .clock = &rig->clock.base, .form = PROGRESS_SILENT };
	struct check_result result = { .findings = 0 };
	struct check_job job = { .store = rig->app.store,
				 .repairs = repairs,
				 .progress = &progress };
	struct arena arena;
	char *said = NULL;
	size_t len = 0;
	struct cx cx;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	cx.clock = &rig->clock.base;
	job.out = open_memstream(&said, &len);
	assert_int_equal(check_run(&cx, &job, &result), OK);
	fclose(job.out);
	if (result.findings != result.harmless + result.repaired)
		fprintf(stderr, "# %s\n", said);
	free(said);
	arena_close(&arena);
	return result;
}

static void check_and_export(struct scene *scene)
{
	struct check_result result = check(&scene->other, false);
	struct arena arena;
	struct cx cx;

	assert_int_equal(result.findings, 0);
	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	scene_keep(scene, str_dup(&scene->other.process,
				  transfer_rig_export(&cx, scene->other.app.store)));
	arena_close(&arena);
}

static void a_check_finds_nothing_in_between_and_an_export_has_all_or_nothing(void **state)
{
	struct scene scene;

	scene_open(&scene, state, check_and_export);
	for (size_t i = 0; i < SCENE_LARGE; i++) {
		unsigned status;

		scene_begin(&scene, scene_write(scene_large[i]), "export", 0);
		check_and_export(&scene);
		assert_true(scene_send(&scene, 1, CALLS_MAX, &status));
		assert_int_equal(status, 200);
		assert_true(scene.kept[1].len != 0);
		check_and_export(&scene);
	}
	usecase_rig_close_other(&scene.other);
}

#define HOUR_MS ((int64_t)60 * 60 * 1000)

/* Ends with the process at each of its commits: what it leaves before its seal nobody sees, and goes after an hour. */
static void what_a_write_leaves_that_never_happened_goes_after_an_hour(void **state)
{
	struct usecase_rig *rig = *state;
	unsigned leftovers = 0;

	for (unsigned n = 1; n < 12; n++) {
		struct check_result result;
		struct wide_hotel hotel = wide_begin(rig, scene_write("saveRooms"),
						     str_printf(&rig->process, "killed %u", n));
		unsigned status;

		usecase_rig_plan(rig, STORE_FAULT_COMMIT, n, true, ERR_UNAVAILABLE, false);
		status = wide_send(rig, &hotel, NULL);
		assert_int_equal(wide_is_done(rig, &hotel), status == 200);
		result = check(rig, false);
		assert_int_equal(result.findings, 0);
		rig->clock.wall_ms += HOUR_MS - 1;
		result = check(rig, true);
		assert_int_equal(result.findings, 0);
		rig->clock.wall_ms += 1;
		result = check(rig, false);
		assert_int_equal(result.findings, result.harmless);
		leftovers += (unsigned)result.findings;
		assert_true(result.findings == 0 || status != 200);
		assert_int_equal(check(rig, true).repaired, result.findings);
		scene_check_nothing_waits(rig);
		if (status != 200)
			wide_send_again(rig, &hotel, NULL, false);
	}
	assert_in_range(leftovers, 1, 3);
}

/* Tidies up with a clock that is ahead: what waits seems to be of long ago. */
static void tidy_up(struct scene *scene)
{
	struct check_result result;

	scene->other.clock.wall_ms = scene->rig->clock.wall_ms + 2 * HOUR_MS;
	result = check(&scene->other, true);
	assert_int_equal(result.findings, result.repaired);
}

static void a_write_whose_parts_were_removed_is_refused_and_begins_anew(void **state)
{
	struct scene scene;

	scene_open(&scene, state, tidy_up);
	for (size_t i = 0; i < SCENE_LARGE; i++)
		scene_meet(&scene, scene_large[i], "tidied", false, scene_has_ours);
	usecase_rig_close_other(&scene.other);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, usecase_rig_set_up_narrow, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_check_finds_nothing_in_between_and_an_export_has_all_or_nothing),
		TEST(what_a_write_leaves_that_never_happened_goes_after_an_hour),
		TEST(a_write_whose_parts_were_removed_is_refused_and_begins_anew),
	};

	vfs_fault_register();
	vfs_fault_spare_syncs();
	return cmocka_run_group_tests_name("usecase_intents_check", tests, NULL, NULL);
}
