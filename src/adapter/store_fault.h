/* adapter/store_fault.h - a store that fails one chosen call, for tests of what stands above it.
 *
 * Owner:   closing it closes the store below; the plan is the caller's and outlives it.
 * Threads: as the store below; a plan is changed only while no call is under way.
 */
#ifndef INNKEEPER_ADAPTER_STORE_FAULT_H
#define INNKEEPER_ADAPTER_STORE_FAULT_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/err.h"
#include "port/store.h"

/* Kinds of calls, to be combined. */
enum store_fault_kind {
	STORE_FAULT_GET = 1,
	STORE_FAULT_QUERY = 2, /* and partitions */
	STORE_FAULT_COMMIT = 4,
	STORE_FAULT_ALL = 7,
};

struct store_fault_plan {
	unsigned kinds;     /* enum store_fault_kind */
	unsigned nth;       /* the n-th call of these kinds fails; 0 = none */
	bool and_all_after; /* and every later one */
	bool applied;       /* the store below is asked all the same, its answer is lost */
	enum err err;       /* not OK; noted with `code` unless it is an answer of the port */
	const char *code;   /* NULL notes nothing: NOT_FOUND of get, CONFLICT of commit */
	atomic_uint calls;  /* of these kinds so far */
};

/* Passes everything on but what the plan fails. A commit that fails with CONFLICT names write 0. */
struct store *store_fault_open(struct store *below, struct store_fault_plan *plan);

#endif
