/* Hotels of the sample program on a store that it writes to as well: read as they are, ours from the first write on. */
#include "sample_records.h"

#include <string.h>

#include "usecase/check_hotel.h"

/* "My First hotel" of nobody, as in the seed. */
#define CODE "364425903"
#define PATH "/config/" CODE

static unsigned ask(struct usecase_rig *rig, const char *method, const char *path, const char *body)
{
	return usecase_rig_ask(rig, method, str_of(path), str_of(body), NULL);
}

static uint64_t rev_of(struct usecase_rig *rig, const char *item_type)
{
	uint64_t rev;

	sample_records_has(rig, CODE, item_type, &rev);
	return rev;
}

/* A shared store with the seed's hotel and two room types. */
static struct usecase_rig *share(void **state)
{
	struct usecase_rig *rig = *state;

	sample_records_share(rig);
	sample_records_hotel(rig, CODE, "My First hotel", "This is a great property", "");
	sample_records_room_type(rig, CODE, "DBL", "Room with Double Beds", "129.5");
	sample_records_room_type(rig, CODE, "DBL-SEA", "Sea", "0");
	sample_records_history(rig, CODE, "3648362011");
	return rig;
}

static size_t count_findings(struct usecase_rig *rig, enum finding_kind kind)
{
	struct hotel_check check = { .found = false };
	struct cx cx;
	size_t n = 0;

	cx_init(&cx, &rig->process);
	cx.clock = &rig->clock.base;
	assert_int_equal(check_hotel(&cx, rig->app.store, STR(CODE), &check), OK);
	for (size_t i = 0; i < check.findings.list.n; i++) {
		const struct finding *finding = findings_at(&check.findings, i);

		if (finding->kind != kind)
			print_message("# " STR_FMT " " STR_FMT " " STR_FMT "\n",
				      STR_ARG(finding_name(finding->kind)),
				      STR_ARG(finding->key.item_type), STR_ARG(finding->detail));
		assert_int_equal(finding->kind, kind);
		n++;
	}
	return n;
}

static void a_hotel_of_the_sample_is_read_as_it_is(void **state)
{
	struct usecase_rig *rig = share(state);

	assert_int_equal(ask(rig, "GET", PATH, ""), 200);
	assert_true(usecase_rig_says(
		rig, "\"name\":\"My First hotel\",\"description\":\"This is a great property\","
		     "\"currencyCode\":\"\""));
	assert_true(usecase_rig_says(rig, "\"options\":{\"bookable\":true,\"shoppable\":false}"));
	assert_true(usecase_rig_says(rig, "\"roomTypes\":[{\"code\":\"DBL\",\"name\":\"Room with "
					  "Double Beds\",\"lowPrice\":129.5,"));
	assert_true(usecase_rig_says(rig, "{\"code\":\"DBL-SEA\",\"name\":\"Sea\""));
	assert_true(str_starts(usecase_rig_header(rig, "ETag"), STR("\"r0.")));
	assert_int_equal(ask(rig, "GET", PATH "/rooms/type/DBL-SEA", ""), 200);
	assert_true(usecase_rig_says(rig, "\"code\":\"DBL-SEA\""));
	assert_int_equal(ask(rig, "GET", PATH "/rooms/type/SEA", ""), 404);
	assert_int_equal(ask(rig, "GET", PATH "/tags", ""), 200);
	assert_int_equal(ask(rig, "GET", "/config", ""), 200);
	assert_false(usecase_rig_says(rig, CODE));
	assert_int_equal(rev_of(rig, "ctl"), REV_ABSENT);
	sample_records_room_type(rig, CODE, "TWN", "Twin", "1");
	assert_int_equal(ask(rig, "GET", PATH, ""), 200);
	assert_true(usecase_rig_says(rig, "TWN"));
}

static void where_nobody_else_writes_such_a_hotel_is_not_looked_for(void **state)
{
	struct usecase_rig *rig = share(state);

	rig->late.has_strangers = false;
	usecase_rig_restart(rig);
	assert_int_equal(ask(rig, "GET", PATH, ""), 404);
	assert_int_equal(ask(rig, "PATCH", PATH, "{\"description\":\"x\"}"), 404);
}

/* Each first write, and what is there behind it. */
static void the_first_write_makes_the_hotel_ours(void **state)
{
	static const struct {
		const char *method, *path, *body;
		unsigned revision;
	} writes[] = {
		{ "POST", "/config", "{\"code\":\"" CODE "\",\"name\":\"New\"}", 2 },
		{ "PUT", PATH, "{\"name\":\"New\",\"currencyCode\":\"EUR\"}", 2 },
		{ "PATCH", PATH, "{\"description\":\"new\"}", 2 },
		{ "PATCH", PATH, "{\"name\":\"My First hotel\"}", 1 },
		{ "POST", PATH "/rooms/type", "{\"roomTypes\":[{\"code\":\"DBL\",\"name\":\"x\"}]}",
		  2 },
		{ "POST", PATH "/tags", "{\"tags\":[{\"code\":\"T\",\"name\":\"t\"}]}", 2 },
		{ "PATCH", PATH "/rooms/type/DBL-SEA", "{\"name\":\"New\"}", 2 },
		{ "DELETE", PATH "/rooms/type/DBL-SEA", "", 2 },
		{ "POST", PATH "/rooms",
		  "{\"buildings\":[{\"name\":\"A\",\"floors\":[{\"num\":1,\"rooms\":[{\"number\":1,"
		  "\"type\":\"DBL-SEA\"}]}]}]}",
		  2 },
		{ "DELETE", PATH, "", 2 },
	};

	for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++) {
		bool deletes = strcmp(writes[i].method, "DELETE") == 0;
		struct usecase_rig *rig;

		if (i != 0)
			assert_int_equal(usecase_rig_set_up(state), 0);
		rig = share(state);
		assert_int_equal(ask(rig, writes[i].method, writes[i].path, writes[i].body), 200);
		assert_int_equal(usecase_rig_revision(rig, STR(CODE)), writes[i].revision);
		assert_int_equal(count_findings(rig, FINDING_KEY), 0);
		assert_int_equal(rev_of(rig, "cfg-room-type-DBL"), REV_ABSENT);
		assert_int_equal(rev_of(rig, "cfg-room-type-DBL-SEA"), REV_ABSENT);
		assert_int_equal(rev_of(rig, "cfg-history-3648362011"), REV_NONE);
		if (!deletes) {
			assert_int_equal(rev_of(rig, "cfg-roomType-DBL%2DSEA") == REV_ABSENT,
					 false);
			assert_int_equal(ask(rig, "GET", "/config", ""), 200);
			assert_true(usecase_rig_says(rig, CODE));
		}
		if (i + 1 < sizeof(writes) / sizeof(writes[0]))
			usecase_rig_tear_down(state);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_hotel_of_the_sample_is_read_as_it_is),
		TEST(where_nobody_else_writes_such_a_hotel_is_not_looked_for),
		TEST(the_first_write_makes_the_hotel_ours),
	};

	return cmocka_run_group_tests_name("usecase_strangers", tests, NULL, NULL);
}
