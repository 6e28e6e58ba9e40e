/* adapter/dynamodb_read.h - the reads of the record port on a table: one item, a page of a range, the codes; consistent all.
 *
 * Threads: any.
 * Errors:  those of port/store.h.
 */
#ifndef INNKEEPER_ADAPTER_DYNAMODB_READ_H
#define INNKEEPER_ADAPTER_DYNAMODB_READ_H

#include "adapter/dynamodb_client.h"
#include "base/cx.h"
#include "base/err.h"
#include "port/store.h"

struct dynamodb_table {
	struct dynamodb_client *client;
	struct str name;
};

MUST_CHECK enum err dynamodb_read_get(const struct dynamodb_table *table, struct cx *cx,
				      struct key key, struct item *out);

MUST_CHECK enum err dynamodb_read_query(const struct dynamodb_table *table, struct cx *cx,
					const struct query *query, struct page *out);

/* In the order of the service's hashes. */
MUST_CHECK enum err dynamodb_read_partitions(const struct dynamodb_table *table, struct cx *cx,
					     struct str after, size_t limit, struct codes *out);

#endif
