/* adapter/store_sqlite.h - the record port on one SQLite file: the embedded default.
 *
 * Owner:   store_close ends it; the file and its log (`-wal`, `-shm` beside it) are the store's
 *          alone, other processes come in through this adapter too.
 * Threads: any. One writer thread commits for all in groups that share a sync; each cx->thread
 *          reads over a connection of its own. store_close comes when no caller is inside any
 *          more; it waits for the commits whose callers have left at their deadline.
 * Errors:  as port/store.h says. After a failed sync the group under way is UNCERTAIN, and every
 *          later commit UNAVAILABLE until the store is opened anew; reads go on. A full disk is
 *          LIMIT `storage_full`, for as long as it is full. What is damaged is
 *          INTERNAL, its page or key in the log: read or written, never taken for something else.
 * Limits:  25,000 writes a commit; values nest to 30.
 */
#ifndef INNKEEPER_ADAPTER_STORE_SQLITE_H
#define INNKEEPER_ADAPTER_STORE_SQLITE_H

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "port/store.h"

/*
 * Opens the database file at `path`; a missing one is made, for its owner only, in a folder that exists.
 * ERR_INVALID when the path or the file is none of ours (no folder, not allowed, read-only, another
 * program's, a newer version's, damaged); ERR_UNAVAILABLE when it is locked or the disk fails.
 */
MUST_CHECK enum err store_sqlite_open(struct cx *cx, struct str path, struct store **out);

#endif
