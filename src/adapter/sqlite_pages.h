/* adapter/sqlite_pages.h - what lies between the engine and the file system: a sum at the end of each page of a database, set when the
 * page is written and looked at when it is read, and a look at the log's own sums at each read of it (decision 006).
 *
 * On disk: the last 8 bytes of a page of 4096, as in SQLite's checksum VFS, so that its tools read ours. A database of schema 1 has no
 * room for them and is passed on as it is; so are journals and temporary files.
 * Threads: any, as the engine's rules for its files say.
 * Errors:  a page that is not what was written is SQLITE_IOERR_DATA, its file and number in the log. A page of zeros passes: the
 *          engine leaves free pages unwritten, and takes none of them for a page of a table.
 */
#ifndef INNKEEPER_ADAPTER_SQLITE_PAGES_H
#define INNKEEPER_ADAPTER_SQLITE_PAGES_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define SQLITE_PAGES_BYTES 4096
#define SQLITE_PAGES_SUM_BYTES 8

/* What makes a database ours, in its head: `inkp`. */
#define SQLITE_PAGES_APPLICATION_ID 0x696e6b70

/* Name of the file system, in front of the one that is the process's default at the call. */
const char *sqlite_pages_vfs(void);

/* A new database of this connection will have room for the sums. To be called before anything is written. */
MUST_CHECK int sqlite_pages_reserve(sqlite3 *db);

/* Does the database have them? */
MUST_CHECK int sqlite_pages_has_sums(sqlite3 *db, bool *out);

/* The page of the database, from 1, that this connection found damaged last; 0 = none. */
uint32_t sqlite_pages_damaged(sqlite3 *db);

/* Reads the file's pages, in use or not, beside those who write; *page: the first that is damaged, 0 = none. */
MUST_CHECK int sqlite_pages_scan(sqlite3 *db, uint32_t *page);

#endif
