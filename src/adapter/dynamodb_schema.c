#include "adapter/dynamodb_schema.h"

#include <errno.h>
#include <time.h>

#include "base/log.h"
#include "codec/json_reader.h"
#include "codec/json_writer.h"

#define WAIT_MS 120000
#define LOOK_EACH_MS 200

/* What of DescribeTable's answer is looked at. */
struct description {
	struct str status;
	struct str partition_key;
	struct str sort_key;
	struct str types[2]; /* of those two, S N or B */
	unsigned keys;
};

static const char create[] =
	"\"BillingMode\":\"PAY_PER_REQUEST\",\"DeletionProtectionEnabled\":true,"
	"\"KeySchema\":[{\"AttributeName\":\"code\",\"KeyType\":\"HASH\"},"
	"{\"AttributeName\":\"itemType\",\"KeyType\":\"RANGE\"}],"
	"\"AttributeDefinitions\":[{\"AttributeName\":\"code\",\"AttributeType\":\"S\"},"
	"{\"AttributeName\":\"itemType\",\"AttributeType\":\"S\"},"
	"{\"AttributeName\":\"user\",\"AttributeType\":\"S\"}],"
	"\"GlobalSecondaryIndexes\":[{\"IndexName\":\"user-index\","
	"\"KeySchema\":[{\"AttributeName\":\"user\",\"KeyType\":\"HASH\"}],"
	"\"Projection\":{\"ProjectionType\":\"ALL\"}}],"
	"\"StreamSpecification\":{\"StreamEnabled\":true,\"StreamViewType\":\"NEW_AND_OLD_IMAGES\"}";

static const char back_up[] =
	"\"PointInTimeRecoverySpecification\":{\"PointInTimeRecoveryEnabled\":true}";

static enum err call(const struct dynamodb_table *table, struct cx *cx, const char *operation,
		     const char *more, struct dynamodb_reply *out)
{
	struct str body = str_printf(cx->arena, "{\"TableName\":\"" STR_FMT "\"%s%s}",
				     STR_ARG(table->name), *more ? "," : "", more);
	const struct dynamodb_call call = { operation, body, .is_question = true };

	if (cx_check_memory(cx) != OK)
		return ERR_LIMIT;
	return dynamodb_client_call(table->client, cx, &call, out);
}

/* Reads one object of two texts, as `{"AttributeName":"code","KeyType":"HASH"}`. */
static bool parse_pair(struct json_reader *json, struct str *attribute, struct str *other)
{
	struct str name;

	*attribute = *other = (struct str){ NULL, 0 };
	if (!json_enter_object(json))
		return false;
	while (json_next_member(json, &name)) {
		struct str *out = str_eq(name, STR("AttributeName")) ? attribute : other;

		if (json_peek(json) == JSON_STRING ? !json_read_string(json, out)
						   : !json_skip(json))
			return false;
	}
	return !json->problem;
}

static bool parse_keys(struct json_reader *json, struct description *out)
{
	struct str attribute, type;

	if (!json_enter_array(json))
		return false;
	while (json_next_element(json)) {
		if (!parse_pair(json, &attribute, &type))
			return false;
		out->keys++;
		if (str_eq(type, STR("HASH")))
			out->partition_key = attribute;
		else
			out->sort_key = attribute;
	}
	return !json->problem;
}

static bool parse_types(struct json_reader *json, struct description *out)
{
	struct str attribute, type;

	if (!json_enter_array(json))
		return false;
	while (json_next_element(json)) {
		if (!parse_pair(json, &attribute, &type))
			return false;
		if (str_eq(attribute, STR("code")))
			out->types[0] = type;
		else if (str_eq(attribute, STR("itemType")))
			out->types[1] = type;
	}
	return !json->problem;
}

static bool parse_table(struct json_reader *json, struct description *out)
{
	struct str name;

	if (!json_enter_object(json))
		return false;
	while (json_next_member(json, &name)) {
		bool parsed;

		if (str_eq(name, STR("TableStatus")))
			parsed = json_read_string(json, &out->status);
		else if (str_eq(name, STR("KeySchema")))
			parsed = parse_keys(json, out);
		else if (str_eq(name, STR("AttributeDefinitions")))
			parsed = parse_types(json, out);
		else
			parsed = json_skip(json);
		if (!parsed)
			return false;
	}
	return !json->problem;
}

static bool parse_description(struct arena *arena, struct str body, struct description *out)
{
	struct json_reader json;
	struct str name;

	*out = (struct description){ .keys = 0 };
	json_reader_init(&json, arena, body, 0);
	if (!json_enter_object(&json))
		return false;
	while (json_next_member(&json, &name)) {
		if (str_eq(name, STR("Table")) ? !parse_table(&json, out) : !json_skip(&json))
			return false;
	}
	return json_reader_finish(&json);
}

static bool is_ours(const struct description *table)
{
	return table->keys == 2 && str_eq(table->partition_key, STR("code")) &&
	       str_eq(table->sort_key, STR("itemType")) && str_eq(table->types[0], STR("S")) &&
	       str_eq(table->types[1], STR("S"));
}

/* *ready = it takes requests. */
static enum err describe(const struct dynamodb_table *table, struct cx *cx, bool *ready)
{
	struct description description;
	struct dynamodb_reply reply = { .is_unclear = false };
	enum err err = call(table, cx, "DescribeTable", "", &reply);

	*ready = false;
	if (err != OK && str_eq(reply.error.name, STR("ResourceNotFoundException"))) {
		cx_clear(cx);
		return ERR_NOT_FOUND;
	}
	if (err != OK)
		return err;
	if (!parse_description(cx->arena, reply.body, &description))
		return fail(cx, ERR_UNAVAILABLE, "unavailable",
			    "DynamoDB's description of the table can not be read");
	if (!is_ours(&description))
		return fail(cx, ERR_INVALID, "invalid",
			    "the table " STR_FMT " is none of ours: its key is not `code` and "
			    "`itemType`, both texts",
			    STR_ARG(table->name));
	*ready = str_eq(description.status, STR("ACTIVE")) ||
		 str_eq(description.status, STR("UPDATING"));
	return OK;
}

static enum err fail_not_ready(const struct dynamodb_table *table, struct cx *cx)
{
	return fail(cx, ERR_UNAVAILABLE, "unavailable", "the table " STR_FMT " is not active",
		    STR_ARG(table->name));
}

enum err dynamodb_schema_check(const struct dynamodb_table *table, struct cx *cx)
{
	bool ready;
	enum err err = describe(table, cx, &ready);

	if (err == ERR_NOT_FOUND)
		return fail(cx, ERR_INVALID, "invalid",
			    "there is no table " STR_FMT ": `innkeeper migrate` makes it",
			    STR_ARG(table->name));
	if (err == OK && !ready)
		return fail_not_ready(table, cx);
	return err;
}

static enum err create_table(const struct dynamodb_table *table, struct cx *cx)
{
	struct dynamodb_reply reply = { .is_unclear = false };
	enum err err = call(table, cx, "CreateTable", create, &reply);

	/* Somebody else was faster, or an earlier try of ours. */
	if (err == OK || !str_eq(reply.error.name, STR("ResourceInUseException")))
		return err;
	cx_clear(cx);
	return OK;
}

static enum err wait_until_ready(const struct dynamodb_table *table, struct cx *cx)
{
	const struct timespec rest = { .tv_nsec = LOOK_EACH_MS * 1000000L };
	int64_t until_ms = clock_mono_ms(cx->clock) + WAIT_MS;
	bool ready;
	enum err err = describe(table, cx, &ready);

	/* It may not be seen at once. */
	while ((err == ERR_NOT_FOUND || (err == OK && !ready)) &&
	       clock_mono_ms(cx->clock) < until_ms) {
		nanosleep(&rest, NULL);
		err = describe(table, cx, &ready);
	}
	if (err == ERR_NOT_FOUND || (err == OK && !ready))
		return fail_not_ready(table, cx);
	return err;
}

/* The table serves without: what is missing is said, once. */
static void back_up_continuously(const struct dynamodb_table *table, struct cx *cx)
{
	const struct timespec rest = { .tv_sec = 1 };
	struct dynamodb_reply reply = { .is_unclear = false };
	enum err err = call(table, cx, "UpdateContinuousBackups", back_up, &reply);

	/* Those of a new table take a moment to be switched on at all. */
	for (int i = 0; i < 30 && err != OK &&
			str_eq(reply.error.name, STR("ContinuousBackupsUnavailableException"));
	     i++) {
		cx_clear(cx);
		nanosleep(&rest, NULL);
		err = call(table, cx, "UpdateContinuousBackups", back_up, &reply);
	}
	if (err == OK)
		return;
	cx_clear(cx);
	log_event(LOG_LEVEL_WARN, "no_continuous_backups",
		  "the table " STR_FMT " is made without point-in-time recovery: " STR_FMT,
		  STR_ARG(table->name), STR_ARG(reply.error.name));
}

enum err dynamodb_schema_ensure(const struct dynamodb_table *table, struct cx *cx)
{
	bool ready;
	enum err err = describe(table, cx, &ready);

	if (err == OK)
		return ready ? OK : wait_until_ready(table, cx);
	if (err != ERR_NOT_FOUND)
		return err;
	err = create_table(table, cx);
	if (err == OK)
		err = wait_until_ready(table, cx);
	if (err == OK)
		back_up_continuously(table, cx);
	return err;
}
