/* layer: base */
#include "arena_fixture.h"

#include <string.h>
#include <unistd.h>

#include "base/cx.h"
#include "base/log.h"

static void the_first_note_wins(void **state)
{
	struct cx cx;

	cx_init(&cx, *state);
	assert_int_equal(fail(&cx, ERR_CONFLICT, "exists", "hotel %d", 7), ERR_CONFLICT);
	assert_int_equal(fail(&cx, ERR_INTERNAL, "internal", "later"), ERR_INTERNAL);
	assert_int_equal(cx.failure.err, ERR_CONFLICT);
	assert_string_equal(cx.failure.code, "exists");
	assert_text(cx.failure.detail, STR("hotel 7"));
}

static void a_failure_that_was_dealt_with_is_forgotten(void **state)
{
	struct cx cx;

	cx_init(&cx, *state);
	fail_field(&cx, BLAME_POINTER, STR("/name"), "is empty");
	cx_clear(&cx);
	assert_int_equal(cx.failure.err, OK);
	assert_null(cx.failure.code);
	assert_int_equal(cx.failure.nblames, 0);
}

static void a_failure_is_passed_on_as_it_was_noted(void **state)
{
	struct arena *arena = *state;
	struct cx from, to;

	cx_init(&from, arena);
	cx_init(&to, arena);
	assert_int_equal(fail_as(&to, ERR_CONFLICT, &from.failure), ERR_CONFLICT);
	assert_null(to.failure.code); /* an answer that nobody noted is no failure */
	fail(&from, ERR_UNAVAILABLE, "unavailable", "host %d", 7);
	from.failure.is_private = true;
	from.failure.retry_after_s = 5;
	assert_int_equal(fail_as(&to, ERR_UNAVAILABLE, &from.failure), ERR_UNAVAILABLE);
	assert_string_equal(to.failure.code, "unavailable");
	assert_true(str_eq(to.failure.detail, STR("host 7")));
	assert_true(to.failure.is_private);
	assert_int_equal(to.failure.retry_after_s, 5);
	cx_clear(&from);
	fail(&from, ERR_LIMIT, "too_large", "other");
	assert_int_equal(fail_as(&to, ERR_LIMIT, &from.failure), ERR_LIMIT);
	assert_string_equal(to.failure.code, "unavailable"); /* the first note wins */
}

static void no_more_than_twenty_fields_are_blamed(void **state)
{
	struct cx cx;

	cx_init(&cx, *state);
	for (unsigned i = 0; i < 25; i++)
		assert_int_equal(fail_field(&cx, BLAME_PARAMETER, STR("limit"), "%u", i),
				 ERR_INVALID);
	assert_int_equal(cx.failure.nblames, CX_BLAMES_MAX);
	assert_string_equal(cx.failure.code, "invalid");
	assert_int_equal(cx.failure.blames[0].kind, BLAME_PARAMETER);
	assert_text(cx.failure.blames[19].where, STR("limit"));
	assert_text(cx.failure.blames[19].detail, STR("19"));
}

static void a_long_note_is_cut(void **state)
{
	char text[2000];
	struct cx cx;

	memset(text, 'x', sizeof(text));
	cx_init(&cx, *state);
	fail(&cx, ERR_INVALID, "invalid", "%.*s", (int)sizeof(text), text);
	assert_int_equal(cx.failure.detail.len, 511);
}

/* Half a character would make the answer no UTF-8, and so no JSON. */
static void a_note_is_not_cut_inside_a_character(void **state)
{
	static const char *const letters[] = { "ü", "€", "😀" };

	for (size_t i = 0; i < 3; i++) {
		for (size_t shift = 0; shift < 4; shift++) {
			size_t width = strlen(letters[i]);
			char text[1000] = "aaa";
			struct cx cx;

			text[shift] = '\0';
			while (strlen(text) + width < sizeof(text))
				strncat(text, letters[i], width);
			cx_init(&cx, *state);
			fail(&cx, ERR_INVALID, "invalid", "%s", text);
			assert_int_equal((cx.failure.detail.len - shift) % width, 0);
			assert_in_range(cx.failure.detail.len, 511 - 2 * width, 511);
		}
	}
}

static void a_failure_is_noted_without_memory_too(void **state)
{
	struct cx cx;

	arena_reset(*state, 1);
	cx_init(&cx, *state);
	assert_int_equal(fail(&cx, ERR_LIMIT, "too_large", "%s", "a text"), ERR_LIMIT);
	assert_int_equal(cx.failure.err, ERR_LIMIT);
	assert_int_equal(cx.failure.detail.len, 0);
}

static void refused_memory_is_a_limit(void **state)
{
	struct cx cx;

	arena_reset(*state, 1000);
	cx_init(&cx, *state);
	assert_int_equal(cx_check_memory(&cx), OK);
	assert_null(arena_alloc(*state, 2000));
	assert_int_equal(cx_check_memory(&cx), ERR_LIMIT);
	assert_string_equal(cx.failure.code, "too_large");
}

struct stopped_clock {
	struct clock clock;
	int64_t now_ms;
};

static int64_t stopped_ms(const struct clock *clock)
{
	return ((const struct stopped_clock *)clock)->now_ms;
}

static void a_deadline_passes_when_it_is_reached(void **state)
{
	struct stopped_clock stopped = { { stopped_ms, stopped_ms }, 1000 };
	struct cx cx;

	cx_init(&cx, *state);
	cx.clock = &stopped.clock;
	assert_int_equal(cx_check_deadline(&cx), OK);
	cx.deadline_mono_ms = 2000;
	stopped.now_ms = 1999;
	assert_int_equal(cx_check_deadline(&cx), OK);
	stopped.now_ms = 2000;
	assert_int_equal(cx_check_deadline(&cx), ERR_UNAVAILABLE);
	assert_string_equal(cx.failure.code, "unavailable");
	assert_int_equal(cx.failure.retry_after_s, 1);
}

static void the_system_has_the_time_and_chance(void **state)
{
	struct str one = rand_hex(&rand_system, *state, 16);
	struct str other = rand_hex(&rand_system, *state, 16);
	int64_t before = clock_mono_ms(&clock_system);

	assert_int_equal(one.len, 32);
	assert_false(str_eq(one, other));
	for (size_t i = 0; i < one.len; i++)
		assert_non_null(memchr("0123456789abcdef", one.ptr[i], 16));
	assert_true(clock_mono_ms(&clock_system) >= before);
	assert_true(clock_wall_ms(&clock_system) > INT64_C(1700000000000));
}

static void every_error_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int i = OK; i <= ERR_INTERNAL; i++) {
		assert_string_not_equal(err_name((enum err)i), "unknown");
		for (int j = OK; j < i; j++)
			assert_string_not_equal(err_name((enum err)i), err_name((enum err)j));
	}
}

/* The line that an event writes to stderr; the pipe holds it. */
static ssize_t log_one(const char *detail, char *line, size_t size_bytes)
{
	int ends[2], saved = dup(STDERR_FILENO);
	ssize_t len;

	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	log_event(LOG_LEVEL_WARN, "test", "%s", detail);
	dup2(saved, STDERR_FILENO);
	len = read(ends[0], line, size_bytes);
	close(ends[0]);
	close(ends[1]);
	close(saved);
	return len;
}

static void a_log_line_can_not_be_forged(void **state)
{
	char line[2000];
	ssize_t len;

	(void)state;
	len = log_one("one\n{\"level\":\\", line, sizeof(line));
	assert_true(len > 1);
	assert_int_equal(line[len - 1], '\n');
	assert_null(memchr(line, '\n', (size_t)len - 1));
	assert_non_null(memmem(line, (size_t)len, "one {'level':'", 14));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_note_wins),
		TEST(a_failure_that_was_dealt_with_is_forgotten),
		TEST(a_failure_is_passed_on_as_it_was_noted),
		TEST(no_more_than_twenty_fields_are_blamed),
		TEST(a_long_note_is_cut),
		TEST(a_note_is_not_cut_inside_a_character),
		TEST(a_failure_is_noted_without_memory_too),
		TEST(refused_memory_is_a_limit),
		TEST(a_deadline_passes_when_it_is_reached),
		TEST(the_system_has_the_time_and_chance),
		TEST(every_error_has_a_name_of_its_own),
		TEST(a_log_line_can_not_be_forged),
	};

	return cmocka_run_group_tests_name("base_cx", tests, NULL, NULL);
}
