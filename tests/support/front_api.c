/* An API of a few odd routes in place of the real one, for the tests of the front: big answers, slow handlers, echoes.
 *
 *   GET  /livez              200 at once           GET  /big?bytes=N   N bytes, at once
 *   GET, POST /slow?ms=N     200 after N ms        GET  /bigslow?...   the same from a worker
 *   GET, POST /gate?n=N     200 once it is open    GET  /open?n=N     opens those up to N, at once
 *   POST /echo               the body back         POST /config        400 after its body, as the real one for `{}`
 *   GET  /metrics            the server's          GET, POST /thread   the worker's number
 *   GET  /none               204                   GET  /same          304
 *   GET  /fixed?bytes=N      N bytes of a prepared text, for measuring
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/api.h"

#define FIXED_BYTES ((size_t)64 * 1024)

/* Gates up to that number are open. */
static _Atomic uint64_t gates_open;

struct api {
	struct api_options options;
	char *fixed;
};

struct api *api_open(struct arena *arena, struct app *app, const struct api_options *options)
{
	struct api *api = arena_alloc(arena, sizeof(*api));

	(void)app;
	api->options = *options;
	api->fixed = arena_bytes(arena, FIXED_BYTES);
	memset(api->fixed, 'f', FIXED_BYTES);
	return api;
}

static void add_header(struct api_answer *answer, const char *name, struct str value)
{
	if (answer->nheaders < API_HEADERS_MAX)
		answer->headers[answer->nheaders++] = (struct str_pair){ str_of(name), value };
}

static void begin(struct cx *cx, const struct api_request *request, struct api_answer *answer)
{
	*answer = (struct api_answer){ .status = 200, .route = "", .use_case = "", .code = "" };
	if (cx->request_id.len == 0)
		cx->request_id = rand_hex(cx->rand, cx->arena, 8);
	for (size_t i = 0; request && i < request->nheaders; i++) {
		if (str_eq_nocase(request->headers[i].name, STR("X-Request-Id")))
			cx->request_id = request->headers[i].value;
	}
	add_header(answer, "X-Request-Id", cx->request_id);
}

static void say(struct api_answer *answer, const char *route, struct str body)
{
	answer->route = route;
	answer->body = body;
	add_header(answer, "Content-Type", STR("text/plain"));
}

void api_refuse(struct api *api, struct cx *cx, const struct api_request *request, unsigned status,
		const char *code, const char *detail, struct api_answer *answer)
{
	(void)api;
	begin(cx, request, answer);
	answer->status = status;
	answer->code = code;
	answer->body = str_printf(cx->arena, "{\"status\":%u,\"code\":\"%s\",\"detail\":\"%s\"}",
				  status, code, detail);
	add_header(answer, "Content-Type", STR("application/problem+json"));
	if (cx->failure.retry_after_s != 0)
		add_header(answer, "Retry-After",
			   str_printf(cx->arena, "%u", cx->failure.retry_after_s));
}

/* The number behind `name=` at the start of the query. */
static uint64_t parameter(const struct api_request *request, const char *name)
{
	size_t len = strlen(name);
	uint64_t number = 0;

	if (!str_starts(request->query, str_of(name)) ||
	    !str_to_u64(str_sub(request->query, len, 20), &number))
		return 0;
	return number;
}

static void say_big(struct api *api, struct cx *cx, const struct api_request *request,
		    struct api_answer *answer)
{
	size_t len = (size_t)parameter(request, "bytes=");
	char *text = arena_bytes(cx->arena, len);

	for (size_t i = 0; text && i < len; i++)
		text[i] = (char)('a' + i % 26);
	if (text)
		say(answer, "/big", (struct str){ text, len });
	else
		api_refuse(api, cx, request, 413, "too_large", "not so big", answer);
}

static bool is_known(struct str method)
{
	static const char *const known[] = { "GET",   "HEAD",   "POST",   "PUT",
					     "PATCH", "DELETE", "OPTIONS" };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (str_eq(method, str_of(known[i])))
			return true;
	}
	return false;
}

static bool is(struct str path, const char *wanted)
{
	return str_eq(path, str_of(wanted));
}

static void say_metrics(struct api *api, struct cx *cx, struct api_answer *answer)
{
	struct buf out;

	buf_init(&out, cx->arena);
	api->options.write_metrics(api->options.metrics, &out);
	say(answer, "/metrics", buf_str(&out));
}

enum api_next api_begin(struct api *api, struct cx *cx, const struct api_request *request,
			struct api_answer *answer)
{
	begin(cx, request, answer);
	if (!is_known(request->method)) {
		api_refuse(api, cx, request, 501, "not_implemented", "no such method", answer);
	} else if (str_eq(request->method, STR("POST"))) {
		if (is(request->path, "/echo") || is(request->path, "/config") ||
		    is(request->path, "/slow") || is(request->path, "/thread") ||
		    is(request->path, "/gate"))
			return API_READ_BODY;
		api_refuse(api, cx, request, 404, "not_found", "no such route", answer);
	} else if (str_eq(request->method, STR("OPTIONS")) || is(request->path, "/none")) {
		answer->status = 204;
	} else if (is(request->path, "/same")) {
		answer->status = 304;
	} else if (is(request->path, "/livez")) {
		say(answer, "/livez", STR("ok\n"));
	} else if (is(request->path, "/fixed")) {
		say(answer, "/fixed",
		    (struct str){ api->fixed, (size_t)parameter(request, "bytes=") % FIXED_BYTES });
	} else if (is(request->path, "/metrics")) {
		say_metrics(api, cx, answer);
	} else if (is(request->path, "/big")) {
		say_big(api, cx, request, answer);
	} else if (is(request->path, "/open")) {
		atomic_store(&gates_open, parameter(request, "n="));
		say(answer, "/open", STR("open\n"));
	} else if (is(request->path, "/slow") || is(request->path, "/thread") ||
		   is(request->path, "/bigslow") || is(request->path, "/gate")) {
		return API_READ_BODY;
	} else {
		api_refuse(api, cx, request, 404, "not_found", "no such route", answer);
	}
	return API_ANSWERED;
}

static void sleep_ms(uint64_t ms)
{
	struct timespec time = { .tv_sec = (time_t)(ms / 1000),
				 .tv_nsec = (long)(ms % 1000) * 1000000 };

	nanosleep(&time, NULL);
}

void api_handle(struct api *api, struct cx *cx, const struct api_request *request,
		struct api_answer *answer)
{
	begin(cx, request, answer);
	if (is(request->path, "/config")) {
		api_refuse(api, cx, request, 400, "invalid", "no such hotel", answer);
	} else if (is(request->path, "/echo")) {
		say(answer, "/echo", request->body);
	} else if (is(request->path, "/slow")) {
		sleep_ms(parameter(request, "ms="));
		say(answer, "/slow", STR("slept\n"));
	} else if (is(request->path, "/gate")) {
		while (atomic_load(&gates_open) < parameter(request, "n="))
			sleep_ms(1);
		say(answer, "/gate", STR("passed\n"));
	} else if (is(request->path, "/thread")) {
		say(answer, "/thread", str_printf(cx->arena, "%u", cx->thread));
	} else {
		say_big(api, cx, request, answer);
	}
}

bool api_is_read(const struct api_request *request)
{
	return str_eq(request->method, STR("GET")) || str_eq(request->method, STR("HEAD"));
}

enum api_next api_check(struct api *api, struct cx *cx, const struct api_request *request,
			struct api_answer *answer)
{
	if (!is(request->path, "/config"))
		return API_READ_BODY;
	api_handle(api, cx, request, answer);
	return API_ANSWERED;
}

uint64_t api_lane(const struct api *api, const struct api_request *request)
{
	(void)api;
	return request->path.len + parameter(request, "ms=") + parameter(request, "n=");
}

uint64_t api_body_max(const struct api *api, const struct api_request *request)
{
	(void)request;
	return api->options.body_max_bytes;
}

int64_t api_handler_timeout_ms(const struct api *api, const struct api_request *request,
			       int64_t normal_timeout_ms)
{
	(void)api;
	(void)request;
	return normal_timeout_ms;
}
