/* bench/runtime_wire.h - requests of the Runtime API as a server that has one client hears them, one at a time. What it does not know, or waits
 * 10 s for, ends the process. */
#ifndef INNKEEPER_BENCH_RUNTIME_WIRE_H
#define INNKEEPER_BENCH_RUNTIME_WIRE_H

#include <stdbool.h>
#include <stddef.h>

#define RUNTIME_WIRE_MAX ((size_t)16 << 20) /* of one request */

struct runtime_wire {
	int listener;
	int fd;   /* the client's connection; -1 = none yet */
	char *in; /* one request: the client waits for each answer */
	size_t in_bytes;
};

struct runtime_request {
	bool is_next; /* else it is an answer */
	char *body;   /* lives until the next request; a NUL follows it */
	size_t bytes;
};

_Noreturn void runtime_wire_die(const char *what, const char *detail);

/* On a port of its own of 127.0.0.1, which becomes AWS_LAMBDA_RUNTIME_API. */
void runtime_wire_open(struct runtime_wire *wire);

/* For another client. */
void runtime_wire_forget(struct runtime_wire *wire);

/* Nothing received for 10 s is an error from now on. */
void runtime_wire_limit(int fd);

/* Waits for `next` or an answer. */
struct runtime_request runtime_wire_read(struct runtime_wire *wire);

void runtime_wire_send(struct runtime_wire *wire, char *head, size_t head_bytes, char *body,
		       size_t bytes);

#endif
