/* command/record_text.h - the lines of an export: one JSON object each, UTF-8, ended by a line feed.
 *
 *   {"format":"innkeeper-export","version":1}                        first
 *   {"code":"~chain","itemType":"ACME","attrs":{…}}                  chains, then brands: what they are, not who names them
 *   {"code":"1","itemType":"cfg-general","rev":3,"attrs":{…}}        hotels: all records of one together, in the order of their keys
 *   {"code":"1","itemType":"cfg-history-7","attrs":{…}}              without `rev`: what another program wrote in a hotel
 *   {"end":{"chains":1,"hotels":1,"records":7}}                      last: an export without it is cut
 *
 * Attributes stand by name, within maps too, and numbers keep their text: one record is the same bytes whatever store it comes from. Read
 * is any order.
 */
#ifndef INNKEEPER_COMMAND_RECORD_TEXT_H
#define INNKEEPER_COMMAND_RECORD_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cx.h"
#include "base/err.h"
#include "port/store.h"

/* The largest record takes less, whatever of it has to be escaped. */
#define RECORD_TEXT_BYTES_MAX ((size_t)4 << 20)

struct record_counts {
	uint64_t chains; /* and brands */
	uint64_t hotels;
	uint64_t records; /* of the hotels */
};

struct record_text {
	enum record_text_kind {
		RECORD_TEXT_FORMAT,
		RECORD_TEXT_CHAIN,
		RECORD_TEXT_ITEM,
		RECORD_TEXT_END
	} kind;
	struct item item;            /* of a chain or an item; a chain's rev is 0 */
	struct record_counts counts; /* of the end */
	size_t begin_bytes; /* of an item's line: what all lines of its hotel begin with, the code included */
};

/* Add one line to the buffer, which is sticky. An item without rev is a chain's or brand's. */
void record_text_write_format(struct buf *buf);
void record_text_write_item(struct buf *buf, const struct item *item);
void record_text_write_end(struct buf *buf, const struct record_counts *counts);

/* Reads a line; *out refers to it and to cx's arena. INVALID: it is none, and why. */
MUST_CHECK enum err record_text_read(struct cx *cx, struct str line, struct record_text *out);

#endif
