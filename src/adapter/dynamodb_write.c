#include "adapter/dynamodb_write.h"

#include "adapter/dynamodb_item.h"
#include "port/item_size.h"

#define ITEM_BYTES_MAX 409600 /* the service's */
#define TOKEN_BYTES 16

/* One commit on its way. Its memory is its own: past the request's cap nobody could tell any more what was written. */
struct writing {
	const struct dynamodb_table *table;
	const struct commit *commit;
	struct arena arena;
	struct cx cx;
	struct buf body;
	struct json_writer json;
};

static bool has_condition(const struct write *write)
{
	return write->if_rev != REV_ANY;
}

/* What nothing is asked of: the service knows no check without a condition. */
static bool is_idle(const struct write *write)
{
	return write->op == WRITE_CHECK && !has_condition(write);
}

/* `rev` may be anybody's: what dynamodb_item_parse takes for none is none here too, but for a fraction, which never holds. */
static void write_expression(struct json_writer *json, const struct write *write)
{
	bool has_token = write->if_token.len != 0;

	json_name(json, STR("ConditionExpression"));
	if (write->if_rev == REV_ABSENT)
		json_string(json, STR("attribute_not_exists(#c)"));
	else if (write->if_rev == REV_NONE)
		json_string(json, has_token
					  ? STR("attribute_exists(#c) AND (attribute_not_exists(#r)"
						" OR NOT #r BETWEEN :l AND :r) AND #w = :w")
					  : STR("attribute_exists(#c) AND (attribute_not_exists(#r)"
						" OR NOT #r BETWEEN :l AND :r)"));
	else
		json_string(json, has_token ? STR("#r = :r AND #w = :w") : STR("#r = :r"));
}

static void write_names(struct json_writer *json, const struct write *write)
{
	json_name(json, STR("ExpressionAttributeNames"));
	json_begin_object(json);
	if (write->if_rev == REV_ABSENT || write->if_rev == REV_NONE) {
		json_name(json, STR("#c"));
		json_string(json, STR("code"));
	}
	if (write->if_rev != REV_ABSENT) {
		json_name(json, STR("#r"));
		json_string(json, STR("rev"));
	}
	if (write->if_token.len != 0) {
		json_name(json, STR("#w"));
		json_string(json, STR("wt"));
	}
	json_end_object(json);
}

static void write_number(struct json_writer *json, struct str name, uint64_t number)
{
	json_name(json, name);
	json_raw(json, STR("{\"N\":\""));
	buf_add_u64(json->buf, number);
	buf_add(json->buf, STR("\"}"));
}

static void write_values(struct json_writer *json, const struct write *write)
{
	bool is_none = write->if_rev == REV_NONE;

	if (write->if_rev == REV_ABSENT)
		return;
	json_name(json, STR("ExpressionAttributeValues"));
	json_begin_object(json);
	if (is_none)
		write_number(json, STR(":l"), 1);
	write_number(json, STR(":r"), is_none ? DYNAMODB_REV_MAX : write->if_rev);
	if (write->if_token.len != 0) {
		json_name(json, STR(":w"));
		json_begin_object(json);
		json_name(json, STR("S"));
		json_string(json, write->if_token);
		json_end_object(json);
	}
	json_end_object(json);
}

/* The members of a put, a delete or a check, which are the same alone and in a transaction. */
static void write_members(struct writing *w, const struct write *write)
{
	struct json_writer *json = &w->json;

	json_name(json, STR("TableName"));
	json_string(json, w->table->name);
	if (write->op == WRITE_PUT) {
		json_name(json, STR("Item"));
		dynamodb_item_write(json, write->key, write->rev, &write->attrs);
	} else {
		json_name(json, STR("Key"));
		dynamodb_item_write_key(json, write->key);
	}
	if (!has_condition(write))
		return;
	write_expression(json, write);
	write_names(json, write);
	write_values(json, write);
}

static bool bears_token(const struct attrs *attrs, struct str token)
{
	const struct value *value = attrs_find(attrs, STR("wt"));

	return token.len != 0 && value && value->kind == VALUE_TEXT && str_eq(value->text, token);
}

static bool is_put_alone(const struct commit *commit)
{
	return commit->n == 1 && commit->writes[0].op == WRITE_PUT &&
	       has_condition(&commit->writes[0]);
}

/* True when what is there is what this put has put. */
static bool is_ours(const struct commit *commit, const struct item *found)
{
	return bears_token(&found->attrs, commit->token) && found->rev == commit->writes[0].rev;
}

static enum err put(struct writing *w, size_t *conflict)
{
	struct dynamodb_call call = { .operation = "PutItem", .writes = true };
	struct dynamodb_reply reply;
	enum err err;

	json_begin_object(&w->json);
	write_members(w, &w->commit->writes[0]);
	json_name(&w->json, STR("ReturnValuesOnConditionCheckFailure"));
	json_string(&w->json, STR("ALL_OLD"));
	json_end_object(&w->json);
	call.body = buf_str(&w->body);
	err = dynamodb_client_call(w->table->client, &w->cx, &call, &reply);
	*conflict = 0;
	if (err != ERR_CONFLICT)
		return err;
	if (is_ours(w->commit, &reply.error.found))
		return OK;
	/* An earlier try may have been done, and somebody may have written over it since. */
	if (reply.is_unclear)
		return fail(&w->cx, ERR_UNCERTAIN, "uncertain",
			    "DynamoDB, PutItem: refused after a try that got no answer");
	return ERR_CONFLICT;
}

/* The write that the n-th action of the transaction stands for. */
static size_t index_of(const struct commit *commit, size_t action)
{
	for (size_t i = 0; i < commit->n; i++) {
		if (is_idle(&commit->writes[i]))
			continue;
		if (action-- == 0)
			return i;
	}
	return 0;
}

static enum err transact(struct writing *w, size_t *conflict)
{
	static const struct str names[] = { [WRITE_PUT] = STR_INIT("Put"),
					    [WRITE_DELETE] = STR_INIT("Delete"),
					    [WRITE_CHECK] = STR_INIT("ConditionCheck") };
	struct dynamodb_call call = { .operation = "TransactWriteItems", .writes = true };
	struct dynamodb_reply reply;
	enum err err;

	json_begin_object(&w->json);
	json_name(&w->json, STR("ClientRequestToken"));
	json_string(&w->json, rand_hex(w->cx.rand, &w->arena, TOKEN_BYTES));
	json_name(&w->json, STR("TransactItems"));
	json_begin_array(&w->json);
	for (size_t i = 0; i < w->commit->n; i++) {
		const struct write *write = &w->commit->writes[i];

		if (is_idle(write))
			continue;
		json_begin_object(&w->json);
		json_name(&w->json, names[write->op]);
		json_begin_object(&w->json);
		write_members(w, write);
		json_end_object(&w->json);
		json_end_object(&w->json);
	}
	json_end_array(&w->json);
	json_end_object(&w->json);
	call.body = buf_str(&w->body);
	err = dynamodb_client_call(w->table->client, &w->cx, &call, &reply);
	if (err == ERR_CONFLICT)
		*conflict = index_of(w->commit, reply.error.condition);
	return err;
}

/* *idle = nothing is asked of the service. */
static enum err check(struct cx *cx, const struct commit *commit, bool *idle)
{
	size_t bytes = 0;

	*idle = true;
	if (commit->n > DYNAMODB_WRITES_MAX)
		return fail(cx, ERR_LIMIT, "too_large", "one commit holds at most %d records",
			    DYNAMODB_WRITES_MAX);
	for (size_t i = 0; i < commit->n; i++) {
		const struct write *write = &commit->writes[i];
		const struct item item = { write->key, write->rev, write->attrs };
		size_t size = write->op == WRITE_PUT ? item_size(&item) : 0;

		*idle = *idle && is_idle(write);
		bytes += size;
		if (size > ITEM_BYTES_MAX)
			return fail(cx, ERR_LIMIT, "too_large",
				    "a record of %zu bytes is past the limit of %d", size,
				    ITEM_BYTES_MAX);
	}
	if (bytes > DYNAMODB_COMMIT_BYTES_MAX)
		return fail(cx, ERR_LIMIT, "too_large",
			    "the records of one commit have %zu bytes, the limit is %d", bytes,
			    DYNAMODB_COMMIT_BYTES_MAX);
	return OK;
}

enum err dynamodb_write_commit(const struct dynamodb_table *table, struct cx *cx,
			       const struct commit *commit, size_t *conflict)
{
	struct writing w = { .table = table, .commit = commit, .cx = *cx };
	bool idle;
	enum err err = check(cx, commit, &idle);

	if (err != OK || idle)
		return err;
	arena_init(&w.arena, 0);
	w.cx.arena = &w.arena;
	cx_clear(&w.cx);
	buf_init(&w.body, &w.arena);
	json_writer_init(&w.json, &w.body);
	if (is_put_alone(commit))
		err = put(&w, conflict);
	else
		err = transact(&w, conflict);
	fail_as(cx, err, &w.cx.failure);
	arena_close(&w.arena);
	return err;
}
