/* layer: model */
#include "cx_fixture.h"

#include "base/buf.h"
#include "disagree.h"
#include "model/hotel.h"
#include "model/pricing.h"
#include "model/shape_read.h"
#include "model/shape_write.h"
#include "random_object.h"

static struct str write_object(struct arena *arena, const struct shape *shape, const void *object)
{
	struct json_writer json;
	struct buf buf;

	buf_init(&buf, arena);
	json_writer_init(&json, &buf);
	shape_write(&json, shape, object);
	assert_false(buf.failed);
	return buf_str(&buf);
}

/* Reads a text and writes what was read. */
static struct str rewrite(struct cx *cx, const struct shape *shape, struct str json)
{
	void *object = arena_alloc(cx->arena, shape->size_bytes);

	if (shape_read(cx, json, shape, SHAPE_WHOLE, object) != OK)
		disagree(STR_FMT ": blames " STR_FMT, STR_ARG(json), STR_ARG(blamed(cx)));
	return write_object(cx->arena, shape, object);
}

static void a_hotel_is_written_as_the_seed_writes_it(void **state)
{
	assert_says(
		*state,
		rewrite(*state, &hotel_shape,
			STR("{\"description\" : \"This is a great property\",\"code\":\"364425903\","
			    "\"name\" : \"My First hotel\"}")),
		"{\"code\":\"364425903\",\"name\":\"My First hotel\",\"description\":\"This is a "
		"great property\",\"currencyCode\":\"\",\"defaultMarketting\":{\"defaultTagLine\":"
		"\"\",\"defaultDescription\":\"\"},\"options\":{\"bookable\":false,\"shoppable\":"
		"false},\"pictures\":null,\"buildings\":null,\"roomTypes\":null,\"tags\":null,"
		"\"sellables\":null,\"businessRules\":null,\"pendingChanges\":null}");
}

static void a_room_type_is_written_as_the_seed_writes_it(void **state)
{
	assert_says(
		*state,
		rewrite(*state, &room_type_shape,
			STR("{\"code\" : \"DBL\",\"name\" : \"Room with Double Beds\","
			    "\"description\" : \"Standard Room Type with double bed\"}")),
		"{\"code\":\"DBL\",\"name\":\"Room with Double Beds\",\"lowPrice\":0,"
		"\"medPrice\":0,\"highPrice\":0,\"description\":\"Standard Room Type with double "
		"bed\",\"pictures\":null}");
}

static void pending_changes_that_were_looked_for_are_an_empty_list(void **state)
{
	struct cx *cx = *state;
	struct hotel hotel = { .code = STR("1") };
	struct str text;
	size_t index = 0;

	assert_non_null(shape_find(&hotel_shape, STR("pendingChanges"), &index));
	hotel.marks.given |= (uint64_t)1 << index;
	text = shape_field_text(cx->arena, &hotel_shape, index, &hotel);
	assert_text(text, STR("[]"));
	hotel.marks.given = 0;
	assert_text(shape_field_text(cx->arena, &hotel_shape, index, &hotel), STR("null"));
}

/* Members that the seed does not have, one at a time: nothing of them while unset, given even when zero. */
static void members_beyond_the_seed_are_hidden_while_unset(void **state)
{
	static const struct {
		const struct shape *shape;
		const char *given,
			*shown; /* shown: what stands in the text, or "" for nothing new */
	} cases[] = {
		{ &hotel_shape, "\"timeZone\":\"\"", "" },
		{ &hotel_shape, "\"timeZone\":\"UTC\"", ",\"timeZone\":\"UTC\"" },
		{ &hotel_shape, "\"address\":{}", "" },
		{ &hotel_shape, "\"address\":{\"city\":\"\"}", "" },
		{ &hotel_shape, "\"address\":{\"city\":\"Bern\"}",
		  ",\"address\":{\"city\":\"Bern\"}" },
		{ &hotel_shape, "\"location\":{\"latitude\":0,\"longitude\":0}",
		  ",\"location\":{\"latitude\":0,\"longitude\":0}" },
		{ &hotel_shape, "\"ratePlans\":[]", "" },
		{ &hotel_shape, "\"taxes\":null", "" },
		{ &room_type_shape, "\"maxChildren\":0", ",\"maxChildren\":0" },
		{ &room_type_shape, "\"extraAdultPrice\":0.00", ",\"extraAdultPrice\":0" },
		{ &room_type_shape, "\"maxAdults\":null", "" },
		{ &tax_shape, "\"included\":false", ",\"included\":false" },
		{ &rule_shape, "\"priority\":0", ",\"priority\":0" },
	};
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str plain = rewrite(cx, cases[i].shape, STR("{}"));
		struct str json = str_printf(cx->arena, "{%s}", cases[i].given);
		struct str wanted = str_printf(cx->arena, STR_FMT "%s}", (int)plain.len - 1,
					       plain.ptr, cases[i].shown);

		assert_says(cx, rewrite(cx, cases[i].shape, json), str_c(cx->arena, wanted));
	}
}

/* A text is there or not by itself, whoever put it there; whether a zero is there only its mark can tell. */
static void an_empty_text_is_unset_even_where_it_is_marked_as_given(void **state)
{
	struct cx *cx = *state;
	struct tax tax = { .marks = { .given = ~(uint64_t)0 }, .code = STR("A") };

	assert_says(cx, shape_text(cx->arena, &tax_shape, &tax),
		    "{\"code\":\"A\",\"name\":\"\",\"percent\":0,\"amount\":0,\"included\":false,"
		    "\"maxNights\":0,\"exemptBelowAge\":0}");
	tax = (struct tax){ .code = STR("A"), .on = STR("all"), .max_nights = 7 };
	assert_says(cx, shape_text(cx->arena, &tax_shape, &tax),
		    "{\"code\":\"A\",\"name\":\"\",\"on\":\"all\"}");
}

static void raw_data_never_comes_out(void **state)
{
	struct cx *cx = *state;

	assert_says(cx, rewrite(cx, &picture_shape, STR("{\"id\":\"p\",\"rawData\":\"AAAA\"}")),
		    "{\"id\":\"p\",\"format\":\"\",\"url\":\"\",\"tags\":null,\"main\":false,"
		    "\"pictureItemCode\":\"\"}");
}

static void what_history_keeps_has_no_lists_of_others(void **state)
{
	struct cx *cx = *state;
	struct room_type type = { .code = STR("DBL") };

	assert_says(cx, shape_own_text(cx->arena, &room_type_shape, &type),
		    "{\"code\":\"DBL\",\"name\":\"\",\"lowPrice\":0,\"medPrice\":0,\"highPrice\":0,"
		    "\"description\":\"\"}");
}

static void a_field_of_nothing_is_empty(void **state)
{
	struct cx *cx = *state;

	assert_text(shape_field_text(cx->arena, &room_type_shape, 0, NULL), STR(""));
}

/* JSON in = JSON out. */
static void random_objects_come_out_as_they_went_in(void **state)
{
	static const struct shape *const shapes[] = {
		&hotel_shape, &room_type_shape, &tag_shape, &sellable_shape, &building_shape,
		&rule_shape,  &rate_plan_shape, &tax_shape, &picture_shape
	};
	struct cx *cx = *state;
	struct dice dice = dice_open();
	const struct random_object random = { &dice, cx->arena, true };

	for (unsigned round = 0; round < 300; round++) {
		for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
			struct str json = random_object_json(&random, shapes[i]);
			struct str again = rewrite(cx, shapes[i], json);

			if (!str_eq(again, json))
				disagree(STR_FMT "\ncame out as\n" STR_FMT, STR_ARG(json),
					 STR_ARG(again));
		}
		arena_reset(cx->arena, 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cx, close_cx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_hotel_is_written_as_the_seed_writes_it),
		TEST(a_room_type_is_written_as_the_seed_writes_it),
		TEST(pending_changes_that_were_looked_for_are_an_empty_list),
		TEST(members_beyond_the_seed_are_hidden_while_unset),
		TEST(an_empty_text_is_unset_even_where_it_is_marked_as_given),
		TEST(raw_data_never_comes_out),
		TEST(what_history_keeps_has_no_lists_of_others),
		TEST(a_field_of_nothing_is_empty),
		TEST(random_objects_come_out_as_they_went_in),
	};

	return cmocka_run_group_tests_name("model_write", tests, NULL, NULL);
}
