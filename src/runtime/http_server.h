/* runtime/http_server.h - the HTTP/1.1 server: one acceptor, event threads, workers.
 *
 * Workers are one pool, in which lanes bound what a hotel takes, while a store is local: a read of it takes less than another pool's threads
 * would cost, and what waits for its disk waits for all writes alike. Where each call waits for a network (options.writes_apart), reads
 * and probes have a pool, and writes one of their own. A write that would have to wait for a worker of it is looked at by a reading one
 * before: what can be refused without the store is refused at once.
 *
 * Owner:   main opens one on an API, runs it, closes it. Thread numbers (cx.thread): event threads from 0 on, then
 *          the workers, those of writes last.
 * Threads: http_server_stop from any, and from no signal handler: SIGTERM and SIGINT are read (runtime/signals.h).
 * Errors:  http_server_open says what is wrong with the address; nothing later ends a running server.
 * Limits:  struct http_options.
 */
#ifndef INNKEEPER_RUNTIME_HTTP_SERVER_H
#define INNKEEPER_RUNTIME_HTTP_SERVER_H

#include <stdbool.h>

#include "api/api.h"
#include "base/cx.h"
#include "runtime/http_options.h"

struct http_server;

/* Listens and starts the threads; logs `listening` with http://ADDRESS:PORT. The API and options->metrics outlive it. */
MUST_CHECK enum err http_server_open(struct cx *cx, const struct http_options *options,
				     struct api *api, struct http_server **server);

/* The address it listens on: `127.0.0.1:8080`. */
struct str http_server_address(const struct http_server *server);

/* Tells options->notifier that it is ready, accepts until SIGTERM, SIGINT or http_server_stop, then waits for what is in flight. False when a request was still
 * being handled at the end of options->stop_timeout_ms: the process must end then, closing nothing that it may use. */
bool http_server_run(struct http_server *server);

void http_server_stop(struct http_server *server);

/* After http_server_run said true. */
void http_server_close(struct http_server *server);

#endif
