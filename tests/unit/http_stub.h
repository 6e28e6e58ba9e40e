/* http_stub.h - a server on 127.0.0.1 that answers as a test tells it, to the byte; a thread a connection.
 *
 * Clients close their connections before http_stub_close, or it does.
 */
#ifndef INNKEEPER_TESTS_HTTP_STUB_H
#define INNKEEPER_TESTS_HTTP_STUB_H

#include <stdbool.h>
#include <stddef.h>

struct http_stub;

/* One request, read whole: head, and body by its length. */
struct http_stub_request {
	struct http_stub *stub;
	void *user;
	int fd;
	unsigned connection; /* 0 = the first one accepted */
	unsigned nth;        /* 0 = the first request of its connection */
	char *head;          /* request line and fields, terminated; `\r\n` between them */
	char *body;          /* terminated */
	size_t body_bytes;
};

/* Answers on `fd`; false closes the connection. */
typedef bool http_stub_serve(struct http_stub_request *request);

struct http_stub *http_stub_open(http_stub_serve *serve, void *user);
void http_stub_close(struct http_stub *stub);

/* Takes no more connections; those that are there stay. */
void http_stub_refuse(struct http_stub *stub);

int http_stub_port(const struct http_stub *stub);

/* A port where nobody listens, and nobody can begin to before the caller closes *holder. */
int http_stub_closed_port(int *holder);

unsigned http_stub_connections(struct http_stub *stub);
unsigned http_stub_requests(struct http_stub *stub);

/* Requests that have been answered. */
unsigned http_stub_served(struct http_stub *stub);

/* Connections of which the client has the end. */
unsigned http_stub_ended(struct http_stub *stub);

/* Sends it all; a client that has gone is nothing to complain of. */
void http_stub_send(int fd, const char *bytes, size_t len);
void http_stub_say(int fd, const char *text);

/* 200 with that body and its length. */
void http_stub_answer(int fd, const char *body);

/* Until all that was sent, or the end, has come to where the client reads; a client that has no room, or is gone, has it never. */
void http_stub_settle(int fd);

/* Until the client closes. */
void http_stub_linger(int fd);

/* The client has closed. */
bool http_stub_is_left(int fd);

/* Is there that line in the head? Whole, in its case. */
bool http_stub_has_line(const struct http_stub_request *request, const char *line);

#endif
