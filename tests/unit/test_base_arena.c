/* layer: base */
#include "arena_fixture.h"

#include <string.h>

static void an_empty_arena_owns_no_memory(void **state)
{
	struct arena *arena = *state;

	assert_null(arena->chunks);
	assert_int_equal(arena->used_bytes, 0);
}

static void pieces_are_zeroed_and_aligned(void **state)
{
	struct arena *arena = *state;

	for (size_t size = 1; size < 100; size += 7) {
		char *text = arena_bytes(arena, 3);
		unsigned char *piece;

		memset(text, 0xff, 3);
		piece = arena_alloc(arena, size);
		assert_int_equal((uintptr_t)piece % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(piece[i], 0);
		memset(piece, 0xff, size);
	}
}

/* The gap before an aligned piece may be what does not fit any more. */
static void pieces_are_aligned_at_the_end_of_a_chunk_too(void **state)
{
	for (size_t i = 0; i < 10000; i++) {
		void *piece;

		assert_non_null(arena_bytes(*state, 1 + i % 23));
		piece = arena_alloc(*state, 8 + i % 41);
		assert_int_equal((uintptr_t)piece % _Alignof(max_align_t), 0);
	}
}

static void zero_bytes_give_a_pointer(void **state)
{
	assert_non_null(arena_alloc(*state, 0));
	assert_non_null(arena_bytes(*state, 0));
}

static void a_piece_larger_than_a_chunk_fits(void **state)
{
	unsigned char *piece = arena_alloc(*state, 1000000);

	assert_non_null(piece);
	assert_int_equal(piece[999999], 0);
}

static void a_product_that_overflows_is_refused(void **state)
{
	struct arena *arena = *state;

	assert_null(arena_array(arena, SIZE_MAX / 2, 3));
	assert_true(arena->refused);
}

static void an_absurd_size_is_refused_without_a_cap_too(void **state)
{
	struct arena *arena = *state;

	assert_null(arena_alloc(arena, SIZE_MAX - 8));
	assert_true(arena->refused);
}

static void nothing_is_given_past_the_cap(void **state)
{
	struct arena *arena = *state;
	size_t given = 0;

	arena_reset(arena, 100000);
	while (arena_alloc(arena, 1000))
		given += 1000;
	assert_true(arena->refused);
	assert_true(given >= 80000 && given <= 100000);
	assert_true(arena->used_bytes <= 100000);
}

static void a_cap_smaller_than_a_chunk_holds(void **state)
{
	struct arena *arena = *state;

	arena_reset(arena, 100);
	assert_non_null(arena_bytes(arena, 60));
	assert_false(arena->refused);
	assert_null(arena_bytes(arena, 60));
	assert_true(arena->refused);
	assert_true(arena->used_bytes <= 100);
}

static void the_nth_chunk_is_refused_on_demand(void **state)
{
	struct arena *arena = *state;

	arena->refuse_chunk = 2;
	assert_non_null(arena_alloc(arena, 100));
	assert_non_null(arena_alloc(arena, 100));
	assert_false(arena->refused);
	assert_null(arena_alloc(arena, 1000000));
	assert_true(arena->refused);
	assert_int_equal(arena->chunk_count, 2);
}

static void the_last_piece_grows_where_it_stands(void **state)
{
	char *piece = arena_bytes(*state, 10);

	memcpy(piece, "0123456789", 10);
	assert_ptr_equal(arena_grow(*state, piece, 10, 200), piece);
	assert_memory_equal(piece, "0123456789", 10);
}

static void a_piece_with_another_behind_it_moves_when_it_grows(void **state)
{
	char *piece = arena_bytes(*state, 10), *grown;

	memcpy(piece, "0123456789", 10);
	arena_bytes(*state, 1);
	grown = arena_grow(*state, piece, 10, 200);
	assert_ptr_not_equal(grown, piece);
	assert_memory_equal(grown, "0123456789", 10);
}

static void nothing_grows_past_the_cap(void **state)
{
	struct arena *arena = *state;
	char *piece;

	arena_reset(arena, 1000);
	piece = arena_bytes(arena, 500);
	assert_non_null(piece);
	assert_null(arena_grow(arena, piece, 500, 5000));
	assert_true(arena->refused);
}

static void a_reset_keeps_one_chunk_and_forgets_the_refusal(void **state)
{
	struct arena *arena = *state;
	char *first = arena_bytes(arena, 100);

	arena->refuse_chunk = 2;
	assert_null(arena_bytes(arena, 1000000));
	arena_reset(arena, 50000);
	assert_false(arena->refused);
	assert_int_equal(arena->refuse_chunk, 0);
	assert_int_equal(arena->cap_bytes, 50000);
	assert_ptr_equal(arena_bytes(arena, 100), first);
	assert_int_equal(arena->chunk_count, 0);
}

static void a_reset_returns_large_chunks(void **state)
{
	struct arena *arena = *state;

	assert_non_null(arena_bytes(arena, 1000000));
	arena_reset(arena, 0);
	assert_null(arena->chunks);
	assert_int_equal(arena->used_bytes, 0);
}

static void a_kept_chunk_is_zeroed_again(void **state)
{
	unsigned char *piece = arena_alloc(*state, 64);

	memset(piece, 0xff, 64);
	arena_reset(*state, 0);
	piece = arena_alloc(*state, 64);
	for (size_t i = 0; i < 64; i++)
		assert_int_equal(piece[i], 0);
}

static void a_closed_arena_may_be_used_again(void **state)
{
	arena_alloc(*state, 10);
	arena_close(*state);
	assert_non_null(arena_alloc(*state, 10));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_empty_arena_owns_no_memory),
		TEST(pieces_are_zeroed_and_aligned),
		TEST(pieces_are_aligned_at_the_end_of_a_chunk_too),
		TEST(zero_bytes_give_a_pointer),
		TEST(a_piece_larger_than_a_chunk_fits),
		TEST(a_product_that_overflows_is_refused),
		TEST(an_absurd_size_is_refused_without_a_cap_too),
		TEST(nothing_is_given_past_the_cap),
		TEST(a_cap_smaller_than_a_chunk_holds),
		TEST(the_nth_chunk_is_refused_on_demand),
		TEST(the_last_piece_grows_where_it_stands),
		TEST(a_piece_with_another_behind_it_moves_when_it_grows),
		TEST(nothing_grows_past_the_cap),
		TEST(a_reset_keeps_one_chunk_and_forgets_the_refusal),
		TEST(a_reset_returns_large_chunks),
		TEST(a_kept_chunk_is_zeroed_again),
		TEST(a_closed_arena_may_be_used_again),
	};

	return cmocka_run_group_tests_name("base_arena", tests, NULL, NULL);
}
