/* memory_store.h - a store in memory for fuzzing: fast, new for every input. What it keeps of an item is the text that the
 * SQLite adapter would, so what comes back has gone through that reader, and a damaged text can be put there.
 *
 * Threads: any. The port's suite runs on it (tests/contract/test_store_memory.c).
 */
#ifndef INNKEEPER_TESTS_MEMORY_STORE_H
#define INNKEEPER_TESTS_MEMORY_STORE_H

#include <stdint.h>

#include "port/store.h"

struct store *memory_store_open(void);

/* Puts a row as it is, whatever its text. False when the key is there already. */
bool memory_store_put_raw(struct store *store, struct key key, uint64_t rev, struct str attrs);

/* How often a commit has changed something. */
uint64_t memory_store_changes(const struct store *store);

#endif
