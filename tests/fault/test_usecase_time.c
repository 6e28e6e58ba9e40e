/* Stores that answer late, and clocks that jump. */
#include "usecase_rig.h"

#include <stdio.h>

#define TIMEOUT_MS 60000
#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)

static struct str hotel_path(struct usecase_rig *rig, struct str code, const char *rest)
{
	return str_printf(&rig->process, "/config/" STR_FMT "%s", STR_ARG(code), rest);
}

static struct str make_hotel(struct usecase_rig *rig, struct str name)
{
	struct str body = str_printf(&rig->process, "{\"name\":\"" STR_FMT "\"}", STR_ARG(name));

	assert_int_equal(usecase_rig_ask(rig, "POST", STR("/config"), body, NULL), 200);
	return usecase_rig_code(rig, name);
}

static const struct str room_type = STR_INIT("{\"roomTypes\":[{\"code\":\"DBL\"}]}");

/* From the n-th store call on each takes longer than the request may. */
static unsigned ask_late(struct usecase_rig *rig, struct str path, struct str body, unsigned n,
			 const char *key)
{
	unsigned status;

	rig->late.calls = 0;
	rig->late.from = n;
	rig->late.late_ms = TIMEOUT_MS + 1000;
	rig->timeout_ms = TIMEOUT_MS;
	status = usecase_rig_ask(rig, "POST", path, body, key);
	rig->late.from = 0;
	rig->timeout_ms = 0;
	return status;
}

/* The commit that is under way when the time runs out is answered with what came of it; before it: 503, nothing. */
static void an_answer_that_is_late_is_503_and_nothing_or_the_whole(void **state)
{
	struct usecase_rig *rig = *state;
	unsigned n = 0, status;

	do {
		struct str code = make_hotel(rig, str_printf(&rig->process, "Late %u", ++n));
		struct str path = hotel_path(rig, code, "/rooms/type");
		const char *key = n % 2 == 0 ? str_c(&rig->process, code) : NULL;

		status = ask_late(rig, path, room_type, n, key);
		assert_true(status == 200 || status == 503);
		if (status == 503)
			assert_int_not_equal(usecase_rig_header(rig, "Retry-After").len, 0);
		assert_int_equal(usecase_rig_revision(rig, code), status == 200 ? 2 : 1);
		usecase_rig_check(rig, code);
		assert_int_equal(usecase_rig_ask(rig, "POST", path, room_type, key), 200);
		assert_int_equal(usecase_rig_revision(rig, code), 2);
	} while (rig->late.calls >= n && n < 100);
	assert_in_range(n, 5, 99);
}

static void a_late_create_is_503_and_nothing_or_the_whole(void **state)
{
	struct usecase_rig *rig = *state;
	unsigned n = 0, status, calls;

	do {
		struct str name = str_printf(&rig->process, "Late %u", ++n);
		struct str body =
			str_printf(&rig->process, "{\"name\":\"" STR_FMT "\"}", STR_ARG(name));
		struct str code = usecase_rig_code(rig, name);

		status = ask_late(rig, STR("/config"), body, n, NULL);
		calls = rig->late.calls;
		assert_true(status == 200 || status == 503);
		assert_int_equal(usecase_rig_revision(rig, code), status == 200 ? 1 : 0);
		assert_int_equal(usecase_rig_ask(rig, "POST", STR("/config"), body, NULL),
				 status == 200 ? 409 : 200);
		usecase_rig_check(rig, code);
	} while (calls >= n && n < 100);
	assert_in_range(n, 3, 99);
}

static void a_request_whose_time_is_over_does_nothing(void **state)
{
	struct usecase_rig *rig = *state;
	struct str code = make_hotel(rig, STR("Over"));

	rig->timeout_ms = -1;
	assert_int_equal(
		usecase_rig_ask(rig, "POST", hotel_path(rig, code, "/rooms/type"), room_type, NULL),
		503);
	assert_int_equal(usecase_rig_ask(rig, "GET", STR("/config"), STR(""), NULL), 503);
	assert_int_equal(usecase_rig_ask(rig, "GET", STR("/livez"), STR(""), NULL), 200);
	rig->timeout_ms = 0;
	assert_int_equal(usecase_rig_revision(rig, code), 1);
}

/* usecase_rig_check looks at every time of the history. */
static void history_never_goes_back_when_the_clock_does(void **state)
{
	static const int64_t steps_ms[] = { 1000, -DAY_MS, 0, 0, 1, -1, DAY_MS, -400 * DAY_MS, 5 };
	struct usecase_rig *rig = *state;
	struct str code = make_hotel(rig, STR("Clock"));

	for (size_t i = 0; i < sizeof(steps_ms) / sizeof(steps_ms[0]); i++) {
		struct str body = str_printf(&rig->process, "{\"description\":\"%zu\"}", i);

		rig->clock.wall_ms += steps_ms[i];
		assert_int_equal(
			usecase_rig_ask(rig, "PATCH", hotel_path(rig, code, ""), body, NULL), 200);
		assert_int_equal(usecase_rig_revision(rig, code), i + 2);
		usecase_rig_check(rig, code);
	}
}

/* A key is kept for 24 h: then the same request is another one. */
static void a_key_is_kept_for_a_day_across_restarts(void **state)
{
	struct usecase_rig *rig = *state;
	struct str code = make_hotel(rig, STR("Keys"));
	struct str path = hotel_path(rig, code, "/rooms/type");

	assert_int_equal(usecase_rig_ask(rig, "POST", path, room_type, "k"), 200);
	rig->clock.wall_ms += DAY_MS - 1;
	usecase_rig_restart(rig);
	assert_int_equal(usecase_rig_ask(rig, "POST", path, room_type, "k"), 200);
	assert_true(str_eq(usecase_rig_header(rig, "Idempotency-Replayed"), STR("true")));
	assert_int_equal(usecase_rig_ask(rig, "POST", path,
					 STR("{\"roomTypes\":[{\"code\":\"SGL\"}]}"), "k"),
			 422);
	rig->clock.wall_ms += 1;
	assert_int_equal(usecase_rig_ask(rig, "POST", path,
					 STR("{\"roomTypes\":[{\"code\":\"SGL\"}]}"), "k"),
			 200);
	assert_int_equal(usecase_rig_header(rig, "Idempotency-Replayed").len, 0);
	assert_int_equal(usecase_rig_revision(rig, code), 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_answer_that_is_late_is_503_and_nothing_or_the_whole),
		TEST(a_late_create_is_503_and_nothing_or_the_whole),
		TEST(a_request_whose_time_is_over_does_nothing),
		TEST(history_never_goes_back_when_the_clock_does),
		TEST(a_key_is_kept_for_a_day_across_restarts),
	};

	return cmocka_run_group_tests_name("usecase_time", tests, NULL, NULL);
}
