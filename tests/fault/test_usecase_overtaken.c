/* getHotel of a hotel that is written again and again between any two of its reads. */
#include "usecase_rig.h"

#include "usecase/gate.h"

#define WRITES_MAX 1000

/* Whoever writes behind each call of the reader's. */
struct writer {
	struct usecase_rig *rig, *other;
	struct str code;
	bool waits; /* at the gate of the reader's process */
	unsigned writes;
};

static struct str path_of(struct usecase_rig *rig, struct str code)
{
	return str_printf(&rig->process, "/config/" STR_FMT, STR_ARG(code));
}

static bool is_shut(struct writer *writer)
{
	struct arena arena;
	struct cx cx;
	bool shut;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	cx.deadline_mono_ms = 1; /* long ago */
	shut = gate_enter(writer->rig->app.gates, &cx, writer->code) != OK;
	if (!shut)
		gate_leave(writer->rig->app.gates, writer->code);
	arena_close(&arena);
	return shut;
}

static void write_again(void *context)
{
	struct writer *writer = context;
	struct usecase_rig *other = writer->other;
	const struct str path = path_of(other, writer->code);
	const struct str body =
		str_printf(&other->process, "{\"description\":\"%u\"}", writer->writes);

	writer->rig->late.between++;
	if (writer->waits && is_shut(writer))
		return;
	assert_int_equal(usecase_rig_ask(other, "PATCH", path, body, NULL), 200);
	assert_true(++writer->writes < WRITES_MAX);
}

/* The status of a getHotel that is overtaken so; `writer` says whose writes they are. */
static unsigned get_overtaken(struct usecase_rig *rig, struct writer *writer)
{
	struct usecase_rig other;
	unsigned status;

	assert_int_equal(usecase_rig_ask(rig, "POST", STR("/config"),
					 STR("{\"name\":\"Hotel\",\"tags\":[{\"code\":\"A\"}]}"),
					 NULL),
			 200);
	usecase_rig_open_other(rig, &other);
	usecase_rig_restart(rig);
	writer->rig = rig;
	writer->other = &other;
	writer->code = usecase_rig_code(rig, STR("Hotel"));
	rig->late.calls = 0;
	rig->late.between = 1;
	rig->late.act = write_again;
	rig->late.context = writer;
	status = usecase_rig_ask(rig, "GET", path_of(rig, writer->code), STR(""), NULL);
	rig->late.between = 0;
	assert_true(writer->writes > 1);
	usecase_rig_close_other(&other);
	return status;
}

static void writers_of_its_own_process_let_a_reader_come_to_an_end(void **state)
{
	struct usecase_rig *rig = *state;
	struct writer writer = { .waits = true };

	assert_int_equal(get_overtaken(rig, &writer), 200);
	assert_false(is_shut(&writer));
	usecase_rig_check(rig, writer.code);
}

static void who_is_overtaken_by_another_process_each_time_is_told_to_come_again(void **state)
{
	struct usecase_rig *rig = *state;
	struct writer writer = { .waits = false };

	assert_int_equal(get_overtaken(rig, &writer), 503);
	assert_true(str_eq(usecase_rig_header(rig, "Retry-After"), STR("1")));
	assert_true(usecase_rig_says(rig, "is being written all the time"));
	assert_false(is_shut(&writer));
	assert_int_equal(usecase_rig_ask(rig, "GET", path_of(rig, writer.code), STR(""), NULL),
			 200);
	usecase_rig_check(rig, writer.code);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(writers_of_its_own_process_let_a_reader_come_to_an_end),
		TEST(who_is_overtaken_by_another_process_each_time_is_told_to_come_again),
	};

	return cmocka_run_group_tests_name("usecase_overtaken", tests, NULL, NULL);
}
