/* layer: usecase */
#include "cx_fixture.h"

#include "disagree.h"
#include "usecase/etag.h"

static void a_tag_names_revision_publication_and_commit(void **state)
{
	struct cx *cx = *state;

	const struct ctl ctl = { .rev = 12, .live_number = 3, .token = STR("0123456789abcdef") };

	assert_says(cx, etag_hotel(cx->arena, &ctl), "\"r12.p3.draft.01234567\"");
}

static void lists_are_told_from_what_is_none(void **state)
{
	static const char *const good[] = { "*",
					    "\"a\"",
					    "W/\"a\"",
					    "\"a\", \"b\"",
					    "\"a\",\"b\"",
					    "\"\"",
					    "\"a\" ,\t W/\"b\"",
					    "\"a,b\"",
					    "\"\xc3\xa9\"",
					    "\"a\" " };
	static const char *const bad[] = { "",         "a",         "\"a",     "a\"", "\"a\" \"b\"",
					   "\"a\",",   ",\"a\"",    "w/\"a\"", "W/a", "**",
					   "*, \"a\"", "\"a\" b",   "\"a b\"", "'a'", "W/",
					   "\"",       "\"a\"\x01", "\"a\", *" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (!etag_is_list(str_of(good[i])))
			disagree("%s is refused", good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (etag_is_list(str_of(bad[i])))
			disagree("%s is taken", bad[i]);
	}
}

static void a_list_has_its_tags_strongly_or_weakly(void **state)
{
	static const struct {
		const char *list, *tag;
		bool weak, has;
	} cases[] = {
		{ "*", "\"a\"", false, true },
		{ "*", "", false, false },
		{ "\"a\"", "\"a\"", false, true },
		{ "\"b\", \"a\"", "\"a\"", false, true },
		{ "\"b\",\"a\",\"c\"", "\"a\"", true, true },
		{ "W/\"a\"", "\"a\"", false, false },
		{ "W/\"a\"", "\"a\"", true, true },
		{ "W/\"a\", \"a\"", "\"a\"", false, true },
		{ "\"ab\"", "\"a\"", true, false },
		{ "\"a,\"", "\"a\"", true, false },
		{ "\"x\"", "", true, false },
		{ "", "\"a\"", true, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (etag_list_has(str_of(cases[i].list), str_of(cases[i].tag), cases[i].weak) !=
		    cases[i].has)
			disagree("%s and %s", cases[i].list, cases[i].tag);
	}
}

static void conditions_are_checked_against_what_is_there(void **state)
{
	static const struct {
		const char *if_match, *if_none_match, *tag;
		bool required;
		enum err err;
		const char *code;
	} cases[] = {
		{ "", "", "\"a\"", false, OK, NULL },
		{ "", "", "\"a\"", true, ERR_INVALID, "precondition_required" },
		{ "", "", "", true, OK, NULL }, /* a create needs none */
		{ "\"a\"", "", "\"a\"", true, OK, NULL },
		{ "*", "", "\"a\"", true, OK, NULL },
		{ "*", "", "", false, ERR_STALE, "stale" },
		{ "\"b\"", "", "\"a\"", false, ERR_STALE, "stale" },
		{ "W/\"a\"", "", "\"a\"", false, ERR_STALE, "stale" },
		{ "", "*", "", false, OK, NULL },
		{ "", "*", "\"a\"", false, ERR_STALE, "stale" },
		{ "", "\"a\"", "\"a\"", false, ERR_STALE, "stale" },
		{ "", "W/\"a\"", "\"a\"", false, ERR_STALE, "stale" },
		{ "", "\"b\"", "\"a\"", false, OK, NULL },
		{ "\"a\"", "\"a\"", "\"a\"", false, ERR_STALE, "stale" },
	};
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct command command = { .if_match = str_of(cases[i].if_match),
						 .if_none_match = str_of(cases[i].if_none_match),
						 .require_if_match = cases[i].required };
		struct result result = { .status = 200 };

		cx_clear(cx);
		assert_int_equal(etag_check(cx, &command, str_of(cases[i].tag), &result),
				 cases[i].err);
		assert_text(result.etag, str_of(cases[i].tag));
		if (cases[i].code)
			assert_string_equal(cx->failure.code, cases[i].code);
		else
			assert_null(cx->failure.code);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cx, close_cx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_tag_names_revision_publication_and_commit),
		TEST(lists_are_told_from_what_is_none),
		TEST(a_list_has_its_tags_strongly_or_weakly),
		TEST(conditions_are_checked_against_what_is_there),
	};

	return cmocka_run_group_tests_name("usecase_etag", tests, NULL, NULL);
}
