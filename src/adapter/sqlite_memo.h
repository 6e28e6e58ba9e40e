/* adapter/sqlite_memo.h - the last answers of get, valid while nobody, in any process, has committed.
 *
 * What tells is the head of SQLite's WAL index, the `-shm` file that all processes of a database share and that every commit
 * changes before it is answered: 48 bytes, looked at in memory. Asking the engine instead takes a read transaction,
 * and that system calls for its locks (decision 004).
 * Owner:   the store; closed after all its connections, because closing a descriptor of the file drops their locks.
 * Threads: any.
 * Errors:  none: without the expected index there is no memo, and what it does not know is read.
 * Limits:  262,144 short items of at most 600 bytes, their memory taken as they come.
 */
#ifndef INNKEEPER_ADAPTER_SQLITE_MEMO_H
#define INNKEEPER_ADAPTER_SQLITE_MEMO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "port/store.h"

#define SQLITE_MEMO_STAMP_WORDS 6

struct sqlite_memo;

/* A state of the database: equal stamps, equal contents. */
struct sqlite_memo_stamp {
	uint64_t words[SQLITE_MEMO_STAMP_WORDS];
};

/* `path` is the database's, which some connection has open. */
struct sqlite_memo *sqlite_memo_open(const char *path);

/* The state now, to be taken before what it is to vouch for is read; false when there is no telling. */
bool sqlite_memo_now(const struct sqlite_memo *memo, struct sqlite_memo_stamp *out);

/* To be called after a commit that changed something, with the state before it: where that is still the state, the index does not tell, and
 * the memo is never believed again. */
void sqlite_memo_check(struct sqlite_memo *memo, const struct sqlite_memo_stamp *before);

/* True with the item's rev and attributes' text, in the arena, as it was in that state. */
bool sqlite_memo_get(struct sqlite_memo *memo, const struct sqlite_memo_stamp *stamp,
		     struct key key, struct arena *arena, uint64_t *rev, struct str *attrs);

/* Keeps an item that was read after the stamp was taken; long ones are not kept. */
void sqlite_memo_put(struct sqlite_memo *memo, const struct sqlite_memo_stamp *stamp,
		     struct key key, uint64_t rev, struct str attrs);

/* NULL is nothing. */
void sqlite_memo_close(struct sqlite_memo *memo);

#endif
