/* fuzz_lambda_event.c: an event is told or refused; a request that is read is one that HTTP takes, and written as the other
 * format's event it reads the same; any bytes come back out of an answer.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "codec/base64.h"
#include "codec/json_reader.h"
#include "codec/json_writer.h"
#include "net/http_chars.h"
#include "net/http_target.h"
#include "runtime/lambda_event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void write_member(struct json_writer *json, struct str name, struct str value)
{
	json_name(json, name);
	json_string(json, value);
}

/* As payload 2.0; a name may stand there twice, as no gateway does. */
static struct str write_event(struct arena *arena, const struct api_request *request)
{
	struct json_writer json;
	struct buf buf;

	buf_init(&buf, arena);
	json_writer_init(&json, &buf);
	json_begin_object(&json);
	write_member(&json, STR("body"), base64_write(arena, request->body));
	json_name(&json, STR("isBase64Encoded"));
	json_bool(&json, true);
	json_name(&json, STR("headers"));
	json_begin_object(&json);
	for (size_t i = 0; i < request->nheaders; i++)
		write_member(&json, request->headers[i].name, request->headers[i].value);
	json_end_object(&json);
	write_member(&json, STR("rawPath"), request->path);
	write_member(&json, STR("rawQueryString"), request->query);
	write_member(&json, STR("version"), STR("2.0"));
	json_name(&json, STR("requestContext"));
	json_begin_object(&json);
	json_name(&json, STR("http"));
	json_begin_object(&json);
	write_member(&json, STR("method"), request->method);
	json_end_object(&json);
	json_name(&json, STR("identity"));
	json_begin_object(&json);
	write_member(&json, STR("userArn"), request->user);
	json_end_object(&json);
	json_end_object(&json);
	json_end_object(&json);
	return buf_str(&buf);
}

static void require_same(const struct api_request *a, const struct api_request *b)
{
	require(str_eq(a->method, b->method) && str_eq(a->path, b->path) &&
		str_eq(a->query, b->query) && str_eq(a->host, b->host) &&
		str_eq(a->body, b->body) && a->has_body == b->has_body &&
		str_eq(a->user, b->user) && a->nheaders == b->nheaders);
	for (size_t i = 0; i < a->nheaders; i++)
		require(str_eq(a->headers[i].name, b->headers[i].name) &&
			str_eq(a->headers[i].value, b->headers[i].value));
}

static void try_request(struct cx *cx, const struct lambda_event *event)
{
	const struct api_request *request = &event->request;
	struct http_target target;
	struct lambda_event again;

	require(is_token(request->method) && request->path.ptr[0] == '/');
	require(http_target_parse(request->method, request->path, &target) &&
		target.query.len == 0);
	require(request->mount.len == 0 ||
		(http_target_parse(request->method, request->mount, &target) &&
		 target.query.len == 0));
	for (size_t i = 0; i < request->nheaders; i++) {
		struct str value = request->headers[i].value;

		require(is_token(request->headers[i].name));
		for (size_t j = 0; j < value.len; j++)
			require(is_plain_char(value.ptr[j]));
	}
	require(lambda_event_read(cx, write_event(cx->arena, request), &again) == OK);
	require(again.kind == LAMBDA_EVENT_HTTP && again.refusal.status == 0);
	require_same(request, &again.request);
}

static void try_event(struct cx *cx, struct str text)
{
	struct lambda_event event;
	struct json_reader json;

	if (lambda_event_read(cx, text, &event) != OK) {
		require(cx->failure.err == ERR_INVALID && cx->failure.detail.len != 0);
		cx_clear(cx);
		return;
	}
	if (event.kind == LAMBDA_EVENT_SEED && event.seed.request.len != 0) {
		json_reader_init(&json, cx->arena, event.seed.request, 0);
		json_reader_allow(&json, JSON_FRAMES_MAX, text.len);
		require(json_skip(&json) && json_reader_finish(&json));
	}
	require(event.kind != LAMBDA_EVENT_STREAM || event.first_record.len != 0);
	if (event.kind != LAMBDA_EVENT_HTTP)
		return;
	if (event.refusal.status == 0)
		try_request(cx, &event);
	else
		require(event.refusal.status >= 400 && event.refusal.code && event.refusal.detail);
}

/* The bytes as an answer's body. */
static void try_answer(struct cx *cx, struct str bytes)
{
	const struct lambda_event event = { .kind = LAMBDA_EVENT_HTTP };
	const struct api_answer answer = { .status = 200, .body = bytes };
	struct str text = lambda_event_answer(cx, &event, &answer), name;
	struct str body = STR("");
	struct json_reader json;
	bool is_base64 = false;

	json_reader_init(&json, cx->arena, text, 0);
	json_enter_object(&json);
	while (json_next_member(&json, &name)) {
		if (str_eq(name, STR("body")))
			require(json_read_string(&json, &body));
		else if (str_eq(name, STR("isBase64Encoded")))
			require(json_read_bool(&json, &is_base64));
		else
			json_skip(&json);
	}
	require(json_reader_finish(&json));
	if (is_base64)
		require(base64_parse(cx->arena, body, &body));
	require(str_eq(body, bytes));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct arena arena;
	struct cx cx;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	try_event(&cx, text);
	try_answer(&cx, text);
	arena_close(&arena);
	return 0;
}
