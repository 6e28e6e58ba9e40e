/* A damaged file, a store that fails: each hotel is imported whole or not at all, and what is not is said. */
#include "transfer_rig.h"

#include <stdio.h>
#include <string.h>

#include "vfs_fault.h"

static size_t count_lines(struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += text.ptr[i] == '\n';
	return n;
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
	transfer_rig_fill(rig);
	text = transfer_rig_export(&cx, rig->app.store);
	lines = count_lines(text);
	for (size_t n = 1; n < lines; n++) {
		struct str cuts[2] = { transfer_rig_first_lines(text, n),
				       transfer_rig_first_lines(text, n + 1) };
		struct transfer_target target;

		/* At the line's end, and in the middle of the next line. */
		cuts[1].len -= (cuts[1].len - cuts[0].len) / 2;
		for (size_t i = 0; i < 2; i++) {
			size_t present;

			transfer_rig_open(rig, &target);
			assert_int_equal(transfer_rig_import(&target, cuts[i], false), OK);
			assert_in_range(target.result.complaints, 1, 5);
			assert_true(transfer_rig_complains(&target, "the export is cut"));
			present = transfer_rig_check(&target);
			assert_int_equal(target.result.counts.hotels, present);
			assert_true(present >= hotels);
			hotels = i == 0 ? present : hotels;
			transfer_rig_close(&target);
		}
	}
	assert_int_equal(hotels, 2); /* the third is the last one before the cut */
	arena_close(&arena);
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

static void a_damaged_line_is_said_and_leaves_whole_hotels_only(void **state)
{
	struct usecase_rig *rig = *state;
	struct arena arena;
	size_t lines;
	struct str text;
	struct cx cx;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	transfer_rig_fill(rig);
	text = transfer_rig_export(&cx, rig->app.store);
	lines = count_lines(text);
	for (size_t n = 0; n < lines * 11; n++) {
		struct str before = transfer_rig_first_lines(text, n % lines), line, changed, whole;
		struct transfer_target target;

		line = str_sub(text, before.len,
			       transfer_rig_first_lines(text, n % lines + 1).len - before.len);
		if (!damage(&arena, line, (unsigned)(n / lines), &changed))
			continue;
		whole = str_printf(&arena, STR_FMT STR_FMT STR_FMT, STR_ARG(before),
				   STR_ARG(changed),
				   STR_ARG(str_sub(text, before.len + line.len, text.len)));
		transfer_rig_open(rig, &target);
		if (transfer_rig_import(&target, whole, false) == OK) {
			if (target.result.complaints == 0)
				fprintf(stderr, "# damage %zu of line %zu\n", n / lines,
					n % lines + 1);
			assert_true(target.result.complaints != 0);
			/* At most the hotels before and behind it. */
			assert_in_range(transfer_rig_check(&target), 1, 3);
		} else {
			assert_int_equal(n % lines, 0); /* it does not begin as an export */
			assert_int_equal(transfer_rig_check(&target), 0);
		}
		transfer_rig_close(&target);
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
	struct transfer_target target;

	transfer_rig_open(rig, &target);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(transfer_rig_import(&target, str_of(texts[i]), false),
				 ERR_INVALID);
		assert_string_equal(target.cx.failure.code, "invalid");
	}
	transfer_rig_close(&target);
}

static void a_store_that_fails_ends_the_import_and_leaves_whole_hotels(void **state)
{
	struct usecase_rig *rig = *state;
	struct transfer_target target;
	struct str text;
	enum err err = ERR_UNAVAILABLE;

	transfer_rig_fill(rig);
	for (unsigned nth = 1; err != OK; nth++) {
		struct store_fault_plan plan = { .kinds = STORE_FAULT_ALL,
						 .nth = nth,
						 .err = ERR_UNAVAILABLE,
						 .code = "unavailable" };

		transfer_rig_open(rig, &target);
		text = transfer_rig_export(&target.cx, rig->app.store);
		target.app.store = store_fault_open(target.app.store, &plan);
		err = transfer_rig_import(&target, text, false);
		assert_true(err == OK || err == ERR_UNAVAILABLE);
		plan.nth = 0;
		cx_clear(&target.cx);
		transfer_rig_check(&target);
		assert_in_range(nth, 1, 100);
		transfer_rig_close(&target);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_export_that_is_cut_anywhere_leaves_whole_hotels_only),
		TEST(a_damaged_line_is_said_and_leaves_whole_hotels_only),
		TEST(what_is_no_export_is_refused_whole),
		TEST(a_store_that_fails_ends_the_import_and_leaves_whole_hotels),
	};

	vfs_fault_register();
	vfs_fault_spare_syncs();
	return cmocka_run_group_tests_name("command_damage", tests, NULL, NULL);
}
