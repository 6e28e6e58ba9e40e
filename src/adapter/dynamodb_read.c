#include "adapter/dynamodb_read.h"

#include <string.h>

#include "adapter/dynamodb_item.h"
#include "base/vec.h"

/* The service's limits of a key: what is longer is nowhere. */
#define CODE_BYTES_MAX 2048
#define ITEM_TYPE_BYTES_MAX 1024
/* No page of the service's holds more. */
#define LIMIT_MAX 100000
/* Of a partition that is jumped over, so many items are looked at. */
#define SCAN_ITEMS 16
/* Requests for one page of codes: a table of large hotels has few to a page of its own. */
#define SCANS_MAX 32

/* A request while it is written. */
struct request {
	struct buf body;
	struct json_writer json;
};

static void begin(struct request *request, struct cx *cx, const struct dynamodb_table *table)
{
	buf_init(&request->body, cx->arena);
	json_writer_init(&request->json, &request->body);
	json_begin_object(&request->json);
	json_name(&request->json, STR("TableName"));
	json_string(&request->json, table->name);
	json_name(&request->json, STR("ConsistentRead"));
	json_bool(&request->json, true);
}

static enum err finish(struct request *request, struct cx *cx, const struct dynamodb_table *table,
		       const char *operation, struct str *answer)
{
	struct dynamodb_call call = { .operation = operation };
	struct dynamodb_reply reply;
	enum err err;

	json_end_object(&request->json);
	if (request->body.failed)
		return cx_check_memory(cx);
	call.body = buf_str(&request->body);
	err = dynamodb_client_call(table->client, cx, &call, &reply);
	*answer = reply.body;
	return err;
}

/* The sum was right, so nothing was lost on the way: what can not be read is memory, or an answer that is none. */
static enum err fail_answer(struct cx *cx)
{
	if (cx->arena->refused)
		return cx_check_memory(cx);
	cx->failure.retry_after_s = 1;
	return fail(cx, ERR_UNAVAILABLE, "unavailable", "DynamoDB's answer can not be read");
}

static bool parse_got(struct dynamodb_item_parser *parser, struct item *out, bool *found)
{
	struct str name;

	*found = false;
	if (!json_enter_object(&parser->json))
		return false;
	while (json_next_member(&parser->json, &name)) {
		if (!str_eq(name, STR("Item"))) {
			if (!json_skip(&parser->json))
				return false;
			continue;
		}
		if (!dynamodb_item_parse(parser, out))
			return false;
		*found = true;
	}
	return json_reader_finish(&parser->json);
}

enum err dynamodb_read_get(const struct dynamodb_table *table, struct cx *cx, struct key key,
			   struct item *out)
{
	struct dynamodb_item_parser parser;
	struct request request;
	struct str answer = { NULL, 0 };
	bool parsed, found;
	enum err err;

	if (key.item_type.len == 0 || key.item_type.len > ITEM_TYPE_BYTES_MAX ||
	    key.code.len > CODE_BYTES_MAX)
		return ERR_NOT_FOUND;
	begin(&request, cx, table);
	json_name(&request.json, STR("Key"));
	dynamodb_item_write_key(&request.json, key);
	err = finish(&request, cx, table, "GetItem", &answer);
	if (err != OK)
		return err;
	dynamodb_item_parser_init(&parser, cx->arena, answer);
	parsed = parse_got(&parser, out, &found);
	dynamodb_item_parser_close(&parser);
	if (!parsed || cx->arena->refused)
		return fail_answer(cx);
	return found ? OK : ERR_NOT_FOUND;
}

/* One answer of Query or Scan. */
struct answer {
	struct vec *items; /* of struct item: added to */
	struct key last;   /* where to go on; no code = there is nothing more */
};

static bool parse_items(struct dynamodb_item_parser *parser, struct answer *out)
{
	if (!json_enter_array(&parser->json))
		return false;
	while (json_next_element(&parser->json)) {
		struct item *item = vec_push(out->items, parser->arena, sizeof(*item));

		if (!item || !dynamodb_item_parse(parser, item))
			return false;
	}
	return !parser->json.problem;
}

static bool parse_page(struct dynamodb_item_parser *parser, struct answer *out)
{
	struct item last = { .rev = 0 };
	struct str name;
	bool parsed;

	if (!json_enter_object(&parser->json))
		return false;
	while (json_next_member(&parser->json, &name)) {
		if (str_eq(name, STR("Items")))
			parsed = parse_items(parser, out);
		else if (str_eq(name, STR("LastEvaluatedKey")) &&
			 json_peek(&parser->json) == JSON_OBJECT)
			parsed = dynamodb_item_parse(parser, &last);
		else
			parsed = json_skip(&parser->json);
		if (!parsed)
			return false;
	}
	out->last = last.key;
	return json_reader_finish(&parser->json);
}

static enum err read_page(struct cx *cx, struct str text, struct answer *out)
{
	struct dynamodb_item_parser parser;
	bool parsed;

	dynamodb_item_parser_init(&parser, cx->arena, text);
	parsed = parse_page(&parser, out);
	dynamodb_item_parser_close(&parser);
	return parsed && !cx->arena->refused ? OK : fail_answer(cx);
}

/* What of a query the service is asked for. */
struct range {
	struct str condition;
	struct str lower; /* included */
	struct str upper; /* `BETWEEN` includes it, though it is not meant */
	struct str start; /* only what comes behind it; empty = from the range's end on */
	bool has_both;
	bool is_empty;
};

static struct range range_of(const struct query *query)
{
	struct range range = { .lower = query->from, .upper = query->to, .start = query->after };
	bool has_from = query->from.len != 0, has_to = query->to.len != 0;
	bool before_from = str_cmp(query->after, query->from) < 0;
	bool behind_to = has_to && str_cmp(query->after, query->to) >= 0;

	if (has_to && str_cmp(query->from, query->to) >= 0)
		range.is_empty = true;
	if (query->after.len != 0)
		range.is_empty |= query->backwards ? before_from : behind_to;
	/* The service refuses to start outside of the range. */
	if (query->backwards ? behind_to : before_from)
		range.start = (struct str){ NULL, 0 };
	range.has_both = has_from && has_to;
	if (range.has_both)
		range.condition = STR("#c = :c AND #i BETWEEN :a AND :b");
	else if (has_from)
		range.condition = STR("#c = :c AND #i >= :a");
	else if (has_to)
		range.condition = STR("#c = :c AND #i < :b");
	else
		range.condition = STR("#c = :c");
	return range;
}

static void write_value(struct json_writer *json, struct str name, struct str text)
{
	if (text.len == 0)
		return;
	json_name(json, name);
	json_begin_object(json);
	json_name(json, STR("S"));
	json_string(json, text);
	json_end_object(json);
}

static void write_query(struct json_writer *json, const struct query *query,
			const struct range *range, struct str start)
{
	bool is_bound = range->lower.len != 0 || range->upper.len != 0;

	json_name(json, STR("KeyConditionExpression"));
	json_string(json, range->condition);
	json_name(json, STR("ExpressionAttributeNames"));
	json_raw(json, is_bound ? STR("{\"#c\":\"code\",\"#i\":\"itemType\"}")
				: STR("{\"#c\":\"code\"}"));
	json_name(json, STR("ExpressionAttributeValues"));
	json_begin_object(json);
	write_value(json, STR(":c"), query->code);
	write_value(json, STR(":a"), range->lower);
	write_value(json, STR(":b"), range->upper);
	json_end_object(json);
	if (query->backwards) {
		json_name(json, STR("ScanIndexForward"));
		json_bool(json, false);
	}
	if (start.len != 0) {
		json_name(json, STR("ExclusiveStartKey"));
		dynamodb_item_write_key(json, (struct key){ query->code, start });
	}
}

/* One more than the page proves that there is more; another may be the one that drop_upper takes out. */
static void write_limit(struct json_writer *json, const struct query *query,
			const struct range *range, size_t n)
{
	if (query->limit == 0 || query->limit > LIMIT_MAX)
		return;
	json_name(json, STR("Limit"));
	json_u64(json, query->limit + 1 + range->has_both - n);
}

/* Takes the one item out that stands at a range's end and is not part of it. */
static void drop_upper(struct vec *items, const struct range *range)
{
	struct item *first = items->items;

	for (size_t i = items->n; range->has_both && i-- > 0;) {
		if (!str_eq(first[i].key.item_type, range->upper))
			continue;
		memmove(first + i, first + i + 1, (items->n - i - 1) * sizeof(*first));
		items->n--;
	}
}

/* Of n items that were read, `has_more` = the service may have others: how many are the page. One is held back where it is the proof that
 * others follow. */
static void cut_page(struct vec *items, size_t limit, bool has_more, struct page *out)
{
	out->items = items->items;
	out->n = items->n;
	if (limit != 0 && out->n > limit)
		out->n = limit;
	else if (has_more)
		out->n--;
	out->more = out->n != items->n;
}

enum err dynamodb_read_query(const struct dynamodb_table *table, struct cx *cx,
			     const struct query *query, struct page *out)
{
	struct range range = range_of(query);
	struct vec items = { .items = NULL };
	struct answer answer = { .items = &items };
	struct str start = range.start;
	enum err err = OK;

	*out = (struct page){ .items = NULL };
	if (range.is_empty)
		return OK;
	/* A page of one item would be empty without it. */
	do {
		struct request request;
		struct str text = { NULL, 0 };

		begin(&request, cx, table);
		write_query(&request.json, query, &range, start);
		write_limit(&request.json, query, &range, items.n);
		err = finish(&request, cx, table, "Query", &text);
		if (err == OK)
			err = read_page(cx, text, &answer);
		drop_upper(&items, &range);
		start = answer.last.item_type;
	} while (err == OK && answer.last.code.len != 0 && items.n < 2 &&
		 (query->limit == 0 || items.n <= query->limit));
	if (err == OK)
		cut_page(&items, query->limit, answer.last.code.len != 0, out);
	return err;
}

/* The largest text that a sort key may be: 256 times U+10FFFF. */
static struct str last_item_type(struct cx *cx)
{
	char *room = arena_bytes(cx->arena, ITEM_TYPE_BYTES_MAX);

	for (size_t i = 0; room && i < ITEM_TYPE_BYTES_MAX; i += 4)
		memcpy(room + i, "\xf4\x8f\xbf\xbf", 4);
	return (struct str){ room, room ? ITEM_TYPE_BYTES_MAX : 0 };
}

/* One page of the table behind the partition `after`, of which only the codes come. */
static enum err scan(const struct dynamodb_table *table, struct cx *cx, struct str after,
		     size_t limit, struct answer *out)
{
	struct request request;
	struct str text = { NULL, 0 };
	enum err err;

	begin(&request, cx, table);
	json_name(&request.json, STR("ProjectionExpression"));
	json_string(&request.json, STR("#c"));
	json_name(&request.json, STR("ExpressionAttributeNames"));
	json_raw(&request.json, STR("{\"#c\":\"code\"}"));
	if (after.len != 0) {
		json_name(&request.json, STR("ExclusiveStartKey"));
		dynamodb_item_write_key(&request.json, (struct key){ after, last_item_type(cx) });
	}
	if (limit != 0 && limit <= LIMIT_MAX / SCAN_ITEMS) {
		json_name(&request.json, STR("Limit"));
		json_u64(&request.json, (limit + 1) * SCAN_ITEMS);
	}
	err = finish(&request, cx, table, "Scan", &text);
	return err == OK ? read_page(cx, text, out) : err;
}

/* Adds the code of each run of items; false when the arena refuses. */
static bool add_codes(struct cx *cx, const struct vec *items, struct str *last, struct vec *codes)
{
	for (size_t i = 0; i < items->n; i++) {
		const struct item *item = vec_at(items, i, sizeof(*item));
		struct str *code;

		if (str_eq(item->key.code, *last))
			continue;
		*last = item->key.code;
		code = vec_push(codes, cx->arena, sizeof(*code));
		if (!code)
			return false;
		*code = *last;
	}
	return true;
}

/* Without a limit the page is what one request brings, but for a page of one code: one is held back as the proof that others follow. */
static bool wants_more(const struct answer *answer, unsigned scans, size_t limit, size_t n)
{
	if (scans == 0)
		return true;
	if (answer->last.code.len == 0)
		return false;
	return n < 2 || (n <= limit && scans < SCANS_MAX);
}

enum err dynamodb_read_partitions(const struct dynamodb_table *table, struct cx *cx,
				  struct str after, size_t limit, struct codes *out)
{
	struct vec codes = { .items = NULL };
	struct answer answer = { .items = NULL };
	struct str last = after;
	enum err err = OK;

	*out = (struct codes){ .items = NULL };
	/* One more than the page proves that there is more. The rest of a partition that a page ends in is jumped over. */
	for (unsigned scans = 0; err == OK && wants_more(&answer, scans, limit, codes.n); scans++) {
		struct vec items = { .items = NULL };

		answer.items = &items;
		err = scan(table, cx, last, limit, &answer);
		if (err == OK && !add_codes(cx, &items, &last, &codes))
			err = cx_check_memory(cx);
	}
	if (err != OK)
		return err;
	out->items = codes.items;
	out->n = codes.n;
	if (limit != 0 && out->n > limit)
		out->n = limit;
	else if (answer.last.code.len != 0)
		out->n--;
	out->more = out->n != codes.n;
	return OK;
}
