/* layer: model */
#include "cx_fixture.h"

#include "base/buf.h"
#include "disagree.h"
#include "model/hotel.h"
#include "model/pricing.h"
#include "model/shape_read.h"
#include "model/shape_write.h"

static void read_hotel(struct cx *cx, const char *json, enum shape_mode mode, struct hotel *out)
{
	*out = (struct hotel){ .code = STR("") };
	if (shape_read(cx, str_of(json), &hotel_shape, mode, out) != OK)
		disagree("%s: blames " STR_FMT, json, STR_ARG(blamed(cx)));
}

static struct str write_hotel(struct cx *cx, const struct hotel *hotel)
{
	struct json_writer json;
	struct buf buf;

	buf_init(&buf, cx->arena);
	json_writer_init(&json, &buf);
	shape_write(&json, &hotel_shape, hotel);
	return buf_str(&buf);
}

static const char before[] =
	"{\"code\":\"1\",\"name\":\"A\",\"description\":\"D\",\"defaultMarketting\":"
	"{\"defaultTagLine\":\"T\",\"defaultDescription\":\"DD\"},\"options\":"
	"{\"bookable\":true,\"shoppable\":true},\"timeZone\":\"UTC\",\"address\":"
	"{\"city\":\"Bern\",\"countryCode\":\"CH\"},\"location\":{\"latitude\":1,"
	"\"longitude\":2}}";

/* RFC 7396: what is not named stays, null removes, objects are merged member by member. */
static void a_patch_changes_what_it_names(void **state)
{
	static const struct {
		const char *patch, *after; /* after: the whole, read anew */
	} cases[] = {
		{ "{}", before },
		{ "{\"name\":\"B\",\"description\":null,\"defaultMarketting\":null,\"options\":null,"
		  "\"timeZone\":null,\"address\":null,\"location\":null}",
		  "{\"code\":\"1\",\"name\":\"B\"}" },
		{ "{\"defaultMarketting\":{\"defaultTagLine\":null},\"options\":{\"bookable\":false},"
		  "\"timeZone\":\"\",\"address\":{\"city\":null,\"line1\":\"Street\"},\"location\":"
		  "{\"latitude\":0}}",
		  "{\"code\":\"1\",\"name\":\"A\",\"description\":\"D\",\"defaultMarketting\":"
		  "{\"defaultDescription\":\"DD\"},\"options\":{\"shoppable\":true},\"address\":"
		  "{\"line1\":\"Street\",\"countryCode\":\"CH\"},\"location\":{\"latitude\":0,"
		  "\"longitude\":2}}" },
		{ "{\"address\":{\"city\":null,\"countryCode\":null},\"description\":\"\",\"options\":{}}",
		  "{\"code\":\"1\",\"name\":\"A\",\"defaultMarketting\":{\"defaultTagLine\":\"T\","
		  "\"defaultDescription\":\"DD\"},\"options\":{\"bookable\":true,\"shoppable\":true},"
		  "\"timeZone\":\"UTC\",\"location\":{\"latitude\":1,\"longitude\":2}}" },
	};
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct hotel hotel, patch, wanted;

		read_hotel(cx, before, SHAPE_WHOLE, &hotel);
		read_hotel(cx, cases[i].patch, SHAPE_PATCH, &patch);
		read_hotel(cx, cases[i].after, SHAPE_WHOLE, &wanted);
		shape_merge(&hotel_shape, &hotel, &patch);
		assert_says(cx, write_hotel(cx, &hotel),
			    str_c(cx->arena, write_hotel(cx, &wanted)));
		shape_merge(&hotel_shape, &hotel, &patch);
		assert_says(cx, write_hotel(cx, &hotel),
			    str_c(cx->arena, write_hotel(cx, &wanted)));
	}
}

static void null_stays_absent_when_a_whole_object_is_laid_over(void **state)
{
	struct cx *cx = *state;
	struct hotel hotel, given, wanted;

	read_hotel(cx, before, SHAPE_WHOLE, &hotel);
	read_hotel(
		cx,
		"{\"name\":null,\"address\":null,\"options\":{\"bookable\":null},\"description\":\"\"}",
		SHAPE_WHOLE, &given);
	shape_merge(&hotel_shape, &hotel, &given);
	read_hotel(cx, before, SHAPE_WHOLE, &wanted);
	wanted.description = STR("");
	assert_says(cx, write_hotel(cx, &hotel), str_c(cx->arena, write_hotel(cx, &wanted)));
}

struct check_case {
	const struct shape *shape;
	unsigned decimals;
	const char *json;
	const char *blamed;
};

static const struct check_case check_cases[] = {
	{ &hotel_shape, 0, "{\"name\":\"A\"}", "-" },
	{ &hotel_shape, 0, "{}", "/p/name" },
	{ &hotel_shape, 0, "{\"name\":\"\"}", "/p/name" },
	{ &hotel_shape, 0, "{\"name\":\"   \"}", "/p/name" },
	{ &hotel_shape, 0, "{\"name\":\"A\",\"location\":{\"latitude\":0,\"longitude\":0}}", "-" },
	{ &hotel_shape, 0, "{\"name\":\"A\",\"location\":{\"latitude\":1}}",
	  "/p/location/longitude" },
	{ &hotel_shape, 0, "{\"name\":\"A\",\"location\":{}}", "-" },
	{ &hotel_shape, 0, "{\"name\":\"A\",\"roomTypes\":[{\"lowPrice\":0.5}]}", "-" },
	{ &room_type_shape, 2, "{}", "/p/code" },
	{ &room_type_shape, 2, "{\"code\":\"A\",\"lowPrice\":0.05}", "-" },
	{ &room_type_shape, 2, "{\"code\":\"A\",\"lowPrice\":0.050}", "-" },
	{ &room_type_shape, 2, "{\"code\":\"A\",\"lowPrice\":0.005,\"extraChildPrice\":1.123}",
	  "/p/lowPrice /p/extraChildPrice" },
	{ &room_type_shape, 0, "{\"code\":\"A\",\"lowPrice\":100,\"medPrice\":0.5}",
	  "/p/medPrice" },
	{ &room_type_shape, 3, "{\"code\":\"A\",\"lowPrice\":0.005}", "-" },
	{ &room_type_shape, 2, "{\"code\":\"A\",\"lowPrice\":10000000000000}", "-" },
	{ &room_type_shape, 2, "{\"code\":\"A\",\"lowPrice\":10000000000000.01}", "/p/lowPrice" },
	{ &room_type_shape, 0, "{\"code\":\"A\",\"lowPrice\":1000000000000000}", "-" },
	{ &room_type_shape, 0, "{\"code\":\"A\",\"lowPrice\":1000000000000001}", "/p/lowPrice" },
	{ &room_type_shape, 4, "{\"code\":\"A\",\"lowPrice\":999999999999999999}", "/p/lowPrice" },
	{ &tag_shape, 2, "{\"code\":\"A\",\"priceImpact\":-10000000000000}", "-" },
	{ &tag_shape, 2, "{\"code\":\"A\",\"priceImpact\":-10000000000000.01}", "/p/priceImpact" },
	{ &rule_shape, 2, "{\"id\":\"A\"}", "/p/effect" },
	{ &rule_shape, 2,
	  "{\"id\":\"A\",\"appliesTo\":[{},{\"type\":\"Hotel\"}],\"effect\":"
	  "[{\"effectType\":\"pricing\",\"priceImpact\":0.001}]}",
	  "/p/appliesTo/0/type /p/effect/0/priceImpact" },
	{ &building_shape, 2, "{\"floors\":[{\"num\":0,\"rooms\":[{\"number\":0}]}]}", "-" },
	{ &building_shape, 2, "{\"floors\":[{\"rooms\":[{}]},{\"num\":1}]}",
	  "/p/floors/0/num /p/floors/0/rooms/0/number /p/floors/1/rooms" },
	{ &rate_plan_shape, 2, "{\"code\":\"A\",\"cancellation\":[{\"fee\":{\"amount\":0.125}}]}",
	  "/p/cancellation/0/fee/amount" },
	{ &rate_plan_shape, 2, "{\"code\":\"A\",\"cancellation\":[{}]}", "/p/cancellation/0/fee" },
	{ &rate_plan_shape, 0, "{\"code\":\"A\",\"adjust\":{\"amount\":-0.5}}",
	  "/p/adjust/amount" },
};

static void what_is_stored_whole_is_checked(void **state)
{
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(check_cases) / sizeof(check_cases[0]); i++) {
		void *object = arena_alloc(cx->arena, check_cases[i].shape->size_bytes);
		enum err err;

		cx_clear(cx);
		assert_int_equal(shape_read(cx, str_of(check_cases[i].json), check_cases[i].shape,
					    SHAPE_WHOLE, object),
				 OK);
		err = shape_check(cx, check_cases[i].shape, object, check_cases[i].decimals,
				  STR("/p"));
		assert_int_equal(err, check_cases[i].blamed[0] == '-' ? OK : ERR_INVALID);
		if (!str_eq(blamed(cx), str_of(check_cases[i].blamed)))
			disagree("%s: blames " STR_FMT, check_cases[i].json, STR_ARG(blamed(cx)));
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cx, close_cx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_patch_changes_what_it_names),
		TEST(null_stays_absent_when_a_whole_object_is_laid_over),
		TEST(what_is_stored_whole_is_checked),
	};

	return cmocka_run_group_tests_name("model_merge", tests, NULL, NULL);
}
