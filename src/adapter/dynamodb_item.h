/* adapter/dynamodb_item.h - items as DynamoDB's typed JSON, `{"name":{"S":"text"}}`, and back.
 *
 * Owner:   what a parser reads lives in its arena and in the text; scratch memory is its own until it is closed.
 * Threads: one.
 * Errors:  what other programs have written is never an error: sets are lists, binary is the text of its base64, a number that is none of
 *          the port's is a text, a type of tomorrow is NULL, a `rev` that is no whole number from 1 on is none (REV_NONE). The
 *          reader's failure is sticky: text that is no JSON, or an arena that refuses.
 */
#ifndef INNKEEPER_ADAPTER_DYNAMODB_ITEM_H
#define INNKEEPER_ADAPTER_DYNAMODB_ITEM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/vec.h"
#include "codec/json_reader.h"
#include "codec/json_writer.h"
#include "port/store.h"

/* The largest rev that is one; the port's marks lie above. */
#define DYNAMODB_REV_MAX (REV_NONE - 1)

/* Writes `{"code":…,"itemType":…}`. */
void dynamodb_item_write_key(struct json_writer *json, struct key key);

/* Writes key, rev (REV_NONE: none) and attributes as one object. */
void dynamodb_item_write(struct json_writer *json, struct key key, uint64_t rev,
			 const struct attrs *attrs);

struct dynamodb_item_parser {
	struct json_reader json; /* the caller reads what stands around the items */
	struct arena *arena;
	struct arena scratch;
	struct vec stack; /* members and elements of the containers that are still open */
};

void dynamodb_item_parser_init(struct dynamodb_item_parser *parser, struct arena *arena,
			       struct str text);
void dynamodb_item_parser_close(struct dynamodb_item_parser *parser);

/* Reads the item at hand; false when the reader failed. */
bool dynamodb_item_parse(struct dynamodb_item_parser *parser, struct item *out);

#endif
