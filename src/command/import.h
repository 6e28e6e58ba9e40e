/* command/import.h - `innkeeper import`: what export has written comes into a store, each hotel whole or not at all.
 *
 * Beside a running server. A code or a name that is taken, a line that is damaged: that hotel is named among the complaints, and the others
 * come in. Memory: one hotel as text and records (at most 1 GiB), and those of a commit.
 */
#ifndef INNKEEPER_COMMAND_IMPORT_H
#define INNKEEPER_COMMAND_IMPORT_H

#include "base/cx.h"
#include "base/err.h"
#include "command/import_queue.h"

/* INVALID: it is no export. UNAVAILABLE, UNCERTAIN, LIMIT `storage_full`: the store or the file failed, and what was committed before stays;
 * sent again, what has come in is complained about as existing. */
MUST_CHECK enum err import_store(struct cx *cx, const struct import_job *job,
				 struct import_result *result);

#endif
