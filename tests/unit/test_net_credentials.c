/* layer: net */
/* Who fetches when, who waits, what is heard when it fails. The clock is the test's; the places are servers of our own. */
#include "aws_fixture.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "disagree.h"

#define THREADS 64
#define WHERE "GET /v4 "

struct world {
	struct aws *aws;
	struct credentials *credentials;
	struct arena arena;
};

static struct world *open_world(void)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->aws = aws_open();
	aws_set(world->aws, "AWS_CONTAINER_CREDENTIALS_FULL_URI", "%s/v4");
	world->credentials = credentials_open(aws_options(world->aws));
	arena_init(&world->arena, 0);
	return world;
}

static void close_world(struct world *world)
{
	credentials_close(world->credentials);
	aws_close(world->aws);
	arena_close(&world->arena);
	free(world);
}

/* The access key, or the failure. */
static const char *get(struct world *world, struct arena *arena, int64_t timeout_ms)
{
	struct sigv4_credentials keys;
	struct cx cx;

	cx_init(&cx, arena);
	cx.clock = aws_clock(world->aws);
	if (timeout_ms != 0)
		cx.deadline_mono_ms = clock_mono_ms(cx.clock) + timeout_ms;
	if (credentials_get(world->credentials, &cx, &keys) != OK) {
		assert_int_equal(cx.failure.retry_after_s, 1);
		return aws_failure(&cx);
	}
	return str_c(arena, keys.access_key);
}

static void assert_key(struct world *world, const char *wanted)
{
	assert_string_equal(get(world, &world->arena, 0), wanted);
}

static void assert_refused(struct world *world, const char *wanted)
{
	const char *said = get(world, &world->arena, 0);

	if (!strstr(said, wanted))
		disagree("'%s', not '%s'", said, wanted);
}

static void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

/* For what another thread does: long enough for a slow machine. */
static void wait_for_key(struct world *world, const char *wanted)
{
	int64_t until_us = clock_system_us() + INT64_C(10000000);

	while (strcmp(get(world, &world->arena, 0), wanted) != 0) {
		assert_true(clock_system_us() < until_us);
		nap();
	}
}

static void wait_for_requests(struct world *world, unsigned n)
{
	int64_t until_us = clock_system_us() + INT64_C(10000000);

	while (aws_count(world->aws, WHERE) < n) {
		assert_true(clock_system_us() < until_us);
		nap();
	}
}

static void give(struct world *world, const char *access_key, int64_t life_ms)
{
	aws_answer_keys(world->aws, WHERE, access_key, life_ms);
}

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
	assert_in_range(clock_system_us() - began_us, 49000, 9000000);
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
	/* One attempt after 0 s, 1 s, 2 s, 4 s, 8 s, 16 s, 30 s, 30 s: the clock says when. */
	for (unsigned i = 0; i < 8; i++) {
		const int64_t pause_ms = i < 5 ? 1000 << i : 30000;
		unsigned n = i + 2;

		for (unsigned k = 0; k < 10; k++)
			assert_key(world, "a");
		wait_for_requests(world, n);
		/* Until the attempt has come to its end the pause has not begun. */
		nanosleep(&(struct timespec){ .tv_nsec = 30000000 }, NULL);
		aws_pass(world->aws, pause_ms - 1);
		for (unsigned k = 0; k < 10; k++)
			assert_key(world, "a");
		nap();
		assert_int_equal(aws_count(world->aws, WHERE), n);
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
	give(world, "c", 400);
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

struct crowd {
	struct world *world;
	const char *wanted;
	atomic_bool goes_on;
	atomic_uint right, wrong;
};

static void *get_often(void *argument)
{
	struct crowd *crowd = argument;
	struct arena arena;

	arena_init(&arena, 0);
	do {
		if (strcmp(get(crowd->world, &arena, 20000), crowd->wanted) == 0)
			atomic_fetch_add(&crowd->right, 1);
		else
			atomic_fetch_add(&crowd->wrong, 1);
		arena_reset(&arena, 0);
	} while (atomic_load(&crowd->goes_on));
	arena_close(&arena);
	return NULL;
}

static void of_64_threads_without_any_one_fetch_serves_all(void **state)
{
	struct world *world = open_world();
	struct crowd crowd = { .world = world, .wanted = "a" };
	pthread_t threads[THREADS];

	(void)state;
	give(world, "a", MINUTES(60));
	aws_hold(world->aws);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, get_often, &crowd), 0);
	wait_for_requests(world, 1);
	aws_release(world->aws);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(atomic_load(&crowd.right), THREADS);
	assert_int_equal(aws_count(world->aws, WHERE), 1);
	close_world(world);
}

static void of_64_threads_with_old_ones_none_waits_for_the_one_fetch(void **state)
{
	struct world *world = open_world();
	struct crowd crowd = { .world = world, .wanted = "a", .goes_on = true };
	pthread_t threads[THREADS];
	unsigned done;

	(void)state;
	give(world, "a", MINUTES(60));
	assert_key(world, "a");
	aws_pass(world->aws, MINUTES(50));
	give(world, "b", MINUTES(60));
	aws_hold(world->aws);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, get_often, &crowd), 0);
	wait_for_requests(world, 2);
	done = atomic_load(&crowd.right);
	while (atomic_load(&crowd.right) < done + 1000)
		nap();
	assert_int_equal(atomic_load(&crowd.wrong), 0);
	atomic_store(&crowd.goes_on, false);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(atomic_load(&crowd.wrong), 0);
	assert_int_equal(aws_count(world->aws, WHERE), 2);
	aws_release(world->aws);
	wait_for_key(world, "b");
	close_world(world);
}

static void of_64_threads_all_hear_why_the_one_fetch_failed(void **state)
{
	struct world *world = open_world();
	struct crowd crowd = { .world = world, .wanted = "a" };
	pthread_t threads[THREADS];

	(void)state;
	aws_answer(world->aws, WHERE, 403, "");
	aws_hold(world->aws);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, get_often, &crowd), 0);
	wait_for_requests(world, 1);
	aws_release(world->aws);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(atomic_load(&crowd.wrong), THREADS);
	assert_int_equal(aws_count(world->aws, WHERE), 1);
	close_world(world);
}

/* Beside each other: gets, refusals by the service, a clock that runs; under ThreadSanitizer above all. */
static void *expire_often(void *argument)
{
	struct crowd *crowd = argument;

	while (atomic_load(&crowd->goes_on)) {
		credentials_expire(crowd->world->credentials, STR("a"));
		aws_pass(crowd->world->aws, 200);
	}
	return NULL;
}

static void refusals_beside_each_other_leave_every_get_an_answer(void **state)
{
	struct world *world = open_world();
	struct crowd crowd = { .world = world, .wanted = "a", .goes_on = true };
	pthread_t threads[8], expirer;

	(void)state;
	give(world, "a", MINUTES(60) * 24 * 365);
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, get_often, &crowd), 0);
	assert_int_equal(pthread_create(&expirer, NULL, expire_often, &crowd), 0);
	wait_for_requests(world, 50);
	atomic_store(&crowd.goes_on, false);
	for (size_t i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
	pthread_join(expirer, NULL);
	assert_int_equal(atomic_load(&crowd.wrong), 0);
	close_world(world);
}

/* Its leaks are LeakSanitizer's to find. */
static void two_thousand_refreshes_leave_nothing_behind(void **state)
{
	struct world *world = open_world();

	(void)state;
	aws_set(world->aws, "AWS_CONTAINER_CREDENTIALS_FULL_URI", NULL);
	aws_write(world->aws, ".aws/credentials",
		  "[default]\naws_access_key_id=p\naws_secret_access_key=SECRET/p\n");
	for (unsigned i = 0; i < 2000; i++) {
		assert_key(world, "p");
		credentials_expire(world->credentials, STR("p"));
		aws_pass(world->aws, 1000);
		arena_reset(&world->arena, 0);
	}
	close_world(world);
}

static void closing_waits_for_the_fetch_that_is_under_way(void **state)
{
	struct world *world = open_world();

	(void)state;
	aws_set(world->aws, "AWS_CONTAINER_CREDENTIALS_FULL_URI", NULL);
	aws_set(world->aws, "AWS_EC2_METADATA_DISABLED", NULL);
	aws_set(world->aws, "AWS_EC2_METADATA_SERVICE_ENDPOINT", "%s");
	aws_answer(world->aws, "PUT ", 1, "");
	assert_string_equal(get(world, &world->arena, 20),
			    "the AWS credentials take too long to come");
	close_world(world);
}

/* All that was logged meanwhile. */
static char *log_of(void (*run)(struct world *), struct world *world)
{
	char name[] = "/tmp/credentials-log-XXXXXX", *text = calloc(1, 65536);
	int file = mkostemp(name, O_CLOEXEC), kept = dup(STDERR_FILENO);

	assert_return_code(file, 0);
	assert_return_code(dup2(file, STDERR_FILENO), 0);
	run(world);
	assert_return_code(dup2(kept, STDERR_FILENO), 0);
	assert_return_code(pread(file, text, 65535, 0), 0);
	close(kept);
	close(file);
	unlink(name);
	return text;
}

static void come_and_fail(struct world *world)
{
	give(world, "key-a", MINUTES(60));
	assert_key(world, "key-a");
	aws_answer(world->aws, WHERE, 403, "SECRET/");
	aws_pass(world->aws, MINUTES(60));
	assert_refused(world, "403");
	aws_set(world->aws, "AWS_ACCESS_KEY_ID", "key-e");
	aws_set(world->aws, "AWS_SECRET_ACCESS_KEY", "SECRET/e");
	aws_pass(world->aws, 1000);
	assert_key(world, "key-e");
}

static void the_log_says_where_they_came_from_and_nothing_of_them(void **state)
{
	struct world *world = open_world();
	char *text = log_of(come_and_fail, world);

	(void)state;
	assert_non_null(strstr(text,
			       "\"event\":\"credentials\",\"detail\":\"container endpoint, until "
			       "2026-11-23T01:00:00.000Z\""));
	assert_non_null(
		strstr(text, "\"level\":\"warn\",\"event\":\"credentials_failed\",\"detail\":"
			     "\"AWS credentials, container endpoint: the answer has status 403\""));
	assert_non_null(strstr(text, "\"event\":\"credentials\",\"detail\":\"environment\""));
	assert_null(strstr(text, "SECRET"));
	assert_null(strstr(text, "key-"));
	free(text);
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
		cmocka_unit_test(of_64_threads_without_any_one_fetch_serves_all),
		cmocka_unit_test(of_64_threads_with_old_ones_none_waits_for_the_one_fetch),
		cmocka_unit_test(of_64_threads_all_hear_why_the_one_fetch_failed),
		cmocka_unit_test(refusals_beside_each_other_leave_every_get_an_answer),
		cmocka_unit_test(two_thousand_refreshes_leave_nothing_behind),
		cmocka_unit_test(closing_waits_for_the_fetch_that_is_under_way),
		cmocka_unit_test(the_log_says_where_they_came_from_and_nothing_of_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
