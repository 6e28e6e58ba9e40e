/* layer: api, adapter */
/* The seed's event against REST: each request goes to a store of its own both ways, and says and does the same. */
#include "seed_fixture.h"

#include <string.h>

#include "api/routes.h"
#include "record/item.h"
#include "record/key.h"

/* Last: it has a macro `fail`. */
#include <cmocka.h>

#define HOTEL "364425903"
#define AT "/config/" HOTEL
#define CODE "\"code\":\"" HOTEL "\""

/* One request both ways. */
struct step {
	const char *method, *path, *body;
	const char *sub_function, *id, *request;
	unsigned status;
};

/* In their order a hotel's life, each use case that is built among them; `id` and the request's code take turns. */
static const struct step steps[] = {
	{ "GET", "/config", "", "listHotels", "", "", 200 },
	{ "POST", "/config", "{\"name\":\"My First hotel\",\"description\":\"great\"}", "saveHotel",
	  "", "{\"name\":\"My First hotel\",\"description\":\"great\"}", 200 },
	{ "POST", "/config", "{\"name\":\"My First hotel\"}", "saveHotel", "",
	  "{\"name\":\"My First hotel\"}", 409 },
	{ "POST", "/config", "{" CODE ",\"currencyCode\":\"EUR\"}", "saveHotel", "",
	  "{" CODE ",\"currencyCode\":\"EUR\"}", 200 },
	{ "POST", "/config", "{" CODE ",\"options\":{\"bookable\":true}}", "saveHotel", HOTEL,
	  "{\"options\":{\"bookable\":true}}", 200 },
	{ "POST", "/config", "{\"code\":\"1\",\"name\":\"a\"}", "saveHotel", "1",
	  "{\"name\":\"a\"}", 404 },
	{ "POST", AT "/rooms/type",
	  "{" CODE ",\"roomTypes\":[{\"code\":\"DBL\",\"lowPrice\":99.5},{\"code\":\"SGL\"}]}",
	  "addRoomType", "",
	  "{" CODE ",\"roomTypes\":[{\"code\":\"DBL\",\"lowPrice\":99.5},{\"code\":\"SGL\"}]}",
	  200 },
	{ "POST", AT "/tags",
	  "{\"tags\":[{\"code\":\"SEA\",\"name\":\"Sea view\"},{\"code\":\"TOP\"}]}", "addTag",
	  HOTEL, "{\"tags\":[{\"code\":\"SEA\",\"name\":\"Sea view\"},{\"code\":\"TOP\"}]}", 200 },
	{ "POST", AT "/sellables",
	  "{\"sellables\":[{\"code\":\"BFAST\",\"optionalTags\":[{\"code\":\"TOP\"}]}]}",
	  "addSellable", HOTEL,
	  "{" CODE ",\"sellables\":[{\"code\":\"BFAST\",\"optionalTags\":[{\"code\":\"TOP\"}]}]}",
	  200 },
	{ "POST", AT "/rules",
	  "{\"businessRules\":[{\"id\":\"r1\",\"appliesTo\":[{\"type\":\"RoomType\",\"id\":\"DBL\"}],"
	  "\"effect\":[{\"effectType\":\"availability\",\"available\":false}]}]}",
	  "addRule", "",
	  "{" CODE
	  ",\"businessRules\":[{\"id\":\"r1\",\"appliesTo\":[{\"type\":\"RoomType\",\"id\":\"DBL\"}],"
	  "\"effect\":[{\"effectType\":\"availability\",\"available\":false}]}]}",
	  200 },
	{ "POST", AT "/rateplans", "{\"ratePlans\":[{\"code\":\"BAR\"}]}", "addRatePlan", HOTEL,
	  "{\"ratePlans\":[{\"code\":\"BAR\"}]}", 200 },
	{ "POST", AT "/taxes", "{\"taxes\":[{\"code\":\"VAT\",\"percent\":7}]}", "addTax", HOTEL,
	  "{\"taxes\":[{\"code\":\"VAT\",\"percent\":7}]}", 200 },
	{ "POST", AT "/rooms",
	  "{\"buildings\":[{\"name\":\"Main\",\"floors\":[{\"num\":1,\"rooms\":[{\"number\":101,\"type\":\"SGL\"}]}]}]}",
	  "saveRooms", HOTEL,
	  "{\"buildings\":[{\"name\":\"Main\",\"floors\":[{\"num\":1,\"rooms\":[{\"number\":101,\"type\":\"SGL\"}]}]}]}",
	  200 },
	{ "GET", AT, "", "getHotel", HOTEL, "", 200 },
	{ "GET", AT, "", "getHotel", "", "{" CODE "}", 200 },
	{ "GET", AT, "", "getHotel", HOTEL, "null", 200 },
	{ "GET", "/config", "", "listHotels", "", "{}", 200 },
	{ "DELETE", AT "/rooms/type/DBL", "", "deleteRoomType", "",
	  "{" CODE ",\"roomTypes\":[{\"code\":\"DBL\"}]}", 409 },
	{ "DELETE", AT "/rules/r1", "", "deleteRule", HOTEL,
	  "{\"businessRules\":[{\"id\":\"r1\"}]}", 200 },
	{ "DELETE", AT "/rooms/type/DBL", "", "deleteRoomType", "",
	  "{" CODE ",\"roomTypes\":[{\"code\":\"DBL\"}]}", 200 },
	{ "DELETE", AT "/rooms/type/DBL", "", "deleteRoomType", HOTEL,
	  "{\"roomTypes\":[{\"code\":\"DBL\"}]}", 404 },
	{ "DELETE", AT "/tags/SEA", "", "deleteTag", HOTEL,
	  "{" CODE ",\"tags\":[{\"code\":\"SEA\",\"name\":\"Sea view\"}]}", 200 },
	{ "DELETE", AT "/sellables/BFAST", "", "deleteSellable", HOTEL,
	  "{\"sellables\":[{\"code\":\"BFAST\"}]}", 200 },
	{ "DELETE", AT "/rateplans/BAR", "", "deleteRatePlan", HOTEL,
	  "{\"ratePlans\":[{\"code\":\"BAR\"}]}", 200 },
	{ "DELETE", AT "/taxes/VAT", "", "deleteTax", HOTEL, "{\"taxes\":[{\"code\":\"VAT\"}]}",
	  200 },
	{ "GET", AT, "", "getHotel", HOTEL, "{" CODE "}", 200 },
	{ "DELETE", AT, "", "deleteHotel", HOTEL, "{}", 200 },
	{ "DELETE", AT, "", "deleteHotel", "", "{" CODE "}", 404 },
	{ "GET", AT, "", "getHotel", HOTEL, "", 404 },
};

#define STEPS (sizeof(steps) / sizeof(steps[0]))

/* What the event answers is what REST does: a success byte by byte, of a failure code and text. */
static void compare(struct api_fixture *rest, struct api_fixture *event, const struct step *step)
{
	json_t *root;

	assert_int_equal(api_fixture_ask(rest, step->method, step->path, step->body, NULL),
			 step->status);
	assert_int_equal(seed_fixture_tell(event, step->sub_function, step->id, step->request),
			 step->status);
	assert_string_equal(event->answer.use_case, step->sub_function);
	assert_string_equal(event->answer.code, rest->answer.code);
	if (step->status == 200) {
		assert_text(event->answer.body, rest->answer.body);
		return;
	}
	root = seed_fixture_body(rest);
	assert_text(seed_fixture_failure(event, rest->answer.code),
		    str_of(json_string_value(json_object_get(root, "detail"))));
	json_decref(root);
}

static struct str event_name(struct api_fixture *fixture, uint64_t revision, enum err *err)
{
	struct key key = { STR(HOTEL), key_history(&fixture->arena, revision, 0) };
	struct item item;

	*err = store_get(fixture->app.store, &fixture->cx, key, &item);
	return *err == OK ? item_text(&item, STR("eventName")) : STR("");
}

/* As far as history goes. */
static uint64_t compare_histories(struct api_fixture *rest, struct api_fixture *event)
{
	enum err err = OK, other = OK;
	uint64_t revision = 1;

	for (; err == OK; revision++) {
		struct str name = event_name(rest, revision, &err);

		assert_text(event_name(event, revision, &other), name);
		assert_int_equal(other, err);
	}
	return revision - 2;
}

static void each_use_case_answers_and_does_what_rest_does(void **state)
{
	struct api_fixture *rest = api_fixture_open(&seed_fixture_opened);
	size_t written = 0;

	for (size_t i = 0; i < STEPS; i++) {
		compare(rest, *state, &steps[i]);
		written += steps[i].status == 200 && strcmp(steps[i].method, "GET") != 0;
	}
	assert_int_equal(compare_histories(rest, *state), written);
	api_fixture_close(rest);
}

static void no_use_case_that_is_built_is_left_out(void **state)
{
	struct api_fixture *fixture = *state;

	for (const struct route *row = routes_open(&fixture->arena); row->method; row++) {
		bool found = !row->handle || row->use_case[0] == '\0' ||
			     strcmp(row->method, "PUT") == 0 || strcmp(row->method, "PATCH") == 0;

		for (size_t i = 0; i < STEPS; i++)
			found = found || (strcmp(steps[i].sub_function, row->use_case) == 0 &&
					  strcmp(steps[i].method, row->method) == 0 &&
					  steps[i].status == 200);
		assert_true(found);
	}
}

static void what_is_not_built_says_so(void **state)
{
	static const char *const unbuilt[] = {
		"addPicture",
		"deletePicture",
		"addRoomTypePicture",
		"deleteRoomTypePicture",
		"addSellablePicture",
		"deleteSellablePicture",
		"publishChanges",
		"searchHotelAvailability",
		"searchRoomAvailability",
		"bookRoom",
	};

	for (size_t i = 0; i < sizeof(unbuilt) / sizeof(unbuilt[0]); i++) {
		assert_int_equal(seed_fixture_tell(*state, unbuilt[i], "", ""), 501);
		seed_fixture_failure(*state, "not_implemented");
		assert_int_equal(
			seed_fixture_tell(
				*state, unbuilt[i], HOTEL,
				"{\"roomTypes\":[{\"code\":\"A\",\"pictures\":[{\"id\":\"p\"}]}]}"),
			501);
		seed_fixture_failure(*state, "not_implemented");
	}
}

static void the_user_of_the_event_owns_what_is_made(void **state)
{
	struct api_fixture *fixture = *state;
	struct seed_event event = { .sub_function = STR("saveHotel"),
				    .request = STR("{\"name\":\"My First hotel\"}"),
				    .username = STR("anna") };
	struct item item;
	struct str code;
	json_t *root;

	assert_int_equal(api_fixture_event(fixture, &event), 200);
	root = seed_fixture_body(fixture);
	code = str_dup(&fixture->base->arena,
		       str_of(json_string_value(json_object_get(
			       json_array_get(json_object_get(root, "response"), 0), "code"))));
	json_decref(root);
	assert_false(str_eq(code, STR(HOTEL)));
	assert_int_equal(store_get(fixture->app.store, &fixture->base->cx,
				   (struct key){ code, KEY_HEAD }, &item),
			 OK);
	assert_text(item_text(&item, STR("user")), STR("anna"));
	assert_int_equal(api_fixture_event(fixture, &event), 409);
	event.username = STR("ben");
	assert_int_equal(api_fixture_event(fixture, &event), 200);
}

#define OPENED(name) cmocka_unit_test_setup_teardown(name, seed_fixture_open, seed_fixture_close)
#define CLOSED(name) \
	cmocka_unit_test_setup_teardown(name, seed_fixture_open_closed, seed_fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPENED(each_use_case_answers_and_does_what_rest_does),
		OPENED(no_use_case_that_is_built_is_left_out),
		OPENED(what_is_not_built_says_so),
		CLOSED(the_user_of_the_event_owns_what_is_made),
	};

	return cmocka_run_group_tests_name("api_seed_event", tests, NULL, NULL);
}
