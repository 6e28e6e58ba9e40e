/* arena_fixture.h - an arena for each test, and how texts are compared. */
#ifndef INNKEEPER_TESTS_ARENA_FIXTURE_H
#define INNKEEPER_TESTS_ARENA_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#undef fail /* a macro of cmocka's; ours is that of base/cx.h */

#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"

static inline int open_arena(void **state)
{
	struct arena *arena = malloc(sizeof(*arena));

	if (!arena)
		return -1;
	arena_init(arena, 0);
	*state = arena;
	return 0;
}

static inline int close_arena(void **state)
{
	arena_close(*state);
	free(*state);
	return 0;
}

static inline void assert_text(struct str got, struct str wanted)
{
	assert_int_equal(got.len, wanted.len);
	if (wanted.len != 0)
		assert_memory_equal(got.ptr, wanted.ptr, wanted.len);
}

#endif
