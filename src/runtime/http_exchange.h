/* runtime/http_exchange.h - one request and its answer, and the memory of both.
 *
 * Owner:   a connection from a request's first byte until its answer is sent; then the pool of its event thread, so
 *          that a request costs no allocation of the system.
 * Threads: the event thread's, and a worker's while that handles it; never both at once.
 */
#ifndef INNKEEPER_RUNTIME_HTTP_EXCHANGE_H
#define INNKEEPER_RUNTIME_HTTP_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/api.h"
#include "base/arena.h"
#include "base/cx.h"
#include "net/http_chunked.h"
#include "net/http_parser.h"
#include "runtime/worker_pool.h"

#define HTTP_EXCHANGE_ARENA_BYTES ((size_t)16 * 1024 * 1024)

struct http_connection;

struct http_exchange {
	struct worker_job job;
	struct http_exchange *next; /* in the pool, or among those handled */
	struct http_connection *connection;
	int64_t begun_us; /* monotonic; the first byte */
	struct arena arena;
	struct cx cx;
	struct http_parser parser;
	struct http_chunked chunked;
	struct api_request request;
	struct api_answer answer;
	char *body; /* NULL while none had to be gathered */
	size_t body_len, body_cap;
	char *head; /* the answer's; kept in the pool */
	size_t head_len, head_cap;
	uint64_t sent_bytes;
	size_t held_bytes; /* counted, while the answer waits for its reader */
	bool is_answered;  /* the answer is filled, whether or not the client still wants it */
};

struct http_exchange_pool {
	struct http_exchange *first;
	unsigned n;
};

/* A fresh one that begins now, its parser at the start and its cx initialised. */
struct http_exchange *http_exchange_open(struct http_exchange_pool *pool, unsigned thread);

/* Microseconds since it was opened. */
uint64_t http_exchange_age_us(const struct http_exchange *exchange);

/* Its body must have been given back. */
void http_exchange_close(struct http_exchange_pool *pool, struct http_exchange *exchange);

/* Frees what is in the pool. */
void http_exchange_pool_close(struct http_exchange_pool *pool);

#endif
