/* runtime/http_session.h - the life of a connection on its event thread: events, timers, end.
 *
 * Owner:   the loop has its connections from their first event on; they free themselves.
 * Threads: the loop's, but http_session_open.
 * Errors:  what can not be read is answered once as api.md says, then the connection closes; a client that went away
 *          is given up, but a request that a worker has is handled to its end.
 */
#ifndef INNKEEPER_RUNTIME_HTTP_SESSION_H
#define INNKEEPER_RUNTIME_HTTP_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/http_exchange.h"
#include "runtime/http_loop.h"

/* Hands an accepted socket to the loop's thread: from any thread. False, the socket closed, when the system refuses. */
bool http_session_open(struct http_loop *loop, int fd, int64_t now_ms);

/* What epoll says. */
void http_session_event(struct http_connection *connection, uint32_t events);

/* A worker has filled the answer. */
void http_session_answer(struct http_exchange *exchange);

/* Looks at the timers of all the loop's connections; false when it is to go on next turn. */
bool http_session_check_all(struct http_loop *loop);

/* Closes those that wait for a request, or, when it is late, all of them but those whose request a worker has. */
void http_session_stop_all(struct http_loop *loop, bool is_late);

/* After the threads and the workers ended: frees those that a late stop had to leave. */
void http_session_close_all(struct http_loop *loop);

#endif
