/* main/embedded.h - the embedded store's file, and the lock that tells whether anybody has it open.
 *
 * The lock's file tells too that a store was there: a folder that lost its database does not begin with an empty one.
 * Every process that opens the store holds a shared lock on `<file>.lock` beside it; `restore` holds it alone.
 */
#ifndef INNKEEPER_MAIN_EMBEDDED_H
#define INNKEEPER_MAIN_EMBEDDED_H

#include <stdbool.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "port/store.h"

struct embedded {
	struct str path; /* of the database file, with a folder in it; the caller's */
	int lock;        /* descriptor; 0 = none */
};

/* Opens the store beside others that have it open; `may_make`: makes it where it is missing, in a folder that is there. UNAVAILABLE
 * during a restore. The store is closed before the lock. */
MUST_CHECK enum err embedded_open(struct cx *cx, struct str path, bool may_make,
				  struct embedded *out, struct store **store);

/* Keeps everybody out, and opens nothing. CONFLICT when somebody has it open. */
MUST_CHECK enum err embedded_exclude(struct cx *cx, struct str path, struct embedded *out);

/* Gives the lock back; a zeroed one is nothing. */
void embedded_close(struct embedded *embedded);

#endif
