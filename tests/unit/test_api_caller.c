/* layer: api, adapter */
/* Who asks: who is answered at all, and whose name stands in what is written. */
#include "api_fixture.h"

#include <string.h>

#include "api/caller.h"
#include "api/routes.h"
#include "codec/hash.h"
#include "record/item.h"
#include "record/key.h"

/* Last: it has a macro `fail`. */
#include <cmocka.h>

static const struct api_options closed = { .body_max_bytes = 1 << 20 };
static const struct api_options opened = { .body_max_bytes = 1 << 20, .auth_open = true };

static int open_closed(void **state)
{
	*state = api_fixture_open(&closed);
	return 0;
}

static int open_opened(void **state)
{
	*state = api_fixture_open(&opened);
	return 0;
}

static int close_it(void **state)
{
	api_fixture_close(*state);
	return 0;
}

/* A path of the route: every code is `x`. */
static const char *path_of(struct arena *arena, const struct route *route)
{
	struct str rest = str_of(route->path), path = STR("");

	while (rest.len != 0) {
		struct str piece = str_sub(rest, 0, str_index(rest, '{'));

		rest = str_sub(rest, piece.len, rest.len);
		path = str_printf(arena, STR_FMT STR_FMT "%s", STR_ARG(path), STR_ARG(piece),
				  rest.len != 0 ? "x" : "");
		rest = str_sub(rest, rest.len != 0 ? str_index(rest, '}') + 1 : 0, rest.len);
	}
	return str_c(arena, path);
}

static void every_route_but_the_public_ones_wants_to_know_who_asks(void **state)
{
	static const char *const public_paths[] = { "/livez", "/readyz", "/openapi.json", "/docs" };
	struct api_fixture *fixture = *state;
	struct arena *arena = &fixture->base->arena;
	size_t n = 0;

	for (const struct route *row = routes_open(arena); row->method; row++) {
		bool is_public = false;
		unsigned status =
			api_fixture_ask(fixture, row->method, path_of(arena, row), "", NULL);

		for (size_t i = 0; i < 4; i++)
			is_public = is_public || strcmp(row->path, public_paths[i]) == 0;
		n += is_public;
		assert_int_equal(status, is_public ? 200 : 401);
		assert_text(api_fixture_header(fixture, "WWW-Authenticate"),
			    is_public ? STR("") : STR("Bearer"));
		assert_int_equal(api_fixture_says(fixture, "\"code\":\"unauthenticated\""),
				 !is_public);
	}
	assert_int_equal(n, 4);
}

static void no_body_and_no_store_is_looked_at_for_who_is_not_known(void **state)
{
	struct api_fixture *fixture = *state;

	store_fixture_plan(fixture->base, STORE_FAULT_ALL, 1, ERR_UNAVAILABLE, false);
	assert_int_equal(api_fixture_ask(fixture, "POST", "/config", "{\"nonsense\":", NULL), 401);
	assert_int_equal(api_fixture_ask(fixture, "POST", "/config?nonsense=1", "{}", NULL), 401);
	assert_int_equal(api_fixture_ask(fixture, "GET", "/config/1", "", NULL), 401);
	assert_int_equal(api_fixture_ask(fixture, "DELETE", "/config/1", "", NULL), 401);
	assert_int_equal(atomic_load(&fixture->base->plan.calls), 0);
}

/* The document is public: that there is no such path is no secret. */
static void what_does_not_exist_is_said_to_anybody(void **state)
{
	assert_int_equal(api_fixture_ask(*state, "GET", "/nowhere", "", NULL), 404);
	assert_int_equal(api_fixture_ask(*state, "DELETE", "/config", "", NULL), 405);
	assert_int_equal(api_fixture_ask(*state, "OPTIONS", "/config", "", NULL), 204);
}

static void head_is_refused_as_get_is(void **state)
{
	struct api_fixture *fixture = *state;

	assert_int_equal(api_fixture_ask(fixture, "HEAD", "/config", "", NULL), 401);
	assert_int_equal(api_fixture_ask(fixture, "HEAD", "/livez", "", NULL), 200);
}

static void a_name_that_can_not_be_kept_is_nobody(void **state)
{
	static char bytes[CALLER_BYTES_MAX + 1];
	const struct {
		struct str name;
		unsigned status;
	} cases[] = {
		{ STR_INIT("u"), 200 },
		{ STR_INIT("arn:aws:iam::123456789012:user/a b"), 200 },
		{ STR_INIT("J\xc3\xbcrgen"), 200 },
		{ { bytes, CALLER_BYTES_MAX }, 200 },
		{ { bytes, CALLER_BYTES_MAX + 1 }, 401 },
		{ STR_INIT(""), 401 },
		{ STR_INIT("a\0b"), 401 },
		{ STR_INIT("a\nb"), 401 },
		{ STR_INIT("a\x7f"), 401 },
		{ STR_INIT("\xff"), 401 },
	};

	memset(bytes, 'a', sizeof(bytes));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct api_request request = { .user = cases[i].name };

		assert_int_equal(api_fixture_send(*state, "GET", "/config", request),
				 cases[i].status);
	}
}

static struct str code_of(struct api_fixture *fixture, const char *user, const char *name)
{
	return str_printf(&fixture->base->arena, "%u", hash_fnv1a32(str_of(user), str_of(name)));
}

static struct str stored(struct api_fixture *fixture, struct str code, struct str item_type,
			 const char *member)
{
	struct item item;

	assert_int_equal(store_get(fixture->app.store, &fixture->base->cx,
				   (struct key){ code, item_type }, &item),
			 OK);
	return item_text(&item, str_of(member));
}

static const char *path_to(struct api_fixture *fixture, struct str code)
{
	return str_c(&fixture->base->arena,
		     str_printf(&fixture->base->arena, "/config/" STR_FMT, STR_ARG(code)));
}

/* The code is FNV-1a 32 of the user's name, then the hotel's. */
static void users_have_hotels_of_the_same_name(void **state)
{
	struct api_fixture *fixture = *state;
	struct str anna = code_of(fixture, "anna", "Sea"), ben = code_of(fixture, "ben", "Sea");

	assert_int_equal(api_fixture_ask(fixture, "POST", "/config", "{\"name\":\"Sea\"}", "anna"),
			 200);
	assert_text(api_fixture_header(fixture, "Location"),
		    str_printf(&fixture->base->arena, "/config/" STR_FMT, STR_ARG(anna)));
	assert_int_equal(api_fixture_ask(fixture, "POST", "/config", "{\"name\":\"Sea\"}", "anna"),
			 409);
	assert_true(api_fixture_says(fixture, "\"code\":\"exists\""));
	assert_int_equal(api_fixture_ask(fixture, "POST", "/config", "{\"name\":\"Sea\"}", "ben"),
			 200);
	assert_int_equal(api_fixture_ask(fixture, "GET", path_to(fixture, anna), "", "ben"), 200);
	assert_int_equal(api_fixture_ask(fixture, "GET", path_to(fixture, ben), "", "anna"), 200);
	assert_text(stored(fixture, anna, KEY_HEAD, "user"), STR("anna"));
	assert_text(stored(fixture, ben, KEY_HEAD, "user"), STR("ben"));
	assert_text(stored(fixture, ben, KEY_HEAD, "lastUpdatedBy"), STR("ben"));
}

static void who_changes_a_hotel_is_named_and_its_owner_stays(void **state)
{
	struct api_fixture *fixture = *state;
	struct arena *arena = &fixture->base->arena;
	struct str code = code_of(fixture, "anna", "Sea");

	assert_int_equal(api_fixture_ask(fixture, "POST", "/config", "{\"name\":\"Sea\"}", "anna"),
			 200);
	assert_int_equal(api_fixture_ask(fixture, "PATCH", path_to(fixture, code),
					 "{\"description\":\"d\"}", "ben"),
			 200);
	assert_text(stored(fixture, code, KEY_HEAD, "user"), STR("anna"));
	assert_text(stored(fixture, code, KEY_HEAD, "lastUpdatedBy"), STR("ben"));
	assert_text(stored(fixture, code, key_history(arena, 1, 0), "by"), STR("anna"));
	assert_text(stored(fixture, code, key_history(arena, 2, 0), "by"), STR("ben"));
	assert_text(stored(fixture, key_name(arena, STR("anna"), STR("Sea")).code,
			   key_name(arena, STR("anna"), STR("Sea")).item_type, "hotel"),
		    code);
}

static unsigned ask_with_key(struct api_fixture *fixture, const char *name, const char *user)
{
	const struct str_pair headers[] = { { STR("Content-Type"), STR("application/json") },
					    { STR("Idempotency-Key"), STR("once") } };
	const struct api_request request = {
		.headers = headers,
		.nheaders = 2,
		.body = str_printf(&fixture->base->arena, "{\"name\":\"%s\"}", name),
		.user = str_of(user),
	};

	return api_fixture_send(fixture, "POST", "/config", request);
}

static void an_idempotency_key_is_its_callers(void **state)
{
	struct api_fixture *fixture = *state;

	assert_int_equal(ask_with_key(fixture, "Sea", "anna"), 200);
	assert_int_equal(ask_with_key(fixture, "Sea", "anna"), 200);
	assert_text(api_fixture_header(fixture, "Idempotency-Replayed"), STR("true"));
	assert_int_equal(ask_with_key(fixture, "Lake", "ben"), 200);
	assert_text(api_fixture_header(fixture, "Idempotency-Replayed"), STR(""));
	assert_int_equal(ask_with_key(fixture, "Lake", "anna"), 422);
}

static void with_open_auth_nobody_is_asked_and_a_name_counts(void **state)
{
	struct api_fixture *fixture = *state;
	struct str nobody = code_of(fixture, "", "Sea"), anna = code_of(fixture, "anna", "Sea");

	assert_int_equal(api_fixture_ask(fixture, "POST", "/config", "{\"name\":\"Sea\"}", NULL),
			 200);
	assert_int_equal(api_fixture_ask(fixture, "POST", "/config", "{\"name\":\"Sea\"}", "anna"),
			 200);
	assert_text(stored(fixture, nobody, KEY_HEAD, "user"), STR(""));
	assert_text(stored(fixture, anna, KEY_HEAD, "user"), STR("anna"));
}

#define CLOSED(name) cmocka_unit_test_setup_teardown(name, open_closed, close_it)
#define OPENED(name) cmocka_unit_test_setup_teardown(name, open_opened, close_it)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLOSED(every_route_but_the_public_ones_wants_to_know_who_asks),
		CLOSED(no_body_and_no_store_is_looked_at_for_who_is_not_known),
		CLOSED(what_does_not_exist_is_said_to_anybody),
		CLOSED(head_is_refused_as_get_is),
		CLOSED(a_name_that_can_not_be_kept_is_nobody),
		CLOSED(users_have_hotels_of_the_same_name),
		CLOSED(who_changes_a_hotel_is_named_and_its_owner_stays),
		CLOSED(an_idempotency_key_is_its_callers),
		OPENED(with_open_auth_nobody_is_asked_and_a_name_counts),
	};

	return cmocka_run_group_tests_name("api_caller", tests, NULL, NULL);
}
