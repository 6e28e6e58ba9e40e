/* layer: codec */
#include "arena_fixture.h"

#include <string.h>

#include "base/rand.h"
#include "codec/base64.h"
#include "codec/url.h"

static void bytes_are_encoded_without_padding(void **state)
{
	static const struct {
		struct str bytes, text;
	} cases[] = {
		{ STR_INIT(""), STR_INIT("") },
		{ STR_INIT("f"), STR_INIT("Zg") },
		{ STR_INIT("fo"), STR_INIT("Zm8") },
		{ STR_INIT("foo"), STR_INIT("Zm9v") },
		{ STR_INIT("foob"), STR_INIT("Zm9vYg") },
		{ STR_INIT("\0"), STR_INIT("AA") },
		{ STR_INIT("\xff\xff\xff"), STR_INIT("____") },
		{ STR_INIT("\xfb\xef\xbe"), STR_INIT("----") },
	};
	struct str back;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_text(base64url_write(*state, cases[i].bytes), cases[i].text);
		assert_true(base64url_parse(*state, cases[i].text, &back));
		assert_text(back, cases[i].bytes);
	}
}

/* RFC 4648, section 10, and the letters that the other alphabet has not. */
static void bytes_are_encoded_with_padding(void **state)
{
	static const struct {
		struct str bytes, text;
	} cases[] = {
		{ STR_INIT(""), STR_INIT("") },
		{ STR_INIT("f"), STR_INIT("Zg==") },
		{ STR_INIT("fo"), STR_INIT("Zm8=") },
		{ STR_INIT("foo"), STR_INIT("Zm9v") },
		{ STR_INIT("foob"), STR_INIT("Zm9vYg==") },
		{ STR_INIT("fooba"), STR_INIT("Zm9vYmE=") },
		{ STR_INIT("foobar"), STR_INIT("Zm9vYmFy") },
		{ STR_INIT("\0"), STR_INIT("AA==") },
		{ STR_INIT("\xff\xff\xff"), STR_INIT("////") },
		{ STR_INIT("\xfb\xef\xbe"), STR_INIT("++++") },
	};
	struct str back;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_text(base64_write(*state, cases[i].bytes), cases[i].text);
		assert_true(base64_parse(*state, cases[i].text, &back));
		assert_text(back, cases[i].bytes);
	}
}

static void padding_stands_where_it_belongs_and_nowhere_else(void **state)
{
	static const char *const cases[] = {
		"=",     "==",    "===",      "====",     "A===",
		"A",     "Zg",    "Zg=",      "Zg===",    "Zm8",
		"Zm8==", "Zm9v=", "Zm9v====", "Zg==Zg==", "Zg=v",
		"=Zm9",  "Zh==",  "Zm9=",     "Zm9v\n",   "Zm9v\n\n\n\n",
		" Zg=",  "-___",  "____",     "Zm9\xc3",  "Z=g="
	};
	struct str out;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_false(base64_parse(*state, str_of(cases[i]), &out));
	assert_false(base64_parse(*state, STR("AA\0="), &out));
}

static void only_the_one_encoding_is_read(void **state)
{
	static const char *const cases[] = { "A",    "AAAAA",     "Zg==",   "Zg=",  "Zh",
					     "Zm9=", "Zm9",       "Zm9w\n", "Zm 9", "+___",
					     "/___", "Z\xc3\xa9", "_w.",    "_x" };
	struct str out;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_false(base64url_parse(*state, str_of(cases[i]), &out));
	assert_false(base64url_parse(*state, STR("AA\0A"), &out));
}

/* Of all texts of two letters exactly 256 are the encoding of a byte. */
static void two_letters_are_one_byte_or_nothing(void **state)
{
	int accepted = 0;

	for (int a = 0; a < 256; a++) {
		for (int b = 0; b < 256; b++) {
			char text[2] = { (char)a, (char)b };
			struct str out;

			if (base64url_parse(*state, (struct str){ text, 2 }, &out)) {
				assert_text(base64url_write(*state, out), (struct str){ text, 2 });
				accepted++;
			}
			arena_reset(*state, 0);
		}
	}
	assert_int_equal(accepted, 256);
}

/* What was written past the room that was asked for is overwritten. */
static void use_arena(struct arena *arena)
{
	memset(arena_bytes(arena, 8), 'x', 8);
}

static void random_bytes_survive_every_encoding(void **state)
{
	for (size_t len = 0; len < 300; len++) {
		char bytes[300];
		struct str text, back;

		rand_fill(&rand_system, bytes, len);
		text = base64url_write(*state, (struct str){ bytes, len });
		use_arena(*state);
		assert_true(base64url_parse(*state, text, &back));
		use_arena(*state);
		assert_text(back, (struct str){ bytes, len });
		text = base64_write(*state, (struct str){ bytes, len });
		use_arena(*state);
		assert_true(base64_parse(*state, text, &back));
		use_arena(*state);
		assert_text(back, (struct str){ bytes, len });
		for (size_t i = 0; i < len; i++)
			bytes[i] = (char)(((unsigned char)bytes[i] & 0x7f) | 1);
		assert_true(
			url_decode(*state, url_encode(*state, (struct str){ bytes, len }), &back));
		assert_text(back, (struct str){ bytes, len });
	}
}

static void nothing_is_encoded_past_the_cap(void **state)
{
	struct str out;

	arena_reset(*state, 2);
	assert_text(base64url_write(*state, STR("three")), STR(""));
	assert_false(base64url_parse(*state, STR("Zm9vYmFy"), &out));
	assert_text(base64_write(*state, STR("three")), STR(""));
	assert_false(base64_parse(*state, STR("Zm9vYmFy"), &out));
	assert_text(url_encode(*state, STR("three")), STR(""));
	assert_false(url_decode(*state, STR("thre%65"), &out));
}

static void escapes_of_a_path_are_resolved(void **state)
{
	static const struct {
		struct str text, value;
	} cases[] = {
		{ STR_INIT(""), STR_INIT("") },
		{ STR_INIT("/config/1"), STR_INIT("/config/1") },
		{ STR_INIT("a%2Fb%2fc"), STR_INIT("a/b/c") },
		{ STR_INIT("a+b%2B"), STR_INIT("a+b+") },
		{ STR_INIT("%C3%A9%e2%82%ac"), STR_INIT("é€") },
		{ STR_INIT("%25%32%35"), STR_INIT("%25") },
	};
	struct str got;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_true(url_decode(*state, cases[i].text, &got));
		assert_text(got, cases[i].value);
	}
}

static void a_path_without_escapes_is_a_view(void **state)
{
	struct str text = STR("/config/364425903"), got;

	assert_true(url_decode(*state, text, &got));
	assert_ptr_equal(got.ptr, text.ptr);
}

static void bad_escapes_are_refused(void **state)
{
	static const char *const cases[] = { "%",    "a%",          "a%4", "%4",     "%g1",
					     "%1g",  "%%41",        "%+1", "% 1",    "%00",
					     "%C3",  "%C3%28",      "%FF", "%C0%AF", "%ED%A0%80",
					     "\xff", "%F4%90%80%80" };
	struct str got;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_false(url_decode(*state, str_of(cases[i]), &got));
	assert_false(url_decode(*state, STR("a\0b"), &got));
	/* what stands behind the text is not part of it */
	assert_false(url_decode(*state, (struct str){ "%41", 2 }, &got));
	assert_false(url_decode(*state, (struct str){ "%41", 1 }, &got));
}

static void all_but_unreserved_bytes_are_encoded(void **state)
{
	assert_text(url_encode(*state, STR("AZaz09-._~")), STR("AZaz09-._~"));
	assert_text(url_encode(*state, STR("a b/c?&=%+é")), STR("a%20b%2Fc%3F%26%3D%25%2B%C3%A9"));
	assert_text(url_encode(*state, STR("\0\xff")), STR("%00%FF"));
	assert_text(url_encode(*state, str_of(NULL)), STR(""));
}

static void a_query_is_split_in_order(void **state)
{
	struct str_pair pairs[8];
	size_t n;

	assert_true(url_parse_query(*state, STR("limit=10&&q=a+b%2B&flag&x=1=2&=v&limit=&y=c+d&"),
				    pairs, 8, &n));
	assert_int_equal(n, 7);
	assert_text(pairs[0].name, STR("limit"));
	assert_text(pairs[0].value, STR("10"));
	assert_text(pairs[1].value, STR("a b+"));
	assert_text(pairs[2].name, STR("flag"));
	assert_text(pairs[2].value, STR(""));
	assert_text(pairs[3].value, STR("1=2"));
	assert_text(pairs[4].name, STR(""));
	assert_text(pairs[4].value, STR("v"));
	assert_text(pairs[5].name, STR("limit"));
	assert_text(pairs[5].value, STR(""));
	assert_text(pairs[6].value, STR("c d"));
}

static void an_empty_query_has_no_pairs(void **state)
{
	struct str_pair pairs[1];
	size_t n = 7;

	assert_true(url_parse_query(*state, str_of(NULL), pairs, 1, &n));
	assert_int_equal(n, 0);
	assert_true(url_parse_query(*state, STR("&&&"), pairs, 1, &n));
	assert_int_equal(n, 0);
}

static void a_bad_query_is_refused(void **state)
{
	struct str_pair pairs[2];
	size_t n;

	assert_true(url_parse_query(*state, STR("a=1&b=2"), pairs, 2, &n));
	assert_false(url_parse_query(*state, STR("a=1&b=2&c=3"), pairs, 2, &n));
	assert_false(url_parse_query(*state, STR("a=%"), pairs, 2, &n));
	assert_false(url_parse_query(*state, STR("%4=1"), pairs, 2, &n));
	assert_false(url_parse_query(*state, STR("a=%00"), pairs, 2, &n));
	assert_false(url_parse_query(*state, STR("a=%C3&b=%A9"), pairs, 2, &n));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bytes_are_encoded_without_padding),
		TEST(bytes_are_encoded_with_padding),
		TEST(padding_stands_where_it_belongs_and_nowhere_else),
		TEST(only_the_one_encoding_is_read),
		TEST(two_letters_are_one_byte_or_nothing),
		TEST(random_bytes_survive_every_encoding),
		TEST(nothing_is_encoded_past_the_cap),
		TEST(escapes_of_a_path_are_resolved),
		TEST(a_path_without_escapes_is_a_view),
		TEST(bad_escapes_are_refused),
		TEST(all_but_unreserved_bytes_are_encoded),
		TEST(a_query_is_split_in_order),
		TEST(an_empty_query_has_no_pairs),
		TEST(a_bad_query_is_refused),
	};

	return cmocka_run_group_tests_name("codec_url", tests, NULL, NULL);
}
