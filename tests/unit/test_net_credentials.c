/* layer: net */
/* Who fetches when, and what is heard when it fails. The clock is the test's; the place is a server of our own. */
#include "credentials_world.h"

static void they_outlive_those_that_they_were_copied_from(void **state)
{
	struct world *world = open_world();
	struct sigv4_credentials keys;
	struct cx cx;

	(void)state;
	give(world, "a", MINUTES(60));
	cx_init(&cx, &world->arena);
	cx.clock = aws_clock(world->aws);
	assert_int_equal(credentials_get(world->credentials, &cx, &keys), OK);
	give(world, "b", MINUTES(120));
	aws_pass(world->aws, MINUTES(61));
	assert_key(world, "b");
	assert_says(&cx, keys.access_key, "a");
	assert_says(&cx, keys.secret_key, "SECRET/a");
	assert_says(&cx, keys.session_token, "SECRET-token==");
	close_world(world);
}

static void they_are_fetched_once_and_given_to_all(void **state)
{
	struct world *world = open_world();

	(void)state;
	assert_int_equal(aws_count(world->aws, ""), 0);
	give(world, "a", MINUTES(60));
	for (unsigned i = 0; i < 100; i++)
		assert_key(world, "a");
	aws_pass(world->aws, MINUTES(45) - 1);
	assert_key(world, "a");
	assert_int_equal(aws_count(world->aws, WHERE), 1);
	close_world(world);
}

static void those_without_an_expiry_are_kept_for_good(void **state)
{
	struct world *world = open_world();

	(void)state;
	aws_set(world->aws, "AWS_ACCESS_KEY_ID", "e");
	aws_set(world->aws, "AWS_SECRET_ACCESS_KEY", "SECRET/e");
	assert_key(world, "e");
	aws_set(world->aws, "AWS_ACCESS_KEY_ID", "f");
	aws_pass(world->aws, MINUTES(60) * 24 * 365 * 50);
	assert_key(world, "e");
	close_world(world);
}

static void others_are_fetched_ahead_while_the_old_ones_are_used(void **state)
{
	struct world *world = open_world();

	(void)state;
	give(world, "a", MINUTES(60));
	assert_key(world, "a");
	aws_hold(world->aws);
	give(world, "b", MINUTES(120));
	aws_pass(world->aws, MINUTES(45) + 1);
	/* The server is held: nobody waits for it. */
	assert_key(world, "a");
	wait_for_requests(world, 2);
	assert_key(world, "a");
	aws_release(world->aws);
	wait_for_key(world, "b");
	assert_int_equal(aws_count(world->aws, WHERE), 2);
	close_world(world);
}

static void who_has_none_waits_until_its_deadline_and_the_fetch_goes_on(void **state)
{
	struct world *world = open_world();
	int64_t began_us = clock_system_us();
	const char *said;

	(void)state;
	give(world, "a", MINUTES(60));
	aws_hold(world->aws);
	said = get(world, &world->arena, 50);
	assert_string_equal(said, "the AWS credentials take too long to come");
	assert_true(clock_system_us() - began_us >= 49000);
	aws_release(world->aws);
	assert_key(world, "a");
	assert_int_equal(aws_count(world->aws, WHERE), 1);
	close_world(world);
}

static void a_refresh_that_fails_costs_nothing_while_the_old_ones_live(void **state)
{
	struct world *world = open_world();

	(void)state;
	give(world, "a", MINUTES(60));
	assert_key(world, "a");
	aws_answer(world->aws, WHERE, 403, "");
	aws_pass(world->aws, MINUTES(50));
	/* Whoever needs others waits for the attempt to end, so that the test knows when its pause begins. */
	credentials_expire(world->credentials, STR("a"));
	/* One attempt after 0 s, 1 s, 2 s, 4 s, 8 s, 16 s, 30 s, 30 s: the clock says when. */
	for (unsigned i = 0; i < 8; i++) {
		const int64_t pause = i < 5 ? 1000 << i : 30000;

		for (unsigned k = 0; k < 10; k++)
			assert_key(world, "a");
		aws_pass(world->aws, pause - 1);
		for (unsigned k = 0; k < 10; k++)
			assert_key(world, "a");
		assert_int_equal(aws_count(world->aws, WHERE), i + 2);
		aws_pass(world->aws, 1);
	}
	give(world, "b", MINUTES(60));
	wait_for_key(world, "b");
	close_world(world);
}

static void without_old_ones_a_failure_is_heard_and_repeated_without_asking(void **state)
{
	struct world *world = open_world();

	(void)state;
	aws_answer(world->aws, WHERE, 403, "SECRET/");
	for (unsigned i = 0; i < 50; i++)
		assert_refused(world, "container endpoint: the answer has status 403");
	assert_int_equal(aws_count(world->aws, WHERE), 1);
	aws_pass(world->aws, 999);
	assert_refused(world, "status 403");
	assert_int_equal(aws_count(world->aws, WHERE), 1);
	aws_pass(world->aws, 1);
	assert_refused(world, "status 403");
	assert_int_equal(aws_count(world->aws, WHERE), 2);
	give(world, "a", MINUTES(60));
	aws_pass(world->aws, 1999);
	assert_refused(world, "status 403");
	aws_pass(world->aws, 1);
	assert_key(world, "a");
	/* A success ends the row of failures. */
	aws_answer(world->aws, WHERE, 403, "");
	aws_pass(world->aws, MINUTES(60));
	assert_refused(world, "status 403");
	aws_pass(world->aws, 1000);
	give(world, "b", MINUTES(60));
	assert_key(world, "b");
	close_world(world);
}

static void old_ones_are_not_used_past_their_expiry(void **state)
{
	struct world *world = open_world();

	(void)state;
	give(world, "a", MINUTES(60));
	assert_key(world, "a");
	aws_answer(world->aws, WHERE, 403, "");
	aws_pass(world->aws, MINUTES(60) - 1);
	assert_key(world, "a");
	wait_for_requests(world, 2);
	aws_pass(world->aws, 1);
	assert_refused(world, "status 403");
	close_world(world);
}

static void those_of_a_short_life_are_asked_for_now_and_then(void **state)
{
	struct world *world = open_world();

	(void)state;
	give(world, "a", MINUTES(10));
	assert_key(world, "a");
	for (unsigned i = 0; i < 10; i++)
		assert_key(world, "a");
	aws_pass(world->aws, MINUTES(1) - 1);
	assert_key(world, "a");
	nap();
	assert_int_equal(aws_count(world->aws, WHERE), 1);
	give(world, "b", MINUTES(1));
	aws_pass(world->aws, 1);
	wait_for_key(world, "b");
	/* Half of their life, and no attempt sooner than a second after the last. */
	give(world, "c", MINUTES(1) / 2 + 400);
	aws_pass(world->aws, MINUTES(1) / 2 - 1);
	assert_key(world, "b");
	nap();
	assert_int_equal(aws_count(world->aws, WHERE), 2);
	aws_pass(world->aws, 1);
	wait_for_key(world, "c");
	aws_pass(world->aws, 999);
	assert_refused(world, "have expired a moment after they came");
	give(world, "d", MINUTES(60));
	aws_pass(world->aws, 1);
	assert_key(world, "d");
	assert_int_equal(aws_count(world->aws, WHERE), 4);
	close_world(world);
}

static void what_the_service_refuses_is_fetched_anew_once(void **state)
{
	struct world *world = open_world();

	(void)state;
	give(world, "a", MINUTES(60));
	assert_key(world, "a");
	give(world, "b", MINUTES(60));
	aws_pass(world->aws, MINUTES(5));
	credentials_expire(world->credentials, STR("a"));
	credentials_expire(world->credentials, STR("a"));
	assert_key(world, "b");
	/* Requests that were under way with the old ones hear it late. */
	credentials_expire(world->credentials, STR("a"));
	credentials_expire(world->credentials, STR(""));
	assert_key(world, "b");
	assert_int_equal(aws_count(world->aws, WHERE), 2);
	close_world(world);
}

static void what_is_refused_a_moment_after_it_came_is_no_storm(void **state)
{
	struct world *world = open_world();

	(void)state;
	give(world, "a", MINUTES(60));
	for (unsigned i = 0; i < 20; i++) {
		assert_key(world, "a");
		credentials_expire(world->credentials, STR("a"));
	}
	assert_int_equal(aws_count(world->aws, WHERE), 1);
	aws_pass(world->aws, 1000);
	assert_key(world, "a");
	assert_int_equal(aws_count(world->aws, WHERE), 2);
	/* The place is down: those that the service may take yet are better than none. */
	credentials_expire(world->credentials, STR("a"));
	aws_answer(world->aws, WHERE, 403, "");
	aws_pass(world->aws, 1000);
	assert_key(world, "a");
	assert_int_equal(aws_count(world->aws, WHERE), 3);
	assert_key(world, "a");
	assert_int_equal(aws_count(world->aws, WHERE), 3);
	close_world(world);
}

static void keys_that_were_changed_in_their_file_are_found_when_refused(void **state)
{
	struct world *world = open_world();

	(void)state;
	aws_write(world->aws, ".aws/credentials",
		  "[default]\naws_access_key_id=p\naws_secret_access_key=SECRET/p\n");
	assert_key(world, "p");
	aws_write(world->aws, ".aws/credentials",
		  "[default]\naws_access_key_id=q\naws_secret_access_key=SECRET/q\n");
	aws_pass(world->aws, MINUTES(60));
	assert_key(world, "p");
	credentials_expire(world->credentials, STR("p"));
	assert_key(world, "q");
	close_world(world);
}

static void a_wall_clock_that_jumps_is_no_storm(void **state)
{
	struct world *world = open_world();

	(void)state;
	give(world, "a", MINUTES(60));
	assert_key(world, "a");
	aws_set_wall(world->aws, AWS_NOW_MS + MINUTES(60) * 24 * 3650);
	for (unsigned i = 0; i < 20; i++)
		assert_refused(world, "have expired a moment after they came");
	assert_int_equal(aws_count(world->aws, WHERE), 1);
	aws_pass(world->aws, MINUTES(1));
	for (unsigned i = 0; i < 20; i++)
		assert_refused(world, "by this machine's clock");
	assert_int_equal(aws_count(world->aws, WHERE), 2);
	aws_set_wall(world->aws, AWS_NOW_MS);
	assert_key(world, "a");
	aws_set_wall(world->aws, AWS_NOW_MS - MINUTES(60) * 24 * 3650);
	assert_key(world, "a");
	close_world(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_outlive_those_that_they_were_copied_from),
		cmocka_unit_test(they_are_fetched_once_and_given_to_all),
		cmocka_unit_test(those_without_an_expiry_are_kept_for_good),
		cmocka_unit_test(others_are_fetched_ahead_while_the_old_ones_are_used),
		cmocka_unit_test(who_has_none_waits_until_its_deadline_and_the_fetch_goes_on),
		cmocka_unit_test(a_refresh_that_fails_costs_nothing_while_the_old_ones_live),
		cmocka_unit_test(without_old_ones_a_failure_is_heard_and_repeated_without_asking),
		cmocka_unit_test(old_ones_are_not_used_past_their_expiry),
		cmocka_unit_test(those_of_a_short_life_are_asked_for_now_and_then),
		cmocka_unit_test(what_the_service_refuses_is_fetched_anew_once),
		cmocka_unit_test(what_is_refused_a_moment_after_it_came_is_no_storm),
		cmocka_unit_test(keys_that_were_changed_in_their_file_are_found_when_refused),
		cmocka_unit_test(a_wall_clock_that_jumps_is_no_storm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
