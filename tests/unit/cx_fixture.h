/* cx_fixture.h - a cx with an arena of its own for each test, and what it says of a failure. */
#ifndef INNKEEPER_TESTS_CX_FIXTURE_H
#define INNKEEPER_TESTS_CX_FIXTURE_H

#include "arena_fixture.h"

#include "base/cx.h"

struct cx_fixture {
	struct arena arena;
	struct cx cx;
};

static inline int open_cx(void **state)
{
	struct cx_fixture *fixture = calloc(1, sizeof(*fixture));

	if (!fixture)
		return -1;
	arena_init(&fixture->arena, 0);
	cx_init(&fixture->cx, &fixture->arena);
	*state = &fixture->cx;
	return 0;
}

static inline int close_cx(void **state)
{
	struct cx *cx = *state;
	struct cx_fixture *fixture =
		(struct cx_fixture *)((char *)cx - offsetof(struct cx_fixture, cx));

	arena_close(&fixture->arena);
	free(fixture);
	return 0;
}

/* The fields to blame, in order, a blank between them; `-` when there is none. */
static inline struct str blamed(struct cx *cx)
{
	struct str all = STR("");

	for (unsigned i = 0; i < cx->failure.nblames; i++) {
		assert_int_not_equal(cx->failure.blames[i].detail.len, 0);
		all = str_printf(cx->arena, STR_FMT "%s" STR_FMT, STR_ARG(all), i ? " " : "",
				 STR_ARG(cx->failure.blames[i].where));
	}
	return all.len == 0 && cx->failure.nblames == 0 ? STR("-") : all;
}

/* Texts of tests are C strings; a failure prints both. */
static inline void assert_says(struct cx *cx, struct str got, const char *wanted)
{
	assert_string_equal(str_c(cx->arena, got), wanted);
}

#endif
