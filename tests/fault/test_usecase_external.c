/* Hotels of ours that the sample program writes to behind our back: seen, worked on, told by check, taken over. */
#include "sample_records.h"

#include <stdio.h>
#include <string.h>

#include "model/kind.h"
#include "record/item.h"
#include "record/key.h"
#include "usecase/adopt_hotel.h"
#include "usecase/check_hotel.h"
#include "usecase/read_objects.h"

#define CODE "364425903"
#define PATH "/config/" CODE

/* A hotel of ours on a shared store: revision 2, room types A and C. */
static struct usecase_rig *share(void **state)
{
	struct usecase_rig *rig = *state;

	sample_records_share(rig);
	assert_int_equal(usecase_rig_send(rig, "POST", "/config", "{\"name\":\"My First hotel\"}"),
			 200);
	assert_int_equal(
		usecase_rig_send(
			rig, "POST", PATH "/rooms/type",
			"{\"roomTypes\":[{\"code\":\"A\",\"name\":\"ours\"},{\"code\":\"C\"}]}"),
		200);
	return rig;
}

/* Of that kind, and there are no others. */
static size_t count_findings(struct usecase_rig *rig, enum finding_kind kind)
{
	struct hotel_check check = { .found = false };
	struct cx cx;

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
	}
	return check.findings.list.n;
}

static enum adoption migrate(struct usecase_rig *rig)
{
	enum adoption adoption = ADOPTION_NO_HOTEL;

	cx_init(&rig->cx, &rig->arena);
	rig->cx.clock = &rig->clock.base;
	assert_int_equal(migrate_hotel(&rig->app, &rig->cx, STR(CODE), &adoption), OK);
	return adoption;
}

/* The codes of a page of room types, a blank behind each, then `+` where there are more. */
static void page_is(struct usecase_rig *rig, const char *after, size_t limit, const char *wanted)
{
	struct object_page page;
	char codes[256] = "";

	cx_init(&rig->cx, &rig->arena);
	assert_int_equal(list_objects(&rig->app, &rig->cx, &kind_room_type, STR(CODE),
				      str_of(after), limit, &page),
			 OK);
	for (size_t i = 0; i < page.texts.n; i++) {
		struct str text = *(struct str *)vec_at(&page.texts, i, sizeof(struct str));
		struct str code = str_sub(text, 9, text.len); /* {"code":" */
		size_t len = strlen(codes);

		snprintf(codes + len, sizeof(codes) - len, STR_FMT " ", (int)str_index(code, '"'),
			 code.ptr);
	}
	assert_string_equal(str_c(&rig->process,
				  str_printf(&rig->process, "%s%s", codes, page.more ? "+" : "")),
			    wanted);
}

static void a_collection_has_room_types_of_both_keys_in_order(void **state)
{
	struct usecase_rig *rig = share(state);

	sample_records_room_type(rig, CODE, "B", "theirs", "1");
	sample_records_room_type(rig, CODE, "A", "their A", "1");
	sample_records_room_type(rig, CODE, "A-B", "theirs", "1");
	sample_records_room_type(rig, CODE, "A.B", "theirs", "1");
	sample_records_room_type(rig, CODE, "zz", "theirs", "1");
	assert_int_equal(
		usecase_rig_send(
			rig, "POST", PATH "/rooms",
			"{\"buildings\":[{\"name\":\"N\",\"floors\":[{\"num\":1,\"rooms\":[{"
			"\"number\":1,\"code\":\"type-x\"},{\"number\":2,\"code\":\"u\"}]}]}]}"),
		200);
	page_is(rig, "", 10, "A A-B A.B B C zz ");
	page_is(rig, "", 6, "A A-B A.B B C zz ");
	page_is(rig, "", 5, "A A-B A.B B C +");
	page_is(rig, "", 1, "A +");
	page_is(rig, "A", 2, "A-B A.B +");
	page_is(rig, "A-B", 1, "A.B +");
	page_is(rig, "B", 2, "C zz ");
	page_is(rig, "C", 2, "zz ");
	page_is(rig, "zz", 2, "");
	assert_int_equal(usecase_rig_send(rig, "GET", PATH "/rooms/type/A", ""), 200);
	assert_true(usecase_rig_says(rig, "ours"));
	assert_int_equal(usecase_rig_send(rig, "GET", PATH "/rooms/type/A-B", ""), 200);
	assert_true(usecase_rig_says(rig, "theirs"));
	usecase_rig_restart(rig);
	assert_int_equal(usecase_rig_send(rig, "GET", PATH, ""), 200);
	assert_true(usecase_rig_says(rig, "\"code\":\"type-x\""));
	assert_true(usecase_rig_says(rig, "\"name\":\"ours\""));
	assert_false(usecase_rig_says(rig, "their A"));
}

static void where_nobody_else_writes_their_keys_cost_no_look(void **state)
{
	struct usecase_rig *rig = share(state);

	sample_records_room_type(rig, CODE, "B", "theirs", "1");
	rig->late.has_strangers = false;
	usecase_rig_restart(rig);
	assert_int_equal(usecase_rig_send(rig, "GET", PATH "/rooms/type/B", ""), 404);
	page_is(rig, "", 10, "A C ");
}

static void a_room_type_of_theirs_is_entered_under_its_own_key_before_our_write(void **state)
{
	struct usecase_rig *rig = share(state);

	sample_records_room_type(rig, CODE, "B", "theirs", "7");
	assert_int_equal(count_findings(rig, FINDING_EXTERNAL), 1);
	assert_int_equal(
		usecase_rig_send(rig, "PATCH", PATH "/rooms/type/B", "{\"description\":\"new\"}"),
		200);
	assert_true(usecase_rig_says(rig, "\"name\":\"theirs\",\"lowPrice\":7,"));
	assert_int_equal(sample_records_rev(rig, CODE, "cfg-room-type-B"), REV_ABSENT);
	assert_int_equal(sample_records_rev(rig, CODE, "cfg-roomType-B"), 4);
	assert_true(sample_records_is_event(rig, CODE, 3, "external") &&
		    sample_records_is_event(rig, CODE, 4, "saveRoomType"));
	assert_int_equal(count_findings(rig, FINDING_EXTERNAL), 0);
	assert_int_equal(usecase_rig_send(rig, "GET", PATH, ""), 200);
	assert_true(usecase_rig_says(rig, "\"code\":\"B\""));
}

static void of_two_records_ours_counts_and_both_go_together(void **state)
{
	struct usecase_rig *rig = share(state);

	sample_records_room_type(rig, CODE, "A", "theirs", "7");
	assert_int_equal(count_findings(rig, FINDING_EXTERNAL), 2);
	assert_int_equal(usecase_rig_send(rig, "GET", PATH "/rooms/type/A", ""), 200);
	assert_true(usecase_rig_says(rig, "ours"));
	assert_int_equal(usecase_rig_send(rig, "DELETE", PATH "/rooms/type/A", ""), 200);
	assert_int_equal(sample_records_rev(rig, CODE, "cfg-room-type-A"), REV_ABSENT);
	assert_int_equal(sample_records_rev(rig, CODE, "cfg-roomType-A"), REV_ABSENT);
	assert_int_equal(usecase_rig_send(rig, "GET", PATH "/rooms/type/A", ""), 404);
	assert_int_equal(count_findings(rig, FINDING_EXTERNAL), 0);
	usecase_rig_check(rig, STR(CODE));
}

static void a_head_that_they_wrote_is_entered_before_our_next_write(void **state)
{
	struct usecase_rig *rig = share(state);
	struct item item;
	struct cx cx;

	assert_int_equal(usecase_rig_send(rig, "GET", PATH, ""), 200);
	sample_records_hotel(rig, CODE, "Renamed", "theirs", "");
	assert_int_equal(count_findings(rig, FINDING_EXTERNAL), 1);
	assert_int_equal(usecase_rig_send(rig, "PATCH", PATH, "{\"currencyCode\":\"EUR\"}"), 200);
	assert_int_equal(sample_records_rev(rig, CODE, "ctl"), 4);
	assert_int_equal(sample_records_rev(rig, CODE, "cfg-general"), 4);
	assert_int_equal(usecase_rig_send(rig, "GET", PATH, ""), 200);
	assert_true(usecase_rig_says(rig, "\"name\":\"Renamed\",\"description\":\"theirs\","
					  "\"currencyCode\":\"EUR\""));
	assert_int_equal(usecase_rig_send(rig, "GET", "/config?q=renam", ""), 200);
	assert_true(usecase_rig_says(rig, CODE));
	assert_int_equal(count_findings(rig, FINDING_EXTERNAL), 0);
	cx_init(&cx, &rig->process);
	assert_int_equal(store_get(rig->app.store, &cx,
				   (struct key){ STR(CODE), STR("cfg-history-000000000003") },
				   &item),
			 OK);
	assert_true(str_eq(item_text(&item, STR("eventName")), STR("external")));
	assert_int_equal(attrs_find(&item.attrs, STR("changes"))->n, 3);
	usecase_rig_check(rig, STR(CODE));
	assert_int_equal(usecase_rig_send(rig, "POST", "/config", "{\"name\":\"Renamed\"}"), 409);
	assert_int_equal(usecase_rig_send(rig, "POST", "/config", "{\"name\":\"My First hotel\"}"),
			 200);
}

static void a_head_written_again_as_it_was_is_no_difference_to_anybody(void **state)
{
	struct usecase_rig *rig = share(state);

	assert_int_equal(usecase_rig_send(rig, "PATCH", PATH, "{\"options\":{\"bookable\":true}}"),
			 200);
	sample_records_hotel(rig, CODE, "My First hotel", "", "");
	assert_int_equal(migrate(rig), ADOPTION_TAKEN);
	assert_int_equal(sample_records_rev(rig, CODE, "ctl"), 4);
	assert_int_equal(count_findings(rig, FINDING_EXTERNAL), 0);
	usecase_rig_check(rig, STR(CODE));
	assert_int_equal(migrate(rig), ADOPTION_NONE);
	assert_int_equal(sample_records_rev(rig, CODE, "ctl"), 4);
}

/* The sample's hand in the moment between our reading and our commit. */
static void replace_type(void *context)
{
	sample_records_other(context, CODE, "cfg-roomType-A");
}

static void a_record_replaced_under_our_write_is_read_again(void **state)
{
	struct usecase_rig *rig = share(state);

	rig->late.calls = 0;
	rig->late.between = 1; /* the object: ctl and head are known */
	rig->late.act = replace_type;
	rig->late.context = rig;
	assert_int_equal(
		usecase_rig_send(rig, "PATCH", PATH "/rooms/type/A", "{\"description\":\"new\"}"),
		200);
	assert_true(usecase_rig_says(rig, "\"name\":\"other\""));
	assert_int_equal(sample_records_rev(rig, CODE, "cfg-roomType-A"), 4);
	assert_true(sample_records_is_event(rig, CODE, 3, "external") &&
		    sample_records_is_event(rig, CODE, 4, "saveRoomType"));
	assert_int_equal(count_findings(rig, FINDING_EXTERNAL), 0);
}

static void migrate_takes_everything_over_once(void **state)
{
	struct usecase_rig *rig = share(state);
	unsigned n = 0;
	enum err err;

	sample_records_room_type(rig, CODE, "A", "their A", "1");
	sample_records_room_type(rig, CODE, "B", "theirs", "1");
	sample_records_other(rig, CODE, "cfg-roomType-C");
	sample_records_other(rig, CODE, "cfg-tag-T");
	sample_records_history(rig, CODE, "9");
	sample_records_hotel(rig, CODE, "Theirs", "", "somebody");
	assert_int_equal(count_findings(rig, FINDING_EXTERNAL), 6);
	do {
		enum adoption adoption = ADOPTION_NO_HOTEL;

		usecase_rig_plan(rig, STORE_FAULT_ALL, ++n, true, ERR_UNAVAILABLE, false);
		cx_init(&rig->cx, &rig->arena);
		rig->cx.clock = &rig->clock.base;
		err = migrate_hotel(&rig->app, &rig->cx, STR(CODE), &adoption);
		usecase_rig_plan(rig, 0, 0, false, OK, false);
		assert_int_equal(err == OK, adoption == ADOPTION_TAKEN);
		assert_int_equal(sample_records_rev(rig, CODE, "ctl"), err == OK ? 3 : 2);
	} while (err != OK);
	assert_in_range(n, 5, 50);
	assert_int_equal(count_findings(rig, FINDING_EXTERNAL), 0);
	usecase_rig_check(rig, STR(CODE)); /* the owner is still nobody */
	page_is(rig, "", 10, "A B C ");
	assert_int_equal(usecase_rig_send(rig, "GET", PATH "/rooms/type/A", ""), 200);
	assert_true(usecase_rig_says(rig, "ours"));
	assert_int_equal(sample_records_rev(rig, CODE, "cfg-history-9"), REV_NONE);
	assert_int_equal(migrate(rig), ADOPTION_NONE);
}

static void what_they_write_into_a_deleted_hotel_stays_theirs(void **state)
{
	struct usecase_rig *rig = share(state);

	assert_int_equal(usecase_rig_send(rig, "DELETE", PATH, ""), 200);
	sample_records_hotel(rig, CODE, "My First hotel", "", "");
	assert_int_equal(usecase_rig_send(rig, "GET", PATH, ""), 404);
	assert_int_equal(usecase_rig_send(rig, "PATCH", PATH, "{\"description\":\"x\"}"), 404);
	assert_int_equal(migrate(rig), ADOPTION_NONE);
	assert_int_equal(count_findings(rig, FINDING_EXTERNAL), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_collection_has_room_types_of_both_keys_in_order),
		TEST(where_nobody_else_writes_their_keys_cost_no_look),
		TEST(a_room_type_of_theirs_is_entered_under_its_own_key_before_our_write),
		TEST(of_two_records_ours_counts_and_both_go_together),
		TEST(a_head_that_they_wrote_is_entered_before_our_next_write),
		TEST(a_head_written_again_as_it_was_is_no_difference_to_anybody),
		TEST(a_record_replaced_under_our_write_is_read_again),
		TEST(migrate_takes_everything_over_once),
		TEST(what_they_write_into_a_deleted_hotel_stays_theirs),
	};

	return cmocka_run_group_tests_name("usecase_external", tests, NULL, NULL);
}
