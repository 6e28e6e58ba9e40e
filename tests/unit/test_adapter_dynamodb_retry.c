/* layer: adapter */
#include "arena_fixture.h"

#include "adapter/dynamodb_retry.h"

#define MOST UINT32_MAX /* the longest wait that chance can give, less a millisecond for rounding */

static int64_t wait_of(enum dynamodb_class class, unsigned tries, uint32_t chance, int64_t asked_ms,
		       int64_t left_ms)
{
	struct dynamodb_retry retry = { class, tries, chance, asked_ms, left_ms };

	return dynamodb_retry_wait_ms(&retry);
}

static void waits_double_from_their_base_with_full_jitter(void **state)
{
	static const struct {
		enum dynamodb_class class;
		unsigned tries;
		int64_t bound_ms;
	} cases[] = {
		{ DYNAMODB_BROKEN, 1, 25 },       { DYNAMODB_BROKEN, 2, 50 },
		{ DYNAMODB_BROKEN, 4, 200 },      { DYNAMODB_BUSY, 1, 25 },
		{ DYNAMODB_BUSY, 9, 6400 },       { DYNAMODB_RUNNING, 3, 100 },
		{ DYNAMODB_THROTTLED, 1, 1000 },  { DYNAMODB_THROTTLED, 2, 2000 },
		{ DYNAMODB_THROTTLED, 5, 16000 }, { DYNAMODB_THROTTLED, 6, 20000 },
		{ DYNAMODB_THROTTLED, 9, 20000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t bound = cases[i].bound_ms;

		assert_int_equal(wait_of(cases[i].class, cases[i].tries, 0, 0, INT64_MAX), 0);
		assert_int_equal(wait_of(cases[i].class, cases[i].tries, 1u << 31, 0, INT64_MAX),
				 bound / 2);
		assert_int_equal(wait_of(cases[i].class, cases[i].tries, MOST, 0, INT64_MAX),
				 bound - 1);
	}
}

static void what_is_final_is_not_tried_again(void **state)
{
	static const enum dynamodb_class classes[] = { DYNAMODB_FINAL, DYNAMODB_CONDITION,
						       DYNAMODB_TOO_LARGE, DYNAMODB_FULL };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(wait_of(classes[i], 1, 0, 0, INT64_MAX), -1);
	assert_int_equal(wait_of(DYNAMODB_BROKEN, DYNAMODB_TRIES_MAX - 1, 0, 0, INT64_MAX), 0);
	assert_int_equal(wait_of(DYNAMODB_BROKEN, DYNAMODB_TRIES_MAX, 0, 0, INT64_MAX), -1);
}

static void what_was_put_right_is_tried_at_once(void **state)
{
	(void)state;
	assert_int_equal(wait_of(DYNAMODB_EXPIRED, 1, MOST, 0, INT64_MAX), 0);
	assert_int_equal(wait_of(DYNAMODB_SKEWED, 1, MOST, 0, INT64_MAX), 0);
}

static void a_wait_leaves_half_of_the_time_to_the_try(void **state)
{
	(void)state;
	assert_int_equal(wait_of(DYNAMODB_THROTTLED, 4, MOST, 0, 300), 150);
	assert_int_equal(wait_of(DYNAMODB_THROTTLED, 1, 1u << 31, 0, 300), 150);
	assert_int_equal(wait_of(DYNAMODB_BROKEN, 1, MOST, 0, 300), 24);
	assert_int_equal(wait_of(DYNAMODB_BROKEN, 1, 0, 0, 1), -1);
	assert_int_equal(wait_of(DYNAMODB_BROKEN, 1, 0, 0, 0), -1);
	assert_int_equal(wait_of(DYNAMODB_BROKEN, 1, 0, 0, -5), -1);
}

/* Never less than our own, never more than five seconds beyond it. */
static void what_the_service_asks_for_is_waited_within_bounds(void **state)
{
	(void)state;
	assert_int_equal(wait_of(DYNAMODB_THROTTLED, 1, 0, 700, INT64_MAX), 700);
	assert_int_equal(wait_of(DYNAMODB_THROTTLED, 1, 1u << 31, 400, INT64_MAX), 500);
	assert_int_equal(wait_of(DYNAMODB_THROTTLED, 1, 1u << 31, 60000, INT64_MAX), 5500);
	assert_int_equal(wait_of(DYNAMODB_THROTTLED, 1, 0, 60000, 1000), 500);
}

static void a_budget_ends_retries_and_success_fills_it(void **state)
{
	struct dynamodb_budget budget;
	unsigned n = 0;

	(void)state;
	dynamodb_budget_open(&budget);
	while (dynamodb_budget_take(&budget, DYNAMODB_BROKEN) != 0)
		n++;
	assert_int_equal(n, DYNAMODB_BUDGET / 14);
	for (unsigned i = 0; i < DYNAMODB_BUDGET % 14 / 5; i++)
		assert_int_equal(dynamodb_budget_take(&budget, DYNAMODB_THROTTLED), 5);
	assert_int_equal(dynamodb_budget_take(&budget, DYNAMODB_THROTTLED), 0);
	for (unsigned i = 0; i < 13; i++)
		dynamodb_budget_give(&budget, 0);
	assert_int_equal(dynamodb_budget_take(&budget, DYNAMODB_BUSY), 0);
	dynamodb_budget_give(&budget, 0);
	assert_int_equal(dynamodb_budget_take(&budget, DYNAMODB_BUSY), 14);
	dynamodb_budget_give(&budget, 14);
	assert_int_equal(dynamodb_budget_take(&budget, DYNAMODB_BUSY), 14);
	for (unsigned i = 0; i < 2 * DYNAMODB_BUDGET; i++)
		dynamodb_budget_give(&budget, 0);
	assert_int_equal(budget.left, DYNAMODB_BUDGET);
	dynamodb_budget_close(&budget);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_double_from_their_base_with_full_jitter),
		cmocka_unit_test(what_is_final_is_not_tried_again),
		cmocka_unit_test(what_was_put_right_is_tried_at_once),
		cmocka_unit_test(a_wait_leaves_half_of_the_time_to_the_try),
		cmocka_unit_test(what_the_service_asks_for_is_waited_within_bounds),
		cmocka_unit_test(a_budget_ends_retries_and_success_fills_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
