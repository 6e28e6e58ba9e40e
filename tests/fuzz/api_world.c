#include "api_world.h"

#include <stdlib.h>
#include <string.h>

#include "adapter/cache_memory.h"
#include "api_answer.h"
#include "memory_store.h"
#include "port/cache.h"
#include "usecase/gate.h"

#define CACHE_BYTES ((uint64_t)1 << 20)
#define FIRST_MS 1795363200000 /* 2026-11-22T16:00:00Z */

void require(bool holds)
{
	if (!holds)
		abort();
}

static int64_t now_ms(const struct clock *clock)
{
	struct api_world *world =
		(struct api_world *)((uintptr_t)clock - offsetof(struct api_world, clock));

	return world->now_ms++;
}

/* Never the same twice, and the same in every run. */
static void roll(const struct rand *rand, void *out, size_t len)
{
	struct api_world *world =
		(struct api_world *)((uintptr_t)rand - offsetof(struct api_world, rand));
	unsigned char *bytes = out;

	world->rolled++;
	for (size_t i = 0; i < len; i++)
		bytes[i] = (unsigned char)(world->rolled >> 8 * (i % 8)) ^ (unsigned char)(i * 31);
}

void api_world_open(struct api_world *world)
{
	const struct api_options options = { .auth_open = true, .body_max_bytes = 4194304 };

	*world = (struct api_world){ .clock = { now_ms, now_ms },
				     .rand = { roll },
				     .now_ms = FIRST_MS };
	arena_init(&world->arena, 0);
	world->store = memory_store_open();
	world->app = (struct app){
		.store = world->store,
		.cache = cache_memory_open(CACHE_BYTES),
		.gates = gates_open(&world->arena),
		.chain_gates = gates_open(&world->arena),
	};
	world->fresh_app = world->app;
	world->fresh_app.cache = cache_memory_open(0);
	world->api = api_open(&world->arena, &world->app, &options);
	world->fresh = api_open(&world->arena, &world->fresh_app, &options);
}

void api_world_close(struct api_world *world)
{
	gates_close(world->app.gates);
	gates_close(world->app.chain_gates);
	cache_close(world->app.cache);
	cache_close(world->fresh_app.cache);
	store_close(world->store);
	arena_close(&world->arena);
}

static bool is_read(struct str method)
{
	return !str_eq(method, STR("POST")) && !str_eq(method, STR("PUT")) &&
	       !str_eq(method, STR("PATCH")) && !str_eq(method, STR("DELETE"));
}

static bool is_same(const struct api_answer *a, const struct api_answer *b)
{
	if (a->status != b->status || a->nheaders != b->nheaders || !str_eq(a->body, b->body))
		return false;
	for (size_t i = 0; i < a->nheaders; i++) {
		if (!str_eq(a->headers[i].name, b->headers[i].name) ||
		    !str_eq(a->headers[i].value, b->headers[i].value))
			return false;
	}
	return true;
}

static void open_cx(struct api_world *world, struct cx *cx, struct str request_id)
{
	cx_init(cx, &world->arena);
	cx->clock = &world->clock;
	cx->rand = &world->rand;
	cx->request_id = request_id;
}

struct str api_world_header(const struct api_answer *answer, struct str name)
{
	for (size_t i = 0; i < answer->nheaders; i++) {
		if (str_eq(answer->headers[i].name, name))
			return answer->headers[i].value;
	}
	return STR("");
}

/* What was answered to the head alone is what a worker would have answered. */
static void check_handled(struct api_world *world, struct api *api,
			  const struct api_request *request, const struct api_answer *answer)
{
	struct api_answer handled;
	struct cx cx;

	open_cx(world, &cx, api_world_header(answer, STR("X-Request-Id")));
	api_handle(api, &cx, request, &handled);
	require(is_same(answer, &handled));
}

struct api_answer api_world_ask(struct api_world *world, struct api *api,
				const struct api_request *request)
{
	uint64_t before = memory_store_changes(world->store);
	struct api_request head = *request;
	struct api_answer answer;
	struct cx cx;

	open_cx(world, &cx, STR(""));
	head.body = STR("");
	if (api_begin(api, &cx, &head, &answer) == API_READ_BODY) {
		cx_clear(&cx);
		api_handle(api, &cx, request, &answer);
	} else {
		check_handled(world, api, request, &answer);
	}
	require(answer.status < 500 || answer.status == 501 || world->is_damaged);
	api_answer_check(&world->arena, request, &answer, cx.request_id);
	/* What failed, and what only reads, leaves no trace. */
	if (answer.status >= 400 || is_read(request->method))
		require(memory_store_changes(world->store) == before);
	return answer;
}

struct api_answer api_world_call(struct api_world *world, struct api *api, struct str method,
				 struct str path, struct str body)
{
	static const struct str_pair json = { STR_INIT("Content-Type"),
					      STR_INIT("application/json") };
	struct api_request request = {
		.method = method,
		.path = str_sub(path, 0, str_index(path, '?')),
		.query = str_sub(path, str_index(path, '?') + 1, path.len),
		.host = STR("localhost"),
		.headers = &json,
		.nheaders = body.len != 0 ? 1 : 0,
		.body_bytes = body.len,
		.has_body = body.len != 0,
		.body = body,
	};

	return api_world_ask(world, api, &request);
}
