/* adapter/sqlite_db.h - connections to the database file: opened and set up in one way, and what
 * the engine answers turned into our errors.
 *
 * Threads: a connection is used by one thread at a time, the engine takes no lock for it.
 */
#ifndef INNKEEPER_ADAPTER_SQLITE_DB_H
#define INNKEEPER_ADAPTER_SQLITE_DB_H

#include <sqlite3.h>
#include <stdbool.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"

/* The version of the schema. Version 1 is the same without sums at the end of the pages. */
#define SQLITE_DB_VERSION 2
#define SQLITE_DB_VERSION_WITHOUT_SUMS 1

/* How long a commit waits for another process that is writing. */
#define SQLITE_DB_BUSY_MS 4000

/* Extended result codes, nothing shared; the caller closes *out, which is set on failure too. */
MUST_CHECK int sqlite_db_connect(const char *path, int flags, sqlite3 **out);

/* Opens for the writer: checks that the file is ours, switches to WAL, moves a log that was left into it. */
MUST_CHECK enum err sqlite_db_open_writer(struct cx *cx, const char *path, sqlite3 **out);

/* Opens for a thread that only reads. */
MUST_CHECK enum err sqlite_db_open_reader(struct cx *cx, const char *path, sqlite3 **out);

MUST_CHECK enum err sqlite_db_prepare(struct cx *cx, sqlite3 *db, const char *sql,
				      sqlite3_stmt **out);

/* The one integer that a statement gives, a pragma's value. */
MUST_CHECK int sqlite_db_get_int(sqlite3 *db, const char *sql, int *out);

/* True for a disk or quota that is full; `error` is errno as the call left it. */
bool sqlite_db_is_full(int rc, int error);

/* True for a sync that failed: what it was to make durable may be lost, and a later one would not tell. */
bool sqlite_db_is_sync(int rc);

/* True when what stands in the file can not be right, or not be read. */
bool sqlite_db_is_damaged(int rc);

/* An item's name for the log and for answers: in a partition of nobody's hotel (`~…`) it may be a client's own text, such as an idempotency
 * key, and is left out. */
struct str sqlite_db_shown(struct str code, struct str item_type);

/* What a caller hears of damage, nothing being written: INTERNAL, or UNAVAILABLE where the disk can not read now. */
enum err sqlite_db_damage(int rc);

/* Notes that the engine failed with `rc` at `doing`, where nothing was written: UNAVAILABLE, INTERNAL for damage. */
enum err sqlite_db_fail(struct cx *cx, int rc, const char *doing);

#endif
