/* adapter/store_count.h - a store that counts what is asked of the one below it.
 *
 * Owner:   closing it closes the store below; the counts are the caller's and outlive it.
 * Threads: as the store below.
 */
#ifndef INNKEEPER_ADAPTER_STORE_COUNT_H
#define INNKEEPER_ADAPTER_STORE_COUNT_H

#include <stdatomic.h>
#include <stdint.h>

#include "port/store.h"

/* Calls, whatever came of them; items only of calls that succeeded. */
struct store_counts {
	_Atomic uint64_t gets;
	_Atomic uint64_t queries; /* and partitions */
	_Atomic uint64_t commits;
	_Atomic uint64_t items_read;
	_Atomic uint64_t items_written; /* puts and deletes */
};

/* Adds to `counts` from where they stand. */
struct store *store_count_open(struct store *below, struct store_counts *counts);

#endif
