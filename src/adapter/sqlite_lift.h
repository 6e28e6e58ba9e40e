/* adapter/sqlite_lift.h - a store of schema 1, whose pages have no sums, made one that has them.
 *
 * Its items are copied into a new file beside it, which takes its name: killed at any moment it is the old store or the new one, as
 * after a restore (sqlite_restore.h).
 */
#ifndef INNKEEPER_ADAPTER_SQLITE_LIFT_H
#define INNKEEPER_ADAPTER_SQLITE_LIFT_H

#include "base/cx.h"
#include "base/err.h"

/* To be called while nobody has the database open; OK also for one that needs nothing, or that is none. Where it fails the old store is
 * there as it was: LIMIT `storage_full`, else as the engine fails. */
MUST_CHECK enum err sqlite_lift(struct cx *cx, const char *path);

#endif
