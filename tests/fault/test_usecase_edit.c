/* Writes that meet what no scenario of the others holds: nothing to write, a gate that stays shut, a race lost each time. */
#include "usecase_rig.h"

#include "record/key.h"
#include "usecase/gate.h"
#include "usecase/idempotency.h"

static const struct str no_change = STR_INIT("{\"description\":\"as it was\"}");

static struct str path_of(struct usecase_rig *rig, struct str code)
{
	return str_printf(&rig->process, "/config/" STR_FMT, STR_ARG(code));
}

static struct str make_hotel(struct usecase_rig *rig, const char *name)
{
	struct str body =
		str_printf(&rig->process, "{\"name\":\"%s\",\"description\":\"as it was\"}", name);

	assert_int_equal(usecase_rig_ask(rig, "POST", STR("/config"), body, NULL), 200);
	return usecase_rig_code(rig, str_of(name));
}

static unsigned patch(struct usecase_rig *rig, struct str code, struct str body)
{
	return usecase_rig_ask(rig, "PATCH", path_of(rig, code), body, NULL);
}

static void a_write_that_changes_nothing_says_so_only_of_a_hotel_it_could_read(void **state)
{
	struct usecase_rig *rig = *state;
	struct str code = make_hotel(rig, "Same");
	unsigned n = 0, status;

	do {
		usecase_rig_restart(rig);
		usecase_rig_plan(rig, STORE_FAULT_ALL, ++n, true, ERR_UNAVAILABLE, false);
		status = patch(rig, code, no_change);
		assert_true(status == 200 || status == 503);
		usecase_rig_plan(rig, 0, 0, false, OK, false);
		assert_int_equal(usecase_rig_revision(rig, code), 1);
	} while (status != 200);
	assert_in_range(n, 4, 100); /* ctl, head, ctl again */
	usecase_rig_check(rig, code);
}

/* The other process's hand on ctl, which no use case takes away. */
struct taker {
	struct usecase_rig *other;
	struct str code;
};

static void take_ctl_away(void *context)
{
	const struct taker *taker = context;
	struct usecase_rig *other = taker->other;
	const struct write write = { .op = WRITE_DELETE,
				     .key = { taker->code, KEY_CTL },
				     .if_rev = REV_ANY };
	size_t conflict;

	cx_init(&other->cx, &other->arena);
	assert_int_equal(store_commit(other->app.store, &other->cx,
				      &(struct commit){ &write, 1, STR("token") }, &conflict),
			 OK);
}

static void a_hotel_that_goes_away_under_a_write_that_changes_nothing_is_not_found(void **state)
{
	struct usecase_rig *rig = *state, other;
	struct str code = make_hotel(rig, "Gone");
	struct taker taker = { &other, code };

	usecase_rig_open_other(rig, &other);
	usecase_rig_restart(rig);
	rig->late.calls = 0;
	rig->late.between = 2; /* ctl, head */
	rig->late.act = take_ctl_away;
	rig->late.context = &taker;
	assert_int_equal(patch(rig, code, no_change), 404);
	rig->late.between = 0;
	usecase_rig_close_other(&other);
}

static void who_loses_every_race_is_told_to_come_again(void **state)
{
	struct usecase_rig *rig = *state;
	struct str code = make_hotel(rig, "Race");

	usecase_rig_plan(rig, STORE_FAULT_COMMIT, 1, true, ERR_CONFLICT, false);
	rig->plan.code = NULL; /* an answer of the port, not noted */
	assert_int_equal(patch(rig, code, STR("{\"description\":\"new\"}")), 503);
	assert_int_equal(atomic_load(&rig->plan.calls), 10);
	assert_true(str_eq(usecase_rig_header(rig, "Retry-After"), STR("1")));
	assert_true(usecase_rig_says(rig, "is written by too many at once"));
	usecase_rig_plan(rig, 0, 0, false, OK, false);
	assert_int_equal(usecase_rig_revision(rig, code), 1);
	assert_int_equal(patch(rig, code, STR("{\"description\":\"new\"}")), 200);
	usecase_rig_check(rig, code);
}

static void who_waits_at_the_gate_until_its_deadline_has_written_nothing(void **state)
{
	struct usecase_rig *rig = *state;
	struct str code = make_hotel(rig, "Gate");

	assert_int_equal(gate_enter(rig->app.gates, &rig->cx, code), OK);
	rig->timeout_ms = 50;
	assert_int_equal(patch(rig, code, STR("{\"description\":\"new\"}")), 503);
	rig->timeout_ms = 0;
	gate_leave(rig->app.gates, code);
	assert_int_equal(usecase_rig_revision(rig, code), 1);
	assert_int_equal(patch(rig, code, STR("{\"description\":\"new\"}")), 200);
	usecase_rig_check(rig, code);
}

static void a_key_whose_first_request_still_runs_is_in_flight(void **state)
{
	const struct command command = { .idempotency_key = STR("k") };
	const struct str room_type = STR("{\"roomTypes\":[{\"code\":\"DBL\"}]}");
	struct usecase_rig *rig = *state;
	struct str code = make_hotel(rig, "Key");
	struct str path =
		str_printf(&rig->process, STR_FMT "/rooms/type", STR_ARG(path_of(rig, code)));
	struct cx cx = rig->cx;
	struct claim claim;

	cx.arena = &rig->process; /* outlives the request */
	assert_int_equal(idempotency_claim(&rig->app, &cx, &command, &claim), OK);
	assert_int_equal(usecase_rig_ask(rig, "POST", path, room_type, "k"), 409);
	assert_true(usecase_rig_says(rig, "\"in_flight\""));
	assert_true(str_eq(usecase_rig_header(rig, "Retry-After"), STR("1")));
	assert_int_equal(usecase_rig_ask(rig, "POST", path, room_type, "another"), 200);
	idempotency_release(&rig->app, &claim);
	assert_int_equal(usecase_rig_ask(rig, "POST", path, room_type, "k"), 200);
	usecase_rig_check(rig, code);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_write_that_changes_nothing_says_so_only_of_a_hotel_it_could_read),
		TEST(a_hotel_that_goes_away_under_a_write_that_changes_nothing_is_not_found),
		TEST(who_loses_every_race_is_told_to_come_again),
		TEST(who_waits_at_the_gate_until_its_deadline_has_written_nothing),
		TEST(a_key_whose_first_request_still_runs_is_in_flight),
	};

	return cmocka_run_group_tests_name("usecase_edit", tests, NULL, NULL);
}
