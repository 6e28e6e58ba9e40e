/* adapter/sqlite_file.h - the database file before the engine opens it: made whole or not at all.
 *
 * Because a file under its final name is always complete, an empty one, or a log without its file,
 * is damage and never taken for a new store.
 */
#ifndef INNKEEPER_ADAPTER_SQLITE_FILE_H
#define INNKEEPER_ADAPTER_SQLITE_FILE_H

#include <limits.h>
#include <stdbool.h>

#include "base/cx.h"
#include "base/err.h"

/* Makes the file with its schema, mode 0600, unless it is there; refuses what can not be a database. */
MUST_CHECK enum err sqlite_file_ensure(struct cx *cx, const char *path);

/* INVALID `damaged` when the file is missing and something of a store is there. */
MUST_CHECK enum err sqlite_file_check_rest(struct cx *cx, const char *path);

/* Makes an empty file a store without items. */
MUST_CHECK enum err sqlite_file_write_schema(struct cx *cx, const char *path);

/* Makes an empty file beside `path`, mode 0600, for what is to be put there; its name is in `made`. */
MUST_CHECK enum err sqlite_file_begin(struct cx *cx, const char *path, char made[PATH_MAX]);

/* Gives the file its final name. *taken: something has that name, and the file is removed, as it is on an error. */
MUST_CHECK enum err sqlite_file_place(struct cx *cx, const char *made, const char *path,
				      bool *taken);

/* Makes what `made` holds durable; an error names `path`. */
MUST_CHECK enum err sqlite_file_sync(struct cx *cx, const char *made, const char *path);

/* Makes the names in the folder of `path` durable. */
MUST_CHECK enum err sqlite_file_sync_folder(struct cx *cx, const char *path);

/* Notes that a call of the system failed with `error`: LIMIT `storage_full`, else INVALID. */
enum err sqlite_file_fail(struct cx *cx, const char *path, const char *doing, int error);

#endif
