/* adapter/sqlite_backup.h - a copy of the database while others write to it.
 *
 * Errors: as store_backup of port/store.h. A copy that does not end is removed; what a process leaves that dies in the
 * middle is `<path>.new-XXXXXX`, never a file under the name asked for.
 */
#ifndef INNKEEPER_ADAPTER_SQLITE_BACKUP_H
#define INNKEEPER_ADAPTER_SQLITE_BACKUP_H

#include "base/cx.h"
#include "base/err.h"

/* Both paths have a folder in them. */
MUST_CHECK enum err sqlite_backup(struct cx *cx, const char *from, const char *path);

#endif
