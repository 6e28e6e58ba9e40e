/* copy: what the target has afterwards, whatever it had before and whoever writes meanwhile. */
#include "copy_rig.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "adapter/store_count.h"
#include "adapter/store_narrow.h"
#include "record/batch.h"
#include "record/hotel_record.h"
#include "record/key.h"
#include "vfs_fault.h"

/* An answer of more than 300 kB is kept in parts. */
static void add_long_answer(struct usecase_rig *rig)
{
	struct buf body;

	buf_init(&body, &rig->process);
	buf_add(&body, STR("{\"name\":\"Long answer\",\"roomTypes\":["));
	for (unsigned i = 0; i < 60; i++) {
		buf_printf(&body, "%s{\"code\":\"L%u\",\"description\":\"", i == 0 ? "" : ",", i);
		for (unsigned j = 0; j < 12000; j++)
			buf_add_char(&body, 'x');
		buf_add(&body, STR("\"}"));
	}
	buf_add(&body, STR("]}"));
	assert_int_equal(usecase_rig_ask(rig, "POST", STR("/config"), buf_str(&body), "long"), 200);
}

static void a_store_is_copied_with_its_history_chains_and_kept_answers(void **state)
{
	struct usecase_rig *rig = *state;
	struct copy_rig copy;

	copy_rig_fill(rig);
	add_long_answer(rig);
	copy_rig_open(rig, &copy);
	copy_rig_complete(&copy, COPY_RIG_FILLED + 1);
	assert_int_equal(copy.result.hotels, COPY_RIG_FILLED + 1);
	assert_int_equal(copy.result.chains, 2);
	assert_int_equal(copy.result.passes, 2);
	copy_rig_close(&copy);
}

static void an_empty_store_is_copied(void **state)
{
	struct copy_rig copy;

	copy_rig_open(*state, &copy);
	copy_rig_complete(&copy, 0);
	copy_rig_close(&copy);
}

static void what_is_there_is_not_copied_again(void **state)
{
	struct usecase_rig *rig = *state;
	struct copy_rig copy;

	copy_rig_fill(rig);
	copy_rig_open(rig, &copy);
	copy_rig_complete(&copy, COPY_RIG_FILLED);
	copy_rig_complete(&copy, 0);
	transfer_rig_ask(rig, "PATCH", copy_rig_hotel_path(rig, STR("Two")),
			 STR("{\"description\":\"changed\"}"));
	copy_rig_complete(&copy, 1);
	transfer_rig_ask(rig, "DELETE", copy_rig_hotel_path(rig, STR("Two")), STR(""));
	copy_rig_complete(&copy, 1);
	copy_rig_close(&copy);
}

static void of_a_hotel_that_went_on_only_what_differs_is_written(void **state)
{
	struct usecase_rig *rig = *state;
	struct store_counts counts = { 0 };
	struct copy_rig copy;

	copy_rig_fill(rig);
	transfer_rig_add_types(rig, usecase_rig_code(rig, STR("Two")), 80, 10);
	copy_rig_open(rig, &copy);
	copy_rig_complete(&copy, COPY_RIG_FILLED);
	transfer_rig_ask(rig, "PATCH", copy_rig_hotel_path(rig, STR("Two")),
			 STR("{\"description\":\"changed\"}"));
	copy.target.app.store = store_count_open(copy.target.app.store, &counts);
	copy_rig_complete(&copy, 1);
	/* ctl, the head, an entry of history, the listing, the name */
	assert_int_equal(counts.items_written, 5);
	copy_rig_close(&copy);
}

/* By an intent, whose every commit may be the last one of the process. */
static void a_hotel_past_one_commit_comes_whole(void **state)
{
	struct usecase_rig *rig = *state;
	unsigned nth = 0;
	bool struck;

	transfer_rig_fill(rig);
	transfer_rig_add_types(rig, usecase_rig_code(rig, STR("Two")), 40, 10);
	do {
		struct store_fault_plan plan = { .kinds = STORE_FAULT_COMMIT,
						 .nth = ++nth,
						 .and_all_after = true,
						 .err = ERR_UNAVAILABLE,
						 .code = "unavailable" };
		struct copy_rig copy;
		struct store *fault;

		copy_rig_open(rig, &copy);
		fault = store_fault_open(copy.target.app.store, &plan);
		copy.target.app.store = store_narrow_open(fault, 7);
		struck = copy_rig_run(&copy) != OK;
		plan.nth = 0;
		cx_clear(&copy.target.cx);
		transfer_rig_export(&copy.target.cx, copy.target.app.store);
		assert_int_equal(copy_rig_run(&copy), OK);
		assert_string_equal(copy.target.complaints, "");
		assert_true(copy.result.is_equal);
		copy_rig_check(&copy);
		copy_rig_close(&copy);
	} while (struck);
	assert_in_range(nth, 10, 100);
}

/* A clock that goes on by 3 s whenever it is asked. */
struct quick_clock {
	struct clock base;
	int64_t ms;
};

static int64_t quick_ms(const struct clock *clock)
{
	return ((struct quick_clock *)(uintptr_t)clock)->ms += 3000;
}

static void it_says_how_far_it_is(void **state)
{
	struct quick_clock clock = { .base = { quick_ms, quick_ms } };
	struct usecase_rig *rig = *state;
	struct copy_rig copy;
	char said[2000] = "";
	FILE *file = tmpfile();
	int saved = dup(STDERR_FILENO);

	copy_rig_fill(rig);
	copy_rig_open(rig, &copy);
	copy.clock = &clock.base;
	fflush(stderr);
	dup2(fileno(file), STDERR_FILENO);
	copy_rig_run(&copy);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(file);
	assert_in_range(fread(said, 1, sizeof(said) - 1, file), 1, sizeof(said) - 1);
	fclose(file);
	/* A line each 5 s at most. */
	assert_non_null(strstr(said, "copy: 1 of 8 hotels\ncopy: 3 of 8 hotels\n"));
	assert_non_null(strstr(said, "copy: 7 of 8 hotels\ncompare: 1 of 8 hotels\n"));
	assert_true(copy.result.is_equal);
	copy_rig_close(&copy);
}

static void threads_copy_the_hotels_of_one_chain(void **state)
{
	struct usecase_rig *rig = *state;
	struct copy_rig copy;

	copy_rig_fill(rig);
	for (unsigned i = 0; i < 30; i++)
		transfer_rig_make_hotel(rig, str_printf(&rig->process, "\"Member %u\"", i),
					",\"chain\":\"ACME\",\"brand\":\"INN\"");
	copy_rig_open(rig, &copy);
	copy.threads = 4;
	copy_rig_complete(&copy, COPY_RIG_FILLED + 30);
	copy_rig_close(&copy);
}

static void a_hotel_too_large_for_a_thread_is_copied_alone(void **state)
{
	struct usecase_rig *rig = *state;
	struct copy_rig copy;

	copy_rig_fill(rig);
	transfer_rig_add_types(rig, usecase_rig_code(rig, STR("Two")), 90, 10000);
	copy_rig_open(rig, &copy);
	copy.threads = 2;
	copy.thread_bytes = 512 << 10;
	copy_rig_complete(&copy, COPY_RIG_FILLED);
	copy_rig_close(&copy);
}

/* As expired answers are: the next day none is copied. */
static void an_answer_that_has_expired_stays_behind(void **state)
{
	struct usecase_rig *rig = *state;
	struct copy_rig copy;
	struct codes codes;

	copy_rig_fill(rig);
	copy_rig_open(rig, &copy);
	rig->clock.wall_ms += (int64_t)25 * 60 * 60 * 1000;
	assert_int_equal(copy_rig_run(&copy), OK);
	assert_true(copy.result.is_equal);
	assert_int_equal(
		store_partitions(copy.target.app.store, &copy.target.cx, STR(""), 0, &codes), OK);
	for (size_t i = 0; i < codes.n; i++)
		assert_false(str_starts(codes.items[i], STR("~idem-")));
	copy_rig_close(&copy);
}

static void patch_source(struct copy_rig *copy)
{
	struct usecase_rig *rig = copy->rig;

	if (copy->times == 0)
		return;
	copy->times--;
	transfer_rig_ask(rig, "PATCH", str_c(&rig->process, copy->path),
			 str_printf(&rig->process, "{\"description\":\"%u\"}", copy->times));
}

static void a_source_that_is_written_meanwhile_is_equal_in_the_end(void **state)
{
	struct usecase_rig *rig = *state;
	struct copy_rig copy;

	copy_rig_fill(rig);
	copy_rig_open(rig, &copy);
	copy.path = str_of(copy_rig_hotel_path(rig, STR("Two")));
	copy.meddle = patch_source;
	for (copy.times = 40; copy.times != 0;) {
		assert_int_equal(copy_rig_run(&copy), OK);
		assert_string_equal(copy.target.complaints, "");
		transfer_rig_check(&copy.target);
	}
	copy_rig_complete(&copy, 0);
	/* Somebody who never rests ends it, and nobody says that they are equal. */
	copy.times = 100000;
	assert_int_equal(copy_rig_run(&copy), OK);
	assert_false(copy.result.is_equal);
	assert_int_equal(copy.result.complaints, 0);
	transfer_rig_check(&copy.target);
	copy.times = 0;
	assert_int_equal(copy_rig_run(&copy), OK);
	copy_rig_check(&copy);
	copy_rig_close(&copy);
}

/* A hotel takes the name that another one gave up, a chain is renamed, a hotel goes, one comes: between two passes. */
static void change_much(struct copy_rig *copy)
{
	struct usecase_rig *rig = copy->rig;

	if (copy->times == 0 || --copy->times != 0)
		return;
	transfer_rig_ask(rig, "PATCH", copy_rig_hotel_path(rig, STR("Kept 0")),
			 STR("{\"name\":\"Free\"}"));
	transfer_rig_ask(rig, "PATCH", copy_rig_hotel_path(rig, STR("Two")),
			 STR("{\"name\":\"Kept 0\"}"));
	transfer_rig_ask(rig, "DELETE", copy_rig_hotel_path(rig, STR("Kept 1")), STR(""));
	transfer_rig_ask(rig, "PUT", "/chains/ACME", STR("{\"name\":\"Acme renamed\"}"));
	transfer_rig_ask(rig, "PUT", "/chains/NEW", STR("{}"));
	transfer_rig_make_hotel(rig, STR("\"Came\""), ",\"chain\":\"NEW\"");
}

static void what_changes_between_passes_is_followed(void **state)
{
	struct usecase_rig *rig = *state;
	struct copy_rig copy;

	copy_rig_fill(rig);
	for (unsigned nth = 1; nth <= 2 * COPY_RIG_FILLED; nth += 3) {
		usecase_rig_tear_down(state);
		usecase_rig_set_up(state);
		rig = *state;
		copy_rig_fill(rig);
		copy_rig_open(rig, &copy);
		copy.meddle = change_much;
		copy.times = nth;
		assert_int_equal(copy_rig_run(&copy), OK);
		assert_string_equal(copy.target.complaints, "");
		assert_true(copy.result.is_equal);
		assert_int_equal(copy.times, 0);
		copy_rig_check(&copy);
		copy_rig_close(&copy);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_store_is_copied_with_its_history_chains_and_kept_answers),
		TEST(an_empty_store_is_copied),
		TEST(what_is_there_is_not_copied_again),
		TEST(of_a_hotel_that_went_on_only_what_differs_is_written),
		TEST(a_hotel_past_one_commit_comes_whole),
		TEST(it_says_how_far_it_is),
		TEST(threads_copy_the_hotels_of_one_chain),
		TEST(a_hotel_too_large_for_a_thread_is_copied_alone),
		TEST(an_answer_that_has_expired_stays_behind),
		TEST(a_source_that_is_written_meanwhile_is_equal_in_the_end),
		TEST(what_changes_between_passes_is_followed),
	};

	vfs_fault_register();
	vfs_fault_spare_syncs();
	return cmocka_run_group_tests_name("command_copy", tests, NULL, NULL);
}
