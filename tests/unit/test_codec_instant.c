/* layer: codec */
#include "arena_fixture.h"

#include <time.h>

#include "codec/calendar.h"
#include "codec/instant.h"

static void instants_are_written_in_utc_with_milliseconds(void **state)
{
	static const struct {
		int64_t wall_ms;
		struct str text;
	} cases[] = {
		{ 0, STR_INIT("1970-01-01T00:00:00.000Z") },
		{ -1, STR_INIT("1969-12-31T23:59:59.999Z") },
		{ INT64_C(1795363200000), STR_INIT("2026-11-22T16:00:00.000Z") },
		{ INT64_C(951782400007), STR_INIT("2000-02-29T00:00:00.007Z") },
		{ INT64_C(-62135596800000), STR_INIT("0001-01-01T00:00:00.000Z") },
		{ INT64_C(253402300799999), STR_INIT("9999-12-31T23:59:59.999Z") },
	};
	int64_t back;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_text(instant_write(*state, cases[i].wall_ms), cases[i].text);
		assert_true(instant_parse(cases[i].text, &back));
		assert_true(back == cases[i].wall_ms);
	}
}

static void instants_outside_the_years_are_not_written(void **state)
{
	assert_text(instant_write(*state, INT64_C(-62135596800001)), STR(""));
	assert_text(instant_write(*state, INT64_C(253402300800000)), STR(""));
	assert_text(instant_write(*state, INT64_MIN), STR(""));
	assert_text(instant_write(*state, INT64_MAX), STR(""));
}

static void offsets_and_fractions_are_read(void **state)
{
	static const struct {
		const char *text;
		int64_t wall_ms;
	} cases[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1970-01-01t00:00:00z", 0 },
		{ "1970-01-01T01:00:00+01:00", 0 },
		{ "1969-12-31T18:30:00-05:30", 0 },
		{ "1970-01-01T23:59:00+23:59", 0 },
		{ "1970-01-01T00:00:00-00:00", 0 },
		{ "1970-01-01T00:00:00.1Z", 100 },
		{ "1970-01-01T00:00:00.12Z", 120 },
		{ "1970-01-01T00:00:00.1239Z", 123 },
		{ "1970-01-01T00:00:00.000999999Z", 0 },
		{ "1970-01-01T00:00:00.987654321+00:00", 987 },
		{ "0001-01-01T01:00:00+01:00", INT64_C(-62135596800000) },
		{ "9999-12-31T23:59:59.999Z", INT64_C(253402300799999) },
	};
	int64_t got;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_true(instant_parse(str_of(cases[i].text), &got));
		assert_true(got == cases[i].wall_ms);
	}
}

static void what_is_no_instant_is_refused(void **state)
{
	static const char *const cases[] = {
		"",
		"2026-11-22",
		"2026-11-22T16:00",
		"2026-11-22T16:00:00",
		"2026-11-22T16:00:00 Z",
		"2026-11-22 16:00:00Z",
		" 2026-11-22T16:00:00Z",
		"2026-11-22T16:00:00Z ",
		"2026-11-22T16:00:00.Z",
		"2026-11-22T16:00:00,5Z",
		"2026-11-22T16:00:00.1234567890Z",
		"2026-13-01T00:00:00Z",
		"2026-00-01T00:00:00Z",
		"2026-01-00T00:00:00Z",
		"2026-01-32T00:00:00Z",
		"2026-04-31T00:00:00Z",
		"2026-02-29T00:00:00Z",
		"1900-02-29T00:00:00Z",
		"0000-01-01T00:00:00Z",
		"2026-01-01T24:00:00Z",
		"2026-01-01T00:60:00Z",
		"2026-12-31T23:59:60Z",
		"2026-01-01T00:00:00+24:00",
		"2026-01-01T00:00:00+01:60",
		"2026-01-01T00:00:00+0100",
		"2026-01-01T00:00:00+01",
		"2026-01-01T00:00:00+1:00",
		"2026-01-01T00:00:00",
		"26-01-01T00:00:00Z",
		"+2026-01-01T00:00:00Z",
		"-026-01-01T00:00:00Z",
		"2026-1-01T00:00:00Z",
		"20260101T000000Z",
		"2026-01-01T00:00:00ZZ",
		"12026-01-01T00:00:00Z",
		"0001-01-01T00:00:00+00:01",
		"9999-12-31T23:59:59-00:01",
		"0000-12-31T23:00:00-01:00",
		"2026-01-01T00:00:00−01:00",
	};
	int64_t got = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_false(instant_parse(str_of(cases[i]), &got));
	assert_false(instant_parse(STR("2026-11-22T16:00:00Z\0"), &got));
	assert_int_equal(got, 7);
}

static void leap_days_exist_in_leap_years_only(void **state)
{
	int64_t got;

	(void)state;
	assert_true(instant_parse(STR("2000-02-29T00:00:00Z"), &got));
	assert_true(instant_parse(STR("2024-02-29T00:00:00Z"), &got));
	assert_true(instant_parse(STR("0004-02-29T00:00:00Z"), &got));
	assert_false(instant_parse(STR("2100-02-29T00:00:00Z"), &got));
	assert_false(instant_parse(STR("2023-02-29T00:00:00Z"), &got));
}

static void the_date_header_has_its_one_form(void **state)
{
	char text[29];

	(void)state;
	instant_write_http(INT64_C(1795363200999), text);
	assert_text((struct str){ text, 29 }, STR("Sun, 22 Nov 2026 16:00:00 GMT"));
	instant_write_http(0, text);
	assert_text((struct str){ text, 29 }, STR("Thu, 01 Jan 1970 00:00:00 GMT"));
	instant_write_http(INT64_C(1709251199000), text);
	assert_text((struct str){ text, 29 }, STR("Thu, 29 Feb 2024 23:59:59 GMT"));
}

/* 14 months of days, every month and weekday among them, against the C library. */
static void the_date_header_agrees_with_the_c_library(void **state)
{
	char text[29], wanted[40];

	(void)state;
	for (time_t day = 20000; day < 20425; day++) {
		time_t now = day * 86400 + 43200;
		struct tm utc;

		gmtime_r(&now, &utc);
		strftime(wanted, sizeof(wanted), "%a, %d %b %Y %H:%M:%S GMT", &utc);
		instant_write_http((int64_t)now * 1000, text);
		assert_text((struct str){ text, 29 }, str_of(wanted));
	}
}

static void every_day_is_its_date_and_back(void **state)
{
	struct calendar_date before = { 0, 12, 31 };
	int32_t back;

	(void)state;
	for (int32_t day = CALENDAR_FIRST_DAY; day <= CALENDAR_LAST_DAY; day++) {
		struct calendar_date date = calendar_date(day);
		bool same_month = date.of_month == before.of_month + 1 &&
				  date.month == before.month && date.year == before.year;
		bool next_month = date.of_month == 1 && date.month == before.month + 1 &&
				  date.year == before.year;
		bool next_year = date.of_month == 1 && date.month == 1 && before.month == 12 &&
				 date.year == before.year + 1;

		assert_true(same_month || next_month || next_year);
		assert_true(calendar_day(date, &back));
		assert_int_equal(back, day);
		before = date;
	}
	assert_int_equal(before.year, 9999);
}

static void dates_agree_with_the_c_library(void **state)
{
	(void)state;
	for (int32_t day = CALENDAR_FIRST_DAY; day <= CALENDAR_LAST_DAY; day += 13) {
		time_t now = (time_t)day * 86400;
		struct calendar_date date = calendar_date(day);
		struct tm utc;

		gmtime_r(&now, &utc);
		assert_int_equal(date.year, utc.tm_year + 1900);
		assert_int_equal(date.month, utc.tm_mon + 1);
		assert_int_equal(date.of_month, utc.tm_mday);
	}
}

static void dates_that_are_none_have_no_day(void **state)
{
	static const struct calendar_date cases[] = {
		{ 0, 1, 1 },    { 10000, 1, 1 }, { 2026, 0, 1 },  { 2026, 13, 1 },
		{ 2026, 1, 0 }, { 2026, 1, 32 }, { 2026, 2, 29 }, { 2026, 6, 31 },
		{ -1, 1, 1 },   { 2026, -1, 1 }, { 2026, 1, -1 }, { INT32_MAX, 1, 1 },
	};
	int32_t day = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_false(calendar_day(cases[i], &day));
	assert_int_equal(day, 7);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)

static void dates_of_http_are_read_as_they_are_written(void **state)
{
	static const int64_t times[] = { 0, INT64_C(1795363200000), INT64_C(951782399000),
					 INT64_C(4102444799000) };
	static const char *const wrong[] = {
		"",
		"Sun, 22 Nov 2026 16:00:00",
		"Sun, 22 Nov 2026 16:00:00 UTC",
		"Sun, 22 nov 2026 16:00:00 GMT",
		"Sun, 31 Nov 2026 16:00:00 GMT",
		"Sun, 22 Nov 2026 24:00:00 GMT",
		"Sun, 22-Nov-2026 16:00:00 GMT",
		"Sunday, 22-Nov-26 16:00:00 GMT",
		"Sun, 22 Nov 2026 16:00:00 GMT ",
	};
	int64_t back;

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		char text[29];

		instant_write_http(times[i], text);
		assert_true(instant_parse_http((struct str){ text, sizeof(text) }, &back));
		assert_true(back == times[i]);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_false(instant_parse_http(str_of(wrong[i]), &back));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(instants_are_written_in_utc_with_milliseconds),
		TEST(instants_outside_the_years_are_not_written),
		TEST(offsets_and_fractions_are_read),
		TEST(what_is_no_instant_is_refused),
		TEST(leap_days_exist_in_leap_years_only),
		TEST(the_date_header_has_its_one_form),
		TEST(the_date_header_agrees_with_the_c_library),
		TEST(every_day_is_its_date_and_back),
		TEST(dates_agree_with_the_c_library),
		TEST(dates_that_are_none_have_no_day),
		cmocka_unit_test_setup_teardown(dates_of_http_are_read_as_they_are_written,
						open_arena, close_arena),
	};

	return cmocka_run_group_tests_name("codec_instant", tests, NULL, NULL);
}
