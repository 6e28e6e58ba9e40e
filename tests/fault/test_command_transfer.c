/* Export and import: the same bytes again, and what is there already said and left alone. */
#include "transfer_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/export.h"
#include "model/chain.h"
#include "record/chain_record.h"
#include "record/key.h"

static const char *const names[] = {
	"\"Plain\"",
	"\"Zürich 東京 😀 e\\u0301\"",
	"\"quote \\\" backslash \\\\ slash / <b> &amp; %s %n '\"",
	"\"\\u2028 \\ufeff \\uffff \\u0301\"",
	"\"{\\\"code\\\":\\\"1\\\"}\"",
};
enum { NAMES = sizeof(names) / sizeof(names[0]) };

/* Chains, a brand, hotels with odd names, one of a long history, one deleted. Returns how many hotels. */
static size_t fill(struct usecase_rig *rig)
{
	struct str code;

	transfer_rig_ask(rig, "PUT", "/chains/ACME",
			 STR("{\"name\":\"Acme \\\"1\\\"\",\"description\":\"x\\ny\"}"));
	transfer_rig_ask(rig, "PUT", "/chains/B.b", STR("{}"));
	transfer_rig_ask(rig, "PUT", "/brands/INN", STR("{\"chain\":\"ACME\",\"name\":\"Inn\"}"));
	for (size_t i = 0; i < NAMES; i++) {
		code = transfer_rig_make_hotel(rig, str_of(names[i]),
					       i % 2 ? ",\"chain\":\"ACME\",\"brand\":\"INN\""
						     : ",\"description\":\"tab \\t line \\n\"");
		transfer_rig_add_types(rig, code, (unsigned)i + 1, 10);
	}
	code = transfer_rig_make_hotel(rig, STR("\"Long\""), ",\"timeZone\":\"Europe/Zurich\"");
	transfer_rig_add_types(rig, code, 60, 12000);
	transfer_rig_add_types(rig, code, 2, 3);
	code = transfer_rig_make_hotel(rig, STR("\"Gone\""), "");
	transfer_rig_delete_hotel(rig, code);
	return NAMES + 2;
}

static void what_was_exported_and_imported_is_exported_as_the_same_bytes(void **state)
{
	struct usecase_rig *rig = *state;
	struct chain_record before, after;
	struct transfer_target target;
	size_t hotels = fill(rig);
	struct str text;

	transfer_rig_open(rig, &target);
	text = transfer_rig_export(&target.cx, rig->app.store);
	assert_non_null(memmem(text.ptr, text.len, "-0001\"", 6)); /* a part of history */
	assert_int_equal(transfer_rig_import(&target, text, false), OK);
	assert_string_equal(target.complaints, "");
	assert_int_equal(target.result.complaints, 0);
	assert_int_equal(target.result.counts.hotels, hotels);
	assert_int_equal(target.result.counts.chains, 3);
	transfer_rig_same(transfer_rig_export(&target.cx, target.app.store), text);
	assert_int_equal(transfer_rig_check(&target), hotels);
	assert_int_equal(
		chain_record_get(&target.cx, rig->app.store, &chains, STR("ACME"), &before), OK);
	assert_int_equal(
		chain_record_get(&target.cx, target.app.store, &chains, STR("ACME"), &after), OK);
	assert_int_equal(before.hotels, 2);
	assert_int_equal(after.hotels, before.hotels);
	assert_int_equal(after.brands, before.brands);
	transfer_rig_close(&target);
}

static void an_empty_store_is_exported_and_imported(void **state)
{
	struct usecase_rig *rig = *state;
	struct transfer_target target;
	struct str text;

	transfer_rig_open(rig, &target);
	text = transfer_rig_export(&target.cx, rig->app.store);
	transfer_rig_same(text, STR("{\"format\":\"innkeeper-export\",\"version\":1}\n"
				    "{\"end\":{\"chains\":0,\"hotels\":0,\"records\":0}}\n"));
	assert_int_equal(transfer_rig_import(&target, text, false), OK);
	assert_string_equal(target.complaints, "");
	transfer_rig_close(&target);
}

static void a_code_that_exists_is_refused_and_the_others_come_in(void **state)
{
	struct usecase_rig *rig = *state;
	struct transfer_target target;
	struct str text, again;

	transfer_rig_fill(rig);
	transfer_rig_open(rig, &target);
	text = transfer_rig_export(&target.cx, rig->app.store);
	assert_int_equal(transfer_rig_import(&target, text, false), OK);
	transfer_rig_make_hotel(rig, STR("\"Three\""), "");
	again = transfer_rig_export(&target.cx, rig->app.store);
	assert_int_equal(transfer_rig_import(&target, again, false), OK);
	assert_int_equal(target.result.complaints, 3); /* the deleted one too */
	assert_int_equal(target.result.counts.hotels, 1);
	assert_true(transfer_rig_complains(&target, "there is one of that code"));
	transfer_rig_same(transfer_rig_export(&target.cx, target.app.store), again);
	assert_int_equal(transfer_rig_check(&target), 4);
	transfer_rig_close(&target);
}

static void replace_makes_everything_as_the_file_says(void **state)
{
	struct usecase_rig *rig = *state;
	struct transfer_target target;
	struct str before, after, two = usecase_rig_code(rig, STR("Two"));
	struct chain_record acme;
	char path[64];

	transfer_rig_fill(rig);
	transfer_rig_open(rig, &target);
	before = transfer_rig_export(&target.cx, rig->app.store);
	transfer_rig_ask(rig, "PUT", "/chains/ACME", STR("{\"name\":\"Acme 2\"}"));
	transfer_rig_ask(rig, "PUT", "/chains/NEW", STR("{}"));
	snprintf(path, sizeof(path), "/config/" STR_FMT, STR_ARG(two));
	transfer_rig_ask(rig, "PATCH", path, STR("{\"name\":\"Renamed\",\"chain\":\"NEW\"}"));
	transfer_rig_add_types(rig, two, 8, 100);
	after = transfer_rig_export(&target.cx, rig->app.store);
	assert_int_equal(transfer_rig_import(&target, before, false), OK);
	/* Forwards, back to what had fewer records and another name, and the same again. */
	for (unsigned i = 0; i < 5; i++) {
		struct str text = i % 3 == 0 ? after : before;
		struct str with_new;

		assert_int_equal(transfer_rig_import(&target, text, true), OK);
		assert_string_equal(target.complaints, "");
		assert_int_equal(transfer_rig_check(&target), 3);
		with_new = transfer_rig_export(&target.cx, target.app.store);
		if (i % 3 == 0)
			transfer_rig_same(with_new, after);
		assert_int_equal(
			chain_record_get(&target.cx, target.app.store, &chains, STR("NEW"), &acme),
			OK);
		assert_int_equal(acme.hotels, i % 3 == 0 ? 1 : 0);
	}
	assert_int_equal(
		chain_record_get(&target.cx, target.app.store, &chains, STR("ACME"), &acme), OK);
	assert_int_equal(acme.hotels, 1);
	transfer_rig_close(&target);
}

static void a_name_that_another_hotel_has_is_refused(void **state)
{
	struct usecase_rig *rig = *state;
	struct transfer_target target;
	struct str first, second, path, text;
	struct store *own;

	/* Two stores with a hotel of one name, each under a code of its own. */
	first = transfer_rig_make_hotel(rig, STR("\"First\""), "");
	transfer_rig_make_hotel(rig, STR("\"Other\""), "");
	path = str_printf(&rig->process, "/config/" STR_FMT, STR_ARG(first));
	transfer_rig_ask(rig, "PATCH", str_c(&rig->process, path), STR("{\"name\":\"Wanted\"}"));
	transfer_rig_open(rig, &target);
	text = transfer_rig_export(&target.cx, rig->app.store);
	transfer_rig_ask(rig, "PATCH", str_c(&rig->process, path), STR("{\"name\":\"Free\"}"));
	second = transfer_rig_make_hotel(rig, STR("\"Wanted\""), "");
	assert_false(str_eq(first, second));
	own = target.app.store;
	target.app.store = rig->app.store;
	assert_int_equal(transfer_rig_import(&target, text, true), OK);
	assert_int_equal(target.result.complaints, 1);
	assert_int_equal(target.result.counts.hotels, 1);
	assert_true(transfer_rig_complains(&target, "its name is that of hotel"));
	assert_int_equal(transfer_rig_check(&target), 3);
	target.app.store = own;
	transfer_rig_close(&target);
}

static void a_hotel_whose_chain_is_not_there_is_refused(void **state)
{
	struct usecase_rig *rig = *state;
	struct str text, without;
	struct transfer_target target;
	size_t chain;

	transfer_rig_fill(rig);
	transfer_rig_open(rig, &target);
	text = transfer_rig_export(&target.cx, rig->app.store);
	chain = transfer_rig_first_lines(text, 2).len;
	without = str_printf(&target.arena, STR_FMT STR_FMT,
			     STR_ARG(transfer_rig_first_lines(text, 1)),
			     STR_ARG(str_sub(text, chain, text.len)));
	assert_int_equal(transfer_rig_import(&target, without, false), OK);
	assert_int_equal(target.result.complaints, 2); /* it, and the counts at the end */
	assert_true(transfer_rig_complains(&target, "there is no chain ACME"));
	assert_int_equal(transfer_rig_check(&target), 2);
	transfer_rig_close(&target);
}

static void a_hotel_without_a_control_record_is_left_out_and_named(void **state)
{
	struct usecase_rig *rig = *state;
	struct export_result result;
	struct export_job job = { .store = rig->app.store };
	struct write write = {
		.op = WRITE_PUT, .key = { STR("sample"), KEY_HEAD }, .if_rev = REV_ABSENT, .rev = 1
	};
	struct commit commit = { &write, 1, STR("t") };
	char *text = NULL, *complaints = NULL;
	size_t len, conflict;

	transfer_rig_fill(rig);
	assert_int_equal(store_commit(rig->app.store, &rig->cx, &commit, &conflict), OK);
	job.out = open_memstream(&text, &len);
	job.complaints = open_memstream(&complaints, &len);
	assert_int_equal(export_store(&rig->cx, &job, &result), OK);
	fclose(job.out);
	fclose(job.complaints);
	assert_int_equal(result.left_out, 1);
	assert_int_equal(result.counts.hotels, 3);
	assert_non_null(strstr(complaints, "hotel sample is left out"));
	assert_null(strstr(text, "sample"));
	free(text);
	free(complaints);
}

/* A store that somebody writes to whenever a hotel is read. */
struct meddler {
	struct store store;
	struct store_api api;
	struct usecase_rig *rig;
	struct str path; /* of the hotel that is written */
	unsigned times;  /* still to come */
};

static enum err meddle(struct store *store, struct cx *cx, const struct query *query,
		       struct page *out)
{
	struct meddler *meddler = (struct meddler *)store;
	struct usecase_rig *rig = meddler->rig;
	enum err err = rig->app.store->api->query(rig->app.store, cx, query, out);

	if (meddler->times == 0 || str_starts(query->code, STR("~")))
		return err;
	meddler->times--;
	transfer_rig_ask(rig, "PATCH", str_c(&rig->process, meddler->path),
			 str_printf(&rig->process, "{\"description\":\"%u\"}", meddler->times));
	return err;
}

static enum err get_below(struct store *store, struct cx *cx, struct key key, struct item *out)
{
	struct store *below = ((struct meddler *)store)->rig->app.store;

	return below->api->get(below, cx, key, out);
}

static enum err partitions_below(struct store *store, struct cx *cx, struct str after, size_t limit,
				 struct codes *out)
{
	struct store *below = ((struct meddler *)store)->rig->app.store;

	return below->api->partitions(below, cx, after, limit, out);
}

static void a_hotel_that_is_written_meanwhile_is_exported_as_one_revision(void **state)
{
	struct usecase_rig *rig = *state;
	struct meddler meddler = { .rig = rig, .times = 10 };
	struct export_job job = { .store = &meddler.store, .complaints = stderr };
	struct transfer_target target;
	struct export_result result;
	char *text = NULL;
	struct str code;
	size_t len;

	meddler.api.query = meddle;
	meddler.api.get = get_below;
	meddler.api.partitions = partitions_below;
	meddler.store.api = &meddler.api;
	code = transfer_rig_make_hotel(rig, STR("\"Busy\""), "");
	meddler.path = str_printf(&rig->process, "/config/" STR_FMT, STR_ARG(code));
	transfer_rig_open(rig, &target);
	job.out = open_memstream(&text, &len);
	assert_int_equal(export_store(&target.cx, &job, &result), OK);
	fclose(job.out);
	assert_int_equal(meddler.times, 0);
	assert_int_equal(transfer_rig_import(&target, (struct str){ text, len }, false), OK);
	assert_string_equal(target.complaints, "");
	assert_int_equal(transfer_rig_check(&target), 1);
	transfer_rig_same(transfer_rig_export(&target.cx, rig->app.store),
			  (struct str){ text, len });
	free(text);
	/* Somebody who never rests ends the export, which has no last line then. */
	meddler.times = 1000;
	job.out = open_memstream(&text, &len);
	assert_int_equal(export_store(&target.cx, &job, &result), ERR_UNAVAILABLE);
	fclose(job.out);
	assert_null(strstr(text, "\"end\""));
	free(text);
	transfer_rig_close(&target);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_exported_and_imported_is_exported_as_the_same_bytes),
		TEST(an_empty_store_is_exported_and_imported),
		TEST(a_code_that_exists_is_refused_and_the_others_come_in),
		TEST(replace_makes_everything_as_the_file_says),
		TEST(a_name_that_another_hotel_has_is_refused),
		TEST(a_hotel_whose_chain_is_not_there_is_refused),
		TEST(a_hotel_without_a_control_record_is_left_out_and_named),
		TEST(a_hotel_that_is_written_meanwhile_is_exported_as_one_revision),
	};

	return cmocka_run_group_tests_name("command_transfer", tests, NULL, NULL);
}
