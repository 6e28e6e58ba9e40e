/* layer: usecase */
#include "cx_fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "usecase/gate.h"

static struct cx cx_of_thread(struct arena *arena, int64_t timeout_ms)
{
	struct cx cx;

	arena_init(arena, 0);
	cx_init(&cx, arena);
	cx.deadline_mono_ms = timeout_ms == 0 ? 0 : clock_mono_ms(cx.clock) + timeout_ms;
	return cx;
}

struct crowd {
	struct gates *gates;
	atomic_int inside;
	atomic_int mixed;
	unsigned
		plain; /* only whoever is inside touches it: ThreadSanitizer would see a gate that leaks */
};

static void *enter_often(void *argument)
{
	struct crowd *crowd = argument;
	struct arena arena;
	struct cx cx = cx_of_thread(&arena, 0);

	for (unsigned i = 0; i < 1000; i++) {
		if (gate_enter(crowd->gates, &cx, STR("hotel")) != OK)
			atomic_fetch_add(&crowd->mixed, 1);
		if (atomic_fetch_add(&crowd->inside, 1) != 0)
			atomic_fetch_add(&crowd->mixed, 1);
		crowd->plain++;
		atomic_fetch_sub(&crowd->inside, 1);
		gate_leave(crowd->gates, STR("hotel"));
	}
	arena_close(&arena);
	return NULL;
}

static void one_write_of_a_hotel_is_inside_at_a_time(void **state)
{
	struct cx *cx = *state;
	struct crowd crowd = { .gates = gates_open(cx->arena) };
	pthread_t threads[8];

	for (size_t i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, enter_often, &crowd), 0);
	for (size_t i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(atomic_load(&crowd.mixed), 0);
	assert_int_equal(crowd.plain, 8000);
	gates_close(crowd.gates);
}

/* Of many hotels some share a gate with the first; most do not. */
static void other_hotels_do_not_wait(void **state)
{
	struct cx *cx = *state;
	struct gates *gates = gates_open(cx->arena);
	unsigned passed = 0;

	assert_int_equal(gate_enter(gates, cx, STR("0")), OK);
	for (unsigned i = 1; i <= 100; i++) {
		struct str code = str_printf(cx->arena, "%u", i);
		struct arena arena;
		struct cx other = cx_of_thread(&arena, 1);

		if (gate_enter(gates, &other, code) == OK) {
			gate_leave(gates, code);
			passed++;
		}
		arena_close(&arena);
	}
	assert_in_range(passed, 95, 100);
	gate_leave(gates, STR("0"));
	gates_close(gates);
}

static void who_waits_too_long_is_told_so(void **state)
{
	struct cx *cx = *state;
	struct gates *gates = gates_open(cx->arena);
	struct arena arena;
	struct cx late = cx_of_thread(&arena, 50);

	assert_int_equal(gate_enter(gates, cx, STR("h")), OK);
	assert_int_equal(gate_enter(gates, &late, STR("h")), ERR_UNAVAILABLE);
	assert_true(clock_mono_ms(cx->clock) >= late.deadline_mono_ms);
	assert_string_equal(late.failure.code, "unavailable");
	assert_int_equal(late.failure.retry_after_s, 1);
	/* Past its deadline already: not at all when it would have to wait, at once when not. */
	late.deadline_mono_ms = 1;
	assert_int_equal(gate_enter(gates, &late, STR("h")), ERR_UNAVAILABLE);
	gate_leave(gates, STR("h"));
	assert_int_equal(gate_enter(gates, &late, STR("h")), OK);
	gate_leave(gates, STR("h"));
	gates_close(gates);
	arena_close(&arena);
}

struct waiter {
	struct gates *gates;
	atomic_bool entered;
};

static void *wait_inside(void *argument)
{
	struct waiter *waiter = argument;
	struct arena arena;
	struct cx cx = cx_of_thread(&arena, 20000);

	if (gate_enter(waiter->gates, &cx, STR("h")) == OK) {
		atomic_store(&waiter->entered, true);
		gate_leave(waiter->gates, STR("h"));
	}
	arena_close(&arena);
	return NULL;
}

static void who_waits_goes_in_when_the_gate_is_left(void **state)
{
	struct cx *cx = *state;
	struct waiter waiter = { .gates = gates_open(cx->arena) };
	pthread_t threads[3];

	assert_int_equal(gate_enter(waiter.gates, cx, STR("h")), OK);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, wait_inside, &waiter), 0);
	usleep(20000);
	assert_false(atomic_load(&waiter.entered));
	gate_leave(waiter.gates, STR("h"));
	for (size_t i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	assert_true(atomic_load(&waiter.entered));
	gates_close(waiter.gates);
}

static void a_name_is_claimed_by_one(void **state)
{
	struct cx *cx = *state;
	struct gates *gates = gates_open(cx->arena);
	struct claim one, two, three;

	assert_true(gate_claim(gates, &one, STR("user\0key")));
	assert_false(gate_claim(gates, &two, STR("user\0key")));
	assert_true(gate_claim(gates, &two, STR("user\0kez")));
	assert_true(gate_claim(gates, &three, STR("user")));
	gate_release(gates, &two);
	gate_release(gates, &one);
	assert_true(gate_claim(gates, &one, STR("user\0key")));
	gate_release(gates, &three);
	gate_release(gates, &one);
	gates_close(gates);
	gates_close(NULL);
}

static void *claim_often(void *argument)
{
	struct crowd *crowd = argument;

	for (unsigned held = 0; held < 1000;) {
		struct claim claim;

		if (!gate_claim(crowd->gates, &claim, STR("key")))
			continue;
		held++;
		if (atomic_fetch_add(&crowd->inside, 1) != 0)
			atomic_fetch_add(&crowd->mixed, 1);
		crowd->plain++;
		atomic_fetch_sub(&crowd->inside, 1);
		gate_release(crowd->gates, &claim);
	}
	return NULL;
}

static void no_two_threads_hold_one_claim(void **state)
{
	struct cx *cx = *state;
	struct crowd crowd = { .gates = gates_open(cx->arena) };
	pthread_t threads[4];

	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, claim_often, &crowd), 0);
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(atomic_load(&crowd.mixed), 0);
	assert_int_equal(crowd.plain, 4000);
	gates_close(crowd.gates);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cx, close_cx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_write_of_a_hotel_is_inside_at_a_time),
		TEST(other_hotels_do_not_wait),
		TEST(who_waits_too_long_is_told_so),
		TEST(who_waits_goes_in_when_the_gate_is_left),
		TEST(a_name_is_claimed_by_one),
		TEST(no_two_threads_hold_one_claim),
	};

	return cmocka_run_group_tests_name("usecase_gate", tests, NULL, NULL);
}
