#include "codec/base64.h"
#include "codec/json_writer.h"
#include "codec/utf8.h"
#include "runtime/http_answer.h"
#include "runtime/lambda_event.h"

#define NOTHING_DONE \
	"\"error\":{\"code\":\"not_implemented\",\"msg\":\"nothing of this event is processed yet\"}"

static void write_headers(struct json_writer *json, const struct api_answer *answer)
{
	json_name(json, STR("headers"));
	json_begin_object(json);
	for (size_t i = 0; i < answer->nheaders; i++) {
		json_name(json, answer->headers[i].name);
		json_string(json, answer->headers[i].value);
	}
	json_end_object(json);
}

static void write_gateway(struct cx *cx, const struct lambda_event *event,
			  const struct api_answer *answer, struct json_writer *json)
{
	struct str body = http_answer_body(answer, str_eq(event->request.method, STR("HEAD")));
	bool is_text = utf8_is_valid(body);

	json_begin_object(json);
	json_name(json, STR("statusCode"));
	json_u64(json, answer->status);
	write_headers(json, answer);
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
