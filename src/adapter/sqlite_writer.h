/* adapter/sqlite_writer.h - the one thread that commits, for all who wait, in groups with one sync.
 *
 * Owner:   the store.
 * Threads: any number commit; each blocks until its group is on disk, or until its deadline.
 * Errors:  CONFLICT, LIMIT `storage_full`, UNAVAILABLE, UNCERTAIN as port/store.h defines them. A
 *          failed sync latches: later commits are UNAVAILABLE. So are those to files that were moved or
 *          removed, until they are back.
 */
#ifndef INNKEEPER_ADAPTER_SQLITE_WRITER_H
#define INNKEEPER_ADAPTER_SQLITE_WRITER_H

#include <stddef.h>

#include "base/cx.h"
#include "base/err.h"
#include "port/store.h"

/* Writes of one commit, and of one group unless a single commit is larger. */
#define SQLITE_WRITER_WRITES_MAX 25000

struct sqlite_writer;
struct store_stats;

struct sqlite_place;

/* Opens the database for writing, notes its place, which outlives the writer, and starts the thread. */
MUST_CHECK enum err sqlite_writer_open(struct cx *cx, const char *path, struct sqlite_place *place,
				       struct sqlite_writer **out);

MUST_CHECK enum err sqlite_writer_commit(struct sqlite_writer *writer, struct cx *cx,
					 const struct commit *commit, size_t *conflict);

/* What it has counted; any thread. */
void sqlite_writer_stats(const struct sqlite_writer *writer, struct store_stats *out);

/* Writes what is queued, then ends the thread; the connection stays. NULL is nothing. */
void sqlite_writer_stop(struct sqlite_writer *writer);

/* After sqlite_writer_stop, when every reader is closed: moves the log into the file and closes. */
void sqlite_writer_close(struct sqlite_writer *writer);

#endif
