/* runtime/http_options.h - the limits of the HTTP server, each with its flag (api.md "Limits"). */
#ifndef INNKEEPER_RUNTIME_HTTP_OPTIONS_H
#define INNKEEPER_RUNTIME_HTTP_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct metrics;
struct notifier;

struct http_options {
	const char *listen; /* ADDRESS:PORT, [IPV6]:PORT or localhost:PORT; port 0 = any free one */
	unsigned event_threads; /* 0 = one a core */
	unsigned workers;       /* threads of a pool, for requests which may block */
	unsigned queue_max;     /* requests that may wait in a pool; beyond: 503 */
	bool writes_apart;      /* reads and writes have a pool each, else one for both */
	unsigned
		connections_max; /* beyond: nobody is accepted until one closes, the kernel keeps them waiting */
	uint64_t
		bodies_max_bytes; /* of all bodies being read and answers that wait for their readers; beyond: who waits longest is
				    * cut off */
	int64_t header_timeout_ms; /* from a head's first byte to its last; the first head: from the connect */
	int64_t body_timeout_ms; /* for a body, and the time that what came takes at this rate: */
	uint64_t body_bytes_a_second;
	int64_t idle_timeout_ms; /* between two requests */
	int64_t write_timeout_ms; /* for an answer, and the time that what went takes at this rate: */
	uint64_t write_bytes_a_second;
	int64_t handler_timeout_ms; /* api_handler_timeout_ms decides what it is for a request */
	int64_t stop_timeout_ms;    /* what a stop waits for requests in flight */
	int64_t last_wait_ms;       /* beyond that, for workers to end; has no flag */
	struct metrics *metrics;    /* outlives the server */
	struct notifier *notifier;  /* hears how the server is; likewise; NULL = nobody does */
};

/* The defaults: 127.0.0.1:8080 and those of api.md; metrics NULL, to be set. */
void http_options_init(struct http_options *options);

#endif
