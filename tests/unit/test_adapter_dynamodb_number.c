/* layer: adapter */
#include "arena_fixture.h"

#include <string.h>

#include "adapter/dynamodb_number.h"

static void exponents_become_plain_decimals(void **state)
{
	static const struct {
		const char *text;
		const char *plain;
	} cases[] = {
		{ "0", "0" },
		{ "-0", "0" },
		{ "-0.0", "0" },
		{ "0E+5", "0" },
		{ "0.000E-130", "0" },
		{ "129.5", "129.5" },
		{ "-3", "-3" },
		{ "0.01", "0.01" },
		{ "-0.5", "-0.5" },
		{ "1E+3", "1000" },
		{ "1e3", "1000" },
		{ "1E0", "1" },
		{ "1.5E1", "15" },
		{ "1.50E+1", "15" },
		{ "1.25E1", "12.5" },
		{ "-1.25E-1", "-0.125" },
		{ "12E-1", "1.2" },
		{ "12E-2", "0.12" },
		{ "12E-3", "0.012" },
		{ "100E-2", "1" },
		{ "100E-3", "0.1" },
		{ "0.0012E2", "0.12" },
		{ "0.0012E4", "12" },
		{ "0.0012E6", "1200" },
		{ "007", "7" },
		{ "+7", "7" },
		{ ".5", "0.5" },
		{ "5.", "5" },
		{ "00.50", "0.5" },
		{ "1E+20", "100000000000000000000" },
		{ "1.2345678901234567890123456789012345678E+37",
		  "12345678901234567890123456789012345678" },
		{ "18446744073709551615", "18446744073709551615" },
		{ "1E-10", "0.0000000001" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str plain;

		assert_true(dynamodb_number_plain(*state, str_of(cases[i].text), &plain));
		assert_text(plain, str_of(cases[i].plain));
	}
}

/* The service's smallest and largest. */
static void the_ends_of_the_range_keep_all_digits(void **state)
{
	struct str plain;

	assert_true(dynamodb_number_plain(*state, STR("1E-130"), &plain));
	assert_int_equal(plain.len, 132);
	assert_int_equal(plain.ptr[131], '1');
	assert_true(dynamodb_number_plain(
		*state, STR("-9.9999999999999999999999999999999999999E+125"), &plain));
	assert_int_equal(plain.len, 127);
	assert_true(str_starts(plain, STR("-99999999999999999999999999999999999999000")));
	assert_true(dynamodb_number_plain(
		*state, STR("1.2345678901234567890123456789012345678E-130"), &plain));
	assert_int_equal(plain.len, 2 + 129 + 38);
}

static void plain_numbers_are_not_copied(void **state)
{
	struct str text = STR("129.5"), plain;

	assert_true(dynamodb_number_plain(*state, text, &plain));
	assert_ptr_equal(plain.ptr, text.ptr);
	assert_int_equal(((struct arena *)*state)->used_bytes, 0);
}

static void what_is_no_number_is_told(void **state)
{
	static const char *const texts[] = {
		"",
		"-",
		"+",
		"E5",
		".",
		"1E",
		"1E+",
		"1 ",
		" 1",
		"1,5",
		"0x10",
		"NaN",
		"Infinity",
		"1.2.3",
		"--1",
		"1-",
		"1E5.5",
		"1E201",
		"1E-201",
		"1E9999",
		"1E99999999999999999999",
		"1e-99999999999999999999",
	};
	char long_digits[500];
	struct str plain;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_false(dynamodb_number_plain(*state, str_of(texts[i]), &plain));
	memset(long_digits, '7', sizeof(long_digits));
	assert_false(dynamodb_number_plain(*state, (struct str){ long_digits, sizeof(long_digits) },
					   &plain));
	assert_true(dynamodb_number_plain(*state, (struct str){ long_digits, 38 }, &plain));
}

static void a_full_arena_is_no_number(void **state)
{
	struct arena *arena = *state;
	struct str plain;

	arena->refuse_chunk = 1;
	assert_false(dynamodb_number_plain(arena, STR("1E3"), &plain));
	assert_true(arena->refused);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(exponents_become_plain_decimals, open_arena,
						close_arena),
		cmocka_unit_test_setup_teardown(the_ends_of_the_range_keep_all_digits, open_arena,
						close_arena),
		cmocka_unit_test_setup_teardown(plain_numbers_are_not_copied, open_arena,
						close_arena),
		cmocka_unit_test_setup_teardown(what_is_no_number_is_told, open_arena, close_arena),
		cmocka_unit_test_setup_teardown(a_full_arena_is_no_number, open_arena, close_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
