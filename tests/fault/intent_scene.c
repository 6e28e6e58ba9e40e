#include "intent_scene.h"

#include <string.h>

#include "record/hotel_record.h"
#include "record/intent.h"
#include "record/key.h"

static void act(void *context)
{
	struct scene *scene = context;

	scene->acted++;
	if (scene->acted < scene->times)
		scene->rig->late.between = scene->rig->late.calls + 1;
	scene->act(scene);
}

void scene_open(struct scene *scene, void **state, void (*step)(struct scene *scene))
{
	*scene = (struct scene){ .rig = *state, .act = step };
	usecase_rig_open_other(scene->rig, &scene->other);
}

/* Sends the write; behind its n-th call, and each of the following ones so often, the other process acts. False once there are no
 * so many calls. */
bool scene_send(struct scene *scene, unsigned first, unsigned times, unsigned *status)
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

const char *const scene_large[SCENE_LARGE] = { "saveRooms", "saveHotel", "deleteRoomType" };

const struct wide_write *scene_write(const char *name)
{
	for (size_t i = 0; i < WIDE_WRITES; i++) {
		if (strcmp(wide_writes[i].name, name) == 0)
			return &wide_writes[i];
	}
	fail();
	return NULL;
}

void scene_begin(struct scene *scene, const struct wide_write *write, const char *what, unsigned n)
{
	struct usecase_rig *rig = scene->rig;

	scene->hotel =
		wide_begin(rig, write, str_printf(&rig->process, "%s %s %u", write->name, what, n));
	scene->kept[0] = scene->kept[1] = STR("");
}

/* What is seen is what was there before, or, from some moment on, what is there after. */
void scene_keep(struct scene *scene, struct str seen)
{
	if (scene->kept[0].len == 0)
		scene->kept[0] = seen;
	if (scene->kept[1].len == 0 && !str_eq(seen, scene->kept[0]))
		scene->kept[1] = seen;
	else
		assert_true(str_eq(seen, scene->kept[scene->kept[1].len != 0]));
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

void scene_check_nothing_waits(struct usecase_rig *rig)
{
	struct arena arena;

	arena_init(&arena, 0);
	assert_int_equal(find_intent(rig, &arena).len, 0);
	arena_close(&arena);
}

/* Between any two calls of a write the other process does something of its own. `writes`: a revision. */
void scene_meet(struct scene *scene, const char *name, const char *what, bool writes,
		void (*ends_well)(struct scene *scene, bool struck))
{
	unsigned n = 1, status;
	bool struck;

	do {
		struct wide_hotel *hotel = &scene->hotel;

		scene_begin(scene, scene_write(name), what, n);
		struck = scene_send(scene, n, 1, &status);
		assert_int_equal(status, 200);
		usecase_rig_check(scene->rig, hotel->code);
		usecase_rig_check(&scene->other, hotel->code);
		assert_int_equal(usecase_rig_revision(scene->rig, hotel->code),
				 hotel->revision + 1 + (struck && writes));
		(void)wide_document(scene->rig, hotel->code);
		ends_well(scene, struck);
		scene_check_nothing_waits(scene->rig);
		n++;
	} while (struck);
	assert_in_range(n, 10, CALLS_MAX);
}

void scene_has_both(struct scene *scene, bool struck)
{
	assert_true(usecase_rig_says(scene->rig, scene->hotel.write->has));
	assert_false(usecase_rig_says(scene->rig, scene->hotel.write->lacks));
	assert_int_equal(usecase_rig_says(scene->rig, "Europe/Paris"), struck);
}

void scene_has_ours(struct scene *scene, bool struck)
{
	(void)struck;
	scene_has_both(scene, false);
}

void scene_settle(struct scene *scene)
{
	struct arena arena;
	struct ctl ctl;
	struct cx cx;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	assert_int_equal(intent_settle(&cx, scene->other.app.store, scene->hotel.code, &ctl), OK);
	arena_close(&arena);
}
