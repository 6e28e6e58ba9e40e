/* Hotels of the sample program on a store that it writes to as well: read as they are, ours from the first write on. */
#include "sample_records.h"

#include <stdio.h>
#include <string.h>

#include "record/item.h"
#include "usecase/check_hotel.h"
#include "usecase/save_hotel.h"
#include "vfs_fault.h"

/* "My First hotel" of nobody, as in the seed. */
#define CODE "364425903"
#define PATH "/config/" CODE

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

	assert_int_equal(usecase_rig_send(rig, "GET", PATH, ""), 200);
	assert_true(usecase_rig_says(
		rig, "\"name\":\"My First hotel\",\"description\":\"This is a great property\","
		     "\"currencyCode\":\"\""));
	assert_true(usecase_rig_says(rig, "\"options\":{\"bookable\":true,\"shoppable\":false}"));
	assert_true(usecase_rig_says(rig, "\"roomTypes\":[{\"code\":\"DBL\",\"name\":\"Room with "
					  "Double Beds\",\"lowPrice\":129.5,"));
	assert_true(usecase_rig_says(rig, "{\"code\":\"DBL-SEA\",\"name\":\"Sea\""));
	assert_true(str_starts(usecase_rig_header(rig, "ETag"), STR("\"r0.")));
	assert_int_equal(usecase_rig_send(rig, "GET", PATH "/rooms/type/DBL-SEA", ""), 200);
	assert_true(usecase_rig_says(rig, "\"code\":\"DBL-SEA\""));
	assert_int_equal(usecase_rig_send(rig, "GET", PATH "/rooms/type/SEA", ""), 404);
	assert_int_equal(usecase_rig_send(rig, "GET", PATH "/tags", ""), 200);
	assert_int_equal(usecase_rig_send(rig, "GET", "/config", ""), 200);
	assert_false(usecase_rig_says(rig, CODE));
	assert_int_equal(sample_records_rev(rig, CODE, "ctl"), REV_ABSENT);
	sample_records_room_type(rig, CODE, "TWN", "Twin", "1");
	assert_int_equal(usecase_rig_send(rig, "GET", PATH, ""), 200);
	assert_true(usecase_rig_says(rig, "TWN"));
}

static void where_nobody_else_writes_such_a_hotel_is_not_looked_for(void **state)
{
	struct usecase_rig *rig = share(state);

	rig->late.has_strangers = false;
	usecase_rig_restart(rig);
	assert_int_equal(usecase_rig_send(rig, "GET", PATH, ""), 404);
	assert_int_equal(usecase_rig_send(rig, "PATCH", PATH, "{\"description\":\"x\"}"), 404);
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
		assert_int_equal(
			usecase_rig_send(rig, writes[i].method, writes[i].path, writes[i].body),
			200);
		assert_int_equal(usecase_rig_revision(rig, STR(CODE)), writes[i].revision);
		assert_int_equal(count_findings(rig, FINDING_KEY), 0);
		assert_int_equal(sample_records_rev(rig, CODE, "cfg-room-type-DBL"), REV_ABSENT);
		assert_int_equal(sample_records_rev(rig, CODE, "cfg-room-type-DBL-SEA"),
				 REV_ABSENT);
		assert_int_equal(sample_records_rev(rig, CODE, "cfg-history-3648362011"), REV_NONE);
		if (!deletes) {
			assert_int_equal(sample_records_rev(rig, CODE, "cfg-roomType-DBL%2DSEA") ==
						 REV_ABSENT,
					 false);
			assert_int_equal(usecase_rig_send(rig, "GET", "/config", ""), 200);
			assert_true(usecase_rig_says(rig, CODE));
		}
		if (i + 1 < sizeof(writes) / sizeof(writes[0]))
			usecase_rig_tear_down(state);
	}
}

/* A write by its use case, for the headers that usecase_rig_ask does not send. */
static enum err patch_if(struct usecase_rig *rig, const char *if_match, struct result *result)
{
	const struct command command = { .use_case = STR("saveHotel"),
					 .if_match = str_of(if_match) };
	struct hotel given = { .description = STR("new") };
	size_t index = 0;

	shape_find(&hotel_shape, STR("description"), &index);
	given.marks.given = (uint64_t)1 << index;
	cx_init(&rig->cx, &rig->arena);
	rig->cx.clock = &rig->clock.base;
	return save_hotel(&rig->app, &rig->cx, &command, STR(CODE), &given, SAVE_MERGE, result);
}

static void a_condition_is_that_of_what_was_read_before(void **state)
{
	struct usecase_rig *rig = share(state);
	struct result result;
	char tag[64];

	assert_int_equal(usecase_rig_send(rig, "GET", PATH, ""), 200);
	snprintf(tag, sizeof(tag), STR_FMT, STR_ARG(usecase_rig_header(rig, "ETag")));
	assert_int_equal(patch_if(rig, "\"r0.p0.draft.00000000\"", &result), ERR_STALE);
	assert_string_equal(str_c(&rig->process, result.etag), tag);
	assert_int_equal(sample_records_rev(rig, CODE, "ctl"), REV_ABSENT);
	sample_records_hotel(rig, CODE, "My First hotel", "edited", "");
	assert_int_equal(patch_if(rig, tag, &result), ERR_STALE);
	assert_int_equal(sample_records_rev(rig, CODE, "ctl"), REV_ABSENT);
	assert_int_equal(usecase_rig_send(rig, "GET", PATH, ""), 200);
	snprintf(tag, sizeof(tag), STR_FMT, STR_ARG(usecase_rig_header(rig, "ETag")));
	assert_int_equal(patch_if(rig, tag, &result), OK);
	assert_int_equal(sample_records_rev(rig, CODE, "ctl"), 2);
	assert_int_equal(patch_if(rig, tag, &result), ERR_STALE);
	assert_int_equal(patch_if(rig, str_c(&rig->process, result.etag), &result), OK);
	usecase_rig_check(rig, STR(CODE));
}

/* Nothing of it is lost: who wrote it last, the prices to the digit, a name that another hotel has. */
static void what_becomes_ours_is_what_was_there(void **state)
{
	struct usecase_rig *rig = share(state);
	struct item item;
	struct cx cx;

	sample_records_room_type(rig, CODE, "P", "Price", "129.99000000000001");
	assert_int_equal(
		usecase_rig_send(rig, "POST", PATH "/tags", "{\"tags\":[{\"code\":\"T\"}]}"), 200);
	cx_init(&cx, &rig->process);
	assert_int_equal(store_get(rig->app.store, &cx,
				   (struct key){ STR(CODE), STR("cfg-roomType-P") }, &item),
			 OK);
	assert_true(str_eq(item_text(&item, STR("lastUpdatedBy")), STR("editor")));
	assert_true(str_eq(item_text(&item, STR("et")), STR("roomType")));
	assert_true(
		str_eq(attrs_find(&item.attrs, STR("lowPrice"))->text, STR("129.99000000000001")));
	assert_int_equal(item.rev, 1);
	assert_int_equal(store_get(rig->app.store, &cx,
				   (struct key){ STR(CODE), STR("cfg-history-000000000001") },
				   &item),
			 OK);
	assert_true(str_eq(item_text(&item, STR("eventName")), STR("migrate")));
	assert_int_equal(attrs_find(&item.attrs, STR("changes"))->n, 4);
	usecase_rig_check(rig, STR(CODE));
}

static void of_two_hotels_of_one_name_each_stays_a_hotel(void **state)
{
	struct usecase_rig *rig = share(state);
	struct str ours;

	assert_int_equal(usecase_rig_send(rig, "POST", "/config", "{\"name\":\"My First hotel\"}"),
			 200);
	ours = str_dup(&rig->process, usecase_rig_header(rig, "Location"));
	assert_false(str_eq(ours, STR(PATH)));
	assert_int_equal(usecase_rig_send(rig, "PATCH", PATH, "{\"description\":\"x\"}"), 200);
	assert_int_equal(sample_records_rev(rig, CODE, "ctl"), 2);
	assert_int_equal(count_findings(rig, FINDING_NAME), 1);
	assert_int_equal(usecase_rig_send(rig, "DELETE", PATH, ""), 200);
	usecase_rig_check(rig, str_sub(ours, 8, ours.len)); /* it has its name still */
	assert_int_equal(usecase_rig_send(rig, "POST", "/config", "{\"name\":\"My First hotel\"}"),
			 409);
}

static void a_room_type_of_no_legal_code_is_reported(void **state)
{
	struct usecase_rig *rig = share(state);

	sample_records_room_type(rig, CODE, "Deluxe King", "x", "1");
	assert_int_equal(usecase_rig_send(rig, "GET", PATH, ""), 500);
	assert_int_equal(usecase_rig_send(rig, "PATCH", PATH, "{\"description\":\"x\"}"), 500);
	assert_int_equal(sample_records_rev(rig, CODE, "ctl"), REV_ABSENT);
	assert_int_equal(usecase_rig_send(rig, "GET", PATH "/rooms/type/DBL", ""), 200);
}

/* Every store call of the first write fails in turn: then the hotel is as it was, or ours, or ours and written. */
static void a_first_write_that_fails_leaves_a_whole_hotel(void **state)
{
	unsigned n = 0, status;

	do {
		struct usecase_rig *rig;

		if (n++ != 0) {
			usecase_rig_tear_down(state);
			assert_int_equal(usecase_rig_set_up(state), 0);
		}
		rig = share(state);
		usecase_rig_plan(rig, STORE_FAULT_ALL, n, true, ERR_UNAVAILABLE, n % 2 == 0);
		status = usecase_rig_send(rig, "PATCH", PATH, "{\"description\":\"x\"}");
		assert_true(status == 200 || status == 503);
		usecase_rig_plan(rig, 0, 0, false, OK, false);
		assert_int_equal(usecase_rig_send(rig, "GET", PATH, ""), 200);
		assert_true(usecase_rig_says(rig, "DBL-SEA"));
		assert_int_equal(usecase_rig_send(rig, "PATCH", PATH, "{\"description\":\"x\"}"),
				 200);
		assert_int_equal(sample_records_rev(rig, CODE, "ctl"), 2);
		usecase_rig_check(rig, STR(CODE));
	} while (status != 200);
	assert_in_range(n, 8, 100);
}

/* On a store of seven writes a commit; then the finishing of it fails at every call in turn. */
static void a_hotel_too_large_for_one_commit_becomes_ours_whole(void **state)
{
	unsigned n = 0, status;

	do {
		struct usecase_rig *rig;
		char id[16];

		if (n++ != 0) {
			usecase_rig_tear_down(state);
			assert_int_equal(usecase_rig_set_up_narrow(state), 0);
		}
		rig = share(state);
		for (unsigned i = 0; i < 20; i++) {
			snprintf(id, sizeof(id), "T-%u", i);
			sample_records_room_type(rig, CODE, id, "one of many", "1");
		}
		usecase_rig_plan(rig, STORE_FAULT_ALL, n, true, ERR_UNAVAILABLE, false);
		status = usecase_rig_send(rig, "PATCH", PATH, "{\"description\":\"x\"}");
		assert_true(status == 200 || status == 503 || status == 504);
		usecase_rig_plan(rig, 0, 0, false, OK, false);
		assert_int_equal(usecase_rig_send(rig, "GET", PATH, ""), 200);
		assert_true(usecase_rig_says(rig, "T-19"));
		assert_int_equal(usecase_rig_send(rig, "PATCH", PATH, "{\"description\":\"x\"}"),
				 200);
		assert_int_equal(sample_records_rev(rig, CODE, "ctl"), 2);
		assert_int_equal(sample_records_rev(rig, CODE, "cfg-room-type-T-19"), REV_ABSENT);
		usecase_rig_check(rig, STR(CODE));
	} while (status != 200);
	assert_in_range(n, 20, 200);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_hotel_of_the_sample_is_read_as_it_is),
		TEST(where_nobody_else_writes_such_a_hotel_is_not_looked_for),
		TEST(the_first_write_makes_the_hotel_ours),
		TEST(a_condition_is_that_of_what_was_read_before),
		TEST(what_becomes_ours_is_what_was_there),
		TEST(of_two_hotels_of_one_name_each_stays_a_hotel),
		TEST(a_room_type_of_no_legal_code_is_reported),
		TEST(a_first_write_that_fails_leaves_a_whole_hotel),
		cmocka_unit_test_setup_teardown(a_hotel_too_large_for_one_commit_becomes_ours_whole,
						usecase_rig_set_up_narrow, usecase_rig_tear_down),
	};

	vfs_fault_register();
	vfs_fault_spare_syncs();
	return cmocka_run_group_tests_name("usecase_strangers", tests, NULL, NULL);
}
