/* layer: api */
/* A write that is looked at before a worker is free for it: what is wrong is answered, what is not has touched nothing. There is no
 * application at all behind this API: whoever asked its store would crash. */
#include "cx_fixture.h"

#include <string.h>

#include "api/api.h"
#include "api/routes.h"

/* Last: it has a macro `fail`. */
#include <cmocka.h>

struct sent {
	const char *method, *path, *body;
};

/* One for every route that writes, the kinds' by one of them. */
static const struct sent writes[] = {
	{ "POST", "/config", "{\"name\":\"a\"}" },
	{ "PUT", "/config/1", "{\"name\":\"a\"}" },
	{ "PATCH", "/config/1", "{}" },
	{ "DELETE", "/config/1", "" },
	{ "POST", "/config/1/rooms", "{\"buildings\":[]}" },
	{ "POST", "/config/1/tags", "{\"tags\":[{\"code\":\"T\"}]}" },
	{ "PUT", "/config/1/tags/T", "{}" },
	{ "PATCH", "/config/1/tags/T", "{}" },
	{ "DELETE", "/config/1/tags/T", "" },
	{ "PUT", "/chains/c", "{}" },
	{ "DELETE", "/chains/c", "" },
	{ "PUT", "/brands/b", "{\"chain\":\"c\"}" },
	{ "DELETE", "/brands/b", "" },
};

#define WRITES (sizeof(writes) / sizeof(*writes))

static enum api_next check(struct cx *cx, const struct sent *sent, const struct str_pair *header,
			   struct api_answer *answer)
{
	const struct api_options options = { .auth_open = true };
	struct str_pair headers[2] = { { STR("Content-Type"), STR("application/json") } };
	struct api *api = api_open(cx->arena, NULL, &options);
	struct api_request request = { .method = str_of(sent->method),
				       .path = str_of(sent->path),
				       .host = STR("localhost"),
				       .headers = headers,
				       .nheaders = 1,
				       .has_body = sent->body[0] != '\0',
				       .body_bytes = strlen(sent->body),
				       .body = str_of(sent->body) };

	assert_non_null(api);
	if (header)
		headers[request.nheaders++] = *header;
	assert_false(api_is_read(&request));
	cx_clear(cx);
	return api_check(api, cx, &request, answer);
}

static void a_write_without_fault_waits_for_its_worker(void **state)
{
	struct api_answer answer;

	for (size_t i = 0; i < WRITES; i++)
		assert_int_equal(check(*state, &writes[i], NULL, &answer), API_READ_BODY);
}

static void a_wrong_body_is_answered(void **state)
{
	static const char *const bodies[] = { "{", "[]", "{\"nonsense\":1}" };
	struct api_answer answer;

	for (size_t i = 0; i < WRITES; i++) {
		for (size_t j = 0; j < 3 && writes[i].body[0] != '\0'; j++) {
			const struct sent sent = { writes[i].method, writes[i].path, bodies[j] };

			assert_int_equal(check(*state, &sent, NULL, &answer), API_ANSWERED);
			assert_int_equal(answer.status, 400);
		}
	}
}

static void a_wrong_condition_is_answered(void **state)
{
	static const struct str_pair condition = { STR_INIT("If-Match"), STR_INIT("nonsense") };
	struct api_answer answer;

	for (size_t i = 0; i < WRITES; i++) {
		assert_int_equal(check(*state, &writes[i], &condition, &answer), API_ANSWERED);
		assert_int_equal(answer.status, 400);
	}
}

static bool is_among(const struct route *routes, struct arena *arena, const struct route *wanted)
{
	for (size_t i = 0; i < WRITES; i++) {
		const struct route_match match =
			route_find(routes, arena, str_of(writes[i].method), str_of(writes[i].path));

		assert_non_null(match.route);
		if (match.route->handle == wanted->handle)
			return true;
	}
	return false;
}

static void no_route_that_writes_is_left_out(void **state)
{
	struct cx *cx = *state;
	const struct route *routes = routes_open(cx->arena);

	for (const struct route *row = routes; row->method; row++) {
		if (row->handle && strcmp(row->method, "GET") != 0)
			assert_true(is_among(routes, cx->arena, row));
	}
}

static void what_is_read_is_no_write(void **state)
{
	static const char *const methods[] = { "GET", "HEAD", "OPTIONS", "PUT" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		const struct api_request request = { .method = str_of(methods[i]) };

		assert_true(api_is_read(&request) == (i < 2));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_write_without_fault_waits_for_its_worker, open_cx,
						close_cx),
		cmocka_unit_test_setup_teardown(a_wrong_body_is_answered, open_cx, close_cx),
		cmocka_unit_test_setup_teardown(a_wrong_condition_is_answered, open_cx, close_cx),
		cmocka_unit_test_setup_teardown(no_route_that_writes_is_left_out, open_cx,
						close_cx),
		cmocka_unit_test(what_is_read_is_no_write),
	};

	return cmocka_run_group_tests_name("api_check", tests, NULL, NULL);
}
