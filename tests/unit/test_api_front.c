/* layer: api, adapter */
/* What the front tells beside the request: the path that it took away, and the invocation's id. */
#include "api_fixture.h"

#include <string.h>

/* Last: it has a macro `fail`. */
#include <cmocka.h>

#define AT "/config/364425903"

static const struct api_options options = { .body_max_bytes = 1 << 20,
					    .auth_open = true,
					    .base_path = STR_INIT("/v1") };

static int open_it(void **state)
{
	*state = api_fixture_open(&options);
	return 0;
}

static int close_it(void **state)
{
	api_fixture_close(*state);
	return 0;
}

static unsigned ask(struct api_fixture *fixture, const char *mount, const char *method,
		    const char *path, const char *body)
{
	static const struct str_pair headers[] = { { STR_INIT("Content-Type"),
						     STR_INIT("application/json") },
						   { STR_INIT("Idempotency-Key"), STR_INIT("k") } };

	return api_fixture_send(fixture, method, path,
				(struct api_request){ .headers = headers,
						      .nheaders = 2,
						      .body = str_of(body),
						      .mount = str_of(mount) });
}

static void a_location_begins_with_what_the_front_took_away(void **state)
{
	const char *body = "{\"name\":\"My First hotel\"}";
	struct api_fixture *fixture = *state;

	assert_int_equal(ask(fixture, "/prod", "POST", "/config", body), 200);
	assert_text(api_fixture_header(fixture, "Location"), STR("/prod/v1" AT));
	/* What is stored for the key knows no mount. */
	assert_int_equal(ask(fixture, "/other", "POST", "/config", body), 200);
	assert_text(api_fixture_header(fixture, "Idempotency-Replayed"), STR("true"));
	assert_text(api_fixture_header(fixture, "Location"), STR("/other/v1" AT));
	assert_int_equal(ask(fixture, "", "PUT", AT "/tags/T", "{}"), 201);
	assert_text(api_fixture_header(fixture, "Location"), STR("/v1" AT "/tags/T"));
	assert_int_equal(ask(fixture, "/p/q", "PUT", "/chains/c", "{}"), 201);
	assert_text(api_fixture_header(fixture, "Location"), STR("/p/q/v1/chains/c"));
}

/* The path and the query of the Link header. */
static const char *next_page(struct api_fixture *fixture)
{
	struct str link = api_fixture_header(fixture, "Link");
	size_t end = str_index(link, '>');

	assert_true(end != link.len);
	return str_c(&fixture->base->arena, str_sub(link, 1, end - 1));
}

static void a_next_page_is_found_under_any_mount(void **state)
{
	struct api_fixture *fixture = *state;
	const char *mounted, *bare;

	assert_int_equal(ask(fixture, "", "PUT", "/chains/a", "{}"), 201);
	assert_int_equal(ask(fixture, "", "PUT", "/chains/b", "{}"), 201);
	assert_int_equal(ask(fixture, "/prod", "GET", "/chains?limit=1", ""), 200);
	mounted = next_page(fixture);
	assert_int_equal(ask(fixture, "", "GET", "/v1/chains?limit=1", ""), 200);
	bare = next_page(fixture);
	assert_int_equal(strncmp(mounted, "/prod/v1/chains?", 16), 0);
	assert_string_equal(mounted + strlen("/prod"), bare);
	/* The front takes its mount away again. */
	assert_int_equal(ask(fixture, "/other", "GET", bare, ""), 200);
	assert_true(api_fixture_says(fixture, "\"code\":\"b\""));
}

static void the_descriptions_name_the_mount(void **state)
{
	struct api_fixture *fixture = *state;

	assert_int_equal(ask(fixture, "/prod", "GET", "/openapi.json", ""), 200);
	assert_true(api_fixture_says(fixture, "\"servers\":[{\"url\":\"/prod/v1\"}]"));
	assert_int_equal(ask(fixture, "/prod", "GET", "/docs", ""), 200);
	assert_true(api_fixture_says(fixture, "href=\"/prod/v1/openapi.json\""));
}

static struct str id_of(struct api_fixture *fixture, struct str of_client, struct str of_front)
{
	const struct str_pair header = { STR("X-Request-Id"), of_client };
	const struct api_request request = {
		.method = STR("GET"),
		.path = STR("/livez"),
		.headers = &header,
		.nheaders = of_client.ptr ? 1 : 0,
	};

	cx_init(&fixture->cx, &fixture->arena);
	fixture->cx.request_id = of_front;
	assert_int_equal(api_begin(fixture->api, &fixture->cx, &request, &fixture->answer),
			 API_ANSWERED);
	assert_text(api_fixture_header(fixture, "X-Request-Id"), fixture->cx.request_id);
	return fixture->cx.request_id;
}

static void a_request_has_its_clients_id_else_the_fronts_else_one_of_ours(void **state)
{
	static char bytes[65];
	const struct str safe = STR("c6af9ac6-7b61-11e6-9a41-93e8deadbeef");
	const struct str unsafe[] = { { NULL, 0 },   STR(""),
				      STR("a b"),    STR("a\r\nSet-Cookie: x"),
				      { bytes, 65 }, STR("\xc3\xa4") };

	memset(bytes, 'a', sizeof(bytes));
	assert_text(id_of(*state, STR("client-1"), safe), STR("client-1"));
	assert_text(id_of(*state, (struct str){ bytes, 64 }, safe), (struct str){ bytes, 64 });
	for (size_t i = 0; i < sizeof(unsafe) / sizeof(unsafe[0]); i++) {
		struct str made = id_of(*state, unsafe[i], STR(""));

		assert_in_range(made.len, 18, 40);
		assert_int_equal(made.ptr[16], '-');
		assert_text(id_of(*state, unsafe[i], safe), safe);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_it, close_it)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_location_begins_with_what_the_front_took_away),
		TEST(a_next_page_is_found_under_any_mount),
		TEST(the_descriptions_name_the_mount),
		TEST(a_request_has_its_clients_id_else_the_fronts_else_one_of_ours),
	};

	return cmocka_run_group_tests_name("api_front", tests, NULL, NULL);
}
