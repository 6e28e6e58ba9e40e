/* fuzz_model.c: any bytes as the body of a hotel, whole and as a patch: what is taken is written so that it reads as
 * the same again, and its record gives the same back; what is refused says why.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "model/hotel.h"
#include "model/shape_read.h"
#include "model/shape_write.h"
#include "record/item.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static struct str write_hotel(struct arena *arena, const struct hotel *hotel)
{
	struct json_writer json;
	struct buf buf;

	buf_init(&buf, arena);
	json_writer_init(&json, &buf);
	shape_write(&json, &hotel_shape, hotel);
	require(!buf.failed);
	return buf_str(&buf);
}

static void check_refusal(const struct cx *cx, enum err err)
{
	require(err == ERR_INVALID && cx->failure.nblames != 0 && cx->failure.code);
	for (unsigned i = 0; i < cx->failure.nblames; i++) {
		struct str where = cx->failure.blames[i].where;

		require(where.len == 0 || where.ptr[0] == '/');
		require(cx->failure.blames[i].detail.len != 0);
	}
}

/* The head through its record: lists have records of their own. */
static void check_record(struct cx *cx, const struct hotel *hotel)
{
	struct item item = { .key = { hotel->code, STR("cfg-general") }, .rev = 1 };
	struct hotel back = { .code = hotel->code };
	struct vec attrs = { NULL, 0, 0 };

	item_write(cx->arena, &hotel_shape, hotel, &attrs);
	item.attrs = (struct attrs){ attrs.items, attrs.n };
	require(item_size(&item) > 0);
	require(item_read(cx, &hotel_shape, &item, &back) == OK);
	require(str_eq(shape_own_text(cx->arena, &hotel_shape, hotel),
		       shape_own_text(cx->arena, &hotel_shape, &back)));
}

static void check_mode(struct str text, enum shape_mode mode)
{
	struct hotel hotel = { .code = STR("") }, again = { .code = STR("") },
		     merged = { .code = STR("") };
	struct arena arena;
	struct str first;
	struct cx cx;
	enum err err;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	err = shape_read(&cx, text, &hotel_shape, mode, &hotel);
	if (err != OK) {
		check_refusal(&cx, err);
	} else {
		first = write_hotel(&arena, &hotel);
		require(shape_read(&cx, first, &hotel_shape, SHAPE_WHOLE, &again) == OK);
		require(str_eq(write_hotel(&arena, &again), first));
		shape_merge(&hotel_shape, &merged, &hotel);
		require(str_eq(write_hotel(&arena, &merged), first));
		check_record(&cx, &hotel);
		err = shape_check(&cx, &hotel_shape, &hotel, 2, STR(""));
		if (err != OK)
			check_refusal(&cx, err);
	}
	arena_close(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };

	check_mode(text, SHAPE_WHOLE);
	check_mode(text, SHAPE_PATCH);
	return 0;
}
