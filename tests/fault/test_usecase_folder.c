/* The database's files are moved away, removed or replaced under a server that has them open. */
#include "usecase_rig.h"

#include <stdio.h>
#include <unistd.h>

static const char *const endings[] = { "", "-wal", "-shm" };
enum { FILES = sizeof(endings) / sizeof(endings[0]) };

static const struct str room_type = STR_INIT("{\"roomTypes\":[{\"code\":\"DBL\"}]}");

static unsigned get(struct usecase_rig *rig, const char *path)
{
	return usecase_rig_ask(rig, "GET", str_of(path), STR(""), NULL);
}

static struct str make_hotel(struct usecase_rig *rig, const char *name)
{
	struct str body = str_printf(&rig->process, "{\"name\":\"%s\"}", name);

	assert_int_equal(usecase_rig_ask(rig, "POST", STR("/config"), body, NULL), 200);
	return usecase_rig_code(rig, str_of(name));
}

static unsigned add(struct usecase_rig *rig, struct str code)
{
	struct str path =
		str_printf(&rig->process, "/config/" STR_FMT "/rooms/type", STR_ARG(code));

	return usecase_rig_ask(rig, "POST", path, room_type, str_c(&rig->process, code));
}

static const char *path_of(struct usecase_rig *rig, const char *ending, const char *more)
{
	return str_c(&rig->process, str_printf(&rig->process, "%s%s%s", rig->path, ending, more));
}

/* No write is taken, reads show what was answered. */
static void check_refused(struct usecase_rig *rig, struct str code)
{
	struct str hotel = str_printf(&rig->process, "/config/" STR_FMT, STR_ARG(code));

	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(add(rig, code), 503);
		assert_int_equal(usecase_rig_header(rig, "Retry-After").len, 1);
	}
	assert_int_equal(get(rig, "/readyz"), 503);
	assert_int_equal(get(rig, "/livez"), 200);
	assert_int_equal(usecase_rig_ask(rig, "GET", hotel, STR(""), NULL), 200);
	assert_false(usecase_rig_says(rig, "DBL"));
}

static void check_taken(struct usecase_rig *rig, struct str code)
{
	assert_int_equal(get(rig, "/readyz"), 200);
	assert_int_equal(add(rig, code), 200);
	assert_int_equal(usecase_rig_revision(rig, code), 2);
	usecase_rig_check(rig, code);
}

static void files_that_were_moved_away_take_no_write_until_they_are_back(void **state)
{
	struct usecase_rig *rig = *state;

	for (size_t i = 0; i < FILES; i++) {
		const char *here = path_of(rig, endings[i], ""), *there = path_of(rig, "", "-away");
		struct str code = make_hotel(rig, i == 0 ? "Base" : endings[i]);

		assert_int_equal(rename(here, there), 0);
		check_refused(rig, code);
		assert_int_equal(rename(there, here), 0);
		check_taken(rig, code);
	}
}

static void files_that_were_replaced_take_no_write(void **state)
{
	struct usecase_rig *rig = *state;

	for (size_t i = 0; i < FILES; i++) {
		const char *here = path_of(rig, endings[i], ""), *there = path_of(rig, "", "-away");
		struct str code = make_hotel(rig, i == 0 ? "Base" : endings[i]);
		FILE *file;

		assert_int_equal(rename(here, there), 0);
		file = fopen(here, "w");
		fputs("another", file);
		fclose(file);
		check_refused(rig, code);
		assert_int_equal(rename(there, here), 0);
		check_taken(rig, code);
	}
}

/* Nothing is answered that went into files without a name; the next start makes a new store, as for any empty folder. */
static void files_that_were_removed_take_no_write_and_a_restart_begins_anew(void **state)
{
	struct usecase_rig *rig = *state;
	struct str code = make_hotel(rig, "Removed");

	for (size_t i = 0; i < FILES; i++)
		assert_int_equal(unlink(path_of(rig, endings[i], "")), 0);
	check_refused(rig, code);
	usecase_rig_restart(rig);
	assert_int_equal(usecase_rig_revision(rig, code), 0);
	assert_true(str_eq(make_hotel(rig, "Removed"), code));
	check_taken(rig, code);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(files_that_were_moved_away_take_no_write_until_they_are_back),
		TEST(files_that_were_replaced_take_no_write),
		TEST(files_that_were_removed_take_no_write_and_a_restart_begins_anew),
	};

	return cmocka_run_group_tests_name("usecase_folder", tests, NULL, NULL);
}
