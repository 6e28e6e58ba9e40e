/* layer: model */
#include "cx_fixture.h"

#include "base/buf.h"
#include "disagree.h"
#include "model/hotel.h"
#include "model/pricing.h"
#include "model/shape_read.h"

/* Reads a text as an object of the shape and tells whom it blames. */
static struct str read_as(struct cx *cx, const struct shape *shape, enum shape_mode mode,
			  struct str json)
{
	void *object = arena_alloc(cx->arena, shape->size_bytes);
	enum err err;

	cx_clear(cx);
	err = shape_read(cx, json, shape, mode, object);
	assert_int_equal(err, cx->failure.code ? ERR_INVALID : OK);
	return blamed(cx);
}

struct reading_case {
	const struct shape *shape;
	const char *json;
	const char *blamed; /* `-` = none */
};

static void check_cases(struct cx *cx, const struct reading_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct str got = read_as(cx, cases[i].shape, SHAPE_WHOLE, str_of(cases[i].json));

		if (!str_eq(got, str_of(cases[i].blamed)))
			disagree("%s: blames '" STR_FMT "', not '%s'", cases[i].json, STR_ARG(got),
				 cases[i].blamed);
	}
}

static void every_kind_takes_what_fits(void **state)
{
	static const struct reading_case cases[] = {
		{ &hotel_shape, "{}", "-" },
		{ &hotel_shape, " { \"name\" : \"A\" } ", "-" },
		{ &hotel_shape, "{\"description\":\"two\\nlines\\u0001\"}", "-" },
		{ &hotel_shape, "{\"currencyCode\":\"\"}", "-" },
		{ &hotel_shape, "{\"currencyCode\":\"EUR\",\"timeZone\":\"UTC\"}", "-" },
		{ &hotel_shape, "{\"address\":{\"countryCode\":\"CH\"}}", "-" },
		{ &hotel_shape, "{\"location\":{\"latitude\":-90,\"longitude\":179.9999999}}",
		  "-" },
		{ &hotel_shape, "{\"pictures\":[{\"tags\":[\"a\",\"\"],\"main\":true}]}", "-" },
		{ &room_type_shape, "{\"lowPrice\":0.5,\"maxAdults\":1,\"maxChildren\":0}", "-" },
		{ &tag_shape, "{\"priceImpact\":-12.5,\"priceUpdateUnit\":\"percent\"}", "-" },
		{ &tag_shape, "{\"priceUpdateUnit\":\"\"}", "-" },
		{ &rule_shape, "{\"on\":[{\"from\":\"2024-02-29\",\"dow\":[\"mo\",\"su\"]}]}",
		  "-" },
		{ &rule_shape, "{\"priority\":-1000000}", "-" },
		{ &rate_plan_shape, "{\"roomTypes\":[\"DBL\"],\"adjust\":{\"percent\":-100}}",
		  "-" },
		{ &rate_plan_shape,
		  "{\"cancellation\":[{\"time\":\"18:00\",\"fee\":{\"nights\":1}}]}", "-" },
		{ &tax_shape, "{\"percent\":7.25,\"on\":\"all\",\"included\":true}", "-" },
	};

	check_cases(*state, cases, sizeof(cases) / sizeof(cases[0]));
}

static void every_kind_refuses_another_type(void **state)
{
	static const struct reading_case cases[] = {
		{ &hotel_shape, "{\"name\":1}", "/name" },
		{ &hotel_shape, "{\"name\":[\"a\"]}", "/name" },
		{ &hotel_shape, "{\"code\":{}}", "/code" },
		{ &hotel_shape, "{\"options\":[]}", "/options" },
		{ &hotel_shape, "{\"options\":{\"bookable\":\"true\"}}", "/options/bookable" },
		{ &hotel_shape, "{\"options\":{\"bookable\":1}}", "/options/bookable" },
		{ &hotel_shape, "{\"roomTypes\":{}}", "/roomTypes" },
		{ &hotel_shape, "{\"roomTypes\":[1]}", "/roomTypes/0" },
		{ &hotel_shape, "{\"roomTypes\":[{},null]}", "/roomTypes/1" },
		{ &hotel_shape, "{\"roomTypes\":[[]]}", "/roomTypes/0" },
		{ &hotel_shape, "{\"location\":{\"latitude\":\"1\"}}", "/location/latitude" },
		{ &room_type_shape, "{\"lowPrice\":\"1\"}", "/lowPrice" },
		{ &room_type_shape, "{\"lowPrice\":true}", "/lowPrice" },
		{ &room_type_shape, "{\"maxAdults\":1.5}", "/maxAdults" },
		{ &room_type_shape, "{\"maxAdults\":\"2\"}", "/maxAdults" },
		{ &rate_plan_shape, "{\"roomTypes\":\"DBL\"}", "/roomTypes" },
		{ &rate_plan_shape, "{\"roomTypes\":[1,\"DBL\",null]}",
		  "/roomTypes/0 /roomTypes/2" },
		{ &rule_shape, "{\"on\":[{\"dow\":[{}]}]}", "/on/0/dow/0" },
	};

	check_cases(*state, cases, sizeof(cases) / sizeof(cases[0]));
}

static void every_kind_refuses_what_is_out_of_range(void **state)
{
	static const struct reading_case cases[] = {
		{ &hotel_shape, "{\"code\":\"a b\"}", "/code" },
		{ &hotel_shape, "{\"code\":\" A\"}", "/code" },
		{ &hotel_shape, "{\"name\":\"a\\u0007\"}", "/name" },
		{ &hotel_shape, "{\"name\":\"a\\u007f\"}", "/name" },
		{ &hotel_shape, "{\"description\":\"a\\u0000b\"}", "/description" },
		{ &hotel_shape, "{\"currencyCode\":\"EURO\"}", "/currencyCode" },
		{ &hotel_shape, "{\"timeZone\":\"Mars/Base\"}", "/timeZone" },
		{ &hotel_shape, "{\"address\":{\"countryCode\":\"ch\"}}", "/address/countryCode" },
		{ &hotel_shape,
		  "{\"address\":{\"postalCode\":\"123456789012345678901234567890123\"}}",
		  "/address/postalCode" },
		{ &hotel_shape, "{\"location\":{\"latitude\":90.0000001}}", "/location/latitude" },
		{ &hotel_shape, "{\"location\":{\"latitude\":0.00000001}}", "/location/latitude" },
		{ &hotel_shape, "{\"location\":{\"longitude\":-181}}", "/location/longitude" },
		{ &hotel_shape, "{\"location\":{\"longitude\":1e2}}", "/location/longitude" },
		{ &room_type_shape, "{\"lowPrice\":-0.01}", "/lowPrice" },
		{ &room_type_shape, "{\"extraAdultPrice\":-1}", "/extraAdultPrice" },
		{ &room_type_shape, "{\"lowPrice\":1e2}", "/lowPrice" },
		{ &room_type_shape, "{\"lowPrice\":1234567890123456789}", "/lowPrice" },
		{ &room_type_shape, "{\"maxAdults\":0}", "/maxAdults" },
		{ &room_type_shape, "{\"maxAdults\":101}", "/maxAdults" },
		{ &room_type_shape, "{\"maxChildren\":-1}", "/maxChildren" },
		{ &tag_shape, "{\"priceUpdateUnit\":\"Percent\"}", "/priceUpdateUnit" },
		{ &rule_shape, "{\"on\":[{\"from\":\"2023-02-29\"}]}", "/on/0/from" },
		{ &rule_shape, "{\"on\":[{\"dow\":[\"mo\",\"xx\",\"\"]}]}",
		  "/on/0/dow/1 /on/0/dow/2" },
		{ &rule_shape, "{\"appliesTo\":[{\"type\":\"hotel\"}]}", "/appliesTo/0/type" },
		{ &rate_plan_shape, "{\"cancellation\":[{\"time\":\"24:00\"}]}",
		  "/cancellation/0/time" },
		{ &rate_plan_shape, "{\"roomTypes\":[\"\"]}", "/roomTypes/0" },
		{ &tax_shape, "{\"percent\":100.01}", "/percent" },
		{ &tax_shape, "{\"percent\":7.125}", "/percent" },
	};

	check_cases(*state, cases, sizeof(cases) / sizeof(cases[0]));
}

static void members_are_known_and_given_once(void **state)
{
	static const struct reading_case cases[] = {
		{ &hotel_shape, "{\"nane\":\"x\"}", "/nane" },
		{ &hotel_shape, "{\"Name\":\"x\"}", "/Name" },
		{ &hotel_shape, "{\"a/b~c\":{\"deep\":[1,{}]},\"name\":1}", "/a~1b~0c /name" },
		{ &hotel_shape, "{\"name\":\"x\",\"name\":\"y\"}", "/name" },
		{ &hotel_shape, "{\"name\":null,\"name\":\"y\"}", "/name" },
		{ &hotel_shape, "{\"pendingChanges\":[],\"pendingChanges\":7}", "/pendingChanges" },
		{ &hotel_shape, "{\"options\":{\"bookable\":true,\"bookable\":true}}",
		  "/options/bookable" },
		{ &hotel_shape, "{\"nane\":1,\"nane\":2}", "/nane /nane" },
		{ &hotel_shape,
		  "{\"name\":1,\"code\":2,\"options\":{\"x\":[[]]},\"timeZone\":\"?\"}",
		  "/name /code /options/x /timeZone" },
	};

	check_cases(*state, cases, sizeof(cases) / sizeof(cases[0]));
}

static void text_that_is_no_object_is_refused_at_once(void **state)
{
	static const struct reading_case cases[] = {
		{ &hotel_shape, "", "" },
		{ &hotel_shape, "{", "" },
		{ &hotel_shape, "[]", "" },
		{ &hotel_shape, "null", "" },
		{ &hotel_shape, "{} {}", "" },
		{ &hotel_shape, "{\"name\":\"a\"", "" },
		{ &hotel_shape, "{\"name\":\"a\",}", "" },
		{ &hotel_shape, "{\"name\":1,\"code\":}", "/name " },
	};

	check_cases(*state, cases, sizeof(cases) / sizeof(cases[0]));
}

static void null_is_absent_in_a_whole_object(void **state)
{
	struct hotel hotel = { .code = STR("") };

	assert_int_equal(shape_read(*state,
				    STR("{\"name\":null,\"options\":null,\"roomTypes\":null,"
					"\"location\":{\"latitude\":null}}"),
				    &hotel_shape, SHAPE_WHOLE, &hotel),
			 OK);
	assert_int_equal(hotel.marks.nulls, 0);
	assert_int_equal(hotel.location.marks.given, 0);
	assert_int_equal(__builtin_popcountll(hotel.marks.given), 1);
}

static void null_removes_in_a_patch(void **state)
{
	struct hotel hotel = { .code = STR("") };

	assert_int_equal(shape_read(*state,
				    STR("{\"name\":null,\"options\":{\"bookable\":null},"
					"\"pendingChanges\":null,\"timeZone\":\"\"}"),
				    &hotel_shape, SHAPE_PATCH, &hotel),
			 OK);
	assert_int_equal(__builtin_popcountll(hotel.marks.nulls), 2); /* name, timeZone */
	assert_int_equal(__builtin_popcountll(hotel.marks.given), 1); /* options */
	assert_int_equal(hotel.options.marks.nulls, 1);
}

static void what_comes_out_only_is_ignored_when_it_comes_in(void **state)
{
	struct hotel hotel = { .code = STR("") };
	const struct picture *picture;

	assert_int_equal(shape_read(*state,
				    STR("{\"pendingChanges\":[{\"x\":1}],\"pictures\":[{\"url\":7,"
					"\"pictureItemCode\":\"no code\",\"rawData\":\"AA==\"}]}"),
				    &hotel_shape, SHAPE_WHOLE, &hotel),
			 OK);
	assert_int_equal(hotel.pending_changes.n, 0);
	picture = vec_at(&hotel.pictures, 0, sizeof(*picture));
	assert_int_equal(picture->url.len, 0);
	assert_int_equal(picture->item_code.len, 0);
	assert_text(picture->raw_data, STR("AA=="));
}

static struct str repeated(struct cx *cx, const char *head, const char *each, size_t n,
			   const char *tail)
{
	struct buf buf;

	buf_init(&buf, cx->arena);
	buf_add(&buf, str_of(head));
	for (size_t i = 0; i < n; i++)
		buf_printf(&buf, "%s%s", i ? "," : "", each);
	buf_add(&buf, str_of(tail));
	return buf_str(&buf);
}

static void lists_end_at_their_limits(void **state)
{
	struct cx *cx = *state;

	assert_says(cx,
		    read_as(cx, &rate_plan_shape, SHAPE_WHOLE,
			    repeated(cx, "{\"roomTypes\":[", "\"A\"", 200, "]}")),
		    "-");
	assert_says(cx,
		    read_as(cx, &rate_plan_shape, SHAPE_WHOLE,
			    repeated(cx, "{\"roomTypes\":[", "\"A\"", 230, "]}")),
		    "/roomTypes/200");
	assert_says(cx,
		    read_as(cx, &rule_shape, SHAPE_WHOLE,
			    repeated(cx, "{\"appliesTo\":[", "{}", 200, "]}")),
		    "-");
	assert_says(
		cx,
		read_as(cx, &rule_shape, SHAPE_WHOLE,
			repeated(cx, "{\"appliesTo\":[", "{\"x\":[1]}", 230, "],\"id\":7}")),
		"/appliesTo/0/x /appliesTo/1/x /appliesTo/2/x /appliesTo/3/x /appliesTo/4/x "
		"/appliesTo/5/x /appliesTo/6/x /appliesTo/7/x /appliesTo/8/x /appliesTo/9/x "
		"/appliesTo/10/x /appliesTo/11/x /appliesTo/12/x /appliesTo/13/x /appliesTo/14/x "
		"/appliesTo/15/x /appliesTo/16/x /appliesTo/17/x /appliesTo/18/x /appliesTo/19/x");
	assert_says(cx,
		    read_as(cx, &hotel_shape, SHAPE_WHOLE,
			    repeated(cx, "{\"roomTypes\":[", "{}", 10001, "]}")),
		    "/roomTypes/10000");
}

static void texts_end_at_their_limits(void **state)
{
	struct cx *cx = *state;
	char text[16500];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = 'x';
	assert_says(cx,
		    read_as(cx, &hotel_shape, SHAPE_WHOLE,
			    str_printf(cx->arena, "{\"name\":\"%.255s\"}", text)),
		    "-");
	assert_says(cx,
		    read_as(cx, &hotel_shape, SHAPE_WHOLE,
			    str_printf(cx->arena, "{\"name\":\"%.256s\"}", text)),
		    "/name");
	assert_says(cx,
		    read_as(cx, &hotel_shape, SHAPE_WHOLE,
			    str_printf(cx->arena, "{\"description\":\"%.16384s\"}", text)),
		    "-");
	assert_says(cx,
		    read_as(cx, &hotel_shape, SHAPE_WHOLE,
			    str_printf(cx->arena, "{\"description\":\"%.16385s\"}", text)),
		    "/description");
	assert_says(cx,
		    read_as(cx, &hotel_shape, SHAPE_WHOLE,
			    str_printf(cx->arena, "{\"code\":\"%.65s\"}", text)),
		    "/code");
}

static void refused_memory_is_a_limit_and_no_blame(void **state)
{
	struct cx *cx = *state;
	struct str json = repeated(cx, "{\"roomTypes\":[", "{\"name\":\"a\\u0062\"}", 400, "]}");
	struct arena small;
	struct cx limited;

	for (size_t cap = 1000; cap < 100000; cap += 1000) {
		struct hotel hotel = { .code = STR("") };
		enum err err;

		arena_init(&small, cap);
		cx_init(&limited, &small);
		err = shape_read(&limited, json, &hotel_shape, SHAPE_WHOLE, &hotel);
		assert_int_equal(err, small.refused ? ERR_LIMIT : OK);
		arena_close(&small);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cx, close_cx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_kind_takes_what_fits),
		TEST(every_kind_refuses_another_type),
		TEST(every_kind_refuses_what_is_out_of_range),
		TEST(members_are_known_and_given_once),
		TEST(text_that_is_no_object_is_refused_at_once),
		TEST(null_is_absent_in_a_whole_object),
		TEST(null_removes_in_a_patch),
		TEST(what_comes_out_only_is_ignored_when_it_comes_in),
		TEST(lists_end_at_their_limits),
		TEST(texts_end_at_their_limits),
		TEST(refused_memory_is_a_limit_and_no_blame),
	};

	return cmocka_run_group_tests_name("model_read", tests, NULL, NULL);
}
