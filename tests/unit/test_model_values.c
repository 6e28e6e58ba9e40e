/* layer: model */
#include "arena_fixture.h"

#include "disagree.h"
#include "model/code.h"
#include "model/currency.h"
#include "model/date.h"
#include "model/decimal.h"
#include "model/zone.h"

static void a_decimal_has_one_form(void **state)
{
	static const struct {
		const char *text, *written;
	} cases[] = {
		{ "0", "0" },
		{ "-0", "0" },
		{ "0.0", "0" },
		{ "-0.000", "0" },
		{ "1", "1" },
		{ "-1", "-1" },
		{ "129.5", "129.5" },
		{ "129.500", "129.5" },
		{ "100", "100" },
		{ "100.0", "100" },
		{ "0.05", "0.05" },
		{ "-0.5", "-0.5" },
		{ "0.10", "0.1" },
		{ "999999999999999999", "999999999999999999" },
		{ "-999999999999999999", "-999999999999999999" },
		{ "0.000000000000000001", "0.000000000000000001" },
		{ "-0.999999999999999999", "-0.999999999999999999" },
		{ "123456789.012345678", "123456789.012345678" },
		{ "999999999999999999.000", "999999999999999999" },
		{ "0.0000000000000000000000", "0" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct decimal value, again;

		assert_true(decimal_parse(str_of(cases[i].text), &value));
		assert_text(decimal_write(*state, value), str_of(cases[i].written));
		assert_true(decimal_parse(str_of(cases[i].written), &again));
		assert_true(again.units == value.units && again.decimals == value.decimals);
	}
}

static void what_is_no_plain_decimal_of_18_digits_is_refused(void **state)
{
	static const char *const texts[] = { "",
					     "-",
					     "1e3",
					     "1E3",
					     "1.5e0",
					     "1000000000000000000",
					     "0.0000000000000000001",
					     "0.1234567890123456789",
					     "9999999999.999999999",
					     "+1",
					     "1..2",
					     "1.2.3",
					     "a",
					     "1a",
					     "--1",
					     "1-",
					     " 1",
					     "1 ",
					     ".",
					     "-.",
					     "0x10",
					     "NaN" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct decimal value;

		if (decimal_parse(str_of(texts[i]), &value))
			disagree("'%s' was read", texts[i]);
	}
}

static void a_decimal_scales_to_whole_units_or_not_at_all(void **state)
{
	static const struct {
		struct decimal value;
		unsigned exponent;
		bool fits;
		int64_t scaled;
	} cases[] = {
		{ { 1295, 1 }, 2, true, 12950 },
		{ { 1295, 1 }, 1, true, 1295 },
		{ { 1295, 1 }, 0, false, 0 },
		{ { 0, 0 }, 4, true, 0 },
		{ { -5, 0 }, 3, true, -5000 },
		{ { 922337203685477580, 0 }, 1, true, 9223372036854775800 },
		{ { 922337203685477581, 0 }, 1, false, 0 },
		{ { -922337203685477581, 0 }, 1, false, 0 },
		{ { 999999999999999999, 0 }, 2, false, 0 },
		{ { 1, 18 }, 18, true, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t scaled = 0;

		assert_int_equal(decimal_scale(cases[i].value, cases[i].exponent, &scaled),
				 cases[i].fits);
		if (cases[i].fits)
			assert_true(scaled == cases[i].scaled);
	}
}

static void every_small_decimal_comes_back(void **state)
{
	for (int64_t units = -2000; units <= 2000; units++) {
		for (uint8_t decimals = 0; decimals <= 5; decimals++) {
			struct decimal value, again;
			struct str text;

			if (decimals != 0 && units % 10 == 0)
				continue; /* has a shorter form */
			value = (struct decimal){ units, decimals };
			text = decimal_write(*state, value);
			assert_true(decimal_parse(text, &again));
			assert_true(again.units == units && again.decimals == decimals);
		}
	}
}

static void a_code_has_1_to_64_safe_characters(void **state)
{
	static const char *const good[] = { "A",   "z",  "0",  "-",       "_",
					    "...", ".a", "a.", "DBL-SEA", "364425903" };
	static const char *const bad[] = { "",         ".",    "..",  " A",          "A ",
					   "a b",      "a/b",  "a%b", "a\tb",        "a~b",
					   "\xc3\xa9", "a\"b", "a+b", "~list-all-00" };
	char every[2] = { 0, 0 }, longest[66];
	unsigned n = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(code_is_valid(str_of(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(code_is_valid(str_of(bad[i])));
	for (int byte = 0; byte < 256; byte++) {
		every[0] = (char)byte;
		n += code_is_valid((struct str){ every, 1 });
	}
	assert_int_equal(n, 26 + 26 + 10 + 2); /* a dot alone is none */
	for (size_t i = 0; i < sizeof(longest); i++)
		longest[i] = 'x';
	assert_true(code_is_valid((struct str){ longest, 64 }));
	assert_false(code_is_valid((struct str){ longest, 65 }));
}

static void a_date_is_one_of_the_calendar(void **state)
{
	static const struct {
		const char *text;
		int32_t day;
	} good[] = {
		{ "1970-01-01", 0 },     { "1969-12-31", -1 },      { "2000-02-29", 11016 },
		{ "2024-02-29", 19782 }, { "0001-01-01", -719162 }, { "9999-12-31", 2932896 }
	};
	static const char *const bad[] = {
		"",           "2023-02-29", "1900-02-29",  "2024-13-01", "2024-00-01",
		"2024-01-00", "2024-01-32", "2024-04-31",  "0000-01-01", "2024-1-01",
		"24-01-01",   "2024/01/01", "2024-01-01T", "-024-01-01", "2024-01-0a",
		" 2024-01-1"
	};
	int32_t day;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(date_parse(str_of(good[i].text), &day));
		assert_int_equal(day, good[i].day);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(date_parse(str_of(bad[i]), &day));
}

static void a_time_is_a_minute_of_the_day(void **state)
{
	static const char *const bad[] = { "",      "24:00", "00:60",    "0:00", "00:0",
					   "00.00", "-1:00", "00:00:00", "aa:bb" };
	int32_t minute;

	(void)state;
	assert_true(date_parse_time(STR("00:00"), &minute) && minute == 0);
	assert_true(date_parse_time(STR("23:59"), &minute) && minute == 1439);
	assert_true(date_parse_time(STR("18:30"), &minute) && minute == 1110);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(date_parse_time(str_of(bad[i]), &minute));
}

static void a_currency_has_the_decimals_of_iso_4217(void **state)
{
	static const struct {
		const char *code;
		unsigned decimals;
	} good[] = { { "EUR", 2 }, { "USD", 2 }, { "CHF", 2 }, { "AED", 2 }, { "ZWG", 2 },
		     { "JPY", 0 }, { "KRW", 0 }, { "XPF", 0 }, { "BIF", 0 }, { "KWD", 3 },
		     { "TND", 3 }, { "BHD", 3 }, { "CLF", 4 }, { "UYW", 4 } };
	static const char *const bad[] = { "",    "E",   "EU",  "eur", "EURO", "XXX",  "XTS",
					   "XAU", "DEM", "UR ", " EU", "R G",  "EUR ", "ZZZ" };
	unsigned decimals;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(currency_find(str_of(good[i].code), &decimals));
		assert_int_equal(decimals, good[i].decimals);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (currency_find(str_of(bad[i]), &decimals))
			disagree("'%s' was found", bad[i]);
	}
}

static void a_zone_is_a_name_that_the_system_knows(void **state)
{
	static const char *const good[] = { "UTC", "Europe/Zurich", "America/New_York",
					    "America/Argentina/Buenos_Aires", "Etc/GMT+5" };
	static const char *const bad[] = { "",
					   "Europe",
					   "Europe/Atlantis",
					   "+01:00",
					   "UTC+1",
					   "Z",
					   "ABC1",
					   "UTC-05",
					   "GMT0",
					   "Foo",
					   "Foo/Bar1",
					   "Etc/GMT+5x",
					   "../../etc/passwd",
					   "Europe/../UTC",
					   "/etc/localtime",
					   "europe/zurich",
					   "Europe/Zurich ",
					   "localtime",
					   "GMT\n" };
	char longest[80];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (!zone_is_known(str_of(good[i])))
			disagree("'%s' is not known", good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (zone_is_known(str_of(bad[i])))
			disagree("'%s' is known", bad[i]);
	}
	for (size_t i = 0; i < sizeof(longest); i++)
		longest[i] = 'A';
	assert_false(zone_is_known((struct str){ longest, sizeof(longest) }));
	assert_false(zone_is_known((struct str){ "UTC\0x", 5 }));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_decimal_has_one_form),
		TEST(what_is_no_plain_decimal_of_18_digits_is_refused),
		TEST(a_decimal_scales_to_whole_units_or_not_at_all),
		TEST(every_small_decimal_comes_back),
		TEST(a_code_has_1_to_64_safe_characters),
		TEST(a_date_is_one_of_the_calendar),
		TEST(a_time_is_a_minute_of_the_day),
		TEST(a_currency_has_the_decimals_of_iso_4217),
		TEST(a_zone_is_a_name_that_the_system_knows),
	};

	return cmocka_run_group_tests_name("model_values", tests, NULL, NULL);
}
