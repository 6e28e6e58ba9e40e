/* layer: adapter */
#include "arena_fixture.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "adapter/cache_memory.h"
#include "disagree.h"
#include "random_object.h"

static bool has(struct cache *cache, struct arena *arena, const char *key, uint64_t version,
		const char *wanted)
{
	struct str bytes;

	if (!cache_get(cache, arena, str_of(key), version, &bytes))
		return false;
	assert_text(bytes, str_of(wanted));
	return true;
}

static void what_was_put_is_there_in_its_version_alone(void **state)
{
	struct cache *cache = cache_memory_open(1 << 20);

	cache_put(cache, STR("k"), 7, STR("seven"));
	assert_true(has(cache, *state, "k", 7, "seven"));
	assert_true(has(cache, *state, "k", CACHE_ANY_VERSION, "seven"));
	assert_false(has(cache, *state, "k", 6, ""));
	assert_false(has(cache, *state, "k", 8, ""));
	assert_false(has(cache, *state, "K", 7, ""));
	assert_false(has(cache, *state, "", 7, ""));
	cache_put(cache, STR(""), 1, STR(""));
	assert_true(has(cache, *state, "", 1, ""));
	cache_close(cache);
}

static void the_newer_of_two_stays(void **state)
{
	struct cache *cache = cache_memory_open(1 << 20);

	cache_put(cache, STR("k"), 7, STR("seven"));
	cache_put(cache, STR("k"), 6, STR("six"));
	assert_true(has(cache, *state, "k", 7, "seven"));
	cache_put(cache, STR("k"), 9, STR("nine"));
	assert_true(has(cache, *state, "k", 9, "nine"));
	assert_false(has(cache, *state, "k", 7, ""));
	assert_int_equal(cache_usage(cache).entries, 1);
	cache_drop(cache, STR("k"));
	cache_drop(cache, STR("k"));
	assert_false(has(cache, *state, "k", CACHE_ANY_VERSION, ""));
	assert_int_equal(cache_usage(cache).entries, 0);
	assert_int_equal(cache_usage(cache).bytes, 0);
	cache_close(cache);
}

static void a_copy_outlives_its_entry(void **state)
{
	struct cache *cache = cache_memory_open(1 << 20);
	struct str bytes;

	cache_put(cache, STR("k"), 1, STR("one"));
	assert_true(cache_get(cache, *state, STR("k"), 1, &bytes));
	cache_drop(cache, STR("k"));
	cache_close(cache);
	assert_text(bytes, STR("one"));
}

static void an_arena_that_is_full_gets_nothing(void **state)
{
	struct cache *cache = cache_memory_open(1 << 20);
	struct arena small;
	struct str bytes;

	(void)state;
	cache_put(cache, STR("k"), 1, STR("one"));
	arena_init(&small, 2);
	assert_false(cache_get(cache, &small, STR("k"), 1, &bytes));
	assert_true(small.refused);
	arena_close(&small);
	cache_close(cache);
}

static void a_cache_of_no_size_keeps_nothing(void **state)
{
	struct cache *cache = cache_memory_open(0);

	cache_put(cache, STR("k"), 1, STR("one"));
	assert_false(has(cache, *state, "k", 1, ""));
	assert_int_equal(cache_usage(cache).bytes, 0);
	cache_close(cache);
}

/* Random puts of every size: the bound holds after each, and what is there is right. */
static void the_size_is_never_exceeded(void **state)
{
	const uint64_t size = 200000;
	struct cache *cache = cache_memory_open(size);
	struct dice dice = dice_open();
	static char value[20000];

	memset(value, 'v', sizeof(value));
	for (unsigned i = 0; i < 20000; i++) {
		struct str key = str_printf(*state, "key %u", dice_roll(&dice, 500));
		size_t len = dice_roll(&dice, dice_roll(&dice, 10) ? 300 : sizeof(value));

		cache_put(cache, key, i, (struct str){ value, len });
		if (cache_usage(cache).bytes > size)
			disagree("%llu bytes after %u puts",
				 (unsigned long long)cache_usage(cache).bytes, i);
		arena_reset(*state, 0);
	}
	assert_in_range(cache_usage(cache).entries, 50, 500);
	cache_close(cache);
}

static void what_was_used_last_goes_last(void **state)
{
	struct cache *cache = cache_memory_open(64000);
	unsigned kept = 0;

	cache_put(cache, STR("used"), 1, STR("always"));
	for (unsigned i = 0; i < 5000; i++) {
		cache_put(cache, str_printf(*state, "filler %u", i), 1, STR("filling"));
		assert_true(has(cache, *state, "used", 1, "always"));
		arena_reset(*state, 0);
	}
	for (unsigned i = 0; i < 5000; i++) {
		char key[32];
		bool there;

		snprintf(key, sizeof(key), "filler %u", i);
		there = has(cache, *state, key, 1, "filling");
		kept += there;
		assert_true(!there || i > 3000);
	}
	assert_in_range(kept, 100, 1000);
	cache_close(cache);
}

static void many_entries_are_all_found(void **state)
{
	struct cache *cache = cache_memory_open(64 << 20);

	for (unsigned i = 0; i < 30000; i++)
		cache_put(cache, str_printf(*state, "%u", i), i, str_printf(*state, "value %u", i));
	assert_int_equal(cache_usage(cache).entries, 30000);
	for (unsigned i = 0; i < 30000; i++) {
		struct str bytes;

		assert_true(cache_get(cache, *state, str_printf(*state, "%u", i), i, &bytes));
		assert_text(bytes, str_printf(*state, "value %u", i));
	}
	cache_close(cache);
}

/* Each value says its key and version: a mixture would show. */
static void *use_cache(void *argument)
{
	struct cache *cache = argument;
	struct dice dice = { (uint64_t)(uintptr_t)&dice };
	struct arena arena;
	uintptr_t wrong = 0;

	arena_init(&arena, 0);
	for (unsigned i = 0; i < 5000; i++) {
		unsigned number = dice_roll(&dice, 40), version = dice_roll(&dice, 50);
		struct str key = str_printf(&arena, "%u", number), bytes;
		struct str value = str_printf(&arena, "value %u of %u", version, number);

		if (dice_roll(&dice, 20) == 0)
			cache_drop(cache, key);
		cache_put(cache, key, version, value);
		if (cache_get(cache, &arena, key, version, &bytes))
			wrong += !str_eq(bytes, value);
		wrong += cache_usage(cache).bytes > 20000;
		arena_reset(&arena, 0);
	}
	arena_close(&arena);
	return (void *)wrong;
}

static void many_threads_may_use_it(void **state)
{
	struct cache *cache = cache_memory_open(20000);
	pthread_t threads[8];

	(void)state;
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, use_cache, cache), 0);
	for (size_t i = 0; i < 8; i++) {
		void *wrong;

		pthread_join(threads[i], &wrong);
		assert_null(wrong);
	}
	cache_close(cache);
}

static void what_was_found_missed_and_pushed_out_is_counted(void **state)
{
	struct cache *cache = cache_memory_open(16000);
	struct cache_usage usage;
	char key[16], bytes[400] = "";

	cache_put(cache, STR("k"), 7, STR("seven"));
	assert_true(has(cache, *state, "k", 7, "seven"));
	assert_false(has(cache, *state, "k", 8, ""));
	assert_false(has(cache, *state, "none", CACHE_ANY_VERSION, ""));
	cache_put(cache, STR("k"), 8, STR("eight"));
	cache_drop(cache, STR("k"));
	usage = cache_usage(cache);
	assert_int_equal(usage.hits, 1);
	assert_int_equal(usage.misses, 2);
	assert_int_equal(usage.evictions, 0);
	assert_int_equal(usage.max_bytes, 16000);
	for (int i = 0; i < 200; i++) {
		snprintf(key, sizeof(key), "key-%d", i);
		cache_put(cache, str_of(key), 1, (struct str){ bytes, sizeof(bytes) });
	}
	usage = cache_usage(cache);
	assert_int_equal(usage.evictions, 200 - usage.entries);
	cache_close(cache);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_put_is_there_in_its_version_alone),
		TEST(the_newer_of_two_stays),
		TEST(a_copy_outlives_its_entry),
		TEST(what_was_found_missed_and_pushed_out_is_counted),
		TEST(an_arena_that_is_full_gets_nothing),
		TEST(a_cache_of_no_size_keeps_nothing),
		TEST(the_size_is_never_exceeded),
		TEST(what_was_used_last_goes_last),
		TEST(many_entries_are_all_found),
		TEST(many_threads_may_use_it),
	};

	return cmocka_run_group_tests_name("adapter_cache", tests, NULL, NULL);
}
