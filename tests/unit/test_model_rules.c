/* layer: model */
#include "cx_fixture.h"

#include <string.h>

#include "check_fixture.h"
#include "model/hotel.h"
#include "model/pricing.h"
#include "model/shape_write.h"

static void of_percent_and_amount_exactly_one_is_given(void **state)
{
	static const struct check_case cases[] = {
		{ &rate_plan_shape, 2, "{\"code\":\"A\",\"adjust\":{\"percent\":0}}", "-" },
		{ &rate_plan_shape, 2, "{\"code\":\"A\",\"adjust\":{\"amount\":0}}", "-" },
		{ &rate_plan_shape, 2, "{\"code\":\"A\",\"adjust\":{}}", "-" },
		{ &rate_plan_shape, 2,
		  "{\"code\":\"A\",\"adjust\":{\"amount\":1,\"percent\":null}}", "-" },
		{ &rate_plan_shape, 2, "{\"code\":\"A\",\"adjust\":{\"amount\":0,\"percent\":0}}",
		  "/p/adjust/amount" },
		{ &tax_shape, 2, "{\"code\":\"A\",\"percent\":0}", "-" },
		{ &tax_shape, 2, "{\"code\":\"A\",\"amount\":2.5}", "-" },
		{ &tax_shape, 2, "{\"code\":\"A\"}", "/p/percent" },
		{ &tax_shape, 2, "{\"code\":\"A\",\"amount\":1,\"percent\":1}", "/p/amount" },
		{ &tax_shape, 2, "{}", "/p/code /p/percent" },
	};

	CHECK(*state, cases);
}

static void a_cancellation_has_exactly_one_fee(void **state)
{
	static const struct {
		const char *fee, *blamed;
	} cases[] = {
		{ "{\"nights\":0}", "-" },
		{ "{\"percent\":100}", "-" },
		{ "{\"amount\":0}", "-" },
		{ "{}", "/p/cancellation/1/fee" },
		{ "null", "/p/cancellation/1/fee" },
		{ "{\"nights\":null}", "/p/cancellation/1/fee" },
		{ "{\"amount\":1,\"nights\":1}", "/p/cancellation/1/fee/amount" },
		{ "{\"amount\":1,\"percent\":1}", "/p/cancellation/1/fee/amount" },
		{ "{\"nights\":1,\"percent\":1}", "/p/cancellation/1/fee/percent" },
		{ "{\"amount\":1,\"nights\":1,\"percent\":1}",
		  "/p/cancellation/1/fee/percent /p/cancellation/1/fee/amount" },
	};
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct check_case one = {
			&rate_plan_shape, 2,
			str_c(cx->arena,
			      str_printf(cx->arena,
					 "{\"code\":\"A\",\"cancellation\":[{\"fee\":{\"nights\":1}"
					 "},{\"freeUntilHours\":24,\"fee\":%s}]}",
					 cases[i].fee)),
			cases[i].blamed
		};

		check_cases(cx, &one, 1);
	}
}

static void an_amount_of_tax_is_for_rooms(void **state)
{
	static const struct check_case cases[] = {
		{ &tax_shape, 2, "{\"code\":\"A\",\"amount\":1,\"on\":\"rooms\"}", "-" },
		{ &tax_shape, 2, "{\"code\":\"A\",\"amount\":1,\"on\":\"all\"}", "-" },
		{ &tax_shape, 2, "{\"code\":\"A\",\"amount\":1,\"on\":\"\"}", "-" },
		{ &tax_shape, 2, "{\"code\":\"A\",\"percent\":1,\"on\":\"sellables\"}", "-" },
		{ &tax_shape, 2, "{\"code\":\"A\",\"amount\":0,\"on\":\"sellables\"}", "/p/on" },
		{ &tax_shape, 2,
		  "{\"code\":\"A\",\"percent\":1,\"basis\":\"person\",\"period\":\"stay\"}", "-" },
	};

	CHECK(*state, cases);
}

static void a_range_of_dates_ends_after_it_begins(void **state)
{
	static const struct check_case cases[] = {
		{ &tax_shape, 2, "{\"code\":\"A\",\"percent\":1,\"from\":\"2024-02-29\"}", "-" },
		{ &tax_shape, 2, "{\"code\":\"A\",\"percent\":1,\"to\":\"0001-01-01\"}", "-" },
		{ &tax_shape, 2,
		  "{\"code\":\"A\",\"percent\":1,\"from\":\"2024-02-29\",\"to\":\"2024-02-29\"}",
		  "-" },
		{ &tax_shape, 2,
		  "{\"code\":\"A\",\"percent\":1,\"from\":\"2024-03-01\",\"to\":\"2024-02-29\"}",
		  "/p/to" },
		{ &rule_shape, 2,
		  "{\"id\":\"A\",\"effect\":[{\"effectType\":\"availability\",\"available\":false}],"
		  "\"on\":[{\"from\":\"2024-01-01\",\"to\":\"2024-01-01\"},{\"from\":\"2025-01-01\","
		  "\"to\":\"2024-12-31\"},{\"from\":\"2024-01-01\",\"to\":\"\"}],\"notOn\":[{\"from\":"
		  "\"2024-10-01\",\"to\":\"2024-09-30\"},{},{\"to\":\"2024-01-01\"}]}",
		  "/p/on/1/to /p/notOn/0/to" },
	};

	CHECK(*state, cases);
}

/* A rule on every type of entry and, as the last one, on none. */
static void an_effect_applies_to_its_types_only(void **state)
{
	static const char *const types[] = { "Hotel",     "Room",     "RoomType", "RatePlan",
					     "Attribute", "Sellable", NULL };
	static const struct {
		const char *effect, *refused;
	} effects[] = {
		{ "{\"effectType\":\"availability\",\"available\":false}", "" },
		{ "{\"effectType\":\"pricing\",\"priceImpact\":-1}", "Room" },
		{ "{\"effectType\":\"inventory\",\"quantity\":0}", "Room RatePlan Attribute" },
		{ "{\"effectType\":\"availability\",\"available\":true},"
		  "{\"effectType\":\"inventory\",\"quantity\":1},"
		  "{\"effectType\":\"pricing\",\"priceImpact\":1}",
		  "Room RatePlan Attribute" },
	};
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(effects) / sizeof(effects[0]); i++) {
		struct str all = str_printf(cx->arena, " %s ", effects[i].refused);

		for (size_t j = 0; j < sizeof(types) / sizeof(types[0]); j++) {
			struct str json = str_printf(
				cx->arena,
				"{\"id\":\"A\",\"effect\":[%s],\"appliesTo\":[{\"type\":\"Hotel\"},"
				"{\"type\":\"%s\",\"id\":\"X\"}]}",
				effects[i].effect, types[j] ? types[j] : "Hotel");
			bool refused =
				types[j] &&
				strstr(str_c(cx->arena, all),
				       str_c(cx->arena, str_printf(cx->arena, " %s ", types[j])));
			const struct check_case one = { &rule_shape, 2, str_c(cx->arena, json),
							refused ? "/p/appliesTo/1/type" : "-" };

			check_cases(cx, &one, 1);
		}
	}
}

static void an_effect_says_what_it_does(void **state)
{
	static const struct {
		const char *effect, *blamed;
	} cases[] = {
		{ "{\"effectType\":\"availability\"}", "/p/effect/0/available" },
		{ "{\"effectType\":\"availability\",\"available\":null}", "/p/effect/0/available" },
		{ "{\"effectType\":\"pricing\"}", "/p/effect/0/priceImpact" },
		{ "{\"effectType\":\"pricing\",\"priceImpact\":0}", "-" },
		{ "{\"effectType\":\"inventory\",\"available\":true,\"priceImpact\":1}",
		  "/p/effect/0/quantity" },
		{ "{\"effectType\":\"inventory\",\"quantity\":0}", "-" },
		{ "{\"effectType\":\"inventory\",\"quantity\":1000000}", "-" },
		{ "{\"effectType\":\"pricing\",\"available\":false,\"priceImpact\":1,"
		  "\"priceUpdateUnit\":\"\"}",
		  "-" },
		{ "{\"quantity\":1}", "/p/effect/0/effectType" },
		{ "{\"effectType\":\"\"}", "/p/effect/0/effectType" },
		{ "{},{\"effectType\":\"pricing\"}",
		  "/p/effect/0/effectType /p/effect/1/priceImpact" },
		{ "", "/p/effect" },
	};
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str json =
			str_printf(cx->arena, "{\"id\":\"A\",\"effect\":[%s]}", cases[i].effect);
		const struct check_case one = { &rule_shape, 2, str_c(cx->arena, json),
						cases[i].blamed };

		check_cases(cx, &one, 1);
	}
}

/* All members that the seed has come out, so a rule that was taken is taken again. */
static void a_rule_may_be_sent_back_as_it_was_read(void **state)
{
	static const char *const effects[] = {
		"{\"effectType\":\"availability\",\"available\":true}",
		"{\"effectType\":\"pricing\",\"priceImpact\":12.5,\"priceUpdateUnit\":\"percent\"}",
		"{\"effectType\":\"inventory\",\"quantity\":0}",
	};
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(effects) / sizeof(effects[0]); i++) {
		struct str json =
			str_printf(cx->arena, "{\"id\":\"A\",\"effect\":[%s]}", effects[i]);
		struct rule *rule =
			read_object(cx, &rule_shape, SHAPE_WHOLE, str_c(cx->arena, json));
		struct str once = shape_text(cx->arena, &rule_shape, rule);

		assert_says(cx, check(cx, &rule_shape, rule, 0), "-");
		rule = read_object(cx, &rule_shape, SHAPE_WHOLE, str_c(cx->arena, once));
		assert_says(cx, check(cx, &rule_shape, rule, 0), "-");
		assert_text(shape_text(cx->arena, &rule_shape, rule), once);
	}
}

static void what_a_list_names_it_names_once(void **state)
{
	static const struct check_case cases[] = {
		{ &rate_plan_shape, 2, "{\"code\":\"A\",\"roomTypes\":[\"A\",\"B\",\"a\"]}", "-" },
		{ &rate_plan_shape, 2, "{\"code\":\"A\",\"roomTypes\":[\"A\",\"B\",\"A\",\"A\"]}",
		  "/p/roomTypes/2 /p/roomTypes/3" },
		{ &room_shape, 2,
		  "{\"number\":1,\"attributes\":[{\"code\":\"A\"},{\"code\":\"B\"},{\"code\":\"A\","
		  "\"name\":\"x\"}]}",
		  "/p/attributes/2" },
		{ &room_shape, 2, "{\"number\":1,\"attributes\":[{\"name\":\"x\"},{}]}",
		  "/p/attributes/0/code /p/attributes/1/code" },
		{ &sellable_shape, 2,
		  "{\"code\":\"B\",\"optionalTags\":[{\"code\":\"A\"},{\"code\":\"A\"}]}",
		  "/p/optionalTags/1" },
		{ &rule_shape, 2,
		  "{\"id\":\"A\",\"effect\":[{\"effectType\":\"availability\",\"available\":true}],"
		  "\"appliesTo\":[{\"type\":\"RoomType\",\"id\":\"A\"},{\"type\":\"Sellable\",\"id\":"
		  "\"A\"},{\"type\":\"RoomType\"},{\"type\":\"RoomType\",\"id\":\"A\"},{\"type\":"
		  "\"RoomType\",\"id\":\"\"}]}",
		  "/p/appliesTo/3 /p/appliesTo/4" },
		{ &rule_shape, 2,
		  "{\"id\":\"A\",\"effect\":[{\"effectType\":\"availability\",\"available\":true}],"
		  "\"appliesTo\":[{},{\"id\":\"\"}]}",
		  "/p/appliesTo/0/type /p/appliesTo/1/type" },
	};

	CHECK(*state, cases);
}

static void buildings_have_floors_and_floors_rooms(void **state)
{
	static const struct check_case cases[] = {
		{ &building_shape, 2, "{}", "/p/floors" },
		{ &building_shape, 2, "{\"floors\":[]}", "/p/floors" },
		{ &building_shape, 2, "{\"floors\":[{\"num\":1,\"rooms\":[]}]}",
		  "/p/floors/0/rooms" },
		{ &building_shape, 2,
		  "{\"floors\":[{\"num\":-1,\"rooms\":[{\"number\":1}]},{\"num\":1,\"rooms\":"
		  "[{\"number\":1}]},{\"num\":0,\"rooms\":[{\"number\":1}]}]}",
		  "-" },
		{ &building_shape, 2,
		  "{\"floors\":[{\"num\":0,\"rooms\":[{\"number\":1}]},{\"num\":1,\"rooms\":"
		  "[{\"number\":1}]},{\"num\":0,\"rooms\":[{\"number\":1}]},{\"num\":0,\"rooms\":"
		  "[{\"number\":1}]}]}",
		  "/p/floors/2/num /p/floors/3/num" },
		{ &building_shape, 2,
		  "{\"floors\":[{\"rooms\":[{\"number\":1}]},{\"rooms\":[{\"number\":1}]},{\"num\":0,"
		  "\"rooms\":[{\"number\":1}]}]}",
		  "/p/floors/0/num /p/floors/1/num" },
	};

	CHECK(*state, cases);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cx, close_cx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(of_percent_and_amount_exactly_one_is_given),
		TEST(a_cancellation_has_exactly_one_fee),
		TEST(an_amount_of_tax_is_for_rooms),
		TEST(a_range_of_dates_ends_after_it_begins),
		TEST(an_effect_applies_to_its_types_only),
		TEST(an_effect_says_what_it_does),
		TEST(a_rule_may_be_sent_back_as_it_was_read),
		TEST(what_a_list_names_it_names_once),
		TEST(buildings_have_floors_and_floors_rooms),
	};

	return cmocka_run_group_tests_name("model_rules", tests, NULL, NULL);
}
