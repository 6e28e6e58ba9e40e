/* layer: codec */
#include "arena_fixture.h"

#include <string.h>

#include "codec/utf8.h"

static void every_code_point_is_written_well_formed(void **state)
{
	(void)state;
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		char text[4];
		size_t len;

		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		len = utf8_write(c, text);
		assert_true(utf8_is_valid((struct str){ text, len }));
		assert_int_equal(utf8_run((struct str){ text, len }), c < 0x80 ? 0 : len);
		for (size_t cut = 1; cut < len; cut++)
			assert_false(utf8_is_valid((struct str){ text, cut }));
	}
}

/* Of all three bytes beyond ASCII exactly the code points of three bytes are well-formed. */
static void of_three_bytes_only_code_points_are_valid(void **state)
{
	size_t valid = 0;

	(void)state;
	for (unsigned i = 0x800000; i <= 0xffffff; i++) {
		char text[3] = { (char)(i >> 16), (char)(i >> 8 & 255), (char)(i & 255) };

		if ((i & 0x8080) == 0x8080)
			valid += utf8_run((struct str){ text, 3 }) == 3;
	}
	assert_int_equal(valid, 0x10000 - 0x800 - 0x800);
}

static void ill_formed_sequences_are_refused(void **state)
{
	static const char *const cases[] = {
		"\x80",
		"\xbf",
		"\xc0\x80",
		"\xc1\xbf",
		"\xc2",
		"\xc2\x41",
		"\xc3\xc3",
		"\xe0\x80\x80",
		"\xe0\x9f\xbf",
		"\xed\xa0\x80",
		"\xed\xbf\xbf",
		"\xe2\x82",
		"\xe2\x82\x41",
		"\xf0\x80\x80\x80",
		"\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\xf0\x9f\x98",
		"\xf0\x9f\x98z",
		"\xfe",
		"\xff",
		"\xf8\x88\x80\x80\x80",
	};
	char text[40];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_false(utf8_is_valid(str_of(cases[i])));
		for (size_t before = 0; before < 20; before++) {
			memset(text, 'a', before);
			memcpy(text + before, cases[i], strlen(cases[i]) + 1);
			assert_false(utf8_is_valid(str_of(text)));
		}
	}
}

static void valid_text_may_hold_anything(void **state)
{
	(void)state;
	assert_true(utf8_is_valid(str_of(NULL)));
	assert_true(utf8_is_valid(STR("a\0b")));
	assert_true(utf8_is_valid(STR("Zürich, Hôtel des Alpes, 東京, 😀, and more ASCII behind")));
	assert_true(utf8_is_valid(STR("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf")));
}

static void a_run_ends_at_ascii_and_at_what_is_ill_formed(void **state)
{
	(void)state;
	assert_int_equal(utf8_run(STR("é€a")), 5);
	assert_int_equal(utf8_run(STR("aé")), 0);
	assert_int_equal(utf8_run(STR("é\xff")), 2);
	assert_int_equal(utf8_run(STR("\xff")), 0);
	assert_int_equal(utf8_run(str_of(NULL)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_point_is_written_well_formed),
		cmocka_unit_test(of_three_bytes_only_code_points_are_valid),
		cmocka_unit_test(ill_formed_sequences_are_refused),
		cmocka_unit_test(valid_text_may_hold_anything),
		cmocka_unit_test(a_run_ends_at_ascii_and_at_what_is_ill_formed),
	};

	return cmocka_run_group_tests_name("codec_utf8", tests, NULL, NULL);
}
