/* layer: codec */
#include "arena_fixture.h"

#include <string.h>

#include "codec/traceparent.h"
#include "disagree.h"
#include "exact_text.h"

#define TRACE "0af7651916cd43dd8448eb211c80319c"
#define PARENT "b7ad6b7169203331"
#define ZERO_TRACE "00000000000000000000000000000000"

struct row {
	const char *text;
	const char *trace_id; /* NULL = it is none */
	bool is_sampled;
};

static const struct row rows[] = {
	{ "00-" TRACE "-" PARENT "-01", TRACE, true },
	{ "00-" TRACE "-" PARENT "-00", TRACE, false },
	{ "00-" TRACE "-" PARENT "-ff", TRACE, true },
	{ "00-" TRACE "-" PARENT "-02", TRACE, false },
	{ "00-" TRACE "-0000000000000001-01", TRACE, true },
	{ "", NULL, false },
	{ "00", NULL, false },
	{ "00-" TRACE "-" PARENT, NULL, false },
	{ "00-" TRACE "-" PARENT "-0", NULL, false },
	{ "00-" TRACE "-" PARENT "-1", NULL, false },
	{ "00-" TRACE "-" PARENT "-0g", NULL, false },
	{ "00-" TRACE "-" PARENT "-01-", NULL, false },
	{ "00-" TRACE "-" PARENT "-01-more", NULL, false },
	{ "00-" TRACE "-" PARENT "-01 ", NULL, false },
	{ " 00-" TRACE "-" PARENT "-01", NULL, false },
	{ "00-" TRACE "-" PARENT "-01, 00-" TRACE "-" PARENT "-01", NULL, false },
	{ "00-" ZERO_TRACE "-" PARENT "-01", NULL, false },
	{ "00-" TRACE "-0000000000000000-01", NULL, false },
	{ "00-0AF7651916CD43DD8448EB211C80319C-" PARENT "-01", NULL, false },
	{ "00-" TRACE "-B7AD6B7169203331-01", NULL, false },
	{ "0A-" TRACE "-" PARENT "-01", NULL, false },
	{ "00-" TRACE "-" PARENT "-0A", NULL, false },
	{ "00_" TRACE "-" PARENT "-01", NULL, false },
	{ "00-" TRACE "_" PARENT "-01", NULL, false },
	{ "00-" TRACE "-" PARENT "_01", NULL, false },
	{ "00-0af7651916cd43dd8448eb211c80319-" PARENT "-001", NULL, false },
	{ "00-0af7651916cd43dd8448eb211c80319g-" PARENT "-01", NULL, false },
	{ "ff-" TRACE "-" PARENT "-01", NULL, false },
	{ "0g-" TRACE "-" PARENT "-01", NULL, false },
	{ "01-" TRACE "-" PARENT "-01", TRACE, true },
	{ "cc-" TRACE "-" PARENT "-01-what-the-future-brings", TRACE, true },
	{ "fe-" TRACE "-" PARENT "-01-", TRACE, true },
	{ "01-" TRACE "-" PARENT "-01.more", NULL, false },
	{ "01-" TRACE "-" PARENT "-011", NULL, false },
	{ "01-" TRACE "-" PARENT "-01, 01-" TRACE "-" PARENT "-01", NULL, false },
	{ "01-" ZERO_TRACE "-" PARENT "-01", NULL, false },
};

static void a_traceparent_is_taken_as_the_standard_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str text = exact_text(rows[i].text);
		struct traceparent got;

		if (traceparent_parse(text, &got) != (rows[i].trace_id != NULL))
			disagree("%s", rows[i].text);
		if (rows[i].trace_id) {
			assert_text(got.trace_id, str_of(rows[i].trace_id));
			assert_int_equal(got.parent_id.len, 16);
			assert_int_equal(got.is_sampled, rows[i].is_sampled);
		}
		exact_text_free(text);
	}
}

static void what_is_sent_on_is_of_version_00_with_a_parent_of_its_own(void **state)
{
	struct traceparent from;

	assert_true(traceparent_parse(STR("cc-" TRACE "-" PARENT "-ff-more"), &from));
	assert_text(traceparent_write(*state, &from, 0xabc),
		    STR("00-" TRACE "-0000000000000abc-01"));
	from.is_sampled = false;
	assert_text(traceparent_write(*state, &from, UINT64_MAX),
		    STR("00-" TRACE "-ffffffffffffffff-00"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_traceparent_is_taken_as_the_standard_says),
		TEST(what_is_sent_on_is_of_version_00_with_a_parent_of_its_own),
	};

	return cmocka_run_group_tests_name("codec_traceparent", tests, NULL, NULL);
}
