/* layer: model */
#include "cx_fixture.h"

#include <string.h>

#include "disagree.h"
#include "model/hotel.h"
#include "model/pricing.h"
#include "model/shape_read.h"
#include "model/shape_write.h"
#include "random_object.h"

static const struct shape *const shapes[] = { &hotel_shape,    &room_type_shape, &tag_shape,
					      &sellable_shape, &room_shape,      &building_shape,
					      &rule_shape,     &rate_plan_shape, &tax_shape,
					      &picture_shape };

#define SHAPES (sizeof(shapes) / sizeof(shapes[0]))

static void *random_object(struct cx *cx, struct dice *dice, const struct shape *shape)
{
	const struct random_object random = { dice, cx->arena, true };
	struct str json = random_object_json(&random, shape);
	void *object = arena_alloc(cx->arena, shape->size_bytes);

	assert_int_equal(shape_read(cx, json, shape, SHAPE_WHOLE, object), OK);
	return object;
}

/* All that both views show; a hotel's own text has no lists of others, its JSON has. */
static struct str both_views(struct arena *arena, const struct shape *shape, const void *object)
{
	struct str json = shape_text(arena, shape, object);
	struct str own = shape_own_text(arena, shape, object);

	return str_printf(arena, STR_FMT "\n" STR_FMT, STR_ARG(json), STR_ARG(own));
}

static void spoil(const void *bytes, size_t n)
{
	if (n != 0)
		memset((void *)(uintptr_t)bytes, '#', n);
}

static void spoil_texts(const struct vec *texts)
{
	for (size_t i = 0; i < texts->n; i++) {
		const struct str *text = vec_at(texts, i, sizeof(*text));

		spoil(text->ptr, text->len);
	}
	spoil(texts->items, texts->n * sizeof(struct str));
}

/* Overwrites all that an object points to, but not the object; recursive as deep as the tables are. */
static void spoil_object(const struct shape *shape, const void *object)
{
	for (size_t i = 0; i < shape->nfields; i++) {
		const struct field *field = &shape->fields[i];
		const void *at = field_of(field, object);
		const struct vec *list = at;
		const struct str *text = at;

		if (field->kind < FIELD_BOOL)
			spoil(text->ptr, text->len);
		else if (field->kind >= FIELD_CODES && field->kind <= FIELD_CHOICES)
			spoil_texts(list);
		else if (field->kind == FIELD_OBJECT)
			spoil_object(field->shape, at);
		for (size_t j = 0; field->kind == FIELD_LIST && j < list->n; j++)
			spoil_object(field->shape, vec_at(list, j, field->shape->size_bytes));
		if (field->kind == FIELD_LIST)
			spoil(list->items, list->n * field->shape->size_bytes);
	}
}

static void a_copy_shares_no_byte_with_its_source(void **state)
{
	struct cx *cx = *state;
	struct dice dice = dice_open();
	struct arena arena;

	arena_init(&arena, 0);
	for (unsigned round = 0; round < 200; round++) {
		for (size_t i = 0; i < SHAPES; i++) {
			void *object = random_object(cx, &dice, shapes[i]);
			struct str before = both_views(cx->arena, shapes[i], object), after;
			void *copy = shape_copy(&arena, shapes[i], object);

			assert_non_null(copy);
			assert_memory_equal(copy, object, sizeof(struct marks));
			before = str_dup(&arena, before);
			spoil_object(shapes[i], object);
			spoil(object, shapes[i]->size_bytes);
			after = both_views(&arena, shapes[i], copy);
			if (!str_eq(after, before))
				disagree(STR_FMT "\nwas copied as\n" STR_FMT, STR_ARG(before),
					 STR_ARG(after));
		}
		arena_reset(&arena, 0);
		arena_reset(cx->arena, 0);
	}
	arena_close(&arena);
}

/* What only records have is copied too. */
static void a_copied_room_stands_where_it_stood(void **state)
{
	struct cx *cx = *state;
	struct room room = { .number = 7, .id = STR("7"), .building = 1, .floor = -2 };
	const struct room *copy;

	room.building_name = STR("East");
	copy = shape_copy(cx->arena, &room_shape, &room);
	assert_non_null(copy);
	assert_text(copy->id, STR("7"));
	assert_text(copy->building_name, STR("East"));
	assert_ptr_not_equal(copy->building_name.ptr, room.building_name.ptr);
	assert_int_equal(copy->building, 1);
	assert_int_equal(copy->floor, -2);
}

static void a_list_of_a_copy_grows_alone(void **state)
{
	struct cx *cx = *state;
	struct rate_plan plan = { .code = STR("A") };
	struct rate_plan *copy;
	struct str *slot;

	for (size_t i = 0; i < 3; i++) {
		slot = vec_push(&plan.room_types, cx->arena, sizeof(*slot));
		assert_non_null(slot);
		*slot = STR("X");
	}
	copy = shape_copy(cx->arena, &rate_plan_shape, &plan);
	assert_non_null(copy);
	slot = vec_push(&copy->room_types, cx->arena, sizeof(*slot));
	assert_non_null(slot);
	*slot = STR("Y");
	assert_int_equal(plan.room_types.n, 3);
	assert_int_equal(copy->room_types.n, 4);
	for (size_t i = 0; i < 3; i++)
		assert_text(*(struct str *)vec_at(&copy->room_types, i, sizeof(struct str)),
			    STR("X"));
}

/* Whatever piece is refused, what is there can be read, and the arena says that it is not all. */
static void a_copy_that_memory_was_refused_for_is_no_trap(void **state)
{
	struct cx *cx = *state;
	struct dice dice = dice_open();
	const struct random_object random = { &dice, cx->arena, true };
	unsigned whole = 0, refused = 0;

	for (unsigned round = 0; round < 30; round++) {
		struct hotel hotel = { .code = STR("") };
		struct str json = random_object_json(&random, &hotel_shape), text;

		assert_int_equal(shape_read(cx, json, &hotel_shape, SHAPE_WHOLE, &hotel), OK);
		text = shape_text(cx->arena, &hotel_shape, &hotel);
		for (unsigned chunk = 1; chunk < 4; chunk++) {
			struct arena small;
			struct hotel *copy;

			arena_init(&small, 0);
			small.refuse_chunk = chunk;
			copy = shape_copy(&small, &hotel_shape, &hotel);
			whole += !small.refused;
			refused += small.refused;
			if (copy) {
				bool same = str_eq(shape_text(cx->arena, &hotel_shape, copy), text);

				assert_true(same || small.refused);
			} else {
				assert_true(small.refused);
			}
			arena_close(&small);
		}
		arena_reset(cx->arena, 0);
	}
	assert_true(whole != 0 && refused != 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cx, close_cx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_copy_shares_no_byte_with_its_source),
		TEST(a_copied_room_stands_where_it_stood),
		TEST(a_list_of_a_copy_grows_alone),
		TEST(a_copy_that_memory_was_refused_for_is_no_trap),
	};

	return cmocka_run_group_tests_name("model_copy", tests, NULL, NULL);
}
