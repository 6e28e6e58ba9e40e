/* adapter/sqlite_attrs.h - the attributes of an item as one JSON object, its members in order.
 *
 * Owner:   a parser keeps scratch memory between items, for one thread; zeroed it is new.
 * Errors:  what was not written by sqlite_attrs_write is damage: found, never followed.
 */
#ifndef INNKEEPER_ADAPTER_SQLITE_ATTRS_H
#define INNKEEPER_ADAPTER_SQLITE_ATTRS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "port/store.h"

struct sqlite_attrs_parser {
	struct attr *stack; /* members and elements of the containers that are still open */
	size_t n;
	size_t cap;
	size_t values; /* of the attributes parsed last, of all depths */
};

/* Adds the object to the buffer, which is sticky. */
void sqlite_attrs_write(struct buf *buf, const struct attrs *attrs);

/* Values refer to `text` and to the arena. False: damaged, or the arena has refused. */
MUST_CHECK bool sqlite_attrs_parse(struct sqlite_attrs_parser *parser, struct arena *arena,
				   struct str text, struct attrs *out);

/* Returns the scratch memory; the parser is as new then. */
void sqlite_attrs_close(struct sqlite_attrs_parser *parser);

#endif
