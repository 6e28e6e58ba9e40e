/* runtime/http_loop.h - what an event thread has for its connections: its epoll, clock, pools, log and counters, and the
 * list by which workers hand requests back.
 *
 * Owner:   the server, from before its thread starts until after it ended.
 * Threads: its own; http_loop_return and http_loop_wake from any, `open` from any.
 */
#ifndef INNKEEPER_RUNTIME_HTTP_LOOP_H
#define INNKEEPER_RUNTIME_HTTP_LOOP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "runtime/access_log.h"
#include "runtime/http_exchange.h"
#include "runtime/http_options.h"
#include "runtime/metrics.h"

/* What all event threads have in common. */
struct http_shared {
	struct http_options options;
	struct api *api;
	struct worker_pool *
		reads; /* and all that does not wait for commits; of all requests where `writes` is NULL */
	struct worker_pool *writes; /* see options.writes_apart */
	_Atomic size_t connections;
	_Atomic uint64_t
		held_bytes; /* of bodies being read or handled, of answers that wait for their readers */
	_Atomic bool is_crowded; /* somebody waits who can not be accepted */
	_Atomic bool is_stopping;
	_Atomic int64_t stop_mono_ms; /* when what is left is closed */
};

/* A buffer that is waiting to be used again. */
struct http_buffer {
	struct http_buffer *next;
};

struct http_loop {
	struct http_shared *shared;
	unsigned thread; /* its number */
	int epoll_fd;
	int wake_fd;
	int64_t now_ms;                      /* monotonic, of this turn */
	int64_t wall_ms;                     /* of this turn */
	struct http_connection *connections; /* a list, for the timers */
	struct http_connection *held_first,
		*held_last; /* hold memory while they wait; who did nothing for longest is first */
	struct http_exchange_pool exchanges;
	struct http_buffer *buffers;
	unsigned nbuffers;
	struct access_log log;
	struct metrics_slot *metrics;
	int64_t date_s;
	char date[29];
	_Atomic uint64_t turns; /* taken by its thread */
	uint64_t turns_seen;    /* by the acceptor, when it asked for the next one */
	_Atomic size_t open;    /* connections handed to this thread and not closed */
	_Atomic(struct http_exchange *) returned;
};

/* False when the system has no descriptors left. */
bool http_loop_open(struct http_loop *loop, struct http_shared *shared, unsigned thread);

/* Its connections are closed. */
void http_loop_close(struct http_loop *loop);

/* Begins a turn: reads the clocks. */
void http_loop_tick(struct http_loop *loop);

/* HTTP_HEAD_MAX bytes. */
char *http_loop_take_buffer(struct http_loop *loop);

void http_loop_give_buffer(struct http_loop *loop, char *bytes);

/* The value of the Date field, made once a second. */
struct str http_loop_date(struct http_loop *loop);

/* Makes the thread take a turn. */
void http_loop_wake(struct http_loop *loop);

/* A worker is done with the exchange. */
void http_loop_return(struct http_loop *loop, struct http_exchange *exchange);

/* All that were returned, as a list by `next`. */
struct http_exchange *http_loop_take_returned(struct http_loop *loop);

#endif
