/* check_fixture.h - objects read from JSON, and whom the check of the whole object blames. */
#ifndef INNKEEPER_TESTS_CHECK_FIXTURE_H
#define INNKEEPER_TESTS_CHECK_FIXTURE_H

#include "cx_fixture.h"

#include "disagree.h"
#include "model/shape_read.h"

struct check_case {
	const struct shape *shape;
	unsigned decimals;
	const char *json;
	const char *blamed; /* `-` = none */
};

static inline void *read_object(struct cx *cx, const struct shape *shape, enum shape_mode mode,
				const char *json)
{
	void *object = arena_alloc(cx->arena, shape->size_bytes);

	cx_clear(cx);
	if (shape_read(cx, str_of(json), shape, mode, object) != OK)
		disagree("%s: blames " STR_FMT, json, STR_ARG(blamed(cx)));
	return object;
}

/* Whom shape_check blames in an object. */
static inline struct str check(struct cx *cx, const struct shape *shape, const void *object,
			       unsigned decimals)
{
	enum err err;

	cx_clear(cx);
	err = shape_check(cx, shape, object, decimals, STR("/p"));
	assert_int_equal(err, cx->failure.code ? ERR_INVALID : OK);
	return blamed(cx);
}

static inline void check_cases(struct cx *cx, const struct check_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct shape *shape = cases[i].shape;
		void *object = read_object(cx, shape, SHAPE_WHOLE, cases[i].json);
		struct str got = check(cx, shape, object, cases[i].decimals);

		if (!str_eq(got, str_of(cases[i].blamed)))
			disagree("%s: blames '" STR_FMT "', not '%s'", cases[i].json, STR_ARG(got),
				 cases[i].blamed);
	}
}

#define CHECK(state, cases) check_cases(state, cases, sizeof(cases) / sizeof((cases)[0]))

#endif
