/* api_world.h - the whole of api/ on a store in memory, with time and chance of the test's own, for fuzzing.
 *
 * Everything that holds of any answer is checked on the way (api_answer.h), and the process aborts where it does not.
 */
#ifndef INNKEEPER_TESTS_API_WORLD_H
#define INNKEEPER_TESTS_API_WORLD_H

#include "api/api.h"
#include "base/clock.h"
#include "base/rand.h"
#include "usecase/app.h"

struct api_world {
	struct arena arena; /* as long as the world */
	struct store *store;
	struct app app, fresh_app; /* the second one without a cache */
	struct api *api, *fresh;
	struct clock clock; /* a millisecond goes by each time it is looked at */
	struct rand rand;
	int64_t now_ms;
	uint64_t rolled;
	bool is_damaged; /* the store: 500 and 503 are answers, too */
};

void api_world_open(struct api_world *world);
void api_world_close(struct api_world *world);

/* As the front does: begins, and handles unless it was answered then. The answer lives in world->arena. */
struct api_answer api_world_ask(struct api_world *world, struct api *api,
				const struct api_request *request);

/* The same without headers and, where it is a write, with this body as JSON. */
struct api_answer api_world_call(struct api_world *world, struct api *api, struct str method,
				 struct str path, struct str body);

/* The answer's header; empty when it has none. */
struct str api_world_header(const struct api_answer *answer, struct str name);

/* Aborts unless it holds. */
void require(bool holds);

#endif
