/* fuzz_item.c: any text as rows of a store that was damaged or edited by hand, a line each: code, item type and revision, a blank behind
 * each, then the text of the attributes. What is read is written so that it reads as the same; all that reads a whole store - `check`,
 * `export`, the API - says so or refuses, and never gives out half of something; what `check` calls sound can be read, and what it has
 * repaired needs no repair again.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "adapter/sqlite_attrs.h"
#include "api_world.h"
#include "command/check.h"
#include "command/export.h"
#include "memory_store.h"
#include "model/kind.h"
#include "model/pricing.h"
#include "model/shape_write.h"
#include "record/item.h"

#define ROWS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct shape *const shapes[] = {
	&hotel_shape, &room_type_shape, &tag_shape,       &sellable_shape,
	&room_shape,  &rule_shape,      &rate_plan_shape, &tax_shape,
};

static struct str take_word(struct str *line)
{
	struct str word = str_sub(*line, 0, str_index(*line, ' '));

	*line = str_sub(*line, word.len + 1, line->len);
	return word;
}

/* Its record, written anew, gives the same object back. */
static void check_shape(struct cx *cx, const struct shape *shape, const struct item *item)
{
	void *object = arena_alloc(cx->arena, shape->size_bytes);
	void *back = arena_alloc(cx->arena, shape->size_bytes);
	struct item again = *item;
	struct vec attrs = { NULL, 0, 0 };

	cx_clear(cx);
	if (item_read(cx, shape, item, object) != OK) {
		require(cx->failure.err == ERR_INTERNAL && cx->failure.detail.len != 0);
		return;
	}
	item_write(cx->arena, shape, object, &attrs);
	again.attrs = (struct attrs){ attrs.items, attrs.n };
	require(item_size(&again) > 0);
	require(item_read(cx, shape, &again, back) == OK);
	require(str_eq(shape_own_text(cx->arena, shape, object),
		       shape_own_text(cx->arena, shape, back)));
}

static void check_attrs(struct cx *cx, struct str text)
{
	struct item item = { .key = { STR("1"), STR("x") }, .rev = 1 };
	struct sqlite_attrs_parser parser = { .stack = NULL };
	struct attrs again;
	struct buf first, second;

	if (sqlite_attrs_parse(&parser, cx->arena, text, &item.attrs)) {
		buf_init(&first, cx->arena);
		sqlite_attrs_write(&first, &item.attrs);
		require(sqlite_attrs_parse(&parser, cx->arena, buf_str(&first), &again));
		buf_init(&second, cx->arena);
		sqlite_attrs_write(&second, &again);
		require(str_eq(buf_str(&first), buf_str(&second)));
		for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
			check_shape(cx, shapes[i], &item);
	}
	sqlite_attrs_close(&parser);
}

static void take_line(struct api_world *world, struct str line)
{
	struct str code = take_word(&line), item_type = take_word(&line), rev = take_word(&line);
	uint64_t number;
	struct cx cx;

	cx_init(&cx, &world->arena);
	check_attrs(&cx, line);
	if (code.len != 0 && str_to_u64(rev, &number) && number <= INT64_MAX)
		memory_store_put_raw(world->store, (struct key){ code, item_type }, number, line);
}

static void check_read(struct api_world *world, struct str code, bool sound)
{
	struct str path = str_printf(&world->arena, "/config/" STR_FMT, STR_ARG(code));
	struct api_answer read = api_world_call(world, world->api, STR("GET"), path, STR(""));
	struct api_answer fresh = api_world_call(world, world->fresh, STR("GET"), path, STR(""));

	require(read.status == fresh.status);
	require(read.status >= 400 || str_eq(read.body, fresh.body));
	require(!sound || read.status == 200 || read.status == 404);
}

static enum err check_all(struct api_world *world, bool repairs, FILE *out,
			  struct check_result *result)
{
	struct progress progress;
	struct check_job job = {
		.store = world->store, .out = out, .repairs = repairs, .progress = &progress
	};
	struct cx cx;

	progress_init(&progress, &world->clock, "check", "partitions", true);
	cx_init(&cx, &world->arena);
	cx.clock = &world->clock;
	*result = (struct check_result){ 0 };
	return check_run(&cx, &job, result);
}

static void check_export(struct api_world *world, FILE *out)
{
	struct export_job job = { .store = world->store, .out = out, .complaints = out };
	struct export_result result = { 0 };
	struct cx cx;
	enum err err;

	cx_init(&cx, &world->arena);
	err = export_store(&cx, &job, &result);
	require(err == OK || (cx.failure.code && cx.failure.detail.len != 0));
}

static void check_world(struct api_world *world)
{
	uint64_t before = memory_store_changes(world->store);
	struct check_result result, repaired;
	struct codes codes = { .n = 0 };
	FILE *out = fopen("/dev/null", "we");
	struct cx cx;
	enum err err;

	cx_init(&cx, &world->arena);
	require(out && store_partitions(world->store, &cx, STR(""), 0, &codes) == OK);
	err = check_all(world, false, out, &result);
	require(memory_store_changes(world->store) == before);
	for (size_t i = 0; i < codes.n; i++)
		check_read(world, codes.items[i], err == OK && result.findings == 0);
	api_world_call(world, world->api, STR("GET"), STR("/config"), STR(""));
	check_export(world, out);
	if (check_all(world, true, out, &repaired) == OK) {
		before = memory_store_changes(world->store);
		require(err != OK || repaired.repaired != 0 ||
			repaired.findings == result.findings);
		if (repaired.findings == repaired.repaired) {
			require(check_all(world, true, out, &result) == OK);
			require(result.findings == 0);
			require(memory_store_changes(world->store) == before);
		}
	}
	fclose(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct api_world world;

	api_world_open(&world);
	world.is_damaged = true;
	for (unsigned i = 0; i < ROWS_MAX && text.len != 0; i++) {
		struct str line = str_sub(text, 0, str_index(text, '\n'));

		take_line(&world, line);
		text = str_sub(text, line.len + 1, text.len);
	}
	check_world(&world);
	api_world_close(&world);
	return 0;
}
