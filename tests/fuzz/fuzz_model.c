/* fuzz_model.c: any bytes as an object of every shape, whole and as a patch: what is taken is written so that it reads as
 * the same again, its record gives the same back, its copy stands alone, and what was found valid stays so; what is refused
 * says why.
 */
#include <stdint.h>
#include <stdlib.h>

#include "model/hotel.h"
#include "model/kind.h"
#include "model/pricing.h"
#include "model/shape_read.h"
#include "model/shape_write.h"
#include "record/item.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct shape *const shapes[] = {
	&hotel_shape,    &room_type_shape, &tag_shape,       &sellable_shape, &room_shape,
	&building_shape, &rule_shape,      &rate_plan_shape, &tax_shape,      &picture_shape,
};

static void require(bool holds)
{
	if (!holds)
		abort();
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

static bool is_valid(struct cx *cx, const struct shape *shape, const void *object)
{
	enum err err;

	cx_clear(cx);
	err = shape_check(cx, shape, object, 2, STR(""));
	if (err != OK)
		check_refusal(cx, err);
	cx_clear(cx);
	return err == OK;
}

/* What names the object is handed over beside its record, as its key does. */
static void hand_over_identity(const struct shape *shape, const void *object, void *back)
{
	for (size_t i = 0; i < shape->nfields; i++) {
		if (shape->fields[i].flags & IDENTITY)
			*shape_identity_at(shape, back) = *shape_identity(shape, object);
	}
}

/* Through its record: lists with routes of their own have records of their own. */
static void check_record(struct cx *cx, const struct shape *shape, const void *object)
{
	struct item item = { .key = { STR("1"), STR("x") }, .rev = 1 };
	void *back = arena_alloc(cx->arena, shape->size_bytes);
	struct vec attrs = { NULL, 0, 0 };

	item_write(cx->arena, shape, object, &attrs);
	item.attrs = (struct attrs){ attrs.items, attrs.n };
	require(item_size(&item) > 0);
	require(item_read(cx, shape, &item, back) == OK);
	hand_over_identity(shape, object, back);
	require(str_eq(shape_own_text(cx->arena, shape, object),
		       shape_own_text(cx->arena, shape, back)));
	require(!is_valid(cx, shape, object) || is_valid(cx, shape, back));
}

/* The source is given back before the copy is looked at. */
static void check_copy(struct cx *cx, struct str text, const struct shape *shape,
		       enum shape_mode mode, struct str written)
{
	void *object, *copy;
	struct arena source;
	struct cx reading;

	arena_init(&source, 0);
	cx_init(&reading, &source);
	object = arena_alloc(&source, shape->size_bytes);
	require(shape_read(&reading, str_dup(&source, text), shape, mode, object) == OK);
	copy = shape_copy(cx->arena, shape, object);
	arena_close(&source);
	require(str_eq(shape_text(cx->arena, shape, copy), written));
}

static void check_kind(struct cx *cx, const struct shape *shape, void *object)
{
	for (size_t i = 0; kinds[i]; i++) {
		struct vec found = { NULL, 0, 0 }, left = { NULL, 0, 0 };

		if (kinds[i]->shape != shape)
			continue;
		kind_references(cx->arena, kinds[i], object, &found);
		for (size_t j = found.n; j-- > 0;) {
			const struct reference *one = vec_at(&found, j, sizeof(*one));

			require(one->id.len != 0);
			if (one->is_list)
				kind_drop_reference(cx->arena, kinds[i], object, one);
		}
		kind_references(cx->arena, kinds[i], object, &left);
		for (size_t j = 0; j < left.n; j++) {
			const struct reference *one = vec_at(&left, j, sizeof(*one));

			require(!one->is_list);
		}
	}
}

static void check_taken(struct cx *cx, struct str text, const struct shape *shape,
			enum shape_mode mode, void *object)
{
	void *again = arena_alloc(cx->arena, shape->size_bytes);
	void *merged = arena_alloc(cx->arena, shape->size_bytes);
	struct str written = shape_text(cx->arena, shape, object);

	require(shape_read(cx, written, shape, SHAPE_WHOLE, again) == OK);
	require(str_eq(shape_text(cx->arena, shape, again), written));
	require(!is_valid(cx, shape, object) || is_valid(cx, shape, again));
	shape_merge(shape, merged, object);
	require(str_eq(shape_text(cx->arena, shape, merged), written));
	require(is_valid(cx, shape, merged) == is_valid(cx, shape, object));
	check_record(cx, shape, object);
	check_copy(cx, text, shape, mode, written);
	check_kind(cx, shape, object);
}

static void check_mode(struct str text, const struct shape *shape, enum shape_mode mode)
{
	struct arena arena;
	void *object;
	struct cx cx;
	enum err err;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	object = arena_alloc(&arena, shape->size_bytes);
	err = shape_read(&cx, text, shape, mode, object);
	if (err != OK)
		check_refusal(&cx, err);
	else
		check_taken(&cx, text, shape, mode, object);
	arena_close(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		check_mode(text, shapes[i], SHAPE_WHOLE);
		check_mode(text, shapes[i], SHAPE_PATCH);
	}
	return 0;
}
