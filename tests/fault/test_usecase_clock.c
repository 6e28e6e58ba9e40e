/* The wall clock jumps by years, forth and back, while monotonic time goes on: no deadline fires, nothing hangs, nothing is
 * lost, and history's times rise. Keys are kept by the wall clock, for want of another that outlives a restart.
 */
#include "usecase_wide.h"

#include <string.h>

#include "record/hotel_record.h"
#include "vfs_fault.h"

#define TIMEOUT_MS 60000
#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)
#define YEARS_MS (3650 * DAY_MS)

static const struct str room_type = STR_INIT("{\"roomTypes\":[{\"code\":\"DBL\"}]}");
static const struct str another_type = STR_INIT("{\"roomTypes\":[{\"code\":\"SGL\"}]}");

struct jump {
	struct usecase_rig *rig;
	int64_t by_ms;
};

static void do_jump(void *context)
{
	const struct jump *jump = context;

	jump->rig->clock.wall_ms += jump->by_ms;
}

/* Its key is kept or free: what it says is done either way, and nothing else. */
static void send_freed(struct usecase_rig *rig, const struct wide_hotel *hotel, const char *key)
{
	unsigned status = wide_send(rig, hotel, key);

	if (usecase_rig_header(rig, "Idempotency-Replayed").len != 0)
		assert_int_equal(status, 200);
	else if (hotel->write->creates)
		assert_int_equal(status, 409);
	else
		assert_int_equal(status, strcmp(hotel->write->method, "DELETE") == 0 ? 404 : 200);
	assert_true(wide_is_done(rig, hotel));
}

/* The clock jumps behind the n-th store call. Returns false once n is past the last. */
static bool jump_within(struct usecase_rig *rig, const struct wide_write *write, int64_t by_ms,
			unsigned n)
{
	struct jump jump = { rig, by_ms };
	int64_t wall_ms = rig->clock.wall_ms;
	struct str name = str_printf(&rig->process, "%s %d %u", write->name, by_ms > 0 ? 1 : 0, n);
	struct wide_hotel hotel = wide_begin(rig, write, name);
	const char *key = n % 2 ? str_c(&rig->process, hotel.code) : NULL;
	unsigned calls;

	rig->late.calls = 0;
	rig->late.between = n;
	rig->late.act = do_jump;
	rig->late.context = &jump;
	rig->timeout_ms = TIMEOUT_MS;
	assert_int_equal(wide_send(rig, &hotel, key), 200);
	calls = rig->late.calls;
	rig->late.between = 0;
	assert_true(wide_is_done(rig, &hotel));
	assert_int_equal(rig->clock.wall_ms, calls >= n ? wall_ms + by_ms : wall_ms);
	/* A clock that went on may have ended the key with a jump: then there is still one effect. */
	if (key && by_ms > 0)
		send_freed(rig, &hotel, key);
	else
		wide_send_again(rig, &hotel, key, true);
	rig->clock.wall_ms = wall_ms;
	rig->timeout_ms = 0;
	return calls >= n;
}

static void a_clock_that_jumps_at_any_store_call_of_any_write_does_it_no_harm(void **state)
{
	for (size_t i = 0; i < 2 * WIDE_WRITES; i++) {
		unsigned n = 1;

		while (jump_within(*state, &wide_writes[i / 2], i % 2 ? -YEARS_MS : YEARS_MS, n))
			n++;
		assert_in_range(n, 2, 100);
	}
}

/* The same after the clock has jumped to and fro between the writes. */
static void a_clock_that_jumps_between_two_writes_does_them_no_harm(void **state)
{
	static const int64_t jumps_ms[] = { YEARS_MS, -2 * YEARS_MS, YEARS_MS, 1, -1 };
	struct usecase_rig *rig = *state;

	for (size_t i = 0; i < WIDE_WRITES * 5; i++) {
		const struct wide_write *write = &wide_writes[i / 5];
		struct str name = str_printf(&rig->process, "%s %zu", write->name, i);
		struct wide_hotel hotel = wide_begin(rig, write, name);

		rig->timeout_ms = TIMEOUT_MS;
		rig->clock.wall_ms += jumps_ms[i % 5];
		assert_int_equal(wide_send(rig, &hotel, NULL), 200);
		assert_true(wide_is_done(rig, &hotel));
		wide_send_again(rig, &hotel, NULL, true);
	}
}

static struct str make_hotel(struct usecase_rig *rig, const char *name)
{
	struct str body = str_printf(&rig->process, "{\"name\":\"%s\"}", name);

	assert_int_equal(usecase_rig_ask(rig, "POST", STR("/config"), body, NULL), 200);
	return usecase_rig_code(rig, str_of(name));
}

static unsigned add(struct usecase_rig *rig, struct str code, struct str body, const char *key)
{
	struct str path =
		str_printf(&rig->process, "/config/" STR_FMT "/rooms/type", STR_ARG(code));

	return usecase_rig_ask(rig, "POST", path, body, key);
}

static bool is_replayed(struct usecase_rig *rig)
{
	return str_eq(usecase_rig_header(rig, "Idempotency-Replayed"), STR("true"));
}

/* A clock that was ahead and is right again: the key holds for as long as it was ahead. */
static void a_clock_that_goes_back_keeps_every_key(void **state)
{
	struct usecase_rig *rig = *state;
	struct str code = make_hotel(rig, "Ahead");

	rig->clock.wall_ms += YEARS_MS;
	assert_int_equal(add(rig, code, room_type, "ahead"), 200);
	for (unsigned i = 0; i < 2; i++) {
		rig->clock.wall_ms -= YEARS_MS;
		usecase_rig_restart(rig);
		assert_int_equal(add(rig, code, room_type, "ahead"), 200);
		assert_true(is_replayed(rig));
		assert_int_equal(add(rig, code, another_type, "ahead"), 422);
	}
	assert_int_equal(usecase_rig_revision(rig, code), 2);
	usecase_rig_check(rig, code);
}

/* Nothing tells a jump from a day that passed: the key is free, and the same request changes nothing. */
static void a_clock_that_goes_on_by_years_frees_keys_as_a_day_does(void **state)
{
	struct usecase_rig *rig = *state;
	struct str code = make_hotel(rig, "Freed");

	assert_int_equal(add(rig, code, room_type, "k"), 200);
	rig->clock.wall_ms += YEARS_MS;
	assert_int_equal(add(rig, code, room_type, "k"), 200);
	assert_false(is_replayed(rig));
	assert_int_equal(usecase_rig_revision(rig, code), 2);
	assert_int_equal(add(rig, code, room_type, "k"), 200);
	assert_true(is_replayed(rig));
	rig->clock.wall_ms += YEARS_MS;
	assert_int_equal(add(rig, code, another_type, "k"), 200);
	assert_int_equal(usecase_rig_revision(rig, code), 3);
	usecase_rig_check(rig, code);
}

static struct str next_path(struct usecase_rig *rig)
{
	static const char mark[] = "\"next\":\"";
	struct str body = rig->answer.body;
	const char *at = memmem(body.ptr, body.len, mark, sizeof(mark) - 1);
	struct str rest;

	if (!at)
		return STR("");
	rest = str_sub(body, (size_t)(at - body.ptr) + sizeof(mark) - 1, body.len);
	return str_printf(&rig->process, "/config?limit=1&cursor=" STR_FMT,
			  STR_ARG(str_sub(rest, 0, str_index(rest, '"'))));
}

static void a_cursor_leads_on_whatever_the_clock_does(void **state)
{
	static const char *const names[] = { "One", "Two", "Three", "Four", "Five" };
	struct usecase_rig *rig = *state;
	struct str path = STR("/config?limit=1");
	unsigned pages = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		make_hotel(rig, names[i]);
	for (; path.len != 0; pages++) {
		assert_in_range(pages, 0, 5);
		assert_int_equal(usecase_rig_ask(rig, "GET", path, STR(""), NULL), 200);
		path = next_path(rig);
		rig->clock.wall_ms += pages % 2 ? 2 * YEARS_MS : -2 * YEARS_MS;
	}
	assert_in_range(pages, 5, 6);
}

/* A clock that was ahead leaves its mark: what comes after it is a millisecond later each, as history promises. */
static void after_a_clock_that_was_ahead_history_goes_on_by_milliseconds(void **state)
{
	struct usecase_rig *rig = *state;
	struct str code = make_hotel(rig, "Mark");
	int64_t ahead_ms = rig->clock.wall_ms + YEARS_MS;
	struct ctl ctl;

	rig->clock.wall_ms = ahead_ms;
	assert_int_equal(add(rig, code, room_type, NULL), 200);
	rig->clock.wall_ms -= YEARS_MS;
	assert_int_equal(add(rig, code, another_type, NULL), 200);
	usecase_rig_check(rig, code);
	assert_int_equal(record_get_ctl(&rig->cx, rig->app.store, code, &ctl), OK);
	assert_int_equal(ctl.history_time_ms, ahead_ms + 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_clock_that_jumps_at_any_store_call_of_any_write_does_it_no_harm),
		TEST(a_clock_that_jumps_between_two_writes_does_them_no_harm),
		TEST(a_clock_that_goes_back_keeps_every_key),
		TEST(a_clock_that_goes_on_by_years_frees_keys_as_a_day_does),
		TEST(a_cursor_leads_on_whatever_the_clock_does),
		TEST(after_a_clock_that_was_ahead_history_goes_on_by_milliseconds),
	};

	vfs_fault_register();
	vfs_fault_spare_syncs();
	return cmocka_run_group_tests_name("usecase_clock", tests, NULL, NULL);
}
