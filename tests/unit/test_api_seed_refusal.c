/* layer: api, adapter */
/* What the seed's event is refused for: its wrapper says code and place, and nothing is written. */
#include "seed_fixture.h"

#include <stdio.h>
#include <string.h>

/* Last: it has a macro `fail`. */
#include <cmocka.h>

#define HOTEL "364425903"
#define CODE "\"code\":\"" HOTEL "\""

/* The single objects' PUT and PATCH have names in history that the seed does not know. */
static void another_name_is_no_use_case(void **state)
{
	static const char *const names[] = {
		"",          "saveTag",     "saveRoomType", "saveRule",     "gethotel",
		"getHotel ", "putHotel",    "listChains",   "getLivez",     "../saveHotel",
		"\"",        "deleteChain", "saveHotel\n",  "addRoomTypes", "publish",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(seed_fixture_tell(*state, names[i], HOTEL, "{}"), 400);
		assert_text(
			seed_fixture_failure(*state, "invalid"),
			STR("the request has fields that are not valid: subFunction: is no use case"));
	}
}

/* Such as an id that is a number: what reads the event has found it out. */
static void an_event_that_is_none_of_the_seeds_says_why(void **state)
{
	struct api_fixture *fixture = *state;
	const struct seed_event event = { .sub_function = STR("saveHotel"),
					  .request = STR("{\"name\":\"My First hotel\"}"),
					  .refusal = STR("id: a string is expected here") };

	assert_int_equal(api_fixture_event(fixture, &event), 400);
	assert_text(seed_fixture_failure(fixture, "invalid"), STR("id: a string is expected here"));
	assert_int_equal(atomic_load(&fixture->base->plan.calls), 0);
}

/* A hotel with a room type DBL and a tag T. */
static void furnish(struct api_fixture *fixture)
{
	assert_int_equal(
		seed_fixture_tell(fixture, "saveHotel", "", "{\"name\":\"My First hotel\"}"), 200);
	assert_int_equal(seed_fixture_tell(fixture, "addRoomType", HOTEL,
					   "{\"roomTypes\":[{\"code\":\"DBL\"}]}"),
			 200);
	assert_int_equal(
		seed_fixture_tell(fixture, "addTag", HOTEL, "{\"tags\":[{\"code\":\"T\"}]}"), 200);
}

/* Sent to a hotel of room type DBL and tag T: what is said, and nothing is written. */
static const struct refused {
	const char *sub_function, *id, *request;
	unsigned status;
	const char *code;
	const char *named; /* stands in msg */
} refusals[] = {
	/* Which hotel? */
	{ "getHotel", "", "", 400, "invalid", "/code: is required, or `id`" },
	{ "getHotel", "", "{}", 400, "invalid", "/code: is required, or `id`" },
	{ "addTag", "", "{\"tags\":[{\"code\":\"X\"}]}", 400, "invalid", "/code: is required" },
	{ "addTag", "", "", 400, "invalid", "/code: is required" },
	{ "deleteHotel", "", "", 400, "invalid", "/code: is required" },
	{ "deleteHotel", "1", "{" CODE "}", 400, "invalid", "/code: is another hotel" },
	{ "addTag", HOTEL, "{\"code\":\"1\",\"tags\":[{\"code\":\"X\"}]}", 400, "invalid",
	  "/code: is another hotel" },
	{ "saveHotel", HOTEL, "{\"code\":\"1\",\"name\":\"n\"}", 400, "invalid",
	  "/code: is another" },
	{ "deleteHotel", HOTEL, "{\"code\":1}", 400, "invalid", "/code: " },
	{ "addTag", "", "{\"code\":{},\"tags\":[{\"code\":\"X\"}]}", 400, "invalid", "/code: " },
	{ "addTag", HOTEL, "{" CODE "," CODE ",\"tags\":[{\"code\":\"X\"}]}", 400, "invalid",
	  "/code: " },
	{ "deleteHotel", "", "{\"code\":\"" HOTEL " \"}", 400, "invalid", "/code: " },
	/* Forged ids. */
	{ "getHotel", " " HOTEL, "", 404, "not_found", "no hotel of that id" },
	{ "getHotel", HOTEL "/tags/T", "", 404, "not_found", "no hotel of that id" },
	{ "deleteHotel",
	  "%33"
	  "64425903",
	  "", 404, "not_found", "no hotel of that id" },
	{ "deleteHotel", "..", "", 404, "not_found", "no hotel of that id" },
	{ "deleteHotel", "~name", "", 404, "not_found", "no hotel of that id" },
	{ "saveHotel", "\",\"subFunction\":\"deleteHotel", "{\"name\":\"n\"}", 404, "not_found",
	  "id" },
	{ "getHotel", "1", "", 404, "not_found", "there is no hotel 1" },
	/* The request's text. */
	{ "saveHotel", "", "", 400, "invalid", "the request is no valid JSON" },
	{ "saveHotel", "", "{\"name\":\"a\"", 400, "invalid", "the request is no valid JSON" },
	{ "addTag", "", "{\"tags\":[", 400, "invalid", "the request is no valid JSON" },
	{ "addTag", HOTEL, "[]", 400, "invalid", "the request " },
	{ "getHotel", HOTEL, "\"x\"", 400, "invalid", "the request " },
	{ "saveHotel", "", "{\"name\":\"a\",\"nonsense\":1}", 400, "invalid", "/nonsense: " },
	{ "saveHotel", "", "{\"description\":\"d\"}", 400, "invalid", "/name: is required" },
	{ "addRoomType", HOTEL,
	  "{\"roomTypes\":[{\"code\":\"A\",\"lowPrice\":-1},{\"name\":\"n\"}]}", 400, "invalid",
	  "/roomTypes/0/lowPrice: " },
	{ "addRoomType", HOTEL, "{\"roomTypes\":[{\"code\":\"A\",\"lowPrice\":1e3,\"x\":1}]}", 400,
	  "invalid", "; /roomTypes/0/x: " },
	/* Members that are not the use case's. */
	{ "getHotel", HOTEL, "{\"roomTypes\":[]}", 400, "invalid", "/roomTypes: does not belong" },
	{ "deleteHotel", HOTEL, "{\"tags\":[{\"code\":\"T\"}]}", 400, "invalid",
	  "/tags: does not belong" },
	{ "deleteTag", HOTEL, "{\"tags\":[{\"code\":\"T\"}],\"roomTypes\":[{\"code\":\"DBL\"}]}",
	  400, "invalid", "/roomTypes: does not belong" },
	{ "listHotels", "", "{\"name\":\"a\"}", 400, "invalid", "/name: does not belong" },
	/* The sample's: it panicked on an empty list, and on every deleteRoomType, which its template sent tags for. */
	{ "addRoomType", HOTEL, "{\"roomTypes\":[]}", 400, "invalid",
	  "/roomTypes: must have 1 to 90" },
	{ "addRoomType", HOTEL, "{}", 400, "invalid", "/roomTypes: is required" },
	{ "deleteRoomType", HOTEL, "{\"tags\":[{\"code\":\"DBL\"}]}", 400, "invalid",
	  "/roomTypes: is required" },
	{ "deleteRoomType", HOTEL, "{\"tags\":[{\"code\":\"DBL\"}]}", 400, "invalid",
	  "/tags: does not belong" },
	/* What is deleted is one. */
	{ "deleteTag", HOTEL, "", 400, "invalid", "/tags: must name one object" },
	{ "deleteTag", HOTEL, "{}", 400, "invalid", "/tags: is required" },
	{ "deleteTag", HOTEL, "{\"tags\":[]}", 400, "invalid", "/tags: must name one object" },
	{ "deleteTag", HOTEL, "{\"tags\":[{\"code\":\"T\"},{\"code\":\"U\"}]}", 400, "invalid",
	  "/tags: must name one object" },
	{ "deleteTag", HOTEL, "{\"tags\":[{\"name\":\"T\"}]}", 400, "invalid",
	  "/tags/0/code: is required" },
	{ "deleteTag", HOTEL, "{\"tags\":[{\"code\":\"a b\"}]}", 400, "invalid", "/tags/0/code: " },
	{ "deleteRule", HOTEL, "{\"businessRules\":[{\"name\":\"T\"}]}", 400, "invalid",
	  "/businessRules/0/id: is required" },
	{ "deleteTag", HOTEL, "{\"tags\":[{\"code\":\"U\"}]}", 404, "not_found", "has no tag U" },
	{ "deleteTag", "1", "{\"tags\":[{\"code\":\"T\"}]}", 404, "not_found",
	  "there is no hotel 1" },
	/* States. */
	{ "saveHotel", "", "{\"name\":\"My First hotel\"}", 409, "exists",
	  "another hotel of that name" },
	{ "addTag", "1", "{\"tags\":[{\"code\":\"X\"}]}", 404, "not_found", "there is no hotel 1" },
};

static void what_is_wrong_is_named_and_nothing_is_written(void **state)
{
	struct api_fixture *fixture = *state;
	struct str before, msg;

	furnish(fixture);
	assert_int_equal(seed_fixture_tell(fixture, "getHotel", HOTEL, ""), 200);
	before = str_dup(&fixture->base->arena, fixture->answer.body);
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refused *row = &refusals[i];

		assert_int_equal(
			seed_fixture_tell(fixture, row->sub_function, row->id, row->request),
			row->status);
		msg = seed_fixture_failure(fixture, row->code);
		assert_non_null(strstr(str_c(&fixture->arena, msg), row->named));
	}
	assert_int_equal(seed_fixture_tell(fixture, "getHotel", HOTEL, ""), 200);
	assert_text(fixture->answer.body, before);
	assert_int_equal(seed_fixture_tell(fixture, "listHotels", "", ""), 200);
	assert_true(api_fixture_says(fixture, "\"code\":\"" HOTEL "\""));
}

static void all_fields_to_blame_stand_in_the_message(void **state)
{
	const char *request = "{\"tags\":[{\"code\":\"A\",\"nonsense\":1},{\"code\":7}]}";

	furnish(*state);
	assert_int_equal(seed_fixture_tell(*state, "addTag", HOTEL, request), 400);
	assert_text(
		seed_fixture_failure(*state, "invalid"),
		STR("the request has fields that are not valid: /tags/0/nonsense: there is no such member; "
		    "/tags/1/code: must be a string"));
}

static void a_request_longer_than_a_body_may_be_is_too_large(void **state)
{
	static char bytes[(1 << 20) + 1];
	const struct seed_event event = { .sub_function = STR("saveHotel"),
					  .request = { bytes, sizeof(bytes) } };

	memset(bytes, ' ', sizeof(bytes));
	assert_int_equal(api_fixture_event(*state, &event), 413);
	assert_non_null(strstr(seed_fixture_failure(*state, "too_large").ptr, "1048576"));
}

static void the_store_that_fails_is_told_in_the_wrapper(void **state)
{
	static const struct {
		enum err err;
		bool applied;
		unsigned status;
		const char *code;
	} cases[] = {
		{ ERR_UNAVAILABLE, false, 503, "unavailable" },
		{ ERR_UNCERTAIN, false, 504, "uncertain" },
	};
	struct api_fixture *fixture = *state;

	furnish(fixture);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		store_fixture_plan(fixture->base, STORE_FAULT_ALL, 1, cases[i].err,
				   cases[i].applied);
		fixture->base->plan.and_all_after = true;
		assert_int_equal(seed_fixture_tell(fixture, "addTag", HOTEL,
						   "{\"tags\":[{\"code\":\"N\"}]}"),
				 cases[i].status);
		seed_fixture_failure(fixture, cases[i].code);
	}
}

static void a_write_that_needs_a_condition_has_none_to_give(void **state)
{
	const struct api_options options = { .body_max_bytes = 1 << 20,
					     .auth_open = true,
					     .require_if_match = true };
	struct api_fixture *fixture = *state;

	fixture->api = api_open(&fixture->base->arena, &fixture->app, &options);
	assert_int_equal(
		seed_fixture_tell(fixture, "saveHotel", "", "{\"name\":\"My First hotel\"}"), 200);
	assert_int_equal(seed_fixture_tell(fixture, "deleteHotel", HOTEL, ""), 428);
	seed_fixture_failure(fixture, "precondition_required");
}

static void an_answer_that_is_too_long_is_refused_before_it_is_written(void **state)
{
	const struct api_options options = { .body_max_bytes = 1 << 20,
					     .auth_open = true,
					     .answer_max_bytes = 500 };
	char request[400];
	struct api_fixture *fixture = *state;

	(void)snprintf(request, sizeof(request),
		       "{\"tags\":[{\"code\":\"N\",\"description\":\"%0300d\"}]}", 0);
	furnish(fixture);
	fixture->api = api_open(&fixture->base->arena, &fixture->app, &options);
	assert_int_equal(seed_fixture_tell(fixture, "addTag", HOTEL, request), 413);
	seed_fixture_failure(fixture, "too_large");
	assert_int_equal(seed_fixture_tell(fixture, "getHotel", HOTEL, ""), 413);
	seed_fixture_failure(fixture, "too_large");
	assert_int_equal(
		seed_fixture_tell(fixture, "deleteTag", HOTEL, "{\"tags\":[{\"code\":\"N\"}]}"),
		404);
}

static void who_is_not_known_is_refused_before_anything_is_read(void **state)
{
	struct api_fixture *fixture = *state;
	struct seed_event event = { .sub_function = STR("saveHotel"),
				    .request = STR("{\"nonsense\":") };

	store_fixture_plan(fixture->base, STORE_FAULT_ALL, 1, ERR_UNAVAILABLE, false);
	assert_int_equal(api_fixture_event(fixture, &event), 401);
	seed_fixture_failure(fixture, "unauthenticated");
	event.sub_function = STR("publishChanges");
	assert_int_equal(api_fixture_event(fixture, &event), 401);
	assert_int_equal(atomic_load(&fixture->base->plan.calls), 0);
}

#define OPENED(name) cmocka_unit_test_setup_teardown(name, seed_fixture_open, seed_fixture_close)
#define CLOSED(name) \
	cmocka_unit_test_setup_teardown(name, seed_fixture_open_closed, seed_fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPENED(another_name_is_no_use_case),
		OPENED(an_event_that_is_none_of_the_seeds_says_why),
		OPENED(what_is_wrong_is_named_and_nothing_is_written),
		OPENED(all_fields_to_blame_stand_in_the_message),
		OPENED(a_request_longer_than_a_body_may_be_is_too_large),
		OPENED(the_store_that_fails_is_told_in_the_wrapper),
		OPENED(a_write_that_needs_a_condition_has_none_to_give),
		OPENED(an_answer_that_is_too_long_is_refused_before_it_is_written),
		CLOSED(who_is_not_known_is_refused_before_anything_is_read),
	};

	return cmocka_run_group_tests_name("api_seed_refusal", tests, NULL, NULL);
}
