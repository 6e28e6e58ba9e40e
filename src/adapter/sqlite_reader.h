/* adapter/sqlite_reader.h - one thread's connection for reading, its statements kept prepared.
 *
 * Owner:   the store; made at the thread's first read, closed with the store.
 * Threads: one; no lock anywhere on the way.
 * Reads:   each call is one statement, so one moment; it sees every commit that has been answered.
 */
#ifndef INNKEEPER_ADAPTER_SQLITE_READER_H
#define INNKEEPER_ADAPTER_SQLITE_READER_H

#include "base/cx.h"
#include "base/err.h"
#include "port/store.h"

struct sqlite_memo;
struct sqlite_reader;

/* The memo outlives the reader. */
MUST_CHECK enum err sqlite_reader_open(struct cx *cx, const char *path, struct sqlite_memo *memo,
				       struct sqlite_reader **out);

MUST_CHECK enum err sqlite_reader_get(struct sqlite_reader *reader, struct cx *cx, struct key key,
				      struct item *out);

/* A page ends at the query's limit, or when its items take about 1 MiB of the arena. */
MUST_CHECK enum err sqlite_reader_query(struct sqlite_reader *reader, struct cx *cx,
					const struct query *query, struct page *out);

MUST_CHECK enum err sqlite_reader_partitions(struct sqlite_reader *reader, struct cx *cx,
					     struct str after, size_t limit, struct codes *out);

/* NULL is nothing. */
void sqlite_reader_close(struct sqlite_reader *reader);

#endif
