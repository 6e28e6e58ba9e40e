/* Each store call of each write fails in turn, in each way: nothing is lost, nothing is half done. */
#include "usecase_rig.h"
#include "vfs_fault.h"

#include <stdio.h>
#include <string.h>

struct way {
	const char *name;
	unsigned kinds;
	enum err err;
	bool applied;
	bool and_all_after;
};

/* Reads are not left unclear: a store that can not read has not written. */
static const struct way ways[] = {
	{ "once unavailable", STORE_FAULT_ALL, ERR_UNAVAILABLE, false, false },
	{ "unavailable from then on", STORE_FAULT_ALL, ERR_UNAVAILABLE, false, true },
	{ "unclear, not applied", STORE_FAULT_COMMIT, ERR_UNCERTAIN, false, false },
	{ "unclear, applied", STORE_FAULT_COMMIT, ERR_UNCERTAIN, true, false },
	{ "unclear from then on, none applied", STORE_FAULT_ALL, ERR_UNCERTAIN, false, true },
	{ "unclear from then on, all applied", STORE_FAULT_ALL, ERR_UNCERTAIN, true, true },
};

/* One write of a hotel, and what of it is found in the document. */
struct scenario {
	const char *name;
	const char *method, *path; /* with the code at %s */
	const char *body;
	const char *effect;
};

static const struct scenario scenarios[] = {
	{ "addRoomType", "POST", "/config/%s/rooms/type",
	  "{\"roomTypes\":[{\"code\":\"DBL\",\"name\":\"Double\",\"lowPrice\":99.5},"
	  "{\"code\":\"A-B\",\"name\":\"Other\"}]}",
	  "\"lowPrice\":99.5" },
	{ "PATCH", "PATCH", "/config/%s", "{\"description\":\"patched\",\"timeZone\":\"UTC\"}",
	  "\"description\":\"patched\"" },
	{ "a rename", "POST", "/config", "{\"code\":\"%s\",\"name\":\"Renamed %s\"}",
	  "\"Renamed " },
};

static void make_hotel(struct usecase_rig *rig, struct str name)
{
	struct str body = str_printf(&rig->process, "{\"name\":\"" STR_FMT "\"}", STR_ARG(name));

	assert_int_equal(usecase_rig_ask(rig, "POST", STR("/config"), body, NULL), 200);
}

static struct str fill_in(struct usecase_rig *rig, const char *text, struct str code)
{
	const char *mark = strstr(text, "%s");
	struct str rest;

	if (!mark)
		return str_of(text);
	rest = fill_in(rig, mark + 2, code);
	return str_printf(&rig->process, "%.*s" STR_FMT STR_FMT, (int)(mark - text), text,
			  STR_ARG(code), STR_ARG(rest));
}

static unsigned send_it(struct usecase_rig *rig, const struct scenario *scenario, struct str code,
			const char *key)
{
	struct str path = fill_in(rig, scenario->path, code);
	struct str body = fill_in(rig, scenario->body, code);

	return usecase_rig_ask(rig, scenario->method, path, body, key);
}

static bool has_effect(struct usecase_rig *rig, struct str code, const char *effect)
{
	struct str path = str_printf(&rig->process, "/config/" STR_FMT, STR_ARG(code));

	assert_int_equal(usecase_rig_ask(rig, "GET", path, STR(""), NULL), 200);
	return usecase_rig_says(rig, effect);
}

/* What was unclear once is found out: the witness tells. */
static void check_way(const struct way *way, unsigned status)
{
	if (way->err != ERR_UNCERTAIN)
		assert_int_not_equal(status, 504);
	else if (!way->and_all_after)
		assert_int_equal(status, 200);
}

/* Returns false once n is past the last call. */
static bool fail_call(struct usecase_rig *rig, const struct scenario *scenario,
		      const struct way *way, unsigned n, const char *key)
{
	struct str name = str_printf(&rig->process, "%s %s %u %s", scenario->name, way->name, n,
				     key ? key : "");
	struct str code = usecase_rig_code(rig, name);
	unsigned status;
	bool fired, done;

	make_hotel(rig, name);
	if (n % 2 == 0)
		has_effect(rig, code, "fill the cache");
	usecase_rig_plan(rig, way->kinds, n, way->and_all_after, way->err, way->applied);
	status = send_it(rig, scenario, code, key);
	fired = atomic_load(&rig->plan.calls) >= n;
	usecase_rig_check(rig, code);
	done = has_effect(rig, code, scenario->effect);
	assert_int_equal(usecase_rig_revision(rig, code), done ? 2 : 1);
	assert_true(status == 200 || status == 503 || status == 504);
	assert_true(status == 504 || done == (status == 200));
	check_way(way, status);
	if (status == 200)
		return fired;
	/* Sent again with its key: the effect is there, once. */
	assert_int_equal(send_it(rig, scenario, code, key), 200);
	usecase_rig_check(rig, code);
	assert_int_equal(usecase_rig_revision(rig, code), 2);
	assert_true(has_effect(rig, code, scenario->effect));
	return fired;
}

static void fail_every_call(struct usecase_rig *rig, const struct scenario *scenario,
			    bool with_keys)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		unsigned n = 1;
		char key[64];

		do {
			snprintf(key, sizeof(key), "%.20s-%zu-%u", scenario->method, i, n);
		} while (fail_call(rig, scenario, &ways[i], n++, with_keys ? key : NULL));
		assert_in_range(n, 3, 100);
	}
}

static void every_call_of_add_room_type_may_fail(void **state)
{
	fail_every_call(*state, &scenarios[0], false);
}

static void every_call_of_add_room_type_with_a_key_may_fail(void **state)
{
	fail_every_call(*state, &scenarios[0], true);
}

static void every_call_of_a_patch_may_fail(void **state)
{
	fail_every_call(*state, &scenarios[1], false);
}

/* A key on a PATCH is ignored: the second one changes nothing. */
static void every_call_of_a_patch_with_a_key_may_fail(void **state)
{
	fail_every_call(*state, &scenarios[1], true);
}

static void every_call_of_a_rename_may_fail(void **state)
{
	fail_every_call(*state, &scenarios[2], false);
}

static void every_call_of_a_rename_with_a_key_may_fail(void **state)
{
	fail_every_call(*state, &scenarios[2], true);
}

static bool fail_call_of_create(struct usecase_rig *rig, const struct way *way, unsigned n,
				const char *key)
{
	struct str name =
		str_printf(&rig->process, "create %s %u %s", way->name, n, key ? key : "");
	struct str body = str_printf(&rig->process, "{\"name\":\"" STR_FMT "\"}", STR_ARG(name));
	struct str code = usecase_rig_code(rig, name);
	unsigned status, again;
	bool fired, done;

	usecase_rig_plan(rig, way->kinds, n, way->and_all_after, way->err, way->applied);
	status = usecase_rig_ask(rig, "POST", STR("/config"), body, key);
	fired = atomic_load(&rig->plan.calls) >= n;
	done = usecase_rig_revision(rig, code) == 1;
	assert_true(status == 200 || status == 503 || status == 504);
	assert_true(status == 504 || done == (status == 200));
	check_way(way, status);
	again = usecase_rig_ask(rig, "POST", STR("/config"), body, key);
	assert_int_equal(again, done && !key ? 409 : 200);
	if (key && done)
		assert_true(str_eq(usecase_rig_header(rig, "Idempotency-Replayed"), STR("true")));
	if (again == 200)
		assert_true(usecase_rig_says(
			rig,
			str_c(&rig->process, str_printf(&rig->process, "\"code\":\"" STR_FMT "\"",
							STR_ARG(code)))));
	usecase_rig_check(rig, code);
	assert_int_equal(usecase_rig_revision(rig, code), 1);
	return fired;
}

static void fail_every_call_of_create(struct usecase_rig *rig, bool with_keys)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		unsigned n = 1;
		char key[64];

		do {
			snprintf(key, sizeof(key), "create-%zu-%u", i, n);
		} while (fail_call_of_create(rig, &ways[i], n++, with_keys ? key : NULL));
		assert_in_range(n, 3, 100);
	}
}

static void every_call_of_create_may_fail(void **state)
{
	fail_every_call_of_create(*state, false);
}

static void every_call_of_create_with_a_key_may_fail(void **state)
{
	fail_every_call_of_create(*state, true);
}

/* One call fails: the next request is answered as if nothing had been. */
static void a_read_that_fails_is_503_and_harms_nothing(void **state)
{
	static const char *const paths[] = { "/config/%s", "/config", "/readyz" };
	struct usecase_rig *rig = *state;
	struct str code = usecase_rig_code(rig, STR("Read"));

	make_hotel(rig, STR("Read"));
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct str path = fill_in(rig, paths[i], code);
		unsigned n = 0, status;

		do {
			usecase_rig_restart(rig);
			usecase_rig_plan(rig, STORE_FAULT_ALL, ++n, true, ERR_UNAVAILABLE, false);
			status = usecase_rig_ask(rig, "GET", path, STR(""), NULL);
			assert_true(status == 200 || status == 503);
			assert_true(status == 200 ||
				    str_eq(usecase_rig_header(rig, "Retry-After"), STR("1")));
			usecase_rig_plan(rig, 0, 0, false, OK, false);
			assert_int_equal(usecase_rig_ask(rig, "GET", path, STR(""), NULL), 200);
		} while (status == 503);
		assert_in_range(n, 2, 100);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_call_of_create_may_fail),
		TEST(every_call_of_create_with_a_key_may_fail),
		TEST(every_call_of_add_room_type_may_fail),
		TEST(every_call_of_add_room_type_with_a_key_may_fail),
		TEST(every_call_of_a_patch_may_fail),
		TEST(every_call_of_a_patch_with_a_key_may_fail),
		TEST(every_call_of_a_rename_may_fail),
		TEST(every_call_of_a_rename_with_a_key_may_fail),
		TEST(a_read_that_fails_is_503_and_harms_nothing),
	};

	vfs_fault_register();
	vfs_fault_spare_syncs();
	return cmocka_run_group_tests_name("usecase_store_faults", tests, NULL, NULL);
}
