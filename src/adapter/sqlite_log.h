/* adapter/sqlite_log.h - does the log beside a database still hold what was acknowledged?
 *
 * The engine takes a log up to the first frame that is not right, as it must after a power cut, and forgets the rest without a word. What it
 * forgets so, though it was committed, is damage. To be asked while nobody has the database open.
 */
#ifndef INNKEEPER_ADAPTER_SQLITE_LOG_H
#define INNKEEPER_ADAPTER_SQLITE_LOG_H

#include <stdbool.h>

#include "base/cx.h"
#include "base/err.h"

/* INVALID `damaged` when commits are lost in the log. `has_index`: the index over the log (`-shm`) is as the last process left it: the
 * system has not been started anew since. Then a log that is missing or cut is found as well. */
MUST_CHECK enum err sqlite_log_check(struct cx *cx, const char *path, bool has_index);

#endif
