/* seed_fixture.h - the seed's events sent to an API with a store of its own, and what their failures look like. */
#ifndef INNKEEPER_TESTS_SEED_FIXTURE_H
#define INNKEEPER_TESTS_SEED_FIXTURE_H

#include <jansson.h>

#include "api_fixture.h"

/* Of every test: *state is a struct api_fixture, auth open or not. */
int seed_fixture_open(void **state);
int seed_fixture_open_closed(void **state);
int seed_fixture_close(void **state);

extern const struct api_options seed_fixture_opened;

/* Sends an event of nobody; returns the status. */
unsigned seed_fixture_tell(struct api_fixture *fixture, const char *sub_function, const char *id,
			   const char *request);

/* The last answer's body; the caller's to give back. */
json_t *seed_fixture_body(const struct api_fixture *fixture);

/* The last answer is the bare wrapper of a failure: these members in this order, and no others. Returns error.msg, in the process's arena. */
struct str seed_fixture_failure(struct api_fixture *fixture, const char *code);

#endif
