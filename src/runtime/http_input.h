/* runtime/http_input.h - what was read from a client and not used yet, in one buffer that idle connections do not have.
 *
 * Threads: the connection's event thread.
 * Limits:  HTTP_HEAD_MAX bytes; more stays with the kernel, which makes the client wait.
 */
#ifndef INNKEEPER_RUNTIME_HTTP_INPUT_H
#define INNKEEPER_RUNTIME_HTTP_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "runtime/http_loop.h"

enum http_read {
	HTTP_READ_SOME,
	HTTP_READ_LATER, /* nothing there: an event will come */
	HTTP_READ_END,   /* the client closed, or the connection broke */
};

struct http_input {
	int fd;
	bool is_readable; /* reading may give something */
	bool has_ended;   /* the client's end is known to come behind what is readable */
	char *bytes;      /* NULL while there is nothing */
	size_t start, end;
};

/* What is there, a view until the next http_input_read. */
struct str http_input_str(const struct http_input *input);

/* The first n bytes are used. */
void http_input_use(struct http_input *input, size_t n);

/* Reads once behind what is there; moves that to the front when it is not. */
enum http_read http_input_read(struct http_input *input, struct http_loop *loop);

/* Reads once into `to`, past an empty buffer. */
enum http_read http_input_read_to(struct http_input *input, struct http_loop *loop, char *to,
				  size_t room, size_t *got);

/* Drops what is there, and the buffer. */
void http_input_drop(struct http_input *input, struct http_loop *loop);

#endif
