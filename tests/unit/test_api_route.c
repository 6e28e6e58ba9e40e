/* layer: api */
#include "cx_fixture.h"

#include <string.h>

#include "api/api.h"
#include "api/routes.h"
#include "base/buf.h"
#include "disagree.h"

/* The tables of the HTTP contract, by hand: method, path, the template that answers. */
static const struct {
	const char *methods, *path, *template;
} contract[] = {
	{ "GET POST", "/config", "/config" },
	{ "GET PUT PATCH DELETE", "/config/1", "/config/{id}" },
	{ "GET POST", "/config/1/rooms/type", "/config/{id}/rooms/type" },
	{ "GET PUT PATCH DELETE", "/config/1/rooms/type/DBL", "/config/{id}/rooms/type/{code}" },
	{ "POST", "/config/1/rooms/type/DBL/pictures", "/config/{id}/rooms/type/{code}/pictures" },
	{ "DELETE", "/config/1/rooms/type/DBL/pictures/p",
	  "/config/{id}/rooms/type/{code}/pictures/{pictureId}" },
	{ "POST", "/config/1/rooms", "/config/{id}/rooms" },
	{ "GET POST", "/config/1/tags", "/config/{id}/tags" },
	{ "GET PUT PATCH DELETE", "/config/1/tags/t", "/config/{id}/tags/{code}" },
	{ "GET POST", "/config/1/sellables", "/config/{id}/sellables" },
	{ "GET PUT PATCH DELETE", "/config/1/sellables/s", "/config/{id}/sellables/{code}" },
	{ "POST", "/config/1/sellables/s/pictures", "/config/{id}/sellables/{code}/pictures" },
	{ "DELETE", "/config/1/sellables/s/pictures/p",
	  "/config/{id}/sellables/{code}/pictures/{pictureId}" },
	{ "POST", "/config/1/pictures", "/config/{id}/pictures" },
	{ "DELETE", "/config/1/pictures/p", "/config/{id}/pictures/{pictureId}" },
	{ "GET POST", "/config/1/rules", "/config/{id}/rules" },
	{ "GET PUT PATCH DELETE", "/config/1/rules/r", "/config/{id}/rules/{code}" },
	{ "GET POST", "/config/1/rateplans", "/config/{id}/rateplans" },
	{ "GET PUT PATCH DELETE", "/config/1/rateplans/r", "/config/{id}/rateplans/{code}" },
	{ "GET POST", "/config/1/taxes", "/config/{id}/taxes" },
	{ "GET PUT PATCH DELETE", "/config/1/taxes/t", "/config/{id}/taxes/{code}" },
	{ "POST", "/config/1/publish", "/config/{id}/publish" },
	{ "GET", "/config/1/changes", "/config/{id}/changes" },
	{ "GET", "/config/1/history", "/config/{id}/history" },
	{ "GET", "/config/1/publications", "/config/{id}/publications" },
	{ "GET DELETE", "/config/1/publications/2", "/config/{id}/publications/{n}" },
	{ "POST", "/config/1/publications/2/restore", "/config/{id}/publications/{n}/restore" },
	{ "GET", "/chains", "/chains" },
	{ "GET PUT DELETE", "/chains/c", "/chains/{code}" },
	{ "GET", "/brands", "/brands" },
	{ "GET PUT DELETE", "/brands/b", "/brands/{code}" },
	{ "GET", "/pictures/abc.png", "/pictures/{name}" },
	{ "GET", "/events", "/events" },
	{ "GET", "/search/hotels", "/search/hotels" },
	{ "GET", "/search/hotels/1/rooms", "/search/hotels/{id}/rooms" },
	{ "GET", "/search/hotels/1/calendar", "/search/hotels/{id}/calendar" },
	{ "GET", "/search/hotels/1/explain", "/search/hotels/{id}/explain" },
	{ "GET PUT", "/inventory/1", "/inventory/{id}" },
	{ "GET POST", "/bookings", "/bookings" },
	{ "GET PATCH DELETE", "/bookings/b", "/bookings/{id}" },
	{ "POST", "/bookings/b/confirm", "/bookings/{id}/confirm" },
	{ "POST", "/bookings/b/extend", "/bookings/{id}/extend" },
	{ "POST", "/bookings/b/no-show", "/bookings/{id}/no-show" },
	{ "GET", "/livez", "/livez" },
	{ "GET", "/readyz", "/readyz" },
	{ "GET", "/metrics", "/metrics" },
	{ "GET", "/openapi.json", "/openapi.json" },
	{ "GET", "/docs", "/docs" },
	{ "GET", "/portal/", "/portal/" },
};

enum { CONTRACT = sizeof(contract) / sizeof(contract[0]) };

static struct route_match find(struct cx *cx, const char *method, const char *path)
{
	return route_find(routes_open(cx->arena), cx->arena, str_of(method), str_of(path));
}

/* True when the list of methods, blanks between them, has the method. */
static bool lists(const char *methods, const char *method)
{
	size_t len = strlen(method);

	for (const char *at = strstr(methods, method); at; at = strstr(at + 1, method)) {
		if ((at == methods || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
			return true;
	}
	return false;
}

static void every_route_of_the_contract_is_there_and_no_other(void **state)
{
	static const char *const methods[] = { "GET", "PUT", "PATCH", "POST", "DELETE" };
	struct cx *cx = *state;
	const struct route *routes = routes_open(cx->arena);
	size_t wanted = 0, rows = 0;

	for (size_t i = 0; i < CONTRACT; i++) {
		for (size_t j = 0; j < sizeof(methods) / sizeof(methods[0]); j++) {
			struct route_match match = find(cx, methods[j], contract[i].path);

			assert_true(match.path_known);
			if (!lists(contract[i].methods, methods[j])) {
				assert_null(match.route);
				continue;
			}
			wanted++;
			if (!match.route || strcmp(match.route->path, contract[i].template) != 0)
				disagree("%s %s is not answered by %s", methods[j],
					 contract[i].path, contract[i].template);
			assert_string_equal(match.route->method, methods[j]);
		}
	}
	while (routes[rows].method)
		rows++;
	assert_int_equal(rows, wanted);
}

static void no_path_matches_two_templates(void **state)
{
	struct cx *cx = *state;
	const struct route *routes = routes_open(cx->arena);

	for (size_t i = 0; i < CONTRACT; i++) {
		for (const struct route *row = routes; row->method; row++) {
			const struct route alone[] = { *row, { .method = NULL } };
			struct route_match match = route_find(alone, cx->arena, str_of(row->method),
							      str_of(contract[i].path));

			if (match.route && strcmp(row->path, contract[i].template) != 0)
				disagree("%s matches %s too", contract[i].path, row->path);
		}
	}
}

static void params_are_decoded_codes(void **state)
{
	struct cx *cx = *state;
	struct route_match match =
		find(cx, "DELETE", "/config/a%2Db/rooms/type/%44BL/pictures/x.png");

	assert_non_null(match.route);
	assert_int_equal(match.nparams, 3);
	assert_says(cx, match.params[0], "a-b");
	assert_says(cx, match.params[1], "DBL");
	assert_says(cx, match.params[2], "x.png");
}

static void what_is_no_path_of_ours_is_nobodys(void **state)
{
	static const char *const paths[] = {
		"",
		"/",
		"*",
		"/config/",
		"/configs",
		"/Config",
		"/config/1/",
		"/config//rooms/type",
		"/config/1/rooms/type/",
		"/config/a%2Fb",
		"/config/a b",
		"/config/%",
		"/config/%4",
		"/config/%00",
		"/config/..",
		"/config/.",
		"/config/%2e",
		"/config/1/rooms/types",
		"/config/1/2",
		"/portal",
		"/portal//",
		"//config",
		"config",
		"/livez/",
		"/config/%7Elist-all-00",
		"/config/12345678901234567890123456789012345678901234567890123456789012345"
	};
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct route_match match = find(cx, "GET", paths[i]);

		if (match.route || match.path_known)
			disagree("'%s' is known", paths[i]);
	}
}

static void head_is_answered_where_get_is(void **state)
{
	struct cx *cx = *state;
	const struct route *routes = routes_open(cx->arena);
	const struct route *get = route_find(routes, cx->arena, STR("GET"), STR("/config/1")).route;

	assert_non_null(get);
	assert_ptr_equal(route_find(routes, cx->arena, STR("HEAD"), STR("/config/1")).route, get);
	assert_null(find(cx, "HEAD", "/config/1/publish").route);
	assert_true(find(cx, "HEAD", "/config/1/publish").path_known);
	assert_null(find(cx, "get", "/config/1").route);
	assert_null(find(cx, "BREW", "/config/1").route);
}

static void the_methods_of_a_path_are_told(void **state)
{
	static const struct {
		const char *path, *allow;
	} cases[] = {
		{ "/config", "GET, HEAD, POST, OPTIONS" },
		{ "/config/1", "GET, HEAD, PUT, PATCH, DELETE, OPTIONS" },
		{ "/config/1/publish", "POST, OPTIONS" },
		{ "/livez", "GET, HEAD, OPTIONS" },
	};
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf buf;

		buf_init(&buf, cx->arena);
		route_allow(routes_open(cx->arena), cx->arena, str_of(cases[i].path), &buf);
		assert_says(cx, buf_str(&buf), cases[i].allow);
	}
}

/* Use cases of the seed, and that a row's parts fit each other. */
static void the_use_cases_of_the_seed_have_routes(void **state)
{
	static const char *const names[] = { "listHotels",
					     "saveHotel",
					     "getHotel",
					     "deleteHotel",
					     "addRoomType",
					     "deleteRoomType",
					     "addTag",
					     "deleteTag",
					     "addSellable",
					     "deleteSellable",
					     "saveRooms",
					     "addPicture",
					     "deletePicture",
					     "addRoomTypePicture",
					     "deleteRoomTypePicture",
					     "addSellablePicture",
					     "deleteSellablePicture",
					     "publishChanges",
					     "bookRoom",
					     "searchHotelAvailability",
					     "searchRoomAvailability" };

	const struct route *routes = routes_open(((struct cx *)*state)->arena);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		bool found = false;

		for (const struct route *row = routes; row->method; row++)
			found |= strcmp(row->use_case, names[i]) == 0;
		if (!found)
			disagree("%s has no route", names[i]);
	}
	for (const struct route *row = routes; row->method; row++) {
		bool wrapped = strncmp(row->path, "/config", 7) == 0;
		bool writes = strcmp(row->method, "GET") != 0;

		assert_int_equal((row->flags & ROUTE_WRAPPED) != 0, wrapped);
		assert_false((row->flags & ROUTE_BODY) && !writes);
		assert_false((row->flags & ROUTE_PATCH) && strcmp(row->method, "PATCH") != 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cx, close_cx)

static uint64_t lane(const struct api *api, const char *method, const char *path)
{
	const struct api_request request = { .method = str_of(method), .path = str_of(path) };

	return api_lane(api, &request);
}

static void writes_of_one_hotel_are_a_lane_and_its_reads_another(void **state)
{
	struct cx *cx = *state;
	const struct api_options options = { .base_path = STR("/prod") };
	struct api *api = api_open(cx->arena, NULL, &options);
	uint64_t writes = lane(api, "POST", "/config/1/tags"),
		 reads = lane(api, "GET", "/config/1");

	assert_non_null(api);
	assert_true(lane(api, "DELETE", "/config/1") == writes);
	assert_true(lane(api, "PUT", "/prod/config/1/tags/t") == writes);
	assert_true(lane(api, "HEAD", "/config/1/taxes/t") == reads);
	assert_true(reads != writes);
	assert_true(lane(api, "PUT", "/config/2") != writes);
	/* However it is spelled, one hotel can not have many lanes. */
	assert_true(lane(api, "PUT", "/config/%31") == lane(api, "POST", "/config"));
	assert_true(lane(api, "PUT", "/config/%32/tags/t") == lane(api, "POST", "/config"));
	assert_true(lane(api, "OPTIONS", "*") == lane(api, "POST", "/"));
	assert_true(lane(api, "GET", "/readyz") != lane(api, "GET", "/config"));
	assert_true(lane(api, "GET", "/readyz") != lane(api, "GET", "/config/%31"));
	assert_true(lane(api, "GET", "/prod/readyz") == lane(api, "GET", "/readyz"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_route_of_the_contract_is_there_and_no_other),
		TEST(no_path_matches_two_templates),
		TEST(params_are_decoded_codes),
		TEST(what_is_no_path_of_ours_is_nobodys),
		TEST(head_is_answered_where_get_is),
		TEST(the_methods_of_a_path_are_told),
		TEST(the_use_cases_of_the_seed_have_routes),
		TEST(writes_of_one_hotel_are_a_lane_and_its_reads_another),
	};

	return cmocka_run_group_tests_name("api_route", tests, NULL, NULL);
}
