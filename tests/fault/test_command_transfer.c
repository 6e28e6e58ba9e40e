/* Export and import: the same bytes again, each hotel whole or absent, and what is damaged said and left out. */
#include "usecase_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapter/store_sqlite.h"
#include "audit/history.h"
#include "command/export.h"
#include "command/import.h"
#include "model/chain.h"
#include "record/chain_record.h"
#include "record/key.h"
#include "usecase/check_hotel.h"
#include "usecase/gate.h"

/* Another store, of its own. */
struct target {
	struct usecase_rig *rig;
	struct app app;
	struct arena arena;
	struct cx cx;
	char path[128];
	struct import_result result; /* of the last import */
	char *complaints;
};

static void target_open(struct usecase_rig *rig, struct target *target)
{
	static unsigned number;

	*target = (struct target){ .rig = rig, .app = rig->app };
	arena_init(&target->arena, 0);
	cx_init(&target->cx, &target->arena);
	target->cx.clock = &rig->clock.base;
	snprintf(target->path, sizeof(target->path), "%s/target-%u.db", rig->folder, number++);
	assert_int_equal(store_sqlite_open(&target->cx, str_of(target->path), &target->app.store),
			 OK);
}

static void target_close(struct target *target)
{
	store_close(target->app.store);
	arena_close(&target->arena);
	free(target->complaints);
	unlink(target->path);
}

static struct str export_text(struct cx *cx, struct store *store)
{
	struct export_result result;
	struct export_job job = { .store = store, .complaints = stderr };
	char *text = NULL;
	struct str copy;
	size_t len = 0;

	job.out = open_memstream(&text, &len);
	assert_int_equal(export_store(cx, &job, &result), OK);
	assert_int_equal(result.left_out, 0);
	fclose(job.out);
	copy = str_dup(cx->arena, (struct str){ text, len });
	free(text);
	return copy;
}

static enum err import_text(struct target *target, struct str text, bool replace)
{
	struct import_job job = { .app = &target->app, .replace = replace };
	/* A file of nothing can not be opened. */
	struct str given = text.len == 0 ? STR("\n") : text;
	size_t len = 0;
	enum err err;

	free(target->complaints);
	target->complaints = NULL;
	job.in = fmemopen((void *)(uintptr_t)given.ptr, given.len, "r");
	job.complaints = open_memstream(&target->complaints, &len);
	assert_non_null(job.in);
	cx_clear(&target->cx);
	err = import_store(&target->cx, &job, &target->result);
	fclose(job.in);
	fclose(job.complaints);
	return err;
}

static bool complains(const struct target *target, const char *text)
{
	return strstr(target->complaints, text) != NULL;
}

static void same_text(struct str a, struct str b)
{
	size_t at = 0;

	while (at < a.len && at < b.len && a.ptr[at] == b.ptr[at])
		at++;
	if (at != a.len || at != b.len)
		fprintf(stderr, "# differ at %zu: " STR_FMT "\n# " STR_FMT "\n", at,
			STR_ARG(str_sub(a, at, 200)), STR_ARG(str_sub(b, at, 200)));
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.ptr, b.ptr, a.len);
}

/* Every hotel of the store is whole; returns how many there are. */
static size_t check_hotels(struct target *target)
{
	struct codes codes = { .more = true };
	struct str after = STR("");
	size_t hotels = 0;

	while (codes.more) {
		assert_int_equal(store_partitions(target->app.store, &target->cx, after, 0, &codes),
				 OK);
		for (size_t i = 0; i < codes.n; i++) {
			struct hotel_check check = { .seek = STR("") };

			after = codes.items[i];
			if (str_starts(after, STR("~")))
				continue;
			hotels++;
			assert_int_equal(check_hotel(&target->cx, target->app.store, after, &check),
					 OK);
			for (size_t j = 0; j < check.findings.list.n; j++)
				fprintf(stderr, "# " STR_FMT " " STR_FMT "\n",
					STR_ARG(findings_at(&check.findings, j)->key.item_type),
					STR_ARG(findings_at(&check.findings, j)->detail));
			assert_int_equal(check.findings.list.n, 0);
		}
	}
	return hotels;
}

static void ask(struct usecase_rig *rig, const char *method, const char *path, struct str body)
{
	unsigned status = usecase_rig_ask(rig, method, str_of(path), body, NULL);

	if (status >= 300)
		fprintf(stderr, "# %s %s: %u " STR_FMT "\n", method, path, status,
			STR_ARG(rig->answer.body));
	assert_in_range(status, 200, 299);
}

static struct str make_hotel(struct usecase_rig *rig, struct str name_json, const char *more)
{
	struct str body =
		str_printf(&rig->process, "{\"name\":" STR_FMT "%s}", STR_ARG(name_json), more);
	struct str location;

	ask(rig, "POST", "/config", body);
	location = usecase_rig_header(rig, "Location");
	while (str_index(location, '/') < location.len)
		location = str_sub(location, str_index(location, '/') + 1, location.len);
	return str_dup(&rig->process, location);
}

static void add_types(struct usecase_rig *rig, struct str code, unsigned n, size_t bytes)
{
	struct str path =
		str_printf(&rig->process, "/config/" STR_FMT "/rooms/type", STR_ARG(code));
	struct buf body;

	buf_init(&body, &rig->process);
	buf_add(&body, STR("{\"roomTypes\":["));
	for (unsigned i = 0; i < n; i++) {
		buf_printf(&body, "%s{\"code\":\"T-%u.x_\",\"lowPrice\":129.50,\"description\":\"",
			   i == 0 ? "" : ",", i);
		for (size_t j = 0; j < bytes; j++)
			buf_add_char(&body, (char)('a' + (i + j) % 26));
		buf_add(&body, STR("\"}"));
	}
	buf_add(&body, STR("]}"));
	ask(rig, "POST", str_c(&rig->process, path), buf_str(&body));
}

/* deleteHotel as it leaves the records: the control record with a mark, and history. */
static void delete_hotel(struct usecase_rig *rig, struct str code)
{
	const struct history_entry entry = { .event_name = STR("deleteHotel") };
	struct ctl ctl, next;
	struct batch batch;
	size_t conflict;
	struct head head;
	struct cx cx;

	cx_init(&cx, &rig->process);
	assert_int_equal(record_get_ctl(&cx, rig->app.store, code, &ctl), OK);
	assert_int_equal(record_get_head(&cx, rig->app.store, code, &head), OK);
	batch_init(&batch, &cx);
	batch_delete(&batch, (struct key){ code, KEY_HEAD }, head.rev);
	record_drop_listings(&batch, &head, NULL);
	batch_delete(&batch, key_name(cx.arena, head.owner, head.hotel.name), REV_ANY);
	next = ctl;
	next.rev++;
	next.deleted = true;
	history_record(&batch, code, &next, &entry);
	record_put_ctl(&batch, code, &ctl, &next);
	assert_int_equal(
		batch_commit(&batch, rig->app.store, (struct key){ STR(""), STR("") }, &conflict),
		OK);
}

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

	ask(rig, "PUT", "/chains/ACME",
	    STR("{\"name\":\"Acme \\\"1\\\"\",\"description\":\"x\\ny\"}"));
	ask(rig, "PUT", "/chains/B.b", STR("{}"));
	ask(rig, "PUT", "/brands/INN", STR("{\"chain\":\"ACME\",\"name\":\"Inn\"}"));
	for (size_t i = 0; i < NAMES; i++) {
		code = make_hotel(rig, str_of(names[i]),
				  i % 2 ? ",\"chain\":\"ACME\",\"brand\":\"INN\""
					: ",\"description\":\"tab \\t line \\n\"");
		add_types(rig, code, (unsigned)i + 1, 10);
	}
	code = make_hotel(rig, STR("\"Long\""), ",\"timeZone\":\"Europe/Zurich\"");
	add_types(rig, code, 60, 12000);
	add_types(rig, code, 2, 3);
	code = make_hotel(rig, STR("\"Gone\""), "");
	delete_hotel(rig, code);
	return NAMES + 2;
}

static void what_was_exported_and_imported_is_exported_as_the_same_bytes(void **state)
{
	struct usecase_rig *rig = *state;
	struct chain_record before, after;
	struct target target;
	size_t hotels = fill(rig);
	struct str text;

	target_open(rig, &target);
	text = export_text(&target.cx, rig->app.store);
	assert_non_null(memmem(text.ptr, text.len, "-0001\"", 6)); /* a part of history */
	assert_int_equal(import_text(&target, text, false), OK);
	assert_string_equal(target.complaints, "");
	assert_int_equal(target.result.complaints, 0);
	assert_int_equal(target.result.counts.hotels, hotels);
	assert_int_equal(target.result.counts.chains, 3);
	same_text(export_text(&target.cx, target.app.store), text);
	assert_int_equal(check_hotels(&target), hotels);
	assert_int_equal(
		chain_record_get(&target.cx, rig->app.store, &chains, STR("ACME"), &before), OK);
	assert_int_equal(
		chain_record_get(&target.cx, target.app.store, &chains, STR("ACME"), &after), OK);
	assert_int_equal(before.hotels, 2);
	assert_int_equal(after.hotels, before.hotels);
	assert_int_equal(after.brands, before.brands);
	target_close(&target);
}

static void an_empty_store_is_exported_and_imported(void **state)
{
	struct usecase_rig *rig = *state;
	struct target target;
	struct str text;

	target_open(rig, &target);
	text = export_text(&target.cx, rig->app.store);
	same_text(text, STR("{\"format\":\"innkeeper-export\",\"version\":1}\n"
			    "{\"end\":{\"chains\":0,\"hotels\":0,\"records\":0}}\n"));
	assert_int_equal(import_text(&target, text, false), OK);
	assert_string_equal(target.complaints, "");
	target_close(&target);
}

/* The text up to the end of the n-th line. */
static struct str first_lines(struct str text, size_t n)
{
	size_t len = 0;

	while (n-- != 0)
		len += str_index(str_sub(text, len, text.len), '\n') + 1;
	return str_sub(text, 0, len);
}

static size_t count_lines(struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += text.ptr[i] == '\n';
	return n;
}

static void small_fill(struct usecase_rig *rig)
{
	struct str code;

	ask(rig, "PUT", "/chains/ACME", STR("{\"name\":\"Acme\"}"));
	make_hotel(rig, STR("\"One\""), ",\"chain\":\"ACME\"");
	code = make_hotel(rig, STR("\"Two\""), "");
	add_types(rig, code, 3, 5);
	add_types(rig, code, 1, 6);
	delete_hotel(rig, make_hotel(rig, STR("\"Gone\""), ""));
}

static void an_export_that_is_cut_anywhere_leaves_whole_hotels_only(void **state)
{
	struct usecase_rig *rig = *state;
	size_t lines, hotels = 0;
	struct arena arena;
	struct str text;
	struct cx cx;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	small_fill(rig);
	text = export_text(&cx, rig->app.store);
	lines = count_lines(text);
	for (size_t n = 1; n < lines; n++) {
		struct str cuts[2] = { first_lines(text, n), first_lines(text, n + 1) };
		struct target target;

		/* At the line's end, and in the middle of the next line. */
		cuts[1].len -= (cuts[1].len - cuts[0].len) / 2;
		for (size_t i = 0; i < 2; i++) {
			size_t present;

			target_open(rig, &target);
			assert_int_equal(import_text(&target, cuts[i], false), OK);
			assert_in_range(target.result.complaints, 1, 5);
			assert_true(complains(&target, "the export is cut"));
			present = check_hotels(&target);
			assert_int_equal(target.result.counts.hotels, present);
			assert_true(present >= hotels);
			hotels = i == 0 ? present : hotels;
			target_close(&target);
		}
	}
	assert_int_equal(hotels, 2); /* the third is the last one before the cut */
	arena_close(&arena);
}

static void a_code_that_exists_is_refused_and_the_others_come_in(void **state)
{
	struct usecase_rig *rig = *state;
	struct target target;
	struct str text, again;

	small_fill(rig);
	target_open(rig, &target);
	text = export_text(&target.cx, rig->app.store);
	assert_int_equal(import_text(&target, text, false), OK);
	make_hotel(rig, STR("\"Three\""), "");
	again = export_text(&target.cx, rig->app.store);
	assert_int_equal(import_text(&target, again, false), OK);
	assert_int_equal(target.result.complaints, 3); /* the deleted one too */
	assert_int_equal(target.result.counts.hotels, 1);
	assert_true(complains(&target, "there is one of that code"));
	same_text(export_text(&target.cx, target.app.store), again);
	assert_int_equal(check_hotels(&target), 4);
	target_close(&target);
}

static void replace_makes_everything_as_the_file_says(void **state)
{
	struct usecase_rig *rig = *state;
	struct target target;
	struct str before, after, two = usecase_rig_code(rig, STR("Two"));
	struct chain_record acme;
	char path[64];

	small_fill(rig);
	target_open(rig, &target);
	before = export_text(&target.cx, rig->app.store);
	ask(rig, "PUT", "/chains/ACME", STR("{\"name\":\"Acme 2\"}"));
	ask(rig, "PUT", "/chains/NEW", STR("{}"));
	snprintf(path, sizeof(path), "/config/" STR_FMT, STR_ARG(two));
	ask(rig, "PATCH", path, STR("{\"name\":\"Renamed\",\"chain\":\"NEW\"}"));
	add_types(rig, two, 8, 100);
	after = export_text(&target.cx, rig->app.store);
	assert_int_equal(import_text(&target, before, false), OK);
	/* Forwards, back to what had fewer records and another name, and the same again. */
	for (unsigned i = 0; i < 5; i++) {
		struct str text = i % 3 == 0 ? after : before;
		struct str with_new;

		assert_int_equal(import_text(&target, text, true), OK);
		assert_string_equal(target.complaints, "");
		assert_int_equal(check_hotels(&target), 3);
		with_new = export_text(&target.cx, target.app.store);
		if (i % 3 == 0)
			same_text(with_new, after);
		assert_int_equal(
			chain_record_get(&target.cx, target.app.store, &chains, STR("NEW"), &acme),
			OK);
		assert_int_equal(acme.hotels, i % 3 == 0 ? 1 : 0);
	}
	assert_int_equal(
		chain_record_get(&target.cx, target.app.store, &chains, STR("ACME"), &acme), OK);
	assert_int_equal(acme.hotels, 1);
	target_close(&target);
}

static void a_name_that_another_hotel_has_is_refused(void **state)
{
	struct usecase_rig *rig = *state;
	struct str path = STR("/config/");
	struct target target;
	struct str first, second, text;

	/* Two stores with a hotel of one name, each under a code of its own. */
	first = make_hotel(rig, STR("\"First\""), "");
	make_hotel(rig, STR("\"Other\""), "");
	path = str_printf(&rig->process, "/config/" STR_FMT, STR_ARG(first));
	ask(rig, "PATCH", str_c(&rig->process, path), STR("{\"name\":\"Wanted\"}"));
	target_open(rig, &target);
	text = export_text(&target.cx, rig->app.store);
	ask(rig, "PATCH", str_c(&rig->process, path), STR("{\"name\":\"Free\"}"));
	second = make_hotel(rig, STR("\"Wanted\""), "");
	assert_false(str_eq(first, second));
	target.app.store = rig->app.store;
	assert_int_equal(import_text(&target, text, true), OK);
	assert_int_equal(target.result.complaints, 1);
	assert_int_equal(target.result.counts.hotels, 1);
	assert_true(complains(&target, "its name is that of hotel"));
	assert_int_equal(check_hotels(&target), 3);
	target.app.store = NULL;
	target_close(&target);
}

static void a_hotel_whose_chain_is_not_there_is_refused(void **state)
{
	struct usecase_rig *rig = *state;
	struct str text, without;
	struct target target;
	size_t chain;

	small_fill(rig);
	target_open(rig, &target);
	text = export_text(&target.cx, rig->app.store);
	chain = first_lines(text, 2).len;
	without = str_printf(&target.arena, STR_FMT STR_FMT, STR_ARG(first_lines(text, 1)),
			     STR_ARG(str_sub(text, chain, text.len)));
	assert_int_equal(import_text(&target, without, false), OK);
	assert_int_equal(target.result.complaints, 2); /* it, and the counts at the end */
	assert_true(complains(&target, "there is no chain ACME"));
	assert_int_equal(check_hotels(&target), 2);
	target_close(&target);
}

/* One change of a line; false: there is no such change. */
static bool damage(struct arena *arena, struct str line, unsigned how, struct str *out)
{
	char *text = str_c(arena, line);
	char *at;

	*out = (struct str){ text, line.len };
	switch (how) {
	case 0: /* not there */
		out->len = 0;
		return true;
	case 1: /* twice */
		*out = str_printf(arena, STR_FMT STR_FMT, STR_ARG(line), STR_ARG(line));
		return true;
	case 2: /* cut in the middle */
		text[line.len / 2] = '\n';
		out->len = line.len / 2 + 1;
		return true;
	case 3: /* another byte in the code */
		text[9] = (char)(text[9] == '1' ? '2' : '1');
		return true;
	case 4: /* not UTF-8 */
		text[line.len / 2] = '\xff';
		return true;
	case 5: /* another revision */
		at = strstr(text, "\"rev\":");
		if (at)
			at[6] = '9';
		return at != NULL;
	case 6: /* another token in history */
		at = strstr(text, "\"wt\":\"");
		if (at)
			at[6] = (char)(at[6] == 'a' ? 'b' : 'a');
		return at && strstr(text, "\"itemType\":\"cfg-history-");
	case 7: /* another key */
		at = strstr(text, "\"itemType\":\"");
		if (at)
			at[12] = 'x';
		return at != NULL;
	case 8: /* longer than a record can be */
		*out = str_printf(arena, "%*s" STR_FMT, 5 << 20, "", STR_ARG(line));
		return true;
	case 9: /* a member twice */
		at = strstr(text, "\"attrs\":{");
		if (at)
			*out = str_printf(arena, "%.*s\"wt\":\"1\",%s", (int)(at + 9 - text), text,
					  at + 9);
		return at != NULL;
	case 10: /* a number as only floating point has it */
		at = strstr(text, "\"attrs\":{");
		if (at)
			*out = str_printf(arena, "%.*s\"x\":1e3,%s", (int)(at + 9 - text), text,
					  at + 9);
		return at != NULL;
	default:
		return false;
	}
}

static void a_damaged_line_keeps_its_hotel_out_and_no_other(void **state)
{
	struct usecase_rig *rig = *state;
	struct arena arena;
	size_t lines;
	struct str text;
	struct cx cx;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	small_fill(rig);
	text = export_text(&cx, rig->app.store);
	lines = count_lines(text);
	for (size_t n = 0; n < lines * 11; n++) {
		struct str before = first_lines(text, n % lines), line, changed, whole;
		struct target target;

		line = str_sub(text, before.len, first_lines(text, n % lines + 1).len - before.len);
		if (!damage(&arena, line, (unsigned)(n / lines), &changed))
			continue;
		whole = str_printf(&arena, STR_FMT STR_FMT STR_FMT, STR_ARG(before),
				   STR_ARG(changed),
				   STR_ARG(str_sub(text, before.len + line.len, text.len)));
		target_open(rig, &target);
		if (import_text(&target, whole, false) == OK) {
			if (target.result.complaints == 0)
				fprintf(stderr, "# damage %zu of line %zu\n", n / lines,
					n % lines + 1);
			assert_true(target.result.complaints != 0);
			/* At most the hotels before and behind it. */
			assert_in_range(check_hotels(&target), 1, 3);
		} else {
			assert_int_equal(n % lines, 0); /* it does not begin as an export */
			assert_int_equal(check_hotels(&target), 0);
		}
		target_close(&target);
	}
	arena_close(&arena);
}

static void what_is_no_export_is_refused_whole(void **state)
{
	static const char *const texts[] = {
		"",
		"x",
		"{}",
		"{\"format\":\"other\",\"version\":1}\n",
		"{\"format\":\"innkeeper-export\",\"version\":2}\n",
		"{\"end\":{\"chains\":0,\"hotels\":0,\"records\":0}}\n",
	};
	struct usecase_rig *rig = *state;
	struct target target;

	target_open(rig, &target);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(import_text(&target, str_of(texts[i]), false), ERR_INVALID);
		assert_string_equal(target.cx.failure.code, "invalid");
	}
	target_close(&target);
}

static void a_store_that_fails_ends_the_import_and_leaves_whole_hotels(void **state)
{
	struct usecase_rig *rig = *state;
	struct target target;
	struct str text;
	enum err err = ERR_UNAVAILABLE;

	small_fill(rig);
	for (unsigned nth = 1; err != OK; nth++) {
		struct store_fault_plan plan = { .kinds = STORE_FAULT_ALL,
						 .nth = nth,
						 .err = ERR_UNAVAILABLE,
						 .code = "unavailable" };

		target_open(rig, &target);
		text = export_text(&target.cx, rig->app.store);
		target.app.store = store_fault_open(target.app.store, &plan);
		err = import_text(&target, text, false);
		assert_true(err == OK || err == ERR_UNAVAILABLE);
		plan.nth = 0;
		cx_clear(&target.cx);
		check_hotels(&target);
		assert_in_range(nth, 1, 100);
		target_close(&target);
	}
}

/* A store whose commits hold little: history comes first, and the rest at once. */
static void a_hotel_with_a_history_past_one_commit_comes_in_whole(void **state)
{
	struct usecase_rig *rig = *state;
	struct store_api api;
	struct target target;
	struct str text, path;
	struct str code = make_hotel(rig, STR("\"Long\""), "");

	path = str_printf(&rig->process, "/config/" STR_FMT, STR_ARG(code));
	for (unsigned i = 0; i < 60; i++)
		ask(rig, "PATCH", str_c(&rig->process, path),
		    str_printf(&rig->process, "{\"description\":\"%u\"}", i));
	for (unsigned nth = 0; nth < 12; nth++) {
		struct store_fault_plan plan = { .kinds = STORE_FAULT_COMMIT,
						 .nth = nth,
						 .err = ERR_UNAVAILABLE,
						 .code = "unavailable" };
		struct store *below;
		enum err err;

		target_open(rig, &target);
		text = export_text(&target.cx, rig->app.store);
		below = store_fault_open(target.app.store, &plan);
		api = *below->api;
		api.max_writes = 24;
		below->api = &api;
		target.app.store = below;
		err = import_text(&target, text, false);
		if (err != OK) {
			struct ctl ctl;

			assert_int_equal(err, ERR_UNAVAILABLE);
			assert_int_equal(record_get_ctl(&target.cx, below, code, &ctl),
					 ERR_NOT_FOUND);
			assert_int_equal(import_text(&target, text, false), OK);
		}
		assert_string_equal(target.complaints, "");
		assert_int_equal(check_hotels(&target), 1);
		same_text(export_text(&target.cx, below), text);
		target_close(&target);
	}
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

	small_fill(rig);
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_exported_and_imported_is_exported_as_the_same_bytes),
		TEST(an_empty_store_is_exported_and_imported),
		TEST(an_export_that_is_cut_anywhere_leaves_whole_hotels_only),
		TEST(a_code_that_exists_is_refused_and_the_others_come_in),
		TEST(replace_makes_everything_as_the_file_says),
		TEST(a_name_that_another_hotel_has_is_refused),
		TEST(a_hotel_whose_chain_is_not_there_is_refused),
		TEST(a_damaged_line_keeps_its_hotel_out_and_no_other),
		TEST(what_is_no_export_is_refused_whole),
		TEST(a_store_that_fails_ends_the_import_and_leaves_whole_hotels),
		TEST(a_hotel_with_a_history_past_one_commit_comes_in_whole),
		TEST(a_hotel_without_a_control_record_is_left_out_and_named),
	};

	return cmocka_run_group_tests_name("command_transfer", tests, NULL, NULL);
}
