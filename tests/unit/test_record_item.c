/* layer: record */
#include "cx_fixture.h"

#include <string.h>

#include "base/buf.h"
#include "disagree.h"
#include "model/hotel.h"
#include "model/pricing.h"
#include "model/shape_read.h"
#include "model/shape_write.h"
#include "random_object.h"
#include "record/item.h"

static size_t identity_of(const struct shape *shape)
{
	for (size_t i = 0; i < shape->nfields; i++) {
		if (shape->fields[i].flags & IDENTITY)
			return i;
	}
	return SIZE_MAX;
}

/* Object to attributes and back; the identity, which stands in the key, is handed over. */
static void *through_item(struct cx *cx, const struct shape *shape, void *object)
{
	void *back = arena_alloc(cx->arena, shape->size_bytes);
	struct vec attrs = { NULL, 0, 0 };
	size_t identity = identity_of(shape);
	struct item item = { .key = { STR("1"), STR("x") }, .rev = 1 };

	item_write(cx->arena, shape, object, &attrs);
	item.attrs = (struct attrs){ attrs.items, attrs.n };
	if (identity != SIZE_MAX) {
		const struct field *field = &shape->fields[identity];

		assert_null(attrs_find(&item.attrs, field->name));
		*(struct str *)field_at(field, back) = *(const struct str *)field_of(field, object);
	}
	assert_int_equal(item_read(cx, shape, &item, back), OK);
	return back;
}

static void an_object_given_empty_is_unset_in_the_record_too(void **state)
{
	struct cx *cx = *state;
	struct hotel hotel = { .code = STR("1") };
	struct vec attrs = { NULL, 0, 0 };

	assert_int_equal(shape_read(cx, STR("{\"location\":{},\"address\":{}}"), &hotel_shape,
				    SHAPE_PATCH, &hotel),
			 OK);
	item_write(cx->arena, &hotel_shape, &hotel, &attrs);
	assert_null(attrs_find(&(struct attrs){ attrs.items, attrs.n }, STR("location")));
	assert_null(attrs_find(&(struct attrs){ attrs.items, attrs.n }, STR("address")));
}

static void every_object_comes_back_from_its_record(void **state)
{
	static const struct shape *const shapes[] = {
		&hotel_shape, &room_type_shape, &tag_shape, &sellable_shape, &building_shape,
		&rule_shape,  &rate_plan_shape, &tax_shape, &picture_shape,  &room_shape
	};
	struct cx *cx = *state;
	struct dice dice = dice_open();
	const struct random_object random = { &dice, cx->arena, false };

	for (unsigned round = 0; round < 300; round++) {
		for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
			struct str json = random_object_json(&random, shapes[i]), own, back;
			void *object = arena_alloc(cx->arena, shapes[i]->size_bytes);

			assert_int_equal(shape_read(cx, json, shapes[i], SHAPE_WHOLE, object), OK);
			own = shape_own_text(cx->arena, shapes[i], object);
			back = shape_own_text(cx->arena, shapes[i],
					      through_item(cx, shapes[i], object));
			if (!str_eq(back, own))
				disagree(STR_FMT "\ncame back as\n" STR_FMT, STR_ARG(own),
					 STR_ARG(back));
		}
		arena_reset(cx->arena, 0);
	}
}

static void what_was_valid_is_valid_when_it_comes_back(void **state)
{
	static const struct {
		const struct shape *shape;
		const char *json;
	} cases[] = {
		{ &rule_shape,
		  "{\"id\":\"A\",\"effect\":[{\"effectType\":\"inventory\",\"quantity\":0},"
		  "{\"effectType\":\"pricing\",\"priceImpact\":0},{\"effectType\":"
		  "\"availability\",\"available\":false}],\"priority\":0}" },
		{ &rate_plan_shape, "{\"code\":\"A\",\"adjust\":{\"percent\":0},\"cancellation\":"
				    "[{\"freeUntilHours\":0,\"fee\":{\"nights\":0}}]}" },
		{ &rate_plan_shape, "{\"code\":\"A\",\"adjust\":{}}" },
		{ &tax_shape, "{\"code\":\"A\",\"amount\":0,\"included\":false}" },
		{ &room_shape, "{\"number\":0,\"code\":\"A\",\"attributes\":[{\"code\":\"X\"}]}" },
	};
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct shape *shape = cases[i].shape;
		void *object = arena_alloc(cx->arena, shape->size_bytes), *back;

		assert_int_equal(shape_read(cx, str_of(cases[i].json), shape, SHAPE_WHOLE, object),
				 OK);
		assert_int_equal(shape_check(cx, shape, object, 2, STR("")), OK);
		back = through_item(cx, shape, object);
		if (shape_check(cx, shape, back, 2, STR("")) != OK)
			disagree("%s: blames " STR_FMT, cases[i].json, STR_ARG(blamed(cx)));
		for (size_t j = 0; j < shape->nfields; j++)
			assert_int_equal(field_is_unset(&shape->fields[j], j, back),
					 field_is_unset(&shape->fields[j], j, object));
	}
}

static void a_record_says_where_a_room_stands_and_names_its_tags(void **state)
{
	struct cx *cx = *state;
	struct room room = { .building = 3, .floor = -1 };
	const struct room *back;
	const struct tag *tag;
	struct vec attrs = { NULL, 0, 0 };
	const struct value *codes;

	assert_int_equal(shape_read(cx,
				    STR("{\"number\":7,\"code\":\"P7\",\"attributes\":[{\"code\":"
					"\"SEA\",\"name\":\"Sea\",\"priceImpact\":9}]}"),
				    &room_shape, SHAPE_WHOLE, &room),
			 OK);
	room.id = room.code;
	room.building_name = STR("East");
	item_write(cx->arena, &room_shape, &room, &attrs);
	codes = attrs_find(&(struct attrs){ attrs.items, attrs.n }, STR("attributes"));
	assert_true(codes && codes->kind == VALUE_LIST && codes->n == 1);
	assert_int_equal(codes->items[0].kind, VALUE_TEXT);
	assert_text(codes->items[0].text, STR("SEA"));
	back = through_item(cx, &room_shape, &room);
	assert_text(back->code, STR("P7"));
	assert_text(back->building_name, STR("East"));
	assert_int_equal(back->building, 3);
	assert_int_equal(back->floor, -1);
	tag = vec_at(&back->attributes, 0, sizeof(*tag));
	assert_text(tag->code, STR("SEA"));
	assert_int_equal(tag->name.len, 0);
}

static struct value text(const char *s)
{
	return (struct value){ .kind = VALUE_TEXT, .text = str_of(s) };
}

static struct value number(const char *s)
{
	return (struct value){ .kind = VALUE_NUMBER, .text = str_of(s) };
}

static void the_key_names_an_object_whatever_its_attributes_say(void **state)
{
	struct attr attrs[] = { { STR("id"), text("B") } };
	const struct item item = { { STR("1"), STR("cfg-rule-A") }, 1, { attrs, 1 } };
	struct rule rule = { .id = STR("A") };

	assert_int_equal(item_read(*state, &rule_shape, &item, &rule), OK);
	assert_text(rule.id, STR("A"));
}

/* The sample's own forms: flags as text or as booleans, empty text as null, members left out. */
static void what_the_sample_wrote_is_read(void **state)
{
	struct attr attrs[] = {
		{ STR("name"), text("H") },
		{ STR("description"), { .kind = VALUE_NULL } },
		{ STR("defaultTagLine"), { .kind = VALUE_NULL } },
		{ STR("defaultDescription"), text("D") },
		{ STR("bookable"), text("true") },
		{ STR("shoppable"), { .kind = VALUE_BOOL, .flag = true } },
		{ STR("somethingElse"), { .kind = VALUE_LIST } },
	};
	const struct item item = { { STR("1"), STR("cfg-general") }, 1, { attrs, 7 } };
	struct hotel hotel = { .code = STR("1") };

	assert_int_equal(item_read(*state, &hotel_shape, &item, &hotel), OK);
	assert_text(hotel.name, STR("H"));
	assert_text(hotel.description, STR(""));
	assert_text(hotel.default_marketting.description, STR("D"));
	assert_true(hotel.options.bookable && hotel.options.shoppable);
}

static void flags_are_text_and_prices_numbers_as_the_sample_reads_them(void **state)
{
	struct cx *cx = *state;
	struct hotel hotel = { .options = { .bookable = true } };
	struct room_type type = { .low_price = { 1295, 1 } };
	struct vec attrs = { NULL, 0, 0 };
	struct item item;

	item_write(cx->arena, &hotel_shape, &hotel, &attrs);
	item_write(cx->arena, &room_type_shape, &type, &attrs);
	item = (struct item){ .attrs = { attrs.items, attrs.n } };
	assert_text(item_text(&item, STR("bookable")), STR("true"));
	assert_text(item_text(&item, STR("shoppable")), STR("false"));
	assert_int_equal(attrs_find(&item.attrs, STR("lowPrice"))->kind, VALUE_NUMBER);
	assert_text(attrs_find(&item.attrs, STR("lowPrice"))->text, STR("129.5"));
	assert_null(attrs_find(&item.attrs, STR("options")));
	assert_null(attrs_find(&item.attrs, STR("roomTypes")));
	assert_null(attrs_find(&item.attrs, STR("timeZone")));
}

static void an_attribute_of_another_type_is_reported(void **state)
{
	static const struct {
		const struct shape *shape;
		const char *name;
		struct value value;
	} cases[] = {
		{ &hotel_shape, "name", { .kind = VALUE_NUMBER, .text = STR_INIT("1") } },
		{ &hotel_shape, "name", { .kind = VALUE_BOOL } },
		{ &hotel_shape, "bookable", { .kind = VALUE_TEXT, .text = STR_INIT("yes") } },
		{ &hotel_shape, "bookable", { .kind = VALUE_NUMBER, .text = STR_INIT("1") } },
		{ &hotel_shape, "address", { .kind = VALUE_LIST } },
		{ &room_type_shape, "lowPrice", { .kind = VALUE_TEXT, .text = STR_INIT("1") } },
		{ &room_type_shape, "lowPrice", { .kind = VALUE_NUMBER, .text = STR_INIT("1e3") } },
		{ &room_type_shape,
		  "maxAdults",
		  { .kind = VALUE_NUMBER, .text = STR_INIT("1.5") } },
		{ &rule_shape, "effect", { .kind = VALUE_MAP } },
		{ &rate_plan_shape, "roomTypes", { .kind = VALUE_TEXT, .text = STR_INIT("DBL") } },
	};
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct attr attr = { str_of(cases[i].name), cases[i].value };
		const struct item item = { { STR("1"), STR("x") }, 1, { &attr, 1 } };
		void *object = arena_alloc(cx->arena, cases[i].shape->size_bytes);

		cx_clear(cx);
		if (item_read(cx, cases[i].shape, &item, object) != ERR_INTERNAL)
			disagree("%s was read", cases[i].name);
		assert_string_equal(cx->failure.code, "internal");
	}
}

static void a_newer_record_is_refused(void **state)
{
	struct cx *cx = *state;
	struct attr attr = { STR("sv"), number("1") };
	const struct item item = { { STR("1"), STR("cfg-general") }, 1, { &attr, 1 } };
	struct hotel hotel = { .code = STR("") };

	assert_int_equal(item_read(cx, &hotel_shape, &item, &hotel), OK);
	attr.value = number("2");
	assert_int_equal(item_read(cx, &hotel_shape, &item, &hotel), ERR_INTERNAL);
	assert_non_null(strstr(str_c(cx->arena, cx->failure.detail), "newer version"));
}

/* By hand: code 4+1, itemType 8+3, rev 3 + 12 reserved for the number = 31 for the keys of every item here. */
static void sizes_follow_the_formula_of_dynamodb(void **state)
{
	struct value texts[] = { text("ab"), text("c") };
	struct attr inner[] = { { STR("k"), text("vv") }, { STR("n"), number("12") } };
	struct value maps[] = { { .kind = VALUE_MAP, .map = { inner, 2 } } };
	const struct {
		struct attr attr;
		size_t size;
	} cases[] = {
		{ { STR("a"), { .kind = VALUE_NULL } }, 2 },
		{ { STR("a"), { .kind = VALUE_BOOL } }, 2 },
		{ { STR("name"), text("") }, 4 },
		{ { STR("name"), text("h\xc3\xa9") }, 7 },
		{ { STR("a"), number("0") }, 3 },
		{ { STR("a"), number("12") }, 3 },
		{ { STR("a"), number("123") }, 4 },
		{ { STR("list"), { .kind = VALUE_LIST } }, 7 },
		{ { STR("list"), { .kind = VALUE_LIST, .items = texts, .n = 2 } }, 4 + 3 + 2 + 3 },
		{ { STR("map"), { .kind = VALUE_MAP, .map = { inner, 2 } } },
		  3 + 3 + 2 + (1 + 2) + (1 + 2) },
		{ { STR("list"), { .kind = VALUE_LIST, .items = maps, .n = 1 } }, 4 + 3 + 1 + 11 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct attr attr = cases[i].attr;
		const struct item item = { { STR("1"), STR("ctl") }, 1, { &attr, 1 } };

		assert_int_equal(item_size(&item), 31 + cases[i].size);
	}
}

/* Never less than DynamoDB counts: a sign and a point are bytes of ours, digits of its. */
static void a_number_is_never_counted_too_small(void **state)
{
	static const struct {
		const char *text;
		size_t size; /* a byte for two digits, one, and one for a sign */
	} cases[] = { { "-5", 3 },
		      { "-55", 3 },
		      { "-555", 4 },
		      { "129.5", 3 },
		      { "-129.55", 5 },
		      { "999999999999999999", 10 },
		      { "-999999999999999999", 11 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct attr attr = { STR("a"), number(cases[i].text) };
		const struct item item = { { STR("1"), STR("ctl") }, 1, { &attr, 1 } };

		if (item_size(&item) < 32 + cases[i].size)
			disagree("%s counts %zu", cases[i].text, item_size(&item) - 32);
	}
}

static void memory_that_is_refused_harms_nothing(void **state)
{
	struct cx *cx = *state;
	struct dice dice = dice_open();
	const struct random_object random = { &dice, cx->arena, false };
	struct hotel hotel = { .code = STR("") };
	struct rule rule = { .id = STR("") };

	assert_int_equal(shape_read(cx, random_object_json(&random, &hotel_shape), &hotel_shape,
				    SHAPE_WHOLE, &hotel),
			 OK);
	assert_int_equal(shape_read(cx, random_object_json(&random, &rule_shape), &rule_shape,
				    SHAPE_WHOLE, &rule),
			 OK);
	for (size_t cap = 0; cap < 6000; cap += 50) {
		struct vec attrs = { NULL, 0, 0 };
		struct arena small;

		arena_init(&small, cap + 1);
		item_write(&small, &hotel_shape, &hotel, &attrs);
		item_write(&small, &rule_shape, &rule, &attrs);
		item_add_texts(&small, &attrs, STR("texts"), &(struct vec){ &hotel.name, 1, 1 });
		assert_int_equal(attrs.n == 0 || small.refused || cap > 2000, true);
		arena_close(&small);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cx, close_cx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_object_comes_back_from_its_record),
		TEST(what_was_valid_is_valid_when_it_comes_back),
		TEST(a_record_says_where_a_room_stands_and_names_its_tags),
		TEST(the_key_names_an_object_whatever_its_attributes_say),
		TEST(an_object_given_empty_is_unset_in_the_record_too),
		TEST(what_the_sample_wrote_is_read),
		TEST(flags_are_text_and_prices_numbers_as_the_sample_reads_them),
		TEST(an_attribute_of_another_type_is_reported),
		TEST(a_newer_record_is_refused),
		TEST(sizes_follow_the_formula_of_dynamodb),
		TEST(a_number_is_never_counted_too_small),
		TEST(memory_that_is_refused_harms_nothing),
	};

	return cmocka_run_group_tests_name("record_item", tests, NULL, NULL);
}
