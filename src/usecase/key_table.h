/* usecase/key_table.h - the records of one hotel by sort key: as history says, and as they are stored.
 *
 * Owner: the caller's arena. Sticky: what does not fit in it is not there; look at arena->refused.
 */
#ifndef INNKEEPER_USECASE_KEY_TABLE_H
#define INNKEEPER_USECASE_KEY_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct key_row {
	struct str key;
	uint64_t
		written; /* revision of the last entry that put it; 0 = none, or a later one removed it */
	struct str written_token;
	uint64_t stored; /* rev of the item; 0 = there is none */
	struct str stored_token;
	struct str
		twin; /* of an object: the sample program's key, where it is there too; empty = it is not */
};

struct key_table {
	struct arena *arena;
	struct key_row **slots;
	size_t size; /* a power of two, or 0 */
	size_t n;
};

void key_table_init(struct key_table *table, struct arena *arena);

/* The row of a key, made when it is not there; NULL past the arena's cap. */
struct key_row *key_table_put(struct key_table *table, struct str key);

/* NULL when it is not there. */
struct key_row *key_table_find(const struct key_table *table, struct str key);

/* The row of slot i < table->size, in no order; NULL: the slot is empty. */
struct key_row *key_table_at(const struct key_table *table, size_t i);

#endif
