/* Every write: each store call fails or is late, each piece of memory is refused. The whole effect is there or nothing of
 * it, every name leads somewhere afterwards, and sent again, with a key or without, it has one effect.
 */
#include "usecase_wide.h"
#include "vfs_fault.h"

#include <stdio.h>

#define TIMEOUT_MS 60000

struct way {
	const char *name;
	unsigned kinds;
	enum err err;
	bool applied;
	bool and_all_after;
};

static const struct way ways[] = {
	{ "once unavailable", STORE_FAULT_ALL, ERR_UNAVAILABLE, false, false },
	{ "unavailable from then on", STORE_FAULT_ALL, ERR_UNAVAILABLE, false, true },
	{ "unclear, not applied", STORE_FAULT_COMMIT, ERR_UNCERTAIN, false, false },
	{ "unclear, applied", STORE_FAULT_COMMIT, ERR_UNCERTAIN, true, false },
	{ "unclear from then on, none applied", STORE_FAULT_ALL, ERR_UNCERTAIN, false, true },
	{ "unclear from then on, all applied", STORE_FAULT_ALL, ERR_UNCERTAIN, true, true },
};

/* A hotel of its own for each n; its document is cached for every other n, and every third begins without any memory of it. */
static struct wide_hotel begin(struct usecase_rig *rig, const struct wide_write *write,
			       const char *what, unsigned n)
{
	struct wide_hotel hotel =
		wide_begin(rig, write, str_printf(&rig->process, "%s %s %u", write->name, what, n));

	if (n % 3 == 0)
		usecase_rig_restart(rig);
	if (n % 2 == 0)
		(void)wide_document(rig, hotel.code);
	return hotel;
}

/* A key that no other hotel has, or none. */
static const char *key_of(struct usecase_rig *rig, const struct wide_hotel *hotel, bool with_key)
{
	return with_key ? str_c(&rig->process, hotel->code) : NULL;
}

/* Returns false once n is past the last call. */
static bool fail_call(struct usecase_rig *rig, const struct wide_write *write,
		      const struct way *way, unsigned n, bool with_key)
{
	struct wide_hotel hotel;
	const char *key;
	unsigned status;
	bool fired, done;
	char what[96];

	snprintf(what, sizeof(what), "%s%s", way->name, with_key ? " keyed" : "");
	hotel = begin(rig, write, what, n);
	key = key_of(rig, &hotel, with_key);
	usecase_rig_plan(rig, way->kinds, n, way->and_all_after, way->err, way->applied);
	status = wide_send(rig, &hotel, key);
	fired = atomic_load(&rig->plan.calls) >= n;
	done = wide_is_done(rig, &hotel);
	assert_true(status == 200 || status == 503 || status == 504);
	assert_true(status == 504 || done == (status == 200));
	if (way->err != ERR_UNCERTAIN)
		assert_int_not_equal(status, 504);
	else if (!way->and_all_after)
		assert_int_equal(status, 200);
	if (!fired)
		assert_int_equal(status, 200);
	if (status != 200)
		wide_send_again(rig, &hotel, key, done);
	return fired;
}

static void fail_every_call(struct usecase_rig *rig, const struct wide_write *write, bool with_key)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		unsigned n = 1;

		while (fail_call(rig, write, &ways[i], n, with_key))
			n++;
		/* A write that begins from what the last one left has one call: its commit. */
		assert_in_range(n, 2, 100);
	}
}

static void every_store_call_may_fail(void **state)
{
	for (size_t i = 0; i < WIDE_WRITES; i++)
		fail_every_call(*state, &wide_writes[i], false);
}

static void every_store_call_of_a_write_with_a_key_may_fail(void **state)
{
	for (size_t i = 0; i < WIDE_WRITES; i++)
		fail_every_call(*state, &wide_writes[i], true);
}

/* From the n-th store call on each takes longer than the request may. Returns false once n is past the last. */
static bool be_late(struct usecase_rig *rig, const struct wide_write *write, unsigned n,
		    bool with_key, unsigned *refused)
{
	struct wide_hotel hotel = begin(rig, write, with_key ? "late keyed" : "late", n);
	const char *key = key_of(rig, &hotel, with_key);
	unsigned status, calls;

	rig->late.calls = 0;
	rig->late.from = n;
	rig->late.late_ms = TIMEOUT_MS + 1000;
	rig->timeout_ms = TIMEOUT_MS;
	status = wide_send(rig, &hotel, key);
	calls = rig->late.calls;
	rig->late.from = 0;
	rig->timeout_ms = 0;
	assert_true(status == 200 || status == 503);
	assert_int_equal(wide_is_done(rig, &hotel), status == 200);
	if (status == 503)
		wide_send_again(rig, &hotel, key, false);
	*refused += status == 503;
	return calls >= n;
}

static void an_answer_that_is_late_is_503_and_nothing_or_the_whole(void **state)
{
	for (size_t i = 0; i < 2 * WIDE_WRITES; i++) {
		unsigned n = 1, refused = 0;

		while (be_late(*state, &wide_writes[i / 2], n, i % 2 != 0, &refused))
			n++;
		assert_in_range(n, 2, 99);
		assert_in_range(refused, 1, 99);
	}
}

/* Sends it under the limit that is set; true when it was done. */
static bool try_write(struct usecase_rig *rig, const struct wide_hotel *hotel, const char *key)
{
	unsigned status = wide_send(rig, hotel, key);

	if (status != 200) {
		assert_int_equal(status, 413);
		assert_true(usecase_rig_says(rig, "\"code\":\"too_large\""));
		assert_int_equal(usecase_rig_header(rig, "ETag").len, 0);
	}
	return status == 200;
}

/* What was tried is done or not as it was said, and done when there is memory again. */
static void end_try(struct usecase_rig *rig, const struct wide_hotel *hotel, const char *key,
		    bool done)
{
	rig->cap_bytes = 0;
	rig->refuse_chunk = 0;
	assert_int_equal(wide_is_done(rig, hotel), done);
	if (!done)
		wide_send_again(rig, hotel, key, false);
}

/* Refuses the n-th chunk for every n until there is no such chunk, then caps the memory at every size until that is enough. */
static void refuse_everywhere(struct usecase_rig *rig, const struct wide_write *write,
			      bool with_key)
{
	unsigned n = 0, refused = 0, caps = 0;
	size_t cap_bytes = 64;
	struct wide_hotel hotel;
	bool done, struck;

	do {
		hotel = begin(rig, write, with_key ? "keyed chunk" : "chunk", ++n);
		rig->refuse_chunk = n;
		done = try_write(rig, &hotel, key_of(rig, &hotel, with_key));
		struck = rig->arena.chunk_count >= n;
		refused += !done;
		end_try(rig, &hotel, key_of(rig, &hotel, with_key), done);
		assert_true(struck || done);
	} while (struck && n < 200);
	do {
		hotel = begin(rig, write, with_key ? "keyed cap" : "cap", ++caps);
		rig->cap_bytes = cap_bytes;
		done = try_write(rig, &hotel, key_of(rig, &hotel, with_key));
		end_try(rig, &hotel, key_of(rig, &hotel, with_key), done);
		cap_bytes += cap_bytes / 8;
	} while (!done && caps < 200);
	assert_in_range(n, 2, 199);
	assert_in_range(refused, 1, n - 1);
	assert_in_range(caps, 2, 199);
}

static void memory_that_is_refused_is_413_and_nothing(void **state)
{
	for (size_t i = 0; i < WIDE_WRITES; i++)
		refuse_everywhere(*state, &wide_writes[i], false);
}

static void memory_that_is_refused_to_a_write_with_a_key_is_413_and_the_key_is_free(void **state)
{
	for (size_t i = 0; i < WIDE_WRITES; i++)
		refuse_everywhere(*state, &wide_writes[i], true);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)
#define NARROW(name) \
	cmocka_unit_test_setup_teardown(name, usecase_rig_set_up_narrow, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_store_call_may_fail),
		TEST(every_store_call_of_a_write_with_a_key_may_fail),
		TEST(an_answer_that_is_late_is_503_and_nothing_or_the_whole),
		TEST(memory_that_is_refused_is_413_and_nothing),
		TEST(memory_that_is_refused_to_a_write_with_a_key_is_413_and_the_key_is_free),
	};

	const struct CMUnitTest narrow[] = {
		NARROW(every_store_call_may_fail),
		NARROW(every_store_call_of_a_write_with_a_key_may_fail),
		NARROW(an_answer_that_is_late_is_503_and_nothing_or_the_whole),
		NARROW(memory_that_is_refused_is_413_and_nothing),
	};
	int failed;

	vfs_fault_register();
	vfs_fault_spare_syncs();
	failed = cmocka_run_group_tests_name("usecase_wide", tests, NULL, NULL);
	return failed + cmocka_run_group_tests_name("usecase_wide by intents", narrow, NULL, NULL);
}
