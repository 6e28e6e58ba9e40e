/* Writes that touch many objects at once: each store call fails or is late, each piece of memory is refused. The whole
 * effect is there or nothing of it, and every name leads somewhere afterwards.
 */
#include "usecase_wide.h"

#include <stdio.h>

#define TIMEOUT_MS 5000

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

/* The n-th hotel of a test; its document is cached for every other n, and every third begins without any memory of it. */
static struct str make_hotel(struct usecase_rig *rig, const char *what, unsigned n,
			     struct str *before)
{
	struct str code = wide_make(rig, str_printf(&rig->process, "%s %u", what, n));

	*before = wide_document(rig, code);
	if (n % 3 == 0)
		usecase_rig_restart(rig);
	if (n % 2 == 0)
		(void)wide_document(rig, code);
	return code;
}

/* Returns false once n is past the last call. */
static bool fail_call(struct usecase_rig *rig, const struct wide_write *write,
		      const struct way *way, unsigned n, const char *key)
{
	struct str before, code;
	unsigned status;
	bool fired, done;
	char what[96];

	snprintf(what, sizeof(what), "%s %s %s", write->name, way->name, key ? key : "");
	code = make_hotel(rig, what, n, &before);
	usecase_rig_plan(rig, way->kinds, n, way->and_all_after, way->err, way->applied);
	status = wide_send(rig, write, code, key);
	fired = atomic_load(&rig->plan.calls) >= n;
	usecase_rig_check(rig, code);
	done = wide_is_done(rig, write, code, before);
	assert_true(status == 200 || status == 503 || status == 504);
	assert_true(status == 504 || done == (status == 200));
	if (way->err != ERR_UNCERTAIN)
		assert_int_not_equal(status, 504);
	else if (!way->and_all_after)
		assert_int_equal(status, 200);
	if (status != 200)
		wide_send_again(rig, write, code, key, done);
	return fired;
}

static void fail_every_call(struct usecase_rig *rig, const struct wide_write *write, bool with_keys)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		unsigned n = 1;
		char key[64];

		do {
			snprintf(key, sizeof(key), "%td-%zu-%u", write - wide_writes, i, n);
		} while (fail_call(rig, write, &ways[i], n++, with_keys ? key : NULL));
		assert_in_range(n, 3, 100);
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

/* From the n-th store call on each takes longer than the request may. */
static void late_from_every_call_on(struct usecase_rig *rig, const struct wide_write *write)
{
	unsigned n = 0, status, calls;

	do {
		struct str before, code = make_hotel(rig, write->name, ++n, &before);

		rig->late.calls = 0;
		rig->late.from = n;
		rig->late.late_ms = TIMEOUT_MS + 1000;
		rig->timeout_ms = TIMEOUT_MS;
		status = wide_send(rig, write, code, NULL);
		calls = rig->late.calls;
		rig->late.from = 0;
		rig->timeout_ms = 0;
		assert_true(status == 200 || status == 503);
		usecase_rig_check(rig, code);
		assert_int_equal(wide_is_done(rig, write, code, before), status == 200);
		if (status == 503)
			wide_send_again(rig, write, code, NULL, false);
	} while (calls >= n && n < 100);
	assert_in_range(n, 3, 99);
}

static void an_answer_that_is_late_is_503_and_nothing_or_the_whole(void **state)
{
	for (size_t i = 0; i < WIDE_WRITES; i++)
		late_from_every_call_on(*state, &wide_writes[i]);
}

/* Sends it under the limit that is set; true when it was done. */
static bool try_write(struct usecase_rig *rig, const struct wide_write *write, struct str code,
		      struct str before)
{
	unsigned status = wide_send(rig, write, code, NULL);

	if (status != 200) {
		assert_int_equal(status, 413);
		assert_true(usecase_rig_says(rig, "\"code\":\"too_large\""));
		assert_int_equal(usecase_rig_header(rig, "ETag").len, 0);
	}
	rig->cap_bytes = 0;
	rig->refuse_chunk = 0;
	usecase_rig_check(rig, code);
	assert_int_equal(wide_is_done(rig, write, code, before), status == 200);
	if (status != 200)
		wide_send_again(rig, write, code, NULL, false);
	return status == 200;
}

/* Refuses the n-th chunk for every n, then caps the memory at every size, until it is done without a refusal. */
static void refuse_everywhere(struct usecase_rig *rig, const struct wide_write *write)
{
	unsigned n = 0, caps = 0;
	size_t cap_bytes = 64;
	struct str before, code;
	bool done;

	do {
		code = make_hotel(rig, write->name, ++n, &before);
		rig->refuse_chunk = n;
		done = try_write(rig, write, code, before);
	} while (!done && n < 200);
	do {
		code = make_hotel(rig, write->name, n + ++caps, &before);
		rig->cap_bytes = cap_bytes;
		done = try_write(rig, write, code, before);
		cap_bytes += cap_bytes / 8;
	} while (!done && caps < 200);
	assert_in_range(n, 2, 199);
	assert_in_range(caps, 2, 199);
}

static void memory_that_is_refused_is_413_and_nothing(void **state)
{
	for (size_t i = 0; i < WIDE_WRITES; i++)
		refuse_everywhere(*state, &wide_writes[i]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_store_call_may_fail),
		TEST(every_store_call_of_a_write_with_a_key_may_fail),
		TEST(an_answer_that_is_late_is_503_and_nothing_or_the_whole),
		TEST(memory_that_is_refused_is_413_and_nothing),
	};

	return cmocka_run_group_tests_name("usecase_wide", tests, NULL, NULL);
}
