/* layer: codec */
#include "arena_fixture.h"

#include "codec/exposition.h"

static struct str written(struct buf *buf)
{
	assert_false(buf->failed);
	return buf_str(buf);
}

static void a_family_has_help_type_and_samples(void **state)
{
	struct buf buf;

	buf_init(&buf, *state);
	exposition_number(&buf, "a_total", "counter", "All of them.", UINT64_MAX);
	exposition_family(&buf, "b_seconds", "gauge", "Some.");
	exposition_sample_us(&buf, "b_seconds", "x=\"1\"", 0);
	exposition_sample_us(&buf, "b_seconds", "x=\"2\"", 1);
	exposition_sample_us(&buf, "b_seconds", "", 1500000);
	exposition_sample_us(&buf, "b_seconds", "", 100000000);
	assert_text(written(&buf), STR("# HELP a_total All of them.\n# TYPE a_total counter\n"
				       "a_total 18446744073709551615\n"
				       "# HELP b_seconds Some.\n# TYPE b_seconds gauge\n"
				       "b_seconds{x=\"1\"} 0\nb_seconds{x=\"2\"} 0.000001\n"
				       "b_seconds 1.5\nb_seconds 100\n"));
}

static void what_would_end_a_label_is_escaped(void **state)
{
	struct buf buf;

	buf_init(&buf, *state);
	exposition_label(&buf, "route", STR("a\"b\\c\nd{}\xc3\xa4"));
	assert_text(written(&buf), STR("route=\"a\\\"b\\\\c\\nd{}\xc3\xa4\""));
}

static void a_number_falls_into_the_first_bucket_that_holds_it(void **state)
{
	static const struct {
		uint64_t number;
		size_t bucket;
	} cases[] = { { 0, 0 }, { 1, 0 }, { 2, 1 },   { 3, 2 },   { 4, 2 },
		      { 5, 3 }, { 8, 3 }, { 256, 8 }, { 257, 9 }, { UINT64_MAX / 2, 9 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct histogram histogram = { .sum = 0 };
		struct histogram_values values = { .sum = 1 };

		values.buckets[cases[i].bucket] = 41;
		histogram_add(&histogram, &histogram_members, cases[i].number);
		histogram_read(&histogram, &values);
		assert_int_equal(values.buckets[cases[i].bucket], 42);
		assert_int_equal(values.sum, cases[i].number + 1);
	}
}

static void buckets_are_cumulated_and_end_in_all(void **state)
{
	struct histogram histogram = { .sum = 0 };
	struct histogram_values values = { .sum = 0 };
	struct buf buf;

	buf_init(&buf, *state);
	histogram_add(&histogram, &histogram_members, 1);
	histogram_add(&histogram, &histogram_members, 100);
	histogram_add(&histogram, &histogram_members, 1000);
	histogram_read(&histogram, &values);
	exposition_histogram(&buf, "g", "", &histogram_members, &values);
	assert_text(written(&buf),
		    STR("g_bucket{le=\"1\"} 1\ng_bucket{le=\"2\"} 1\ng_bucket{le=\"4\"} 1\n"
			"g_bucket{le=\"8\"} 1\ng_bucket{le=\"16\"} 1\ng_bucket{le=\"32\"} 1\n"
			"g_bucket{le=\"64\"} 1\ng_bucket{le=\"128\"} 2\ng_bucket{le=\"256\"} 2\n"
			"g_bucket{le=\"+Inf\"} 3\ng_sum 1101\ng_count 3\n"));
}

static void scales_ascend_and_fit(void **state)
{
	const struct histogram_scale *scales[] = { &histogram_us, &histogram_members };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_in_range(scales[i]->n, 1, HISTOGRAM_BOUNDS);
		for (size_t j = 1; j < scales[i]->n; j++)
			assert_true(scales[i]->bounds[j] > scales[i]->bounds[j - 1]);
	}
	assert_int_equal(histogram_us.bounds[0], 25);
	assert_int_equal(histogram_us.bounds[histogram_us.n - 1], 10000000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_family_has_help_type_and_samples),
		TEST(what_would_end_a_label_is_escaped),
		TEST(a_number_falls_into_the_first_bucket_that_holds_it),
		TEST(buckets_are_cumulated_and_end_in_all),
		TEST(scales_ascend_and_fit),
	};

	return cmocka_run_group_tests_name("codec_exposition", tests, NULL, NULL);
}
