/* layer: net */
/* One fetches, the others wait or do not; nothing stays behind, nothing is said that should not be. */
#include "credentials_world.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#define THREADS 64

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
	while (atomic_load(&crowd.right) < done + THREADS)
		nap();
	assert_int_equal(atomic_load(&crowd.wrong), 0);
	atomic_store(&crowd.goes_on, false);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(atomic_load(&crowd.wrong), 0);
	wait_until(aws_count(world->aws, WHERE) == 2);
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
	/* This clock runs past any deadline: there must be some before. */
	assert_key(world, "a");
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

/* Stand before those of libc: what is overwritten is looked through for secrets, and so counted. */
void overwrite(void *memory, size_t len) __asm__("explicit_bzero");
void overwrite_checked(void *memory, size_t len, size_t room) __asm__("__explicit_bzero_chk");

static atomic_uint overwritten;

void overwrite(void *memory, size_t len)
{
	if (memmem(memory, len, "SECRET/a", strlen("SECRET/a")))
		atomic_fetch_add(&overwritten, 1);
	memset(memory, 0, len);
	__asm__ volatile("" : : "r"(memory) : "memory");
}

void overwrite_checked(void *memory, size_t len, size_t room)
{
	if (room >= len)
		overwrite(memory, len);
}

static void secrets_are_overwritten_before_their_memory_is_given_back(void **state)
{
	struct world *world = open_world();

	(void)state;
	give(world, "a", MINUTES(60));
	atomic_store(&overwritten, 0);
	assert_key(world, "a");
	give(world, "b", MINUTES(120));
	aws_pass(world->aws, MINUTES(60));
	assert_key(world, "b");
	close_world(world);
	/* The memory of the fetch, and what was kept. */
	assert_int_equal(atomic_load(&overwritten), 2);
}

static void closing_waits_for_the_fetch_that_is_under_way(void **state)
{
	struct world *world = open_world();

	(void)state;
	credentials_close(world->credentials);
	aws_limit_calls(world->aws);
	world->credentials = credentials_open(aws_options(world->aws));
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
	/* Those that last are no event. */
	assert_null(strstr(text, "environment"));
	assert_null(strstr(text, "SECRET"));
	assert_null(strstr(text, "key-"));
	free(text);
	close_world(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_64_threads_without_any_one_fetch_serves_all),
		cmocka_unit_test(of_64_threads_with_old_ones_none_waits_for_the_one_fetch),
		cmocka_unit_test(of_64_threads_all_hear_why_the_one_fetch_failed),
		cmocka_unit_test(refusals_beside_each_other_leave_every_get_an_answer),
		cmocka_unit_test(two_thousand_refreshes_leave_nothing_behind),
		cmocka_unit_test(secrets_are_overwritten_before_their_memory_is_given_back),
		cmocka_unit_test(closing_waits_for_the_fetch_that_is_under_way),
		cmocka_unit_test(the_log_says_where_they_came_from_and_nothing_of_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
