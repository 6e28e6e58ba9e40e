/* copy where the target, or the source, is not what it should be: it is named, left as it is, and the others come. */
#include "copy_rig.h"

#include <stdio.h>

#include "record/hotel_record.h"
#include "record/key.h"

static void a_hotel_that_went_on_in_the_target_is_left_and_named(void **state)
{
	struct usecase_rig *rig = *state;
	struct store *source;
	struct copy_rig copy;
	char *path;

	copy_rig_fill(rig);
	path = copy_rig_hotel_path(rig, STR("Two"));
	copy_rig_open(rig, &copy);
	copy_rig_complete(&copy, COPY_RIG_FILLED);
	copy_rig_use_target(&copy, &source);
	transfer_rig_ask(rig, "PATCH", path, STR("{\"description\":\"theirs\"}"));
	rig->app.store = source;
	transfer_rig_ask(rig, "PATCH", copy_rig_hotel_path(rig, STR("Kept 3")),
			 STR("{\"description\":\"more\"}"));
	transfer_rig_make_hotel(rig, STR("\"New\""), "");
	/* Ahead of the source, then beside it. */
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(copy_rig_run(&copy), OK);
		copy_rig_complains(&copy, 1, "there is another one of that code");
		assert_int_equal(copy.result.copied, i == 0 ? 2 : 0);
		transfer_rig_ask(rig, "PATCH", path, STR("{\"description\":\"ours\"}"));
	}
	copy.replace = true;
	copy_rig_complete(&copy, 1);
	copy_rig_close(&copy);
}

static void what_the_target_alone_has_is_named_and_left(void **state)
{
	struct usecase_rig *rig = *state;
	struct store *source;
	struct copy_rig copy;
	struct ctl ctl;
	struct str code;

	copy_rig_fill(rig);
	copy_rig_open(rig, &copy);
	copy_rig_use_target(&copy, &source);
	code = transfer_rig_make_hotel(rig, STR("\"Theirs\""), "");
	transfer_rig_ask(rig, "PUT", "/chains/THEIRS", STR("{}"));
	transfer_rig_ask(rig, "PUT", "/chains/ACME", STR("{\"name\":\"Another\"}"));
	rig->app.store = source;
	assert_int_equal(copy_rig_run(&copy), OK);
	copy_rig_complains(&copy, 3, "chain ACME: there is another one of that code");
	copy_rig_complains(&copy, 3, "chain THEIRS: the source has none of that code");
	copy_rig_complains(&copy, 3, "the source has none of that code");
	copy.replace = true;
	assert_int_equal(copy_rig_run(&copy), OK);
	assert_int_equal(copy.result.complaints, 2);
	assert_int_equal(record_get_ctl(&copy.target.cx, copy.target.app.store, code, &ctl), OK);
	assert_int_equal(transfer_rig_check(&copy.target), COPY_RIG_FILLED + 1);
	copy_rig_close(&copy);
}

/* Puts an item as somebody else does who knows nothing of hotels. */
static void spoil(struct usecase_rig *rig, struct store *store, struct key key, bool removes)
{
	struct write write = {
		.op = removes ? WRITE_DELETE : WRITE_PUT, .key = key, .if_rev = REV_ANY, .rev = 1
	};
	struct commit commit = { &write, 1, STR("spoilt") };
	size_t conflict;
	struct cx cx;

	cx_init(&cx, &rig->process);
	assert_int_equal(store_commit(store, &cx, &commit, &conflict), OK);
}

static void a_record_that_differs_at_the_same_revision_is_found(void **state)
{
	struct usecase_rig *rig = *state;
	struct copy_rig copy;
	struct key key;

	copy_rig_fill(rig);
	key = (struct key){ usecase_rig_code(rig, STR("Two")), STR("cfg-roomType-T%2D0.x_") };
	copy_rig_open(rig, &copy);
	for (unsigned removes = 0; removes < 2; removes++) {
		copy.replace = true;
		assert_int_equal(copy_rig_run(&copy), OK);
		assert_true(copy.result.is_equal);
		spoil(rig, copy.target.app.store, key, removes != 0);
		copy.replace = false;
		assert_int_equal(copy_rig_run(&copy), OK);
		copy_rig_complains(&copy, 1, "record cfg-roomType-T%2D0.x_ is not the same");
	}
	copy.replace = true;
	copy_rig_complete(&copy, 1);
	copy_rig_close(&copy);
}

static void a_damaged_hotel_of_the_source_is_named_and_the_others_come(void **state)
{
	struct usecase_rig *rig = *state;
	struct copy_rig copy;
	struct key key;

	copy_rig_fill(rig);
	key = (struct key){ usecase_rig_code(rig, STR("Two")), STR("cfg-roomType-T%2D0.x_") };
	spoil(rig, rig->app.store, key, true);
	spoil(rig, rig->app.store, (struct key){ STR("sample"), KEY_HEAD }, false);
	spoil(rig, rig->app.store, (struct key){ STR("~odd"), STR("x") }, false);
	copy_rig_open(rig, &copy);
	assert_int_equal(copy_rig_run(&copy), OK);
	copy_rig_complains(&copy, 3, "and history says that it is");
	copy_rig_complains(&copy, 3, "hotel sample: it has no control record");
	copy_rig_complains(&copy, 3, "partition ~odd: it is nothing that this version knows");
	assert_int_equal(copy.result.copied, COPY_RIG_FILLED - 1);
	assert_int_equal(transfer_rig_check(&copy.target), COPY_RIG_FILLED - 1);
	copy_rig_close(&copy);
}

static void an_answer_that_the_target_has_of_its_own_is_kept(void **state)
{
	struct usecase_rig *rig = *state;
	struct store *source;
	struct copy_rig copy;

	copy_rig_fill(rig);
	copy_rig_open(rig, &copy);
	copy_rig_use_target(&copy, &source);
	copy_rig_ask_once(rig, "/config", "{\"name\":\"Kept 4\"}", "key-4");
	rig->app.store = source;
	assert_int_equal(copy_rig_run(&copy), OK);
	copy_rig_complains(&copy, 2, "another answer to the same Idempotency-Key");
	copy_rig_complains(&copy, 2, "there is another one of that code");
	copy.replace = true;
	copy_rig_complete(&copy, 1);
	copy_rig_close(&copy);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_hotel_that_went_on_in_the_target_is_left_and_named),
		TEST(what_the_target_alone_has_is_named_and_left),
		TEST(a_record_that_differs_at_the_same_revision_is_found),
		TEST(a_damaged_hotel_of_the_source_is_named_and_the_others_come),
		TEST(an_answer_that_the_target_has_of_its_own_is_kept),
	};

	return cmocka_run_group_tests_name("command_copy_differs", tests, NULL, NULL);
}
