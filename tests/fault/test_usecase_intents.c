/* Writes that one commit is too small for, on a store of seven writes a commit: between any two of its calls another process reads, or
 * writes too.
 */
#include "intent_scene.h"
#include "vfs_fault.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"

/* Statuses and bodies of whatever shows the hotel; of errors the status alone. */
static struct str look(struct usecase_rig *rig, struct str code)
{
	static const char *const paths[] = { "",
					     "/rooms/type",
					     "/rooms/type/A",
					     "/rooms/type/B",
					     "/tags?limit=1",
					     "/sellables/S1",
					     "/rateplans?limit=2" };
	struct buf buf;

	buf_init(&buf, &rig->process);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		unsigned status = usecase_rig_ask(
			rig, "GET",
			str_printf(&rig->process, "/config/" STR_FMT "%s", STR_ARG(code), paths[i]),
			STR(""), NULL);

		assert_true(status == 200 || status == 404);
		buf_printf(&buf, "%u ", status);
		if (status == 200)
			buf_add(&buf, rig->answer.body);
	}
	return buf_str(&buf);
}

static void read_everything(struct scene *scene)
{
	if (scene->acted % 3 == 0)
		usecase_rig_restart(&scene->other); /* nothing is cached */
	scene_keep(scene, look(&scene->other, scene->hotel.code));
}

static void whoever_reads_in_between_sees_all_or_nothing(void **state)
{
	struct scene scene;

	scene_open(&scene, state, read_everything);
	for (size_t i = 0; i < WIDE_WRITES; i++) {
		const struct wide_write *write = &wide_writes[i];
		unsigned status;

		if (write->chained && strcmp(write->method, "DELETE") != 0)
			continue; /* a single commit */
		scene_begin(&scene, write, "readers", 0);
		read_everything(&scene);
		assert_true(scene_send(&scene, 1, CALLS_MAX, &status));
		assert_int_equal(status, 200);
		assert_in_range(scene.acted, 2, CALLS_MAX - 1);
		assert_true(scene.kept[1].len != 0);
		read_everything(&scene);
		assert_true(wide_is_done(scene.rig, &scene.hotel));
	}
	usecase_rig_close_other(&scene.other);
}

/* The other process's own write, which finishes what it finds. */
static void patch(struct scene *scene)
{
	struct usecase_rig *other = &scene->other;
	unsigned status = usecase_rig_ask(
		other, "PATCH",
		str_printf(&other->process, "/config/" STR_FMT, STR_ARG(scene->hotel.code)),
		STR("{\"timeZone\":\"Europe/Paris\"}"), NULL);

	if (status != 200)
		fprintf(stderr, "# %u " STR_FMT "\n", status, STR_ARG(other->answer.body));
	assert_int_equal(status, 200);
}

/* A write as large, of another layout. */
static void write_rooms(struct scene *scene)
{
	struct usecase_rig *other = &scene->other;
	struct buf buf;
	unsigned status;

	buf_init(&buf, &other->process);
	buf_add(&buf,
		STR("{\"buildings\":[{\"name\":\"other\",\"floors\":[{\"num\":1,\"rooms\":["));
	for (unsigned i = 901; i <= 930; i++)
		buf_printf(&buf, "%s{\"number\":%u,\"type\":\"A\"}", i > 901 ? "," : "", i);
	buf_add(&buf, STR("]}]}]}"));
	status = usecase_rig_ask(other, "POST",
				 str_printf(&other->process, "/config/" STR_FMT "/rooms",
					    STR_ARG(scene->hotel.code)),
				 buf_str(&buf), NULL);
	if (status != 200)
		fprintf(stderr, "# %u " STR_FMT "\n", status, STR_ARG(other->answer.body));
	assert_int_equal(status, 200);
}

static void a_third_write_finishes_what_it_finds_and_late_chunks_are_refused(void **state)
{
	struct scene scene;

	scene_open(&scene, state, patch);
	for (size_t i = 0; i < SCENE_LARGE; i++)
		scene_meet(&scene, scene_large[i], "third", true, scene_has_both);
	usecase_rig_close_other(&scene.other);
}

static void two_may_finish_at_once(void **state)
{
	struct scene scene;

	scene_open(&scene, state, scene_settle);
	scene_meet(&scene, scene_large[0], "settled", false, scene_has_ours);
	usecase_rig_close_other(&scene.other);
}

static void one_of_both_is_there(struct scene *scene, bool struck)
{
	bool ours = usecase_rig_says(scene->rig, "\"new\"");
	bool others = usecase_rig_says(scene->rig, "\"other\"");

	assert_true(struck || ours);
	assert_true(ours != others);
	assert_int_equal(ours, usecase_rig_says(scene->rig, "\"number\":50,"));
	assert_int_equal(others, usecase_rig_says(scene->rig, "\"number\":930,"));
}

static void two_write_by_intents_at_once(void **state)
{
	struct scene scene;

	scene_open(&scene, state, write_rooms);
	scene_meet(&scene, "saveRooms", "both", true, one_of_both_is_there);
	usecase_rig_close_other(&scene.other);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, usecase_rig_set_up_narrow, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(whoever_reads_in_between_sees_all_or_nothing),
		TEST(a_third_write_finishes_what_it_finds_and_late_chunks_are_refused),
		TEST(two_may_finish_at_once),
		TEST(two_write_by_intents_at_once),
	};

	vfs_fault_register();
	vfs_fault_spare_syncs();
	return cmocka_run_group_tests_name("usecase_intents", tests, NULL, NULL);
}
