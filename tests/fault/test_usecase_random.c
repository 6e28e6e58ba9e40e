/* Random writes of all kinds of objects: after each, what ctl counts, what is cached and what names what are those of the
 * records. Some are done by the path that knows only its own objects, some by that which knows all, some by another process.
 */
#include "usecase_wide.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "vfs_fault.h"

#define WRITES 1500

struct dice {
	uint64_t state;
};

static unsigned below(struct dice *dice, unsigned n)
{
	dice->state = dice->state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(dice->state >> 33) % n;
}

/* Few codes, so that names meet; texts of many lengths, some of which JSON must escape. */
static void add_text(struct dice *dice, struct buf *buf, const char *member)
{
	static const char *const texts[] = { "", "x", "caf\\u00e9", "a \\\"quoted\\\" one",
					     "\\u2028 and \\ud83d\\ude00" };

	if (below(dice, 3) != 0)
		buf_printf(buf, ",\"%s\":\"%s%s\"", member, texts[below(dice, 5)],
			   texts[below(dice, 5)]);
}

static void add_list(struct dice *dice, struct buf *buf, const char *member, const char *start,
		     const char *end)
{
	unsigned bits = below(dice, 16);
	const char *comma = "";

	if (bits == 0)
		return;
	buf_printf(buf, ",\"%s\":[", member);
	for (unsigned i = 0; i < 4; i++) {
		if (!(bits & 1u << i))
			continue;
		buf_printf(buf, "%s%s%u%s", comma, start, i, end);
		comma = ",";
	}
	buf_printf(buf, "]");
}

enum kinds { TAGS, TYPES, SELLABLES, PLANS, RULES, TAXES, KINDS };

static const struct {
	const char *path, *list;
} kind_names[KINDS] = {
	{ "tags", "tags" },           { "rooms/type", "roomTypes" }, { "sellables", "sellables" },
	{ "rateplans", "ratePlans" }, { "rules", "businessRules" },  { "taxes", "taxes" },
};

/* Without its braces; the `id` member names it. */
static void add_members(struct dice *dice, struct buf *buf, enum kinds kind, unsigned id)
{
	buf_printf(buf, "\"%s\":\"%c%u\"", kind == RULES ? "id" : "code", "WASPRX"[kind], id);
	if (kind == RULES) {
		add_list(dice, buf, "appliesTo",
			 below(dice, 2) ? "{\"type\":\"RoomType\",\"id\":\"A"
					: "{\"type\":\"RatePlan\",\"id\":\"P",
			 "\"}");
		buf_printf(buf, ",\"effect\":[{\"effectType\":\"availability\",\"available\":%s}]",
			   below(dice, 2) ? "true" : "false");
		return;
	}
	buf_printf(buf, ",\"name\":\"n%u\"", below(dice, 1000));
	if (kind != TAXES)
		add_text(dice, buf, "description");
	if (kind == TAGS)
		add_text(dice, buf, "category");
	if (kind == TYPES)
		buf_printf(buf, ",\"lowPrice\":%u.5", below(dice, 2000));
	if (kind == SELLABLES)
		add_list(dice, buf, "optionalTags", "{\"code\":\"W", "\"}");
	if (kind == PLANS)
		add_list(dice, buf, "roomTypes", "\"A", "\"");
	if (kind == TAXES)
		buf_printf(buf, ",\"percent\":%u", below(dice, 100));
}

static void add_objects(struct dice *dice, struct buf *buf, enum kinds kind)
{
	unsigned bits = 1 + below(dice, 15);
	const char *comma = "";

	buf_printf(buf, "\"%s\":[", kind_names[kind].list);
	for (unsigned i = 0; i < 4; i++) {
		if (!(bits & 1u << i))
			continue;
		buf_printf(buf, "%s{", comma);
		add_members(dice, buf, kind, i);
		buf_printf(buf, "}");
		comma = ",";
	}
	buf_printf(buf, "]");
}

static void add_buildings(struct dice *dice, struct buf *buf)
{
	buf_printf(buf, "\"buildings\":[");
	for (unsigned i = 0, n = below(dice, 3); i < n; i++) {
		buf_printf(buf, "%s{\"name\":\"b%u\",\"floors\":[{\"num\":%u,\"rooms\":[",
			   i ? "," : "", below(dice, 20), below(dice, 9));
		for (unsigned j = 0, rooms = 1 + below(dice, 4); j < rooms; j++) {
			buf_printf(buf, "%s{\"number\":%u,\"type\":\"A%u\"", j ? "," : "",
				   i * 100 + j, below(dice, 4));
			add_list(dice, buf, "attributes", "{\"code\":\"W", "\"}");
			buf_printf(buf, "}");
		}
		buf_printf(buf, "]}]}");
	}
	buf_printf(buf, "]");
}

static unsigned write_one(struct usecase_rig *rig, struct dice *dice, struct str code)
{
	const char *const methods[] = { "PUT", "PATCH", "DELETE" };
	enum kinds kind = below(dice, KINDS);
	unsigned what = below(dice, 12), id = below(dice, 4);
	const char *method = what < 3 ? "POST" : methods[what % 3];
	struct arena *arena = &rig->process;
	struct str path = str_printf(arena, "/config/" STR_FMT, STR_ARG(code));
	struct buf buf;

	buf_init(&buf, arena);
	buf_printf(&buf, "{");
	if (what == 0) {
		path = str_printf(arena, STR_FMT "/rooms", STR_ARG(path));
		add_buildings(dice, &buf);
	} else if (what == 1) {
		path = STR("/config");
		buf_printf(&buf, "\"code\":\"" STR_FMT "\",\"description\":\"d%u\",", STR_ARG(code),
			   below(dice, 1000));
		add_objects(dice, &buf, kind);
	} else if (what == 2) {
		path = str_printf(arena, STR_FMT "/%s", STR_ARG(path), kind_names[kind].path);
		add_objects(dice, &buf, kind);
	} else if (what == 11) {
		method = "PATCH";
		buf_printf(&buf, "\"description\":\"d%u\"", below(dice, 1000));
	} else {
		path = str_printf(arena, STR_FMT "/%s/%c%u%s", STR_ARG(path), kind_names[kind].path,
				  "WASPRX"[kind], id,
				  what % 3 == 2 && below(dice, 2) ? "?cascade=true" : "");
		add_members(dice, &buf, kind, id);
	}
	buf_printf(&buf, "}");
	return usecase_rig_ask(rig, method, path,
			       str_eq(str_of(method), STR("DELETE")) ? STR("") : buf_str(&buf),
			       NULL);
}

static void after_every_write_counts_cache_and_names_are_those_of_the_records(void **state)
{
	struct usecase_rig *rig = *state, other;
	const char *seed = getenv("INNKEEPER_SEED");
	struct dice dice = { seed ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL) };
	struct str code = wide_make(rig, STR("Random"));
	unsigned done = 0, refused = 0;

	printf("# INNKEEPER_SEED=%llu\n", (unsigned long long)dice.state);
	usecase_rig_open_other(rig, &other);
	for (unsigned i = 0; i < WRITES; i++) {
		struct usecase_rig *writer = below(&dice, 3) == 0 ? &other : rig;
		unsigned status;

		if (below(&dice, 4) == 0)
			(void)wide_document(writer, code);
		status = write_one(writer, &dice, code);
		assert_true(status == 200 || status == 201 || status == 400 || status == 404 ||
			    status == 409);
		done += status < 300;
		refused += status >= 400;
		/* All of history is looked at each time: the shorter it is, the sooner. */
		if (i % 100 == 99)
			code = wide_make(rig, str_printf(&rig->process, "Random %u", i));
		usecase_rig_check(rig, code);
		usecase_rig_check(&other, code);
	}
	usecase_rig_close_other(&other);
	assert_in_range(done, WRITES / 3, WRITES);
	assert_in_range(refused, WRITES / 20, WRITES);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(after_every_write_counts_cache_and_names_are_those_of_the_records),
	};

	vfs_fault_register();
	vfs_fault_spare_syncs();
	return cmocka_run_group_tests_name("usecase_random", tests, NULL, NULL);
}
