/* What is new by what this process knows is written without being looked for: nothing that somebody else wrote is lost by it
 * (decision 010). What it saves is in test_usecase_cost.c.
 */
#include "sample_records.h"

#include <stdio.h>

#include "model/kind.h"
#include "record/item.h"
#include "record/key.h"
#include "usecase/check_hotel.h"
#include "usecase/save_objects.h"
#include "vfs_fault.h"

#define CODE "364425903"
#define PATH "/config/" CODE
#define TYPES PATH "/rooms/type"
#define ADD_X "{\"roomTypes\":[{\"code\":\"X\",\"name\":\"ours\"}]}"

/* What check finds, all of it written by others. */
static size_t count_external(struct usecase_rig *rig)
{
	struct hotel_check check = { .found = false };
	struct cx cx;

	cx_init(&cx, &rig->process);
	cx.clock = &rig->clock.base;
	assert_int_equal(check_hotel(&cx, rig->app.store, STR(CODE), &check), OK);
	for (size_t i = 0; i < check.findings.list.n; i++)
		assert_int_equal(findings_at(&check.findings, i)->kind, FINDING_EXTERNAL);
	return check.findings.list.n;
}

/* A hotel that this process has just made, revision 1, on a store that others write to. */
static struct usecase_rig *share(void **state)
{
	struct usecase_rig *rig = *state;

	sample_records_share(rig);
	assert_int_equal(usecase_rig_send(rig, "POST", "/config", "{\"name\":\"My First hotel\"}"),
			 200);
	return rig;
}

/* The same for the i-th case: known from its making, or every other time from its document. */
static struct usecase_rig *share_again(void **state, unsigned i)
{
	struct usecase_rig *rig;

	if (i != 0)
		assert_int_equal(usecase_rig_set_up(state), 0);
	rig = share(state);
	if (i % 2 != 0) {
		usecase_rig_restart(rig);
		assert_int_equal(usecase_rig_send(rig, "GET", PATH, ""), 200);
	}
	return rig;
}

static void under_its_own_key(void *context)
{
	sample_records_room_type(context, CODE, "X", "theirs", "7");
}

static void under_ours(void *context)
{
	sample_records_other(context, CODE, "cfg-roomType-X");
}

static void under_both(void *context)
{
	under_its_own_key(context);
	under_ours(context);
}

static void (*const strangers[])(void *) = { under_its_own_key, under_ours, under_both };

static const struct {
	const char *method, *path, *body, *event;
} writes[] = {
	{ "POST", TYPES, ADD_X, "addRoomType" },
	{ "PUT", TYPES "/X", "{\"name\":\"ours\"}", "saveRoomType" },
	{ "POST", TYPES, "{\"roomTypes\":[{\"code\":\"W\"},{\"code\":\"X\",\"name\":\"ours\"}]}",
	  "addRoomType" },
};

/* The hotel is known, from making it or from its document, and holds nothing; then somebody else's room type comes. */
static void what_another_program_wrote_meanwhile_is_entered_before_our_write(void **state)
{
	for (unsigned i = 0; i < 9; i++) {
		struct usecase_rig *rig = share_again(state, i);

		strangers[i / 3](rig);
		assert_int_equal(usecase_rig_send(rig, writes[i % 3].method, writes[i % 3].path,
						  writes[i % 3].body),
				 200);
		assert_int_equal(usecase_rig_revision(rig, STR(CODE)), 3);
		assert_true(sample_records_is_event(rig, CODE, 2, "external"));
		assert_true(sample_records_is_event(rig, CODE, 3, writes[i % 3].event));
		assert_int_equal(sample_records_rev(rig, CODE, "cfg-roomType-X"), 3);
		assert_int_equal(sample_records_rev(rig, CODE, "cfg-room-type-X"), REV_ABSENT);
		assert_int_equal(usecase_rig_send(rig, "GET", TYPES "/X", ""), 200);
		assert_true(usecase_rig_says(rig, "\"name\":\"ours\""));
		usecase_rig_check(rig, STR(CODE));
		if (i != 8)
			usecase_rig_tear_down(state);
	}
}

/* An entry of somebody else's room type X. */
static bool has_entry(struct usecase_rig *rig)
{
	for (uint64_t i = usecase_rig_revision(rig, STR(CODE)); i > 1; i--) {
		const struct key key = { STR(CODE), key_history(&rig->process, i, 0) };
		const struct value *changes;
		struct item item;
		struct cx cx;

		cx_init(&cx, &rig->process);
		assert_int_equal(store_get(rig->app.store, &cx, key, &item), OK);
		changes = attrs_find(&item.attrs, STR("changes"));
		for (size_t j = 0;
		     sample_records_is_event(rig, CODE, i, "external") && j < changes->n; j++) {
			if (str_eq(attrs_find(&changes->items[j].map, STR("objectName"))->text,
				   STR("roomType X")))
				return true;
		}
	}
	return false;
}

/* Behind each call in turn, of a write that must enter another one of theirs first: what they write is entered, or stands there. */
static void at_no_moment_does_a_write_lose_what_another_program_writes(void **state)
{
	for (unsigned i = 0; i < 3; i++) {
		bool done = false;
		unsigned n = 0;

		while (!done) {
			struct usecase_rig *rig;

			if (i != 0 || n != 0)
				assert_int_equal(usecase_rig_set_up(state), 0);
			rig = share(state);
			sample_records_room_type(rig, CODE, "W", "theirs", "7");
			rig->late.calls = 0;
			rig->late.between = ++n;
			rig->late.act = strangers[i];
			rig->late.context = rig;
			assert_int_equal(usecase_rig_send(rig, "POST", TYPES, writes[2].body), 200);
			done = rig->late.calls < n;
			rig->late.between = 0;
			assert_true(done || has_entry(rig) ||
				    sample_records_rev(rig, CODE, "cfg-room-type-X") == REV_NONE ||
				    sample_records_rev(rig, CODE, "cfg-roomType-X") == REV_NONE);
			(void)count_external(rig);
			if (!done || i < 2)
				usecase_rig_tear_down(state);
		}
		assert_in_range(n, 10, 60);
	}
}

/* Each process has the hotel cached, and the other's room type is new to it; then both write the same one by turns. */
static void two_processes_that_add_the_same_object_build_on_each_other(void **state)
{
	struct usecase_rig *rig = *state, other;
	struct str path;

	assert_int_equal(usecase_rig_send(rig, "POST", "/config", "{\"name\":\"My First hotel\"}"),
			 200);
	usecase_rig_open_other(rig, &other);
	for (unsigned i = 0; i < 20; i++) {
		struct usecase_rig *first = i % 2 ? rig : &other;
		struct usecase_rig *second = i % 2 ? &other : rig;

		path = str_printf(&rig->process, TYPES "/T%u", i / 3);
		assert_int_equal(usecase_rig_send(first, "GET", PATH, ""), 200);
		assert_int_equal(usecase_rig_send(second, "GET", PATH, ""), 200);
		assert_int_equal(
			usecase_rig_ask(first, "PUT", path, STR("{\"name\":\"one\"}"), NULL),
			i % 3 == 0 ? 201 : 200);
		/* Nothing is lost of what the first has put. */
		assert_int_equal(usecase_rig_ask(second, "PATCH", path,
						 STR("{\"description\":\"two\"}"), NULL),
				 200);
		assert_true(usecase_rig_says(second, "\"name\":\"one\""));
		assert_int_equal(
			usecase_rig_ask(second, "PUT", path, STR("{\"name\":\"two\"}"), NULL), 200);
		usecase_rig_check(rig, STR(CODE));
		usecase_rig_check(&other, STR(CODE));
	}
	usecase_rig_close_other(&other);
}

/* Room type X where there is none, or, with an ETag, where it is this one. */
static enum err put_if(struct usecase_rig *rig, struct str if_match, struct result *result)
{
	const struct command command = { .use_case = STR("saveRoomType"),
					 .if_match = if_match,
					 .if_none_match = if_match.len == 0 ? STR("*") : STR("") };
	const struct object_address address = { &kind_room_type, STR(CODE), STR("X") };
	struct room_type given = { .name = STR("ours") };

	cx_init(&rig->cx, &rig->arena);
	rig->cx.clock = &rig->clock.base;
	return put_object(&rig->app, &rig->cx, &command, &address, &given, result);
}

static void a_condition_on_what_is_new_is_the_stores_to_judge(void **state)
{
	struct usecase_rig *rig = *state, other;
	struct result result;

	assert_int_equal(usecase_rig_send(rig, "POST", "/config", "{\"name\":\"My First hotel\"}"),
			 200);
	usecase_rig_open_other(rig, &other);
	assert_int_equal(usecase_rig_send(&other, "POST", TYPES, ADD_X), 200);
	assert_int_equal(put_if(rig, STR(""), &result), ERR_STALE);
	assert_true(result.etag.len > 2);
	assert_int_equal(usecase_rig_send(rig, "DELETE", TYPES "/X", ""), 200);
	assert_int_equal(put_if(rig, STR(""), &result), OK);
	assert_int_equal(result.status, 201);
	assert_int_equal(put_if(rig, STR(""), &result), ERR_STALE);
	usecase_rig_close_other(&other);
}

/* Known from making it, or from its document alone, where ctl and head are read. */
static void what_another_program_has_added_is_there_for_a_condition(void **state)
{
	for (unsigned i = 0; i < 6; i++) {
		struct usecase_rig *rig = share_again(state, i);
		struct result result;
		struct str etag;

		strangers[i / 2](rig);
		assert_int_equal(usecase_rig_send(rig, "GET", TYPES "/X", ""), 200);
		etag = str_dup(&rig->process, usecase_rig_header(rig, "ETag"));
		assert_int_equal(put_if(rig, i < 3 ? STR("") : etag, &result),
				 i < 3 ? ERR_STALE : OK);
		assert_int_equal(put_if(rig, i < 3 ? etag : STR(""), &result),
				 i < 3 ? OK : ERR_STALE);
		assert_true(sample_records_is_event(rig, CODE, 2, "external") &&
			    sample_records_is_event(rig, CODE, 3, "saveRoomType"));
		if (i != 5)
			usecase_rig_tear_down(state);
	}
}

/* On a store of seven writes a commit: what waits for the second one has no condition, so it was read. */
static void a_write_by_an_intent_overwrites_nothing_that_nobody_read(void **state)
{
	struct usecase_rig *rig = share(state);
	struct str body = STR("{\"tags\":[{\"code\":\"T0\"}");

	for (unsigned i = 1; i < 20; i++)
		body = str_printf(&rig->process, STR_FMT ",{\"code\":\"T%u\"}", STR_ARG(body), i);
	body = str_printf(&rig->process, STR_FMT "]}", STR_ARG(body));
	sample_records_other(rig, CODE, "cfg-tag-T7");
	assert_int_equal(usecase_rig_send(rig, "POST", PATH "/tags", str_c(&rig->process, body)),
			 200);
	assert_true(sample_records_is_event(rig, CODE, 2, "external") &&
		    sample_records_is_event(rig, CODE, 3, "addTag"));
	assert_int_equal(sample_records_rev(rig, CODE, "cfg-tag-T7"), 3);
	assert_int_equal(sample_records_rev(rig, CODE, "cfg-tag-T8"), 3);
	usecase_rig_check(rig, STR(CODE));
}

/* Each call fails in turn, once or from there on, done or not: the room type is there whole or not at all, and then goes in. */
static void a_write_of_what_is_new_that_fails_is_whole_or_absent(void **state)
{
	static const struct {
		enum err err;
		bool applied, and_all_after;
	} faults[] = {
		{ ERR_UNAVAILABLE, false, false }, { ERR_UNAVAILABLE, false, true },
		{ ERR_UNCERTAIN, false, false },   { ERR_UNCERTAIN, true, false },
		{ ERR_UNCERTAIN, true, true },     { ERR_CONFLICT, false, false },
	};

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		for (unsigned n = 1; n < 8; n++) {
			struct usecase_rig *rig;
			unsigned status;

			if (i != 0 || n != 1)
				assert_int_equal(usecase_rig_set_up(state), 0);
			rig = share(state);
			usecase_rig_plan(rig, STORE_FAULT_ALL, n, faults[i].and_all_after,
					 faults[i].err, faults[i].applied);
			status = usecase_rig_send(rig, "POST", TYPES, ADD_X);
			usecase_rig_plan(rig, 0, 0, false, OK, false);
			assert_true(status == 200 || status == 503 || status == 504);
			usecase_rig_check(rig, STR(CODE));
			assert_int_equal(usecase_rig_send(rig, "POST", TYPES, ADD_X), 200);
			assert_int_equal(usecase_rig_revision(rig, STR(CODE)), 2);
			usecase_rig_check(rig, STR(CODE));
			if (i + 1 < sizeof(faults) / sizeof(faults[0]) || n != 7)
				usecase_rig_tear_down(state);
		}
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_another_program_wrote_meanwhile_is_entered_before_our_write),
		TEST(at_no_moment_does_a_write_lose_what_another_program_writes),
		TEST(two_processes_that_add_the_same_object_build_on_each_other),
		TEST(a_condition_on_what_is_new_is_the_stores_to_judge),
		TEST(what_another_program_has_added_is_there_for_a_condition),
		cmocka_unit_test_setup_teardown(
			a_write_by_an_intent_overwrites_nothing_that_nobody_read,
			usecase_rig_set_up_narrow, usecase_rig_tear_down),
		TEST(a_write_of_what_is_new_that_fails_is_whole_or_absent),
	};

	vfs_fault_register();
	vfs_fault_spare_syncs();
	return cmocka_run_group_tests_name("usecase_unread", tests, NULL, NULL);
}
