#include "api_fixture.h"

#include <string.h>

#include "adapter/cache_memory.h"
#include "port/cache.h"
#include "usecase/gate.h"

#define CACHE_BYTES ((uint64_t)8 << 20)

struct api_fixture *api_fixture_open(const struct api_options *options)
{
	struct api_fixture *fixture = calloc(1, sizeof(*fixture));
	void *base = NULL;

	if (!fixture || store_fixture_open(&base) != 0)
		abort();
	fixture->base = base;
	arena_init(&fixture->arena, 0);
	fixture->app = (struct app){
		.store = fixture->base->store,
		.cache = cache_memory_open(CACHE_BYTES),
		.gates = gates_open(&fixture->base->arena),
		.chain_gates = gates_open(&fixture->base->arena),
	};
	fixture->api = api_open(&fixture->base->arena, &fixture->app, options);
	return fixture;
}

void api_fixture_close(struct api_fixture *fixture)
{
	void *base = fixture->base;

	cache_close(fixture->app.cache);
	gates_close(fixture->app.gates);
	gates_close(fixture->app.chain_gates);
	arena_close(&fixture->arena);
	store_fixture_close(&base);
	free(fixture);
}

static void begin(struct api_fixture *fixture)
{
	arena_close(&fixture->arena);
	arena_init(&fixture->arena, 0);
	cx_init(&fixture->cx, &fixture->arena);
	fixture->cx.clock = &fixture->base->clock;
}

unsigned api_fixture_send(struct api_fixture *fixture, const char *method, const char *path,
			  struct api_request request)
{
	const struct str target = str_of(path), body = request.body;
	const size_t mark = str_index(target, '?');

	request.method = str_of(method);
	request.path = str_sub(target, 0, mark);
	request.query = str_sub(target, mark + 1, target.len);
	request.host = STR("localhost");
	request.has_body = body.len != 0;
	request.body_bytes = body.len;
	request.body = STR("");
	begin(fixture);
	if (api_begin(fixture->api, &fixture->cx, &request, &fixture->answer) == API_READ_BODY) {
		request.body = body;
		api_handle(fixture->api, &fixture->cx, &request, &fixture->answer);
	}
	return fixture->answer.status;
}

unsigned api_fixture_ask(struct api_fixture *fixture, const char *method, const char *path,
			 const char *body, const char *user)
{
	static const struct str_pair json = { STR_INIT("Content-Type"),
					      STR_INIT("application/json") };

	return api_fixture_send(fixture, method, path,
				(struct api_request){ .headers = &json,
						      .nheaders = body[0] != '\0',
						      .body = str_of(body),
						      .user = str_of(user) });
}

unsigned api_fixture_event(struct api_fixture *fixture, const struct seed_event *event)
{
	begin(fixture);
	api_handle_seed(fixture->api, &fixture->cx, event, &fixture->answer);
	return fixture->answer.status;
}

struct str api_fixture_header(const struct api_fixture *fixture, const char *name)
{
	for (size_t i = 0; i < fixture->answer.nheaders; i++) {
		if (str_eq_nocase(fixture->answer.headers[i].name, str_of(name)))
			return fixture->answer.headers[i].value;
	}
	return STR("");
}

bool api_fixture_says(const struct api_fixture *fixture, const char *text)
{
	return memmem(fixture->answer.body.ptr, fixture->answer.body.len, text, strlen(text)) !=
	       NULL;
}
