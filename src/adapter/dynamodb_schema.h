/* adapter/dynamodb_schema.h - the table itself: whether it is there and ours, and how it is made.
 *
 * Errors:  INVALID: there is none, or another kind of table; UNAVAILABLE: it can not be asked, or is not ready. What exists is never changed.
 */
#ifndef INNKEEPER_ADAPTER_DYNAMODB_SCHEMA_H
#define INNKEEPER_ADAPTER_DYNAMODB_SCHEMA_H

#include "adapter/dynamodb_read.h"
#include "base/cx.h"
#include "base/err.h"

/* OK when the table is there, has our key and takes requests. */
MUST_CHECK enum err dynamodb_schema_check(const struct dynamodb_table *table, struct cx *cx);

/* Makes the table where there is none: on demand, `user-index`, a stream of both images, protected from deletion, backed up
 * continuously where the service can; and waits until it takes requests. */
MUST_CHECK enum err dynamodb_schema_ensure(const struct dynamodb_table *table, struct cx *cx);

#endif
