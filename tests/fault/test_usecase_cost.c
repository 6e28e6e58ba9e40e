/* What requests cost in calls of the store: counted, so that nobody pays more unawares. */
#include "usecase_rig.h"

#include "adapter/store_count.h"

#define TYPES 20

struct counted {
	struct usecase_rig *rig;
	struct store_counts counts;
	struct str code;
};

static struct str type_path(struct counted *counted)
{
	return str_printf(&counted->rig->process, "/config/" STR_FMT "/rooms/type",
			  STR_ARG(counted->code));
}

static struct str hotel_path(struct counted *counted)
{
	return str_printf(&counted->rig->process, "/config/" STR_FMT, STR_ARG(counted->code));
}

static void add_type(struct counted *counted, unsigned number)
{
	struct str body =
		str_printf(&counted->rig->process,
			   "{\"roomTypes\":[{\"code\":\"T%02u\",\"name\":\"Double\"}]}", number);

	assert_int_equal(usecase_rig_ask(counted->rig, "POST", type_path(counted), body, NULL),
			 200);
}

/* A hotel with a history, read by nobody yet, in a store that counts from here on. */
static struct counted prepare(struct usecase_rig *rig, struct store_counts *counts)
{
	struct counted counted = { .rig = rig, .code = usecase_rig_code(rig, STR("Counted")) };

	assert_int_equal(
		usecase_rig_ask(rig, "POST", STR("/config"), STR("{\"name\":\"Counted\"}"), NULL),
		200);
	for (unsigned i = 0; i < TYPES; i++)
		add_type(&counted, i);
	usecase_rig_restart(rig);
	rig->app.store = store_count_open(rig->app.store, counts);
	return counted;
}

static void read_hotel(struct counted *counted)
{
	assert_int_equal(usecase_rig_ask(counted->rig, "GET", hotel_path(counted), STR(""), NULL),
			 200);
}

/* The event thread and the worker look at ctl, and ctl is read again behind the document; of the history nothing is. */
static void a_cold_read_fetches_only_what_it_returns(void **state)
{
	struct store_counts counts = { 0 };
	struct counted counted = prepare(*state, &counts);

	read_hotel(&counted);
	assert_int_equal(counts.gets, 3);
	assert_int_equal(counts.queries, 2);
	assert_int_equal(counts.items_read, 3 + 1 + TYPES);
	assert_int_equal(counts.commits, 0);
}

static void a_cached_read_costs_one_look_at_ctl(void **state)
{
	struct store_counts counts = { 0 };
	struct counted counted = prepare(*state, &counts);
	uint64_t gets;

	read_hotel(&counted);
	gets = counts.gets;
	read_hotel(&counted);
	assert_int_equal(counts.gets, gets + 1);
	assert_int_equal(counts.queries, 2);
}

/* ctl, the room type, the history item; and of reads only the room type that may be there, once the hotel is known. */
static void adding_a_room_type_writes_three_items_and_reads_one(void **state)
{
	struct store_counts counts = { 0 };
	struct counted counted = prepare(*state, &counts);
	uint64_t gets;

	add_type(&counted, TYPES);
	gets = counts.gets;
	add_type(&counted, TYPES + 1);
	assert_int_equal(counts.gets, gets + 1);
	assert_int_equal(counts.queries, 0);
	assert_int_equal(counts.commits, 2);
	assert_int_equal(counts.items_written, 6);
}

static void a_write_to_a_hotel_that_is_not_cached_does_not_fill_the_cache(void **state)
{
	struct store_counts counts = { 0 };
	struct counted counted = prepare(*state, &counts);

	add_type(&counted, TYPES);
	assert_int_equal(counts.queries, 0);
	read_hotel(&counted);
	assert_int_equal(counts.queries, 2);
}

static void a_write_to_a_cached_hotel_leaves_it_cached(void **state)
{
	struct store_counts counts = { 0 };
	struct counted counted = prepare(*state, &counts);

	read_hotel(&counted);
	add_type(&counted, TYPES);
	read_hotel(&counted);
	assert_true(usecase_rig_says(counted.rig, "\"T20\""));
	assert_int_equal(counts.queries, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_cold_read_fetches_only_what_it_returns),
		TEST(a_cached_read_costs_one_look_at_ctl),
		TEST(adding_a_room_type_writes_three_items_and_reads_one),
		TEST(a_write_to_a_hotel_that_is_not_cached_does_not_fill_the_cache),
		TEST(a_write_to_a_cached_hotel_leaves_it_cached),
	};

	return cmocka_run_group_tests_name("usecase_cost", tests, NULL, NULL);
}
