#include "codec/base64.h"
#include "codec/json_writer.h"
#include "codec/utf8.h"
#include "runtime/http_answer.h"
#include "runtime/lambda_event.h"

#define NOTHING_DONE \
	"\"error\":{\"code\":\"not_implemented\",\"msg\":\"nothing of this event is processed yet\"}"

/* How many fields have the name of the i-th; `before`: of them those that stand before it. */
static size_t count_same(const struct api_answer *answer, size_t i, size_t *before)
{
	size_t n = 0;

	*before = 0;
	for (size_t j = 0; j < answer->nheaders; j++) {
		if (!str_eq_nocase(answer->headers[j].name, answer->headers[i].name))
			continue;
		n++;
		*before += j < i;
	}
	return n;
}

/* The values of all fields with the name of the i-th. */
static void write_values(struct json_writer *json, const struct api_answer *answer, size_t i)
{
	json_begin_array(json);
	for (size_t j = i; j < answer->nheaders; j++) {
		if (str_eq_nocase(answer->headers[j].name, answer->headers[i].name))
			json_string(json, answer->headers[j].value);
	}
	json_end_array(json);
}

/* 1.0: `headers` holds what stands once, `multiValueHeaders`, left out while empty, what stands more often. */
static void write_rest_headers(struct json_writer *json, const struct api_answer *answer)
{
	bool has_many = false;
	size_t before;

	json_name(json, STR("headers"));
	json_begin_object(json);
	for (size_t i = 0; i < answer->nheaders; i++) {
		if (count_same(answer, i, &before) != 1) {
			has_many = true;
			continue;
		}
		json_name(json, answer->headers[i].name);
		json_string(json, answer->headers[i].value);
	}
	json_end_object(json);
	if (!has_many)
		return;
	json_name(json, STR("multiValueHeaders"));
	json_begin_object(json);
	for (size_t i = 0; i < answer->nheaders; i++) {
		if (count_same(answer, i, &before) == 1 || before != 0)
			continue;
		json_name(json, answer->headers[i].name);
		write_values(json, answer, i);
	}
	json_end_object(json);
}

/* The values of all fields with the name of the i-th, as one list. */
static struct str join_values(struct cx *cx, const struct api_answer *answer, size_t i)
{
	struct buf buf;

	buf_init(&buf, cx->arena);
	buf_add(&buf, answer->headers[i].value);
	for (size_t j = i + 1; j < answer->nheaders; j++) {
		if (!str_eq_nocase(answer->headers[j].name, answer->headers[i].name))
			continue;
		buf_add(&buf, STR(", "));
		buf_add(&buf, answer->headers[j].value);
	}
	return buf_str(&buf);
}

/* 2.0: a name once; Set-Cookie, which is no list, in `cookies`. */
static void write_http_headers(struct cx *cx, struct json_writer *json,
			       const struct api_answer *answer)
{
	size_t cookie = answer->nheaders, before;

	json_name(json, STR("headers"));
	json_begin_object(json);
	for (size_t i = 0; i < answer->nheaders; i++) {
		count_same(answer, i, &before);
		if (before != 0)
			continue;
		if (str_eq_nocase(answer->headers[i].name, STR("set-cookie"))) {
			cookie = i;
			continue;
		}
		json_name(json, answer->headers[i].name);
		json_string(json, join_values(cx, answer, i));
	}
	json_end_object(json);
	if (cookie == answer->nheaders)
		return;
	json_name(json, STR("cookies"));
	write_values(json, answer, cookie);
}

static void write_gateway(struct cx *cx, const struct lambda_event *event,
			  const struct api_answer *answer, struct json_writer *json)
{
	struct str body = http_answer_body(answer, str_eq(event->request.method, STR("HEAD")));
	bool is_text = utf8_is_valid(body);

	json_begin_object(json);
	json_name(json, STR("statusCode"));
	json_u64(json, answer->status);
	if (event->kind == LAMBDA_EVENT_REST)
		write_rest_headers(json, answer);
	else
		write_http_headers(cx, json, answer);
	json_name(json, STR("body"));
	json_string(json, is_text ? body : base64_write(cx->arena, body));
	json_name(json, STR("isBase64Encoded"));
	json_bool(json, !is_text);
	json_end_object(json);
}

static void write_stream(const struct lambda_event *event, struct json_writer *json)
{
	json_begin_object(json);
	json_name(json, STR("batchItemFailures"));
	json_begin_array(json);
	json_begin_object(json);
	json_name(json, STR("itemIdentifier"));
	json_string(json, event->first_record);
	json_end_object(json);
	json_end_array(json);
	json_raw(json, STR(NOTHING_DONE));
	json_end_object(json);
}

struct str lambda_event_answer(struct cx *cx, const struct lambda_event *event,
			       const struct api_answer *answer)
{
	struct json_writer json;
	struct buf buf;

	if (event->kind == LAMBDA_EVENT_SCHEDULE)
		return STR("{" NOTHING_DONE "}");
	if (event->kind == LAMBDA_EVENT_SEED)
		return answer->body.len <= LAMBDA_ANSWER_MAX_BYTES ? answer->body : STR("");
	buf_init(&buf, cx->arena);
	buf.max_bytes = LAMBDA_ANSWER_MAX_BYTES;
	json_writer_init(&json, &buf);
	if (event->kind == LAMBDA_EVENT_STREAM)
		write_stream(event, &json);
	else
		write_gateway(cx, event, answer, &json);
	return buf.failed || cx->arena->refused ? (struct str){ NULL, 0 } : buf_take(&buf);
}
