/* credentials_world.h - credentials that come from a container endpoint of the test's own, and what a thread gets of them. */
#ifndef INNKEEPER_TESTS_CREDENTIALS_WORLD_H
#define INNKEEPER_TESTS_CREDENTIALS_WORLD_H

#include "aws_fixture.h"

#include <string.h>

#include "disagree.h"
#include "patience.h"

#define WHERE "GET /v4 "

struct world {
	struct aws *aws;
	struct credentials *credentials;
	struct arena arena;
};

static inline struct world *open_world(void)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->aws = aws_open();
	aws_set(world->aws, "AWS_CONTAINER_CREDENTIALS_FULL_URI", "%s/v4");
	world->credentials = credentials_open(aws_options(world->aws));
	arena_init(&world->arena, 0);
	return world;
}

static inline void close_world(struct world *world)
{
	credentials_close(world->credentials);
	aws_close(world->aws);
	arena_close(&world->arena);
	free(world);
}

/* The access key, or the failure. */
static inline const char *get(struct world *world, struct arena *arena, int64_t timeout_ms)
{
	struct sigv4_credentials keys;
	struct cx cx;

	cx_init(&cx, arena);
	cx.clock = aws_clock(world->aws);
	if (timeout_ms != 0)
		cx.deadline_mono_ms = clock_mono_ms(cx.clock) + timeout_ms;
	if (credentials_get(world->credentials, &cx, &keys) != OK) {
		assert_int_equal(cx.failure.retry_after_s, 1);
		return aws_failure(&cx);
	}
	return str_c(arena, keys.access_key);
}

static inline void assert_key(struct world *world, const char *wanted)
{
	assert_string_equal(get(world, &world->arena, 0), wanted);
}

static inline void assert_refused(struct world *world, const char *wanted)
{
	const char *said = get(world, &world->arena, 0);

	if (!strstr(said, wanted))
		disagree("'%s', not '%s'", said, wanted);
}

static inline void wait_for_key(struct world *world, const char *wanted)
{
	wait_until(strcmp(get(world, &world->arena, 0), wanted) == 0);
}

static inline void wait_for_requests(struct world *world, unsigned n)
{
	wait_until(aws_count(world->aws, WHERE) >= n);
}

static inline void give(struct world *world, const char *access_key, int64_t life_ms)
{
	aws_answer_keys(world->aws, WHERE, access_key, life_ms);
}

#endif
