/* layer: runtime */
/* What is read of an invocation's event, shape by shape. */
#include "cx_fixture.h"

#include "lambda_events.h"

static void events_of_every_documented_shape_are_read(void **state)
{
	struct cx *cx = *state;

	for (size_t i = 0; i < lambda_events_sample_count; i++) {
		const struct lambda_events_sample *sample = &lambda_events_samples[i];

		print_message("%s\n", sample->name);
		assert_says(cx,
			    lambda_events_read(cx, lambda_events_json(cx->arena, sample->event)),
			    sample->summary);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cx, close_cx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(events_of_every_documented_shape_are_read),
	};

	return cmocka_run_group_tests_name("runtime_lambda_event", tests, NULL, NULL);
}
