/* adapter/dynamodb_write.h - a commit of the record port on a table: one conditioned put as such, everything else as a transaction.
 *
 * Threads: any.
 * Errors:  those of port/store.h.
 *
 * How a write is sent again without being done twice. A transaction bears a client token of its own: within ten minutes the service
 * answers a second sending of it like the first. That token is made anew for each call and is not the commit's: a success that is told
 * again says what was, not that the conditions hold now, and whoever commits equal writes a second time is asking for the latter. A put
 * alone has no such token: sent again it may be refused for what it has itself put, which shows by `rev` and `wt` of what is there; where
 * it does not and a try had no answer, the outcome is UNCERTAIN.
 */
#ifndef INNKEEPER_ADAPTER_DYNAMODB_WRITE_H
#define INNKEEPER_ADAPTER_DYNAMODB_WRITE_H

#include <stddef.h>

#include "adapter/dynamodb_read.h"
#include "base/cx.h"
#include "base/err.h"
#include "port/store.h"

#define DYNAMODB_WRITES_MAX 100
/* The service takes 4 MiB; the keys of what is only checked or removed are part of it. */
#define DYNAMODB_COMMIT_BYTES_MAX 4000000

MUST_CHECK enum err dynamodb_write_commit(const struct dynamodb_table *table, struct cx *cx,
					  const struct commit *commit, size_t *conflict);

#endif
