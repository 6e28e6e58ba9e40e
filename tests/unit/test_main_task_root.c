/* layer: model */ /* with: src/main/task_root.c */
#include "cx_fixture.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "main/task_root.h"
#include "model/zone.h"
#include <cmocka.h>

static void use(struct cx *cx, const char *root)
{
	unsetenv("TZDIR");
	if (root)
		setenv("LAMBDA_TASK_ROOT", root, 1);
	else
		unsetenv("LAMBDA_TASK_ROOT");
	assert_int_equal(task_root_use_zones(cx), OK);
}

/* A folder with that folder in it, which stays for the test. */
static const char *make_root(struct cx *cx, const char *inner)
{
	const char *place = getenv("TMPDIR");
	char *root =
		str_c(cx->arena, str_printf(cx->arena, "%s/task-XXXXXX", place ? place : "/tmp"));

	assert_non_null(mkdtemp(root));
	assert_int_equal(mkdir(str_c(cx->arena, str_printf(cx->arena, "%s/%s", root, inner)), 0700),
			 0);
	return root;
}

static void remove_root(struct cx *cx, const char *root, const char *inner)
{
	assert_int_equal(rmdir(str_c(cx->arena, str_printf(cx->arena, "%s/%s", root, inner))), 0);
	assert_int_equal(rmdir(root), 0);
}

static void without_a_task_or_zones_in_it_the_system_s_count(void **state)
{
	struct cx *cx = *state;
	const char *root = make_root(cx, "lib");

	use(cx, NULL);
	assert_null(getenv("TZDIR"));
	use(cx, "");
	assert_null(getenv("TZDIR"));
	use(cx, root);
	assert_null(getenv("TZDIR"));
	remove_root(cx, root, "lib");
}

/* None is in it: a zone that every system has is not known any more. */
static void the_zones_of_the_task_are_those_that_count(void **state)
{
	struct cx *cx = *state;
	const char *root = make_root(cx, "zoneinfo");

	assert_true(zone_is_known(STR("Europe/Zurich")));
	use(cx, root);
	assert_false(zone_is_known(STR("Europe/Vienna")));
	unsetenv("TZDIR");
	assert_true(zone_is_known(STR("Europe/Vienna")));
	remove_root(cx, root, "zoneinfo");
}

static void zones_that_somebody_names_stay(void **state)
{
	struct cx *cx = *state;
	const char *root = make_root(cx, "zoneinfo");

	setenv("TZDIR", "/somewhere", 1);
	setenv("LAMBDA_TASK_ROOT", root, 1);
	assert_int_equal(task_root_use_zones(cx), OK);
	assert_string_equal(getenv("TZDIR"), "/somewhere");
	remove_root(cx, root, "zoneinfo");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(without_a_task_or_zones_in_it_the_system_s_count,
						open_cx, close_cx),
		cmocka_unit_test_setup_teardown(the_zones_of_the_task_are_those_that_count, open_cx,
						close_cx),
		cmocka_unit_test_setup_teardown(zones_that_somebody_names_stay, open_cx, close_cx),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
