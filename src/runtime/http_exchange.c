#include "runtime/http_exchange.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/heap.h"

/* More than this many of a burst are given back to the system. */
#define KEPT_MAX 64

struct http_exchange *http_exchange_open(struct http_exchange_pool *pool, unsigned thread)
{
	struct http_exchange *exchange = pool->first;

	if (exchange) {
		pool->first = exchange->next;
		pool->n--;
	} else {
		exchange = heap_alloc(sizeof(*exchange));
		arena_init(&exchange->arena, HTTP_EXCHANGE_ARENA_BYTES);
	}
	exchange->begun_us = clock_system_us();
	exchange->sent_bytes = 0;
	exchange->held_bytes = 0;
	exchange->is_answered = false;
	exchange->head_len = 0;
	exchange->answer = (struct api_answer){ .route = "", .use_case = "", .code = "" };
	http_parser_init(&exchange->parser);
	cx_init(&exchange->cx, &exchange->arena);
	exchange->cx.thread = thread;
	return exchange;
}

uint64_t http_exchange_age_us(const struct http_exchange *exchange)
{
	return (uint64_t)(clock_system_us() - exchange->begun_us);
}

static void destroy(struct http_exchange *exchange)
{
	arena_close(&exchange->arena);
	free(exchange->head);
	free(exchange);
}

void http_exchange_close(struct http_exchange_pool *pool, struct http_exchange *exchange)
{
	if (pool->n == KEPT_MAX) {
		destroy(exchange);
		return;
	}
	/* What is large is not kept: one of each burst may lie here for long. */
	arena_reset(&exchange->arena, HTTP_EXCHANGE_ARENA_BYTES);
	exchange->next = pool->first;
	pool->first = exchange;
	pool->n++;
}

void http_exchange_pool_close(struct http_exchange_pool *pool)
{
	while (pool->first) {
		struct http_exchange *next = pool->first->next;

		destroy(pool->first);
		pool->first = next;
	}
	pool->n = 0;
}
