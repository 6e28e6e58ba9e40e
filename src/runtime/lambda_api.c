#include "runtime/lambda_api.h"

#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/heap.h"
#include "codec/json_writer.h"
#include "codec/utf8.h"
#include "net/local_client.h"

#define ROOT "/2018-06-01/runtime/"
#define CONNECT_MS 3000
/* To a platform that takes what it is sent: it answers in microseconds, or is gone. */
#define POST_MS 30000
#define POST_STOPPED_MS 1000
#define POST_TRIES 2
#define WAITED_MS 1000
#define POST_REPLY_MAX ((size_t)64 * 1024)

struct lambda_api {
	struct local_client *client;
	struct arena arena; /* of one post */
	unsigned nameless;  /* invocations without an id in a row */
};

struct lambda_api *lambda_api_open(struct str address)
{
	struct lambda_api *api = heap_alloc(sizeof(*api));

	api->client = local_client_open(address);
	arena_init(&api->arena, 0);
	return api;
}

void lambda_api_close(struct lambda_api *api)
{
	local_client_close(api->client);
	arena_close(&api->arena);
	free(api);
}

void lambda_api_stop(struct lambda_api *api)
{
	local_client_stop(api->client);
}

/* Before a try; sleeping no time at all would take 50 us. */
static void pause_before(unsigned nth)
{
	static const long pauses_ms[LAMBDA_API_TRIES] = { 0, 10, 100 };
	const struct timespec time = { .tv_nsec = pauses_ms[nth] * 1000000 };

	if (nth != 0)
		nanosleep(&time, NULL);
}

/* What the platform says to a post. */
static MUST_CHECK enum err judge(struct cx *cx, unsigned status)
{
	if (status >= 200 && status < 300)
		return OK;
	if (status == 413)
		return fail(cx, ERR_LIMIT, "too_large", "the platform found it too long");
	if (status >= 400 && status < 500)
		return fail(cx, ERR_INVALID, "invalid", "the platform did not take it: status %u",
			    status);
	return fail(cx, ERR_UNAVAILABLE, "unavailable", "the platform tells us to end: status %u",
		    status);
}

static bool is_lost(enum err err)
{
	return err == ERR_UNAVAILABLE || err == ERR_UNCERTAIN;
}

/* In memory of its own, from the api's arena, which the caller has reset. */
static MUST_CHECK enum err post(struct lambda_api *api, struct cx *cx, struct http_client_call call)
{
	struct http_client_reply reply = { .status = 0 };
	struct cx own;
	enum err err = ERR_UNAVAILABLE;

	call.method = STR("POST");
	call.connect_ms = CONNECT_MS;
	call.reply_bytes_max = POST_REPLY_MAX;
	for (unsigned i = 0; i < POST_TRIES && is_lost(err) && reply.status == 0; i++) {
		pause_before(i);
		cx_init(&own, &api->arena);
		own.clock = cx->clock;
		/* A stop ends the waiting for more; what was worked for is still answered. */
		call.timeout_ms = local_client_is_stopped(api->client) ? POST_STOPPED_MS : POST_MS;
		err = local_client_call(api->client, &own, &call, &reply);
	}
	/* Of an answer that breaks off, or is longer than anybody wants to know, the status is all there is to it. */
	if (err == OK || reply.status != 0)
		return judge(cx, reply.status);
	return fail_as(cx, is_lost(err) ? err : ERR_UNCERTAIN, &own.failure);
}

static struct str path_of(struct arena *arena, struct str id, struct str what)
{
	struct buf path;

	buf_init(&path, arena);
	buf_add(&path, STR(ROOT "invocation/"));
	buf_add(&path, id);
	buf_add(&path, what);
	return buf_take(&path);
}

enum err lambda_api_answer(struct lambda_api *api, struct cx *cx, struct str id, struct str body)
{
	static const struct str_pair headers[] = {
		{ STR_INIT("Content-Type"), STR_INIT("application/json") },
	};

	arena_reset(&api->arena, 0);
	return post(api, cx,
		    (struct http_client_call){
			    .url = path_of(&api->arena, id, STR("/response")),
			    .headers = headers,
			    .nheaders = 1,
			    .body = body,
		    });
}

static struct str error_body(struct arena *arena, const char *type, struct str message)
{
	struct json_writer json;
	struct buf body;

	buf_init(&body, arena);
	json_writer_init(&json, &body);
	json_begin_object(&json);
	json_name(&json, STR("errorMessage"));
	json_string(&json, utf8_is_valid(message) ? message : STR("a message that is no text"));
	json_name(&json, STR("errorType"));
	json_string(&json, str_of(type));
	json_name(&json, STR("stackTrace"));
	json_begin_array(&json);
	json_end_array(&json);
	json_end_object(&json);
	return buf_take(&body);
}

static MUST_CHECK enum err post_error(struct lambda_api *api, struct cx *cx, struct str path,
				      const char *type, struct str message)
{
	const struct str_pair headers[] = {
		{ STR("Content-Type"), STR("application/json") },
		{ STR("Lambda-Runtime-Function-Error-Type"), str_of(type) },
	};

	return post(api, cx,
		    (struct http_client_call){
			    .url = path,
			    .headers = headers,
			    .nheaders = 2,
			    .body = error_body(&api->arena, type, message),
		    });
}

enum err lambda_api_fail(struct lambda_api *api, struct cx *cx, struct str id, const char *type,
			 struct str message)
{
	arena_reset(&api->arena, 0);
	return post_error(api, cx, path_of(&api->arena, id, STR("/error")), type, message);
}

enum err lambda_api_fail_init(struct lambda_api *api, struct cx *cx, const char *type,
			      struct str message)
{
	arena_reset(&api->arena, 0);
	return post_error(api, cx, STR(ROOT "init/error"), type, message);
}

static bool is_id(struct str id)
{
	for (size_t i = 0; i < id.len; i++) {
		char byte = id.ptr[i];

		if (!((byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
		      (byte >= '0' && byte <= '9') || byte == '-' || byte == '_' || byte == '.'))
			return false;
	}
	return id.len != 0 && id.len <= LAMBDA_API_ID_MAX;
}

static int64_t deadline_of(const struct http_client_reply *reply)
{
	struct str text = http_client_find(reply, STR("lambda-runtime-deadline-ms"));
	uint64_t ms;

	return str_to_u64(text, &ms) && ms <= INT64_MAX ? (int64_t)ms : 0;
}

/* What came is no invocation that could be answered. */
static MUST_CHECK enum err refuse_nameless(struct lambda_api *api, struct cx *cx)
{
	if (++api->nameless == LAMBDA_API_TRIES)
		return fail(cx, ERR_UNAVAILABLE, "unavailable",
			    "the platform sends invocations without an id");
	return fail(cx, ERR_INVALID, "invalid", "an invocation without an id is left");
}

/* Whoever waits for it hears why; the platform would wait until the function's time is over. */
static MUST_CHECK enum err refuse_long(struct lambda_api *api, struct cx *cx, struct str id)
{
	enum err err;

	cx_clear(cx);
	err = lambda_api_fail(api, cx, id, "Request.TooLarge",
			      STR("the event is longer than this function takes"));
	if (is_lost(err))
		return err;
	cx_clear(cx);
	return fail(cx, ERR_LIMIT, "too_large", "the event is longer than is taken");
}

static MUST_CHECK enum err ask(struct lambda_api *api, struct cx *cx,
			       struct http_client_reply *reply)
{
	const struct http_client_call call = {
		.method = STR("GET"),
		.url = STR(ROOT "invocation/next"),
		.timeout_ms = LOCAL_CLIENT_FOREVER,
		.connect_ms = CONNECT_MS,
		.reply_bytes_max = LAMBDA_API_EVENT_MAX,
	};
	enum err err = local_client_call(api->client, cx, &call, reply);

	if (reply->status == 0 || reply->status == 200)
		return err;
	cx_clear(cx);
	return fail(cx, ERR_UNAVAILABLE, "unavailable", "asked for an invocation: status %u",
		    reply->status);
}

static MUST_CHECK enum err take(struct lambda_api *api, struct cx *cx,
				const struct http_client_reply *reply, bool is_long,
				struct lambda_invocation *out)
{
	struct str id = http_client_find(reply, STR("lambda-runtime-aws-request-id"));

	if (!is_id(id))
		return refuse_nameless(api, cx);
	api->nameless = 0;
	*out = (struct lambda_invocation){
		.id = id,
		.deadline_wall_ms = deadline_of(reply),
		.event = reply->body,
	};
	return is_long ? refuse_long(api, cx, id) : OK;
}

enum err lambda_api_next(struct lambda_api *api, struct cx *cx, struct lambda_invocation *out)
{
	unsigned tries = 0;
	struct str why;

	*out = (struct lambda_invocation){ .deadline_wall_ms = 0 };
	while (tries < LAMBDA_API_TRIES) {
		int64_t asked_ms = clock_mono_ms(cx->clock);
		struct http_client_reply reply;
		enum err err;

		pause_before(tries++);
		cx_clear(cx);
		arena_reset(cx->arena, cx->arena->cap_bytes);
		err = ask(api, cx, &reply);
		if (reply.status == 200 && !is_lost(err))
			return take(api, cx, &reply, err != OK, out);
		if (reply.status == 500 || local_client_is_stopped(api->client))
			break;
		/* It kept us waiting, so it was there: what broke is a connection, after a sleep maybe. */
		if (clock_mono_ms(cx->clock) - asked_ms >= WAITED_MS)
			tries = 1;
	}
	why = cx->failure.detail;
	cx_clear(cx);
	return fail(cx, ERR_UNAVAILABLE, "unavailable", "no invocation can be had: " STR_FMT,
		    STR_ARG(why));
}
