/* Writes that one commit is too small for, on a store of seven writes a commit: between any two of its calls another process
 * reads, writes, looks or tidies up.
 */
#include "transfer_rig.h"
#include "usecase_wide.h"
#include "vfs_fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "command/check.h"
#include "record/hotel_record.h"
#include "record/intent.h"
#include "record/key.h"

#define CALLS_MAX 200

/* Two processes on one file, and the write of the first. */
struct scene {
	struct usecase_rig *rig, other;
	struct wide_hotel hotel;
	void (*act)(struct scene *scene); /* behind the calls from `first` on, `times` of them */
	unsigned times;
	struct str kept[2]; /* what `act` has seen: before the write, and after it */
	unsigned acted;
};

static void act(void *context)
{
	struct scene *scene = context;

	scene->acted++;
	if (scene->acted < scene->times)
		scene->rig->late.between = scene->rig->late.calls + 1;
	scene->act(scene);
}

static void open_scene(struct scene *scene, void **state, void (*step)(struct scene *scene))
{
	*scene = (struct scene){ .rig = *state, .act = step };
	usecase_rig_open_other(scene->rig, &scene->other);
}

/* Sends the write; behind its n-th call, and each of the following ones so often, the other process acts. False once there are no
 * so many calls. */
static bool send(struct scene *scene, unsigned first, unsigned times, unsigned *status)
{
	struct store_late_plan *late = &scene->rig->late;

	scene->acted = 0;
	scene->times = times;
	late->calls = 0;
	late->between = first;
	late->act = act;
	late->context = scene;
	*status = wide_send(scene->rig, &scene->hotel, NULL);
	late->between = 0;
	return late->calls >= first;
}

/* Writes that go by an intent, and leave the hotel there. */
static const char *const large[] = { "saveRooms", "saveHotel", "deleteRoomType" };

static const struct wide_write *write_named(const char *name)
{
	for (size_t i = 0; i < WIDE_WRITES; i++) {
		if (strcmp(wide_writes[i].name, name) == 0)
			return &wide_writes[i];
	}
	fail();
	return NULL;
}

static void begin(struct scene *scene, const struct wide_write *write, const char *what, unsigned n)
{
	struct usecase_rig *rig = scene->rig;

	scene->hotel =
		wide_begin(rig, write, str_printf(&rig->process, "%s %s %u", write->name, what, n));
	scene->kept[0] = scene->kept[1] = STR("");
}

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

/* What is seen is what was there before, or, from some moment on, what is there after. */
static void keep(struct scene *scene, struct str seen)
{
	if (scene->kept[0].len == 0)
		scene->kept[0] = seen;
	if (scene->kept[1].len == 0 && !str_eq(seen, scene->kept[0]))
		scene->kept[1] = seen;
	else
		assert_true(str_eq(seen, scene->kept[scene->kept[1].len != 0]));
}

static void read_everything(struct scene *scene)
{
	if (scene->acted % 3 == 0)
		usecase_rig_restart(&scene->other); /* nothing is cached */
	keep(scene, look(&scene->other, scene->hotel.code));
}

static void whoever_reads_in_between_sees_all_or_nothing(void **state)
{
	struct scene scene;

	open_scene(&scene, state, read_everything);
	for (size_t i = 0; i < WIDE_WRITES; i++) {
		const struct wide_write *write = &wide_writes[i];
		unsigned status;

		if (write->chained && strcmp(write->method, "DELETE") != 0)
			continue; /* a single commit */
		begin(&scene, write, "readers", 0);
		read_everything(&scene);
		assert_true(send(&scene, 1, CALLS_MAX, &status));
		assert_int_equal(status, 200);
		assert_in_range(scene.acted, 3, CALLS_MAX - 1);
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

static void settle(struct scene *scene)
{
	struct arena arena;
	struct ctl ctl;
	struct cx cx;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	assert_int_equal(intent_settle(&cx, scene->other.app.store, scene->hotel.code, &ctl), OK);
	arena_close(&arena);
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

/* The code of a partition that an intent has; empty: there is none. */
static struct str find_intent(struct usecase_rig *rig, struct arena *arena)
{
	struct codes codes = { .more = true };
	struct str after = STR("");
	struct cx cx;

	cx_init(&cx, arena);
	while (codes.more) {
		assert_int_equal(store_partitions(rig->app.store, &cx, after, 0, &codes), OK);
		for (size_t i = 0; i < codes.n; i++) {
			after = codes.items[i];
			if (str_starts(after, KEY_INTENT_PREFIX))
				return after;
		}
	}
	return STR("");
}

static void check_nothing_waits(struct usecase_rig *rig)
{
	struct arena arena;

	arena_init(&arena, 0);
	assert_int_equal(find_intent(rig, &arena).len, 0);
	arena_close(&arena);
}

/* Between any two calls of a write the other process does something of its own. `writes`: a revision. */
static void meet(struct scene *scene, const char *name, const char *what, bool writes,
		 void (*check)(struct scene *scene, bool struck))
{
	unsigned n = 1, status;
	bool struck;

	do {
		struct wide_hotel *hotel = &scene->hotel;

		begin(scene, write_named(name), what, n);
		struck = send(scene, n, 1, &status);
		assert_int_equal(status, 200);
		usecase_rig_check(scene->rig, hotel->code);
		usecase_rig_check(&scene->other, hotel->code);
		assert_int_equal(usecase_rig_revision(scene->rig, hotel->code),
				 hotel->revision + 1 + (struck && writes));
		(void)wide_document(scene->rig, hotel->code);
		check(scene, struck);
		check_nothing_waits(scene->rig);
		n++;
	} while (struck);
	assert_in_range(n, 10, CALLS_MAX);
}

static void both_are_there(struct scene *scene, bool struck)
{
	assert_true(usecase_rig_says(scene->rig, scene->hotel.write->has));
	assert_false(usecase_rig_says(scene->rig, scene->hotel.write->lacks));
	assert_int_equal(usecase_rig_says(scene->rig, "Europe/Paris"), struck);
}

static void a_third_write_finishes_what_it_finds_and_late_chunks_are_refused(void **state)
{
	struct scene scene;

	open_scene(&scene, state, patch);
	for (size_t i = 0; i < sizeof(large) / sizeof(large[0]); i++)
		meet(&scene, large[i], "third", true, both_are_there);
	usecase_rig_close_other(&scene.other);
}

static void ours_is_there(struct scene *scene, bool struck)
{
	(void)struck;
	both_are_there(scene, false);
}

static void two_may_finish_at_once(void **state)
{
	struct scene scene;

	open_scene(&scene, state, settle);
	meet(&scene, large[0], "settled", false, ours_is_there);
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

	open_scene(&scene, state, write_rooms);
	meet(&scene, "saveRooms", "both", true, one_of_both_is_there);
	usecase_rig_close_other(&scene.other);
}

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
	keep(scene,
	     str_dup(&scene->other.process, transfer_rig_export(&cx, scene->other.app.store)));
	arena_close(&arena);
}

static void a_check_finds_nothing_in_between_and_an_export_has_all_or_nothing(void **state)
{
	struct scene scene;

	open_scene(&scene, state, check_and_export);
	for (size_t i = 0; i < sizeof(large) / sizeof(large[0]); i++) {
		unsigned status;

		begin(&scene, write_named(large[i]), "export", 0);
		check_and_export(&scene);
		assert_true(send(&scene, 1, CALLS_MAX, &status));
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
		struct wide_hotel hotel = wide_begin(rig, write_named("saveRooms"),
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
		check_nothing_waits(rig);
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

	open_scene(&scene, state, tidy_up);
	for (size_t i = 0; i < sizeof(large) / sizeof(large[0]); i++)
		meet(&scene, large[i], "tidied", false, ours_is_there);
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
		TEST(a_check_finds_nothing_in_between_and_an_export_has_all_or_nothing),
		TEST(what_a_write_leaves_that_never_happened_goes_after_an_hour),
		TEST(a_write_whose_parts_were_removed_is_refused_and_begins_anew),
	};

	vfs_fault_register();
	vfs_fault_spare_syncs();
	return cmocka_run_group_tests_name("usecase_intents", tests, NULL, NULL);
}
