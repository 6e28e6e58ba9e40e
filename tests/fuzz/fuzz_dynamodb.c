/* fuzz_dynamodb.c: any bytes as what DynamoDB has answered: an item, an error. What is read as an item is written so that it reads
 * as the same again; an error always has a name, and whatever has a status of
 * 500 may have been done.
 */
#include <stdint.h>
#include <stdlib.h>

#include "adapter/dynamodb_error.h"
#include "adapter/dynamodb_item.h"
#include "adapter/dynamodb_number.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static bool parse(struct arena *arena, struct str text, struct item *out)
{
	struct dynamodb_item_parser parser;
	bool parsed;

	dynamodb_item_parser_init(&parser, arena, text);
	parsed = dynamodb_item_parse(&parser, out) && json_reader_finish(&parser.json);
	dynamodb_item_parser_close(&parser);
	return parsed;
}

static struct str written(struct arena *arena, const struct item *item)
{
	struct json_writer json;
	struct buf buf;

	buf_init(&buf, arena);
	json_writer_init(&json, &buf);
	dynamodb_item_write(&json, item->key, item->rev, &item->attrs);
	return buf_str(&buf);
}

static void check_item(struct arena *arena, struct str text)
{
	struct item item, again;
	struct str first;

	if (!parse(arena, text, &item))
		return;
	require(item.rev != 0 && item.rev != REV_ANY);
	first = written(arena, &item);
	/* What nests as deep as the reader goes is deeper yet as a text of its own. */
	if (!parse(arena, first, &again))
		return;
	require(again.rev == item.rev && again.attrs.n == item.attrs.n);
	require(str_eq(written(arena, &again), first));
}

static void check_error(struct arena *arena, struct str text)
{
	static const unsigned statuses[] = { 200, 400, 403, 413, 429, 500, 503 };

	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		struct dynamodb_error error;

		dynamodb_error_parse(arena, statuses[i], text, &error);
		require(error.name.len != 0);
		require(statuses[i] < 500 || error.class == DYNAMODB_BROKEN);
	}
}

static void check_number(struct arena *arena, struct str text)
{
	struct str plain, again;

	if (!dynamodb_number_plain(arena, text, &plain))
		return;
	require(plain.len <= DYNAMODB_NUMBER_MAX + 3);
	require(dynamodb_number_plain(arena, plain, &again) && str_eq(plain, again));
	require(str_index(plain, 'e') == plain.len && str_index(plain, 'E') == plain.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct arena arena;

	arena_init(&arena, 0);
	check_item(&arena, text);
	check_error(&arena, text);
	check_number(&arena, text);
	arena_close(&arena);
	return 0;
}
