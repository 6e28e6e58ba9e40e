/* layer: model */
#include "cx_fixture.h"

#include "check_fixture.h"
#include "model/currency.h"
#include "model/hotel.h"
#include "model/pricing.h"

/* A percentage has two decimals whatever the currency has. */
static void a_price_impact_is_money_or_a_percentage(void **state)
{
	static const struct {
		const char *unit, *impact;
		bool fits[4]; /* with 0, 2, 3, 4 decimals */
	} cases[] = {
		{ "percent", "12.5", { true, true, true, true } },
		{ "percent", "12.25", { true, true, true, true } },
		{ "percent", "12.125", { false, false, false, false } },
		{ "percent", "-100", { true, true, true, true } },
		{ "percent", "-100.01", { false, false, false, false } },
		{ "percent", "1000", { true, true, true, true } },
		{ "percent", "1000.01", { false, false, false, false } },
		{ "percent", "999999999999999999", { false, false, false, false } },
		{ "currency", "12.5", { false, true, true, true } },
		{ "currency", "-12.125", { false, false, true, true } },
		{ "", "12.1234", { false, false, false, true } },
		{ "", "-5000", { true, true, true, true } },
	};
	static const unsigned decimals[] = { 0, 2, 3, 4 };
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str pair =
			str_printf(cx->arena, "\"priceUpdateUnit\":\"%s\",\"priceImpact\":%s",
				   cases[i].unit, cases[i].impact);
		struct str tag =
			str_printf(cx->arena, "{\"code\":\"A\"," STR_FMT "}", STR_ARG(pair));
		struct str rule = str_printf(
			cx->arena,
			"{\"id\":\"A\",\"effect\":[{\"effectType\":\"pricing\"," STR_FMT "}]}",
			STR_ARG(pair));

		for (size_t j = 0; j < sizeof(decimals) / sizeof(decimals[0]); j++) {
			const struct check_case both[] = {
				{ &tag_shape, decimals[j], str_c(cx->arena, tag),
				  cases[i].fits[j] ? "-" : "/p/priceImpact" },
				{ &rule_shape, decimals[j], str_c(cx->arena, rule),
				  cases[i].fits[j] ? "-" : "/p/effect/0/priceImpact" },
			};

			check_cases(cx, both, 2);
		}
	}
}

/* 10^15 minor units and not one more, above and below nothing. */
static void money_ends_at_its_limit_in_every_currency(void **state)
{
	static const struct {
		const char *currency, *most, *more;
	} cases[] = {
		{ "JPY", "1000000000000000", "1000000000000001" },
		{ "EUR", "10000000000000", "10000000000000.01" },
		{ "KWD", "1000000000000", "1000000000000.001" },
		{ "CLF", "100000000000", "100000000000.0001" },
	};
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned decimals = 9;

		assert_true(currency_find(str_of(cases[i].currency), &decimals));
		for (unsigned round = 0; round < 4; round++) {
			const char *sign = round & 1 ? "-" : "";
			struct str json = str_printf(
				cx->arena, "{\"code\":\"A\",\"adjust\":{\"amount\":%s%s}}", sign,
				round & 2 ? cases[i].more : cases[i].most);
			const struct check_case one = { &rate_plan_shape, decimals,
							str_c(cx->arena, json),
							round & 2 ? "/p/adjust/amount" : "-" };

			check_cases(cx, &one, 1);
		}
	}
}

static void numbers_end_at_their_limits(void **state)
{
	static const struct {
		const struct shape *shape;
		const char *json, *blamed;
	} cases[] = {
		{ &rule_shape, "{\"priority\":1000000}", "-" },
		{ &rule_shape, "{\"priority\":1000001}", "/priority" },
		{ &rule_shape, "{\"priority\":-1000001}", "/priority" },
		{ &rule_shape, "{\"priority\":9223372036854775808}", "/priority" },
		{ &rule_shape, "{\"effect\":[{\"quantity\":0},{\"quantity\":-1}]}",
		  "/effect/1/quantity" },
		{ &rule_shape, "{\"effect\":[{\"quantity\":1000000},{\"quantity\":1000001}]}",
		  "/effect/1/quantity" },
		{ &rule_shape, "{\"effect\":[{\"quantity\":-0},{\"quantity\":1.0}]}", "-" },
		{ &sellable_shape, "{\"quantity\":-1}", "/quantity" },
		{ &sellable_shape, "{\"quantity\":1000000}", "-" },
		{ &sellable_shape, "{\"quantity\":1000001}", "/quantity" },
		{ &room_shape, "{\"number\":-1}", "/number" },
		{ &building_shape, "{\"floors\":[{\"num\":-100},{\"num\":-101}]}",
		  "/floors/1/num" },
		{ &tax_shape, "{\"maxNights\":90,\"exemptBelowAge\":1}", "-" },
		{ &tax_shape, "{\"maxNights\":0,\"exemptBelowAge\":0}",
		  "/maxNights /exemptBelowAge" },
		{ &tax_shape, "{\"amount\":-0.01,\"percent\":-1}", "/amount /percent" },
		{ &rate_plan_shape, "{\"adjust\":{\"percent\":-100.01}}", "/adjust/percent" },
		{ &rate_plan_shape, "{\"cancellation\":[{\"fee\":{\"nights\":91}}]}",
		  "/cancellation/0/fee/nights" },
	};
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		void *object = arena_alloc(cx->arena, cases[i].shape->size_bytes);
		enum err err;

		cx_clear(cx);
		err = shape_read(cx, str_of(cases[i].json), cases[i].shape, SHAPE_WHOLE, object);
		assert_int_equal(err, cases[i].blamed[0] == '-' ? OK : ERR_INVALID);
		if (!str_eq(blamed(cx), str_of(cases[i].blamed)))
			disagree("%s: blames " STR_FMT, cases[i].json, STR_ARG(blamed(cx)));
	}
}

/* A change of currency looks at prices; it is not the time to find fault with the rest. */
static void money_is_checked_alone(void **state)
{
	static const struct check_case cases[] = {
		{ &rule_shape, 0, "{\"effect\":[{\"effectType\":\"inventory\"}]}", "-" },
		{ &rule_shape, 0, "{\"effect\":[{},{\"priceImpact\":0.5}]}",
		  "/effect/1/priceImpact" },
		{ &tag_shape, 0, "{\"priceUpdateUnit\":\"percent\",\"priceImpact\":0.5}", "-" },
		{ &tax_shape, 0,
		  "{\"percent\":0.5,\"amount\":1,\"from\":\"2024-01-02\",\"to\":"
		  "\"2024-01-01\"}",
		  "-" },
		{ &tax_shape, 0, "{\"amount\":0.5}", "/amount" },
		{ &rate_plan_shape, 2,
		  "{\"roomTypes\":[\"A\",\"A\"],\"cancellation\":[{\"fee\":{\"amount\":0.125}}]}",
		  "/cancellation/0/fee/amount" },
	};
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		void *object = read_object(cx, cases[i].shape, SHAPE_WHOLE, cases[i].json);
		enum err err = shape_check_money(cx, cases[i].shape, object, cases[i].decimals);

		assert_int_equal(err, cases[i].blamed[0] == '-' ? OK : ERR_INVALID);
		assert_says(cx, blamed(cx), cases[i].blamed);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cx, close_cx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_price_impact_is_money_or_a_percentage),
		TEST(money_ends_at_its_limit_in_every_currency),
		TEST(numbers_end_at_their_limits),
		TEST(money_is_checked_alone),
	};

	return cmocka_run_group_tests_name("model_limits", tests, NULL, NULL);
}
