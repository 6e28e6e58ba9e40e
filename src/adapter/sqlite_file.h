/* adapter/sqlite_file.h - the database file before the engine opens it: made whole or not at all.
 *
 * Because a file under its final name is always complete, an empty one, or a log without its file,
 * is damage and never taken for a new store.
 */
#ifndef INNKEEPER_ADAPTER_SQLITE_FILE_H
#define INNKEEPER_ADAPTER_SQLITE_FILE_H

#include "base/cx.h"
#include "base/err.h"

/* Makes the file with its schema, mode 0600, unless it is there; refuses what can not be a database. */
MUST_CHECK enum err sqlite_file_ensure(struct cx *cx, const char *path);

#endif
