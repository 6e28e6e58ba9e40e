/* adapter/sqlite_restore.h - a backup put in the place of a store that nobody has open.
 *
 * A kill, or power that fails, leaves the old store or the new one, whole: the old log is moved into the old file before the new
 * file takes its name. All paths have a folder in them. What a process leaves that dies is `<path>.restore`, removed by the next one.
 */
#ifndef INNKEEPER_ADAPTER_SQLITE_RESTORE_H
#define INNKEEPER_ADAPTER_SQLITE_RESTORE_H

#include <limits.h>
#include <stdbool.h>

#include "base/cx.h"
#include "base/err.h"

/* Is there anything of a store, be it only its log? */
bool sqlite_restore_has_store(const char *path);

/* The name that a new file has until it is put in place; what a process left there that died is removed. */
void sqlite_restore_begin(const char *path, char made[PATH_MAX]);

/* Copies the file `from` beside `path`, on disk when it is answered, under the name `made`. INVALID when it can not be read, or is
 * a store that is in use; LIMIT `storage_full`. */
MUST_CHECK enum err sqlite_restore_copy(struct cx *cx, const char *from, const char *path,
					char made[PATH_MAX]);

/* Gives the copy, which nobody has open either, the name `path`; a store that is there goes. UNAVAILABLE when another program has that
 * one open: it stays. */
MUST_CHECK enum err sqlite_restore_place(struct cx *cx, const char *made, const char *path);

/* Removes a copy that is not wanted. */
void sqlite_restore_drop(const char *made);

#endif
