/* layer: model */
#include "cx_fixture.h"

#include <string.h>

#include "check_fixture.h"
#include "model/hotel.h"
#include "model/pricing.h"
#include "model/shape_write.h"

static const struct patch_case {
	const struct shape *shape;
	const char *before, *patch, *blamed, *holds;
} patch_cases[] = {
	{ &rate_plan_shape, "{\"code\":\"A\",\"adjust\":{\"amount\":1}}",
	  "{\"adjust\":{\"amount\":null,\"percent\":5}}", "-", "\"adjust\":{\"percent\":5}}" },
	{ &rate_plan_shape, "{\"code\":\"A\",\"adjust\":{\"amount\":1}}",
	  "{\"adjust\":{\"percent\":5}}", "/p/adjust/amount",
	  "\"adjust\":{\"percent\":5,\"amount\":1}}" },
	{ &rate_plan_shape, "{\"code\":\"A\",\"adjust\":{\"amount\":1}}",
	  "{\"adjust\":{\"amount\":null}}", "-", "\"description\":\"\"}" },
	{ &rate_plan_shape, "{\"code\":\"A\",\"adjust\":{\"amount\":1}}", "{\"adjust\":null}", "-",
	  "\"description\":\"\"}" },
	{ &rate_plan_shape, "{\"code\":\"A\"}", "{\"adjust\":{\"percent\":null}}", "-",
	  "\"description\":\"\"}" },
	{ &rate_plan_shape, "{\"code\":\"A\"}", "{\"code\":null}", "/p/code", "{\"code\":\"\"" },
	{ &rate_plan_shape, "{\"code\":\"A\",\"roomTypes\":[\"X\"]}", "{\"roomTypes\":[]}", "-",
	  "\"description\":\"\"}" },
	{ &tax_shape, "{\"code\":\"A\",\"amount\":1}", "{\"on\":\"sellables\"}", "/p/on",
	  "\"on\":\"sellables\"" },
	{ &tax_shape, "{\"code\":\"A\",\"amount\":1}",
	  "{\"on\":\"sellables\",\"amount\":null,\"percent\":0}", "-",
	  "\"percent\":0,\"on\":\"sellables\"" },
	{ &tax_shape, "{\"code\":\"A\",\"amount\":1}", "{\"amount\":null}", "/p/percent",
	  "\"name\":\"\"}" },
	{ &tax_shape, "{\"code\":\"A\",\"percent\":1,\"to\":\"2024-01-01\"}",
	  "{\"from\":\"2024-01-02\"}", "/p/to", "\"from\":\"2024-01-02\"" },
	{ &tax_shape, "{\"code\":\"A\",\"percent\":1,\"to\":\"2024-01-01\"}",
	  "{\"from\":\"2024-01-02\",\"to\":\"\"}", "-", "\"from\":\"2024-01-02\"}" },
	{ &tag_shape, "{\"code\":\"A\",\"priceImpact\":5000}", "{\"priceUpdateUnit\":\"percent\"}",
	  "/p/priceImpact", "5000" },
	{ &rule_shape, "{\"id\":\"A\",\"effect\":[{\"effectType\":\"inventory\",\"quantity\":1}]}",
	  "{\"effect\":[{\"effectType\":\"inventory\",\"quantity\":null}]}", "/p/effect/0/quantity",
	  "\"inventory\"" },
	{ &rule_shape, "{\"id\":\"A\",\"effect\":[{\"effectType\":\"inventory\",\"quantity\":1}]}",
	  "{\"appliesTo\":[{\"type\":\"Room\",\"id\":null}]}", "/p/appliesTo/0/type", "\"Room\"" },
	{ &rule_shape, "{\"id\":\"A\",\"effect\":[{\"effectType\":\"inventory\",\"quantity\":1}]}",
	  "{\"effect\":null}", "/p/effect", "\"effect\":null" },
};

/* RFC 7396, and what is left is checked as a whole. */
static void what_a_patch_leaves_is_checked(void **state)
{
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(patch_cases) / sizeof(patch_cases[0]); i++) {
		const struct shape *shape = patch_cases[i].shape;
		void *object = read_object(cx, shape, SHAPE_WHOLE, patch_cases[i].before);
		void *patch = read_object(cx, shape, SHAPE_PATCH, patch_cases[i].patch);
		struct str text, got;

		assert_says(cx, check(cx, shape, object, 2), "-");
		shape_merge(shape, object, patch);
		text = shape_text(cx->arena, shape, object);
		got = check(cx, shape, object, 2);
		if (!str_eq(got, str_of(patch_cases[i].blamed)) ||
		    !strstr(str_c(cx->arena, text), patch_cases[i].holds))
			disagree("%s on %s: blames '" STR_FMT "', leaves " STR_FMT,
				 patch_cases[i].patch, patch_cases[i].before, STR_ARG(got),
				 STR_ARG(text));
	}
}

/* Where a room stands is said by nesting. */
static void a_room_has_no_member_that_only_records_have(void **state)
{
	static const char *const names[] = { "id", "building", "buildingName", "floor",
					     "roomCode" };
	struct cx *cx = *state;
	struct room room = {
		.number = 7, .id = STR("7"), .building = 1, .building_name = STR("East"), .floor = 2
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct str json = str_printf(cx->arena, "{\"number\":1,\"%s\":null}", names[i]);
		struct room read = { .number = 0 };

		cx_clear(cx);
		assert_int_equal(shape_read(cx, json, &room_shape, SHAPE_PATCH, &read),
				 ERR_INVALID);
		assert_says(cx, blamed(cx),
			    str_c(cx->arena, str_printf(cx->arena, "/%s", names[i])));
		assert_int_equal(read.marks.nulls, 0);
	}
	assert_says(cx, shape_text(cx->arena, &room_shape, &room),
		    "{\"number\":7,\"name\":\"\",\"type\":\"\",\"attributes\":null}");
	assert_says(cx, shape_own_text(cx->arena, &room_shape, &room),
		    "{\"number\":7,\"name\":\"\",\"type\":\"\",\"attributes\":null,\"id\":\"7\","
		    "\"building\":1,\"buildingName\":\"East\",\"floor\":2}");
}

static void records_and_history_have_the_codes_of_tags_alone(void **state)
{
	struct cx *cx = *state;
	struct room *room = read_object(
		cx, &room_shape, SHAPE_WHOLE,
		"{\"number\":7,\"attributes\":[{\"code\":\"SEA\",\"name\":\"Sea\"},{\"code\":\"B\"}]}");
	size_t index = 0;

	assert_non_null(shape_find(&room_shape, STR("attributes"), &index));
	assert_says(cx, shape_field_text(cx->arena, &room_shape, index, room), "[\"SEA\",\"B\"]");
	assert_non_null(strstr(str_c(cx->arena, shape_text(cx->arena, &room_shape, room)),
			       "\"attributes\":[{\"code\":\"SEA\",\"name\":\"Sea\","));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cx, close_cx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_a_patch_leaves_is_checked),
		TEST(a_room_has_no_member_that_only_records_have),
		TEST(records_and_history_have_the_codes_of_tags_alone),
	};

	return cmocka_run_group_tests_name("model_patch", tests, NULL, NULL);
}
