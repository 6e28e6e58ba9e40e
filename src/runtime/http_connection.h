/* runtime/http_connection.h - one client's connection: what it is doing and what it has.
 *
 * Requests of one connection are handled one after the other; what a client sends ahead waits.
 * Owner:   its event thread's loop; http_session.h opens and frees it.
 * Threads: that one. While a worker has the exchange, only its return goes on with it.
 */
#ifndef INNKEEPER_RUNTIME_HTTP_CONNECTION_H
#define INNKEEPER_RUNTIME_HTTP_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/uio.h>

#include "runtime/http_exchange.h"
#include "runtime/http_input.h"
#include "runtime/http_loop.h"

enum http_phase {
	HTTP_HEAD, /* idle, or a head is being read: then there is an exchange */
	HTTP_BODY,
	HTTP_WORK, /* a worker has the exchange */
	HTTP_WRITE,
	HTTP_LINGER, /* all is said; the client is to read it before the connection breaks */
};

struct http_connection {
	struct http_connection *next, *previous; /* of the loop */
	struct http_connection *held_next, *held_previous;
	struct http_loop *loop;
	struct http_exchange
		*exchange; /* from the first byte of a request to the last of its answer */
	struct http_input input;
	enum http_phase phase;
	bool is_listed;
	bool is_held;     /* is in the loop's list of those */
	bool is_fresh;    /* nothing came yet */
	bool is_broken;   /* to be freed as soon as no worker has its exchange */
	bool closes;      /* after this answer */
	int64_t since_ms; /* when the phase began */
	size_t lingered_bytes;
	struct iovec out[2]; /* what is left of the answer */
};

#define HTTP_CONNECTION_EVENTS (EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET)

/* Begins a phase; returns true: there is something to do. */
bool http_connection_enter(struct http_connection *connection, enum http_phase phase);

/* The client is gone; returns false: there is nothing to do. */
bool http_connection_give_up(struct http_connection *connection);

/* As give_up, from anywhere: an event follows. What the kernel has not sent is thrown away with the connection. */
void http_connection_reset(struct http_connection *connection);

/* Lets the others have their turn first; returns false. */
bool http_connection_go_on_later(struct http_connection *connection);

/* It waits for its client, and memory with it: until the phase ends it may be cut off for that memory. Said again whenever the client did
 * something: who did nothing for longest goes first. */
void http_connection_hold(struct http_connection *connection);

/* No more. */
void http_connection_release(struct http_connection *connection);

#endif
