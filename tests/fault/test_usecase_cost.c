/* What requests cost in calls of the store: counted, so that nobody pays more unawares. */
#include "sample_records.h"

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

/* ctl, the room type, the history item; and of reads only the room type that may be there, once ctl and head are known. */
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

#define CODE "364425903"
#define PATH "/config/" CODE
#define TYPES_PATH PATH "/rooms/type"

/* A hotel that this process has just made, where other programs write too or not. */
static struct usecase_rig *make(void **state, bool shared)
{
	struct usecase_rig *rig = *state;

	if (shared)
		sample_records_share(rig);
	assert_int_equal(usecase_rig_send(rig, "POST", "/config", "{\"name\":\"My First hotel\"}"),
			 200);
	return rig;
}

static void count_from_here(struct usecase_rig *rig, struct store_counts *counts)
{
	rig->app.store = store_count_open(rig->app.store, counts);
}

/* Sends it, and looks at what it took. */
static void costs(struct usecase_rig *rig, struct store_counts *counts, const char *method,
		  const char *path, const char *body, uint64_t gets, uint64_t queries)
{
	const uint64_t gets_before = counts->gets, queries_before = counts->queries;
	const uint64_t commits_before = counts->commits;
	unsigned status = usecase_rig_send(rig, method, path, body);

	assert_true(status == 200 || status == 201);
	assert_int_equal(counts->gets - gets_before, gets);
	assert_int_equal(counts->queries - queries_before, queries);
	assert_int_equal(counts->commits - commits_before, 1);
}

static void what_is_new_to_a_hotel_that_is_known_costs_one_commit_and_no_reading(void **state)
{
	for (unsigned shared = 0; shared < 2; shared++) {
		struct store_counts counts = { 0 };
		struct usecase_rig *rig;

		if (shared)
			assert_int_equal(usecase_rig_set_up(state), 0);
		rig = make(state, shared);
		count_from_here(rig, &counts);
		costs(rig, &counts, "POST", TYPES_PATH, "{\"roomTypes\":[{\"code\":\"X\"}]}", 0, 0);
		assert_int_equal(counts.items_written, 3);
		costs(rig, &counts, "POST", TYPES_PATH,
		      "{\"roomTypes\":[{\"code\":\"Y\"},{\"code\":\"Z\"}]}", 0, 0);
		costs(rig, &counts, "PUT", TYPES_PATH "/P", "{\"name\":\"put\"}", 0, 0);
		costs(rig, &counts, "POST", PATH "/tags", "{\"tags\":[{\"code\":\"T\"}]}", 0, 0);
		/* What is there is read, and what others may have edited with it. */
		costs(rig, &counts, "POST", TYPES_PATH,
		      "{\"roomTypes\":[{\"code\":\"X\",\"name\":\"x\"}]}", 1, 0);
		costs(rig, &counts, "PATCH", TYPES_PATH "/P", "{\"name\":\"again\"}", 1, 0);
		/* What it names is read, for no condition of the commit is on it. */
		costs(rig, &counts, "POST", PATH "/rateplans",
		      "{\"ratePlans\":[{\"code\":\"B\",\"roomTypes\":[\"X\"]}]}", 1, 0);
		/* Reading everything, a write knows everything. */
		costs(rig, &counts, "DELETE", TYPES_PATH "/Y", "", 1, 2);
		costs(rig, &counts, "POST", TYPES_PATH, "{\"roomTypes\":[{\"code\":\"Y\"}]}", 0, 0);
		costs(rig, &counts, "POST", TYPES_PATH,
		      "{\"roomTypes\":[{\"code\":\"Z\",\"name\":\"z\"}]}", 1, 0);
		usecase_rig_check(rig, STR(CODE));
		if (!shared)
			usecase_rig_tear_down(state);
	}
}

static void a_cached_document_tells_what_is_new(void **state)
{
	struct usecase_rig *rig = make(state, true);
	struct store_counts counts = { 0 };

	assert_int_equal(
		usecase_rig_send(rig, "POST", TYPES_PATH, "{\"roomTypes\":[{\"code\":\"X\"}]}"),
		200);
	assert_int_equal(
		usecase_rig_send(rig, "POST", PATH "/tags", "{\"tags\":[{\"code\":\"T\"}]}"), 200);
	usecase_rig_restart(rig);
	count_from_here(rig, &counts);
	/* Nothing is known: ctl, head, both keys. */
	costs(rig, &counts, "POST", TYPES_PATH, "{\"roomTypes\":[{\"code\":\"A\"}]}", 4, 0);
	costs(rig, &counts, "POST", TYPES_PATH, "{\"roomTypes\":[{\"code\":\"B\"}]}", 2, 0);
	assert_int_equal(usecase_rig_send(rig, "GET", PATH, ""), 200);
	costs(rig, &counts, "POST", TYPES_PATH, "{\"roomTypes\":[{\"code\":\"C\"}]}", 0, 0);
	costs(rig, &counts, "POST", TYPES_PATH, "{\"roomTypes\":[{\"code\":\"D\"}]}", 0, 0);
	costs(rig, &counts, "POST", TYPES_PATH, "{\"roomTypes\":[{\"code\":\"B\",\"name\":\"b\"}]}",
	      1, 0);
	costs(rig, &counts, "POST", PATH "/taxes", "{\"taxes\":[{\"code\":\"B\",\"percent\":1}]}",
	      0, 0);
	usecase_rig_check(rig, STR(CODE));
	usecase_rig_restart(rig);
	count_from_here(rig, &counts);
	assert_int_equal(usecase_rig_send(rig, "GET", PATH, ""), 200);
	/* ctl and head, which no write of this process has left. */
	costs(rig, &counts, "PUT", TYPES_PATH "/E", "{\"name\":\"e\"}", 2, 0);
	usecase_rig_check(rig, STR(CODE));
}

/* Ninety with a condition each would be two commits: four have one, and of the others both keys are looked at. */
static void ninety_room_types_stay_one_commit(void **state)
{
	struct usecase_rig *rig = make(state, true);
	struct store_counts counts = { 0 };
	struct str body = STR("{\"roomTypes\":[{\"code\":\"T\"}");

	for (unsigned i = 1; i < 90; i++)
		body = str_printf(&rig->process, STR_FMT ",{\"code\":\"T%u\"}", STR_ARG(body), i);
	body = str_printf(&rig->process, STR_FMT "]}", STR_ARG(body));
	count_from_here(rig, &counts);
	costs(rig, &counts, "POST", TYPES_PATH, str_c(&rig->process, body), 172, 0);
	usecase_rig_check(rig, STR(CODE));
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
		TEST(what_is_new_to_a_hotel_that_is_known_costs_one_commit_and_no_reading),
		TEST(a_cached_document_tells_what_is_new),
		cmocka_unit_test_setup_teardown(ninety_room_types_stay_one_commit,
						usecase_rig_set_up_hundred, usecase_rig_tear_down),
	};

	return cmocka_run_group_tests_name("usecase_cost", tests, NULL, NULL);
}
