#include "runtime/lambda_event.h"

#include "runtime/lambda_event_gateway.h"
#include "runtime/lambda_members.h"

/* Behind those of a gateway's event. */
enum { RECORDS = LAMBDA_GATEWAY_MEMBERS, SOURCE, SUB_FUNCTION, USER_INFO, ID, REQUEST, MEMBERS };

static const char *const names[MEMBERS] = {
	[LAMBDA_GATEWAY_VERSION] = "version",
	[LAMBDA_GATEWAY_CONTEXT] = "requestContext",
	[LAMBDA_GATEWAY_METHOD] = "httpMethod",
	[LAMBDA_GATEWAY_PATH] = "path",
	[LAMBDA_GATEWAY_HEADERS] = "headers",
	[LAMBDA_GATEWAY_MULTI_HEADERS] = "multiValueHeaders",
	[LAMBDA_GATEWAY_QUERY] = "queryStringParameters",
	[LAMBDA_GATEWAY_MULTI_QUERY] = "multiValueQueryStringParameters",
	[LAMBDA_GATEWAY_RAW_PATH] = "rawPath",
	[LAMBDA_GATEWAY_RAW_QUERY] = "rawQueryString",
	[LAMBDA_GATEWAY_COOKIES] = "cookies",
	[LAMBDA_GATEWAY_BODY] = "body",
	[LAMBDA_GATEWAY_IS_BASE64] = "isBase64Encoded",
	[RECORDS] = "Records",
	[SOURCE] = "source",
	[SUB_FUNCTION] = "subFunction",
	[USER_INFO] = "userInfo",
	[ID] = "id",
	[REQUEST] = "request",
};

/* The JSON of an array's first element. */
static enum err take_first(struct cx *cx, const struct lambda_member *array, struct str *out)
{
	struct json_reader json;
	size_t begin;

	lambda_members_open(&json, cx, array->text);
	json_enter_array(&json);
	if (!json_next_element(&json) && !json.problem)
		return fail(cx, ERR_INVALID, "invalid", "%s: there is none", array->name);
	json_peek(&json);
	begin = json_offset(&json);
	if (!json_skip(&json))
		return lambda_members_refuse(cx, array->name, &json);
	*out = (struct str){ array->text.ptr + begin, json_offset(&json) - begin };
	return OK;
}

/* Of another service's records nothing is said: they may be anybody's. */
static enum err read_stream(struct cx *cx, const struct lambda_member *records, struct str *number)
{
	struct lambda_member of_record[] = { { "eventSource", STR("") }, { "dynamodb", STR("") } };
	struct lambda_member sequence = { "SequenceNumber", STR("") };
	struct str first = STR(""), source = STR("");
	enum err err = take_first(cx, records, &first);

	if (err == OK)
		err = lambda_members_read(cx, "Records", first, of_record, 2);
	if (err == OK)
		err = lambda_members_text(cx, &of_record[0], &source);
	if (err == OK && !str_eq(source, STR("aws:dynamodb")))
		err = fail(cx, ERR_INVALID, "invalid", "the records are not of a DynamoDB stream");
	if (err == OK)
		err = lambda_members_read(cx, "dynamodb", of_record[1].text, &sequence, 1);
	if (err == OK)
		err = lambda_members_text(cx, &sequence, number);
	if (err == OK && number->len == 0)
		err = fail(cx, ERR_INVALID, "invalid", "the first record has no SequenceNumber");
	return err;
}

static bool is_schedule(const struct lambda_member *source)
{
	return str_eq(source->text, STR("\"aws.events\"")) ||
	       str_eq(source->text, STR("\"aws.scheduler\""));
}

static enum err read_user(struct cx *cx, const struct lambda_member *info, struct seed_event *out)
{
	struct lambda_member username = { "username", STR("") };
	enum err err = lambda_members_read(cx, info->name, info->text, &username, 1);

	if (err == OK)
		err = lambda_members_text(cx, &username, &out->username);
	return err;
}

static enum err read_seed(struct cx *cx, const struct lambda_member *members,
			  struct seed_event *out)
{
	enum err err = lambda_members_text(cx, &members[SUB_FUNCTION], &out->sub_function);

	if (err == OK)
		err = lambda_members_text(cx, &members[ID], &out->id);
	if (err == OK)
		err = read_user(cx, &members[USER_INFO], out);
	/* The seed's templates make an empty text of a body that is not there. */
	if (!str_eq(members[REQUEST].text, STR("\"\"")))
		out->request = members[REQUEST].text;
	if (err != ERR_INVALID)
		return err;
	out->refusal = cx->failure.detail;
	cx_clear(cx);
	return OK;
}

enum err lambda_event_read(struct cx *cx, struct str text, struct lambda_event *out)
{
	struct lambda_member members[MEMBERS];
	enum err err;

	*out = (struct lambda_event){ .kind = LAMBDA_EVENT_SCHEDULE };
	for (size_t i = 0; i < MEMBERS; i++)
		members[i] = (struct lambda_member){ .name = names[i] };
	err = lambda_members_read(cx, "event", text, members, MEMBERS);
	if (err != OK)
		return err;
	if (members[RECORDS].text.len != 0) {
		out->kind = LAMBDA_EVENT_STREAM;
		return read_stream(cx, &members[RECORDS], &out->first_record);
	}
	if (members[LAMBDA_GATEWAY_CONTEXT].text.len != 0 ||
	    members[LAMBDA_GATEWAY_METHOD].text.len != 0) {
		out->kind = LAMBDA_EVENT_HTTP;
		return lambda_event_gateway_read(cx, members, &out->request, &out->refusal);
	}
	if (is_schedule(&members[SOURCE]))
		return OK;
	if (members[SUB_FUNCTION].text.len == 0)
		return fail(cx, ERR_INVALID, "invalid", "the event is of no shape that is known");
	out->kind = LAMBDA_EVENT_SEED;
	return read_seed(cx, members, &out->seed);
}
