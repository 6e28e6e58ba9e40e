#include "adapter/dynamodb_error.h"

#include "adapter/dynamodb_item.h"

struct row {
	struct str name;
	enum dynamodb_class class;
};

static const struct row names[] = {
	{ STR_INIT("ConditionalCheckFailedException"), DYNAMODB_CONDITION },
	{ STR_INIT("TransactionConflictException"), DYNAMODB_BUSY },
	{ STR_INIT("ReplicatedWriteConflictException"), DYNAMODB_BUSY },
	{ STR_INIT("TransactionInProgressException"), DYNAMODB_RUNNING },
	{ STR_INIT("ProvisionedThroughputExceededException"), DYNAMODB_THROTTLED },
	{ STR_INIT("ThrottlingException"), DYNAMODB_THROTTLED },
	{ STR_INIT("Throttling"), DYNAMODB_THROTTLED },
	{ STR_INIT("ThrottledException"), DYNAMODB_THROTTLED },
	{ STR_INIT("RequestLimitExceeded"), DYNAMODB_THROTTLED },
	{ STR_INIT("RequestThrottled"), DYNAMODB_THROTTLED },
	{ STR_INIT("RequestThrottledException"), DYNAMODB_THROTTLED },
	{ STR_INIT("TooManyRequestsException"), DYNAMODB_THROTTLED },
	{ STR_INIT("SlowDown"), DYNAMODB_THROTTLED },
	{ STR_INIT("LimitExceededException"), DYNAMODB_THROTTLED }, /* tables made at once */
	{ STR_INIT("ItemCollectionSizeLimitExceededException"), DYNAMODB_FULL },
	{ STR_INIT("RequestEntityTooLargeException"), DYNAMODB_TOO_LARGE },
	{ STR_INIT("ExpiredTokenException"), DYNAMODB_EXPIRED },
	{ STR_INIT("ExpiredToken"), DYNAMODB_EXPIRED },
	{ STR_INIT("UnrecognizedClientException"), DYNAMODB_EXPIRED },
	{ STR_INIT("InvalidSignatureException"), DYNAMODB_SKEWED },
	{ STR_INIT("SignatureDoesNotMatch"), DYNAMODB_SKEWED },
	{ STR_INIT("RequestExpired"), DYNAMODB_SKEWED },
	{ STR_INIT("RequestInTheFuture"), DYNAMODB_SKEWED },
	{ STR_INIT("RequestTimeTooSkewed"), DYNAMODB_SKEWED },
	{ STR_INIT("AuthFailure"), DYNAMODB_SKEWED },
	{ STR_INIT("InternalServerError"), DYNAMODB_BROKEN },
	{ STR_INIT("InternalFailure"), DYNAMODB_BROKEN },
	{ STR_INIT("ServiceUnavailable"), DYNAMODB_BROKEN },
	{ STR_INIT("ServiceUnavailableException"), DYNAMODB_BROKEN },
	{ STR_INIT("RequestTimeout"), DYNAMODB_BROKEN },
	{ STR_INIT("RequestTimeoutException"), DYNAMODB_BROKEN },
};

/* Why a transaction was cancelled. What stands higher decides where there are several: to try again helps none above it. */
static const struct row reasons[] = {
	{ STR_INIT("ConditionalCheckFailed"), DYNAMODB_CONDITION },
	{ STR_INIT("ItemCollectionSizeLimitExceeded"), DYNAMODB_FULL },
	{ STR_INIT("ValidationError"), DYNAMODB_FINAL },
	{ STR_INIT("ProvisionedThroughputExceeded"), DYNAMODB_THROTTLED },
	{ STR_INIT("ThrottlingError"), DYNAMODB_THROTTLED },
	{ STR_INIT("TransactionConflict"), DYNAMODB_BUSY },
};
#define NREASONS (sizeof(reasons) / sizeof(reasons[0]))

/* What is no name of the service's: a proxy's answer, or one of tomorrow's. */
static enum dynamodb_class class_of_status(unsigned status)
{
	if (status == 429)
		return DYNAMODB_THROTTLED;
	if (status == 413)
		return DYNAMODB_TOO_LARGE;
	return status >= 500 || status < 400 || status == 408 ? DYNAMODB_BROKEN : DYNAMODB_FINAL;
}

static enum dynamodb_class class_of(struct str name, unsigned status)
{
	/* It may have been done, whatever it is called. */
	if (status >= 500)
		return DYNAMODB_BROKEN;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (str_eq(names[i].name, name))
			return names[i].class;
	}
	return class_of_status(status);
}

static size_t rank(struct str code)
{
	size_t i = 0;

	while (i < NREASONS && !str_eq(reasons[i].name, code))
		i++;
	return i;
}

/* Reads the texts of an object that are asked for by name, over the rest. */
static bool parse_texts(struct json_reader *json, const struct str *wanted, struct str *out,
			size_t n)
{
	struct str name;

	if (!json_enter_object(json))
		return false;
	while (json_next_member(json, &name)) {
		size_t i = 0;

		while (i < n && !str_eq(name, wanted[i]))
			i++;
		if (i < n && json_peek(json) == JSON_STRING) {
			if (!json_read_string(json, &out[i]))
				return false;
		} else if (!json_skip(json)) {
			return false;
		}
	}
	return !json->problem;
}

/* The reason that decides, of those that are not "None". */
static bool parse_reasons(struct json_reader *json, struct dynamodb_error *out)
{
	static const struct str wanted[] = { STR_INIT("Code"), STR_INIT("Message") };
	size_t best = SIZE_MAX;

	if (json_peek(json) != JSON_ARRAY)
		return json_skip(json);
	if (!json_enter_array(json))
		return false;
	for (size_t i = 0; json_next_element(json); i++) {
		struct str texts[2] = { { NULL, 0 }, { NULL, 0 } };
		size_t at;

		if (!parse_texts(json, wanted, texts, 2))
			return false;
		at = rank(texts[0]);
		if (at == NREASONS && (texts[0].len == 0 || str_eq(texts[0], STR("None"))))
			continue;
		/* One that is not known yet is final, but for a condition. */
		if (at == NREASONS)
			at = 1;
		if (at >= best)
			continue;
		best = at;
		out->condition = i;
		out->name = texts[0];
		out->message = texts[1];
		out->class =
			str_eq(reasons[at].name, texts[0]) ? reasons[at].class : DYNAMODB_FINAL;
	}
	return !json->problem;
}

/* The first of the reasons that newer answers give. */
static bool parse_throttling(struct json_reader *json, struct dynamodb_error *out)
{
	static const struct str wanted[] = { STR_INIT("reason") };
	struct str text = { NULL, 0 };

	if (json_peek(json) != JSON_ARRAY)
		return json_skip(json);
	if (!json_enter_array(json))
		return false;
	while (json_next_element(json)) {
		if (json_peek(json) != JSON_OBJECT ? !json_skip(json)
						   : !parse_texts(json, wanted, &text, 1))
			return false;
		if (out->throttled.len == 0)
			out->throttled = text;
	}
	return !json->problem;
}

static bool parse_member(struct dynamodb_item_parser *parser, struct str name, struct str *type,
			 struct dynamodb_error *out)
{
	struct json_reader *json = &parser->json;

	if (str_eq(name, STR("CancellationReasons")))
		return parse_reasons(json, out);
	if (str_eq_nocase(name, STR("ThrottlingReasons")))
		return parse_throttling(json, out);
	if (str_eq(name, STR("Item")))
		return dynamodb_item_parse(parser, &out->found);
	if (json_peek(json) != JSON_STRING)
		return json_skip(json);
	if (str_eq(name, STR("__type")))
		return json_read_string(json, type);
	if (str_eq_nocase(name, STR("message")) && out->message.len == 0)
		return json_read_string(json, &out->message);
	return json_skip(json);
}

/* False when the body is no error of the service's. `type`: what stands behind the #. */
static bool parse_body(struct dynamodb_item_parser *parser, struct str *type,
		       struct dynamodb_error *out)
{
	struct str name;
	size_t hash;

	if (!json_enter_object(&parser->json))
		return false;
	while (json_next_member(&parser->json, &name)) {
		if (!parse_member(parser, name, type, out))
			return false;
	}
	hash = str_index(*type, '#');
	if (hash != type->len)
		*type = str_sub(*type, hash + 1, type->len);
	return json_reader_finish(&parser->json) && type->len != 0;
}

void dynamodb_error_parse(struct arena *arena, unsigned status, struct str body,
			  struct dynamodb_error *out)
{
	struct dynamodb_item_parser parser;
	struct str type = { NULL, 0 };
	bool parsed;

	*out = (struct dynamodb_error){ .class = class_of_status(status) };
	dynamodb_item_parser_init(&parser, arena, body);
	parsed = parse_body(&parser, &type, out);
	dynamodb_item_parser_close(&parser);
	if (!parsed) {
		*out = (struct dynamodb_error){ .class = class_of_status(status) };
		out->name = str_printf(arena, "HTTP status %u", status);
		return;
	}
	if (out->name.len != 0 && status == 400 &&
	    str_eq(type, STR("TransactionCanceledException")))
		return; /* the reason's */
	out->name = type;
	out->class = class_of(type, status);
}
