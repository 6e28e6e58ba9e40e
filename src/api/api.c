#include "api/api.h"

#include <stdatomic.h>

#include "api/caller.h"
#include "api/exchange.h"
#include "api/headers.h"
#include "api/problem.h"
#include "api/routes.h"
#include "api/seed_event.h"
#include "base/clock.h"
#include "codec/hash.h"
#include "usecase/answer.h"

/* A retry of a read or write of one hotel is short; whole documents take longer (api.md "Limits"). */
#define LONG_HANDLER_TIMEOUT_MS 30000

struct api {
	struct app *app;
	const struct route *routes;
	struct api_options options;
	uint64_t instance; /* by chance: request ids of two processes differ */
	_Atomic uint64_t requests;
};

struct api *api_open(struct arena *arena, struct app *app, const struct api_options *options)
{
	struct api *api = arena_alloc(arena, sizeof(*api));

	if (!api)
		return NULL;
	api->routes = routes_open(arena);
	if (!api->routes)
		return NULL;
	api->app = app;
	api->options = *options;
	rand_fill(&rand_system, &api->instance, sizeof(api->instance));
	return api;
}

/* The client's where it sends one, else the front's, else one of our own. */
static void set_request_id(struct api *api, struct exchange *exchange)
{
	struct cx *cx = exchange->cx;
	uint64_t number;

	if (exchange->request)
		headers_take_request_id(exchange);
	if (cx->request_id.len != 0)
		return;
	number = atomic_fetch_add_explicit(&api->requests, 1, memory_order_relaxed);
	cx->request_id = str_printf(cx->arena, "%016llx-%llx", (unsigned long long)api->instance,
				    (unsigned long long)number);
}

static struct str strip_base_path(struct str path, struct str base)
{
	struct str rest = str_sub(path, base.len, path.len);

	if (base.len == 0 || !str_starts(path, base))
		return path;
	return rest.len != 0 && rest.ptr[0] == '/' ? rest : path;
}

static struct exchange begin(struct api *api, struct cx *cx, const struct api_request *request,
			     struct api_answer *answer)
{
	struct exchange exchange = {
		.app = api->app,
		.routes = api->routes,
		.options = &api->options,
		.cx = cx,
		.request = request,
		.answer = answer,
	};

	*answer = (struct api_answer){ .route = "", .use_case = "", .code = "" };
	set_request_id(api, &exchange);
	if (!request)
		return exchange;
	headers_take_trace(&exchange);
	headers_add_common(&exchange);
	return exchange;
}

static void take_route(struct exchange *exchange, struct route_match match)
{
	exchange->match = match;
	if (!match.route)
		return;
	exchange->answer->route = match.route->path;
	exchange->answer->use_case = match.route->use_case;
}

/* An exchange whose request, where there is one, names its route. */
static struct exchange begin_http(struct api *api, struct cx *cx, const struct api_request *request,
				  struct api_answer *answer)
{
	struct exchange exchange = begin(api, cx, request, answer);

	if (!request)
		return exchange;
	exchange.link = strip_base_path(request->path, api->options.base_path);
	take_route(&exchange, route_find(api->routes, cx->arena, request->method, exchange.link));
	return exchange;
}

/* Why no row of the table answers. */
static enum err no_route(struct api *api, struct exchange *exchange)
{
	struct cx *cx = exchange->cx;
	struct buf allow;

	if (!route_knows_method(exchange->request->method))
		return fail(cx, ERR_INVALID, "not_implemented", "there is no method " STR_FMT,
			    STR_ARG(str_sub(exchange->request->method, 0, 32)));
	if (!exchange->match.path_known)
		return fail(cx, ERR_NOT_FOUND, "not_found", "there is nothing at this path");
	buf_init(&allow, cx->arena);
	route_allow(api->routes, cx->arena, exchange->link, &allow);
	exchange_add_header(exchange, STR("Allow"), buf_str(&allow));
	return fail(cx, ERR_INVALID, "method_not_allowed",
		    "this path has other methods: see the Allow header");
}

/* What every route asks for. */
static enum err check_route(struct exchange *exchange)
{
	const struct route *route = exchange->match.route;
	enum err err = caller_check(exchange);

	if (err == OK && !route->handle)
		err = fail(exchange->cx, ERR_INVALID, "not_implemented", "%s %s is not built yet",
			   route->method, route->path);
	return err;
}

/* Everything that can be said without the body; an OPTIONS request is answered by it. */
static enum err check_head(struct api *api, struct exchange *exchange, bool *answered)
{
	const struct route *route = exchange->match.route;
	enum err err = headers_check_origin(exchange);

	*answered = false;
	if (err != OK)
		return err;
	if (str_eq(exchange->request->method, STR("OPTIONS")) &&
	    (exchange->match.path_known || str_eq(exchange->request->path, STR("*")))) {
		headers_answer_options(exchange);
		*answered = true;
		return OK;
	}
	if (!route)
		return no_route(api, exchange);
	err = check_route(exchange);
	if (err == OK)
		err = headers_check_accept(exchange);
	if (err == OK && (route->flags & ROUTE_BODY))
		err = headers_check_content_type(exchange);
	return err != OK ? err : exchange_read_query(exchange);
}

/* Where the seed's members stand beside an error's. */
static bool is_config(struct str link)
{
	return str_starts(link, STR("/config/")) || str_eq(link, STR("/config"));
}

/* The first `nheaders` headers are those that every answer has. */
static void finish(struct exchange *exchange, enum err err, size_t nheaders)
{
	const struct route *route = exchange->match.route;
	enum problem_form form = PROBLEM_PLAIN;

	/* Where memory was refused an answer lacks a piece, and most reasons for a failure are made up. */
	if (exchange->cx->arena->refused && err != ERR_UNAVAILABLE && err != ERR_UNCERTAIN) {
		cx_clear(exchange->cx);
		err = cx_check_memory(exchange->cx);
		exchange->answer->nheaders = nheaders;
	}
	if (err == OK) {
		err = answer_check(exchange->cx, exchange->answer->body,
				   exchange->options->answer_max_bytes);
		if (err == OK)
			return;
		exchange->answer->nheaders = nheaders;
	}
	exchange->cx->failure.err = err;
	if (exchange->is_seed)
		form = PROBLEM_SEED;
	else if ((route && (route->flags & ROUTE_WRAPPED)) || is_config(exchange->link))
		form = PROBLEM_WRAPPED;
	problem_write(exchange->cx, 0, form, exchange->answer);
}

/* As far as it goes without waiting, for the routes that have all of these flags. */
static enum api_next begin_to_answer(struct api *api, struct cx *cx,
				     const struct api_request *request, unsigned flags,
				     struct api_answer *answer)
{
	struct exchange exchange = begin_http(api, cx, request, answer);
	size_t nheaders = answer->nheaders;
	bool answered;
	enum err err = check_head(api, &exchange, &answered);

	if (err == OK && !answered) {
		if ((exchange.match.route->flags & flags) != flags)
			return API_READ_BODY;
		err = exchange.match.route->handle(&exchange);
		if (exchange.deferred) {
			answer->nheaders = nheaders;
			return API_READ_BODY;
		}
	}
	finish(&exchange, err, nheaders);
	return API_ANSWERED;
}

enum api_next api_begin(struct api *api, struct cx *cx, const struct api_request *request,
			struct api_answer *answer)
{
	return begin_to_answer(api, cx, request, ROUTE_AT_ONCE, answer);
}

enum api_next api_check(struct api *api, struct cx *cx, const struct api_request *request,
			struct api_answer *answer)
{
	return begin_to_answer(api, cx, request, 0, answer);
}

void api_handle(struct api *api, struct cx *cx, const struct api_request *request,
		struct api_answer *answer)
{
	struct exchange exchange = begin_http(api, cx, request, answer);
	size_t nheaders = answer->nheaders;
	bool answered;
	enum err err = check_head(api, &exchange, &answered);

	exchange.may_wait = true;
	if (err == OK && !answered)
		err = exchange.match.route->handle(&exchange);
	finish(&exchange, err, nheaders);
}

void api_handle_seed(struct api *api, struct cx *cx, const struct seed_event *event,
		     struct api_answer *answer)
{
	const struct api_request request = seed_event_request(event);
	struct exchange exchange = begin(api, cx, &request, answer);
	size_t nheaders = answer->nheaders;
	struct route_match match = { .route = NULL };
	enum err err = seed_event_find(cx, api->routes, event, &match.route);

	exchange.is_seed = true;
	exchange.may_wait = true;
	take_route(&exchange, match);
	if (err == OK)
		err = check_route(&exchange);
	if (err == OK)
		err = exchange_read_query(&exchange);
	if (err == OK)
		err = seed_event_read(&exchange, event);
	if (err == OK)
		err = match.route->handle(&exchange);
	finish(&exchange, err, nheaders);
}

void api_refuse(struct api *api, struct cx *cx, const struct api_request *request, unsigned status,
		const char *code, const char *detail, struct api_answer *answer)
{
	struct exchange exchange = begin_http(api, cx, request, answer);

	if (!request) {
		static const struct api_request nothing = { .nheaders = 0 };

		exchange.request = &nothing;
		headers_add_common(&exchange);
	}
	cx_clear(cx);
	fail(cx, ERR_INVALID, code, "%s", detail);
	problem_write(cx, status, is_config(exchange.link) ? PROBLEM_WRAPPED : PROBLEM_PLAIN,
		      answer);
}

uint64_t api_body_max(const struct api *api, const struct api_request *request)
{
	(void)request; /* picture routes will take more */
	return api->options.body_max_bytes;
}

bool api_is_read(const struct api_request *request)
{
	return str_eq(request->method, STR("GET")) || str_eq(request->method, STR("HEAD"));
}

uint64_t api_lane(const struct api *api, const struct api_request *request)
{
	struct str path = strip_base_path(request->path, api->options.base_path);
	struct str rest = str_sub(path, 1, path.len);
	struct str id = str_sub(rest, str_index(rest, '/') + 1, rest.len);
	bool is_read = api_is_read(request);

	id = str_sub(id, 0, str_index(id, '/'));
	/* Nor do probes wait for long listings. */
	if (is_read && id.len == 0)
		id = rest;
	/* An encoded id may be any hotel's, and a write to /config names its hotel in the body, if any: those are one lane. */
	if (str_index(id, '%') != id.len)
		id = STR("");
	return hash_fnv1a64(id) * 2 + is_read;
}

int64_t api_handler_timeout_ms(const struct api *api, const struct api_request *request,
			       int64_t normal_timeout_ms)
{
	struct str path = strip_base_path(request->path, api->options.base_path);
	const struct str rooms = STR("/rooms");
	bool get = api_is_read(request);
	bool one_post = str_eq(request->method, STR("POST")) && !str_eq(path, STR("/config")) &&
			!str_eq(str_sub(path, path.len - rooms.len, rooms.len), rooms);

	/* PUT, PATCH and DELETE may concern the whole of a hotel, as saveHotel and saveRooms do. */
	if (get || one_post || normal_timeout_ms > LONG_HANDLER_TIMEOUT_MS)
		return normal_timeout_ms;
	return LONG_HANDLER_TIMEOUT_MS;
}
