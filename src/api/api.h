/* api/api.h - from a request's bytes to an answer's: routes, checks, decoding, errors.
 *
 * Knows no socket: `serve` and `lambda` both stand on it. One HTTP request is one api_request and one
 * api_answer, both in cx->arena.
 * Threads: one struct api serves any number of threads, one cx is one thread's.
 */
#ifndef INNKEEPER_API_API_H
#define INNKEEPER_API_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cx.h"
#include "base/str.h"

struct app;

#define API_HEADERS_MAX 24

struct api_request {
	struct str method;
	struct str path;  /* as sent, percent-encoded, without the query; begins with a slash, or is `*` */
	struct str query; /* as sent, without the question mark */
	struct str host;  /* as sent; empty when HTTP/1.0 sent none */
	const struct str_pair *headers; /* in the order sent; values trimmed of blanks */
	size_t nheaders;
	uint64_t body_bytes; /* announced; 0 with `has_body` = chunked, not known yet */
	bool has_body;
	struct str body; /* only for api_handle */
};

struct api_answer {
	unsigned status;
	struct str_pair headers[API_HEADERS_MAX]; /* all but Date, Content-Length, Connection, Server */
	size_t nheaders;
	struct str body;       /* as if for GET: the front leaves it out for HEAD, and for 204 and 304 it is empty */
	const char *route;     /* the route's template for logs and metrics, never an id; "" = none matched */
	const char *use_case;  /* the seed's name for it, or "" */
	const char *code;      /* api.md's error code, or "" */
};

/* What the front may do with a request once it has the head. */
enum api_next {
	API_ANSWERED,  /* the answer is ready: refusals, probes, cached documents; never blocked */
	API_READ_BODY, /* read at most api_body_max bytes of body, then api_handle on a worker */
};

struct api_options {
	struct str base_path;      /* stripped where it leads the path; empty = none */
	struct str cors_origins;   /* comma-separated exact list; empty = `*` for reads, no cross-origin write */
	struct str public_hosts;   /* comma-separated names beside the loopback ones that Host may be */
	uint64_t body_max_bytes;   /* of JSON bodies */
	bool require_if_match;     /* 428 for a write to what exists without If-Match */
	bool auth_open;            /* every caller is the user with the empty name and every role */
	void (*write_metrics)(void *metrics, struct buf *out); /* Prometheus text */
	void *metrics;
};

struct api;

/* Lives in the arena, which the process keeps; app outlives it. */
struct api *api_open(struct arena *arena, struct app *app, const struct api_options *options);

/* Looks at the head alone; never blocks, so event threads may call it. */
enum api_next api_begin(struct api *api, struct cx *cx, const struct api_request *request,
			struct api_answer *answer);

/* Answers a request whose body has been read; may block on a store. Always fills the answer. */
void api_handle(struct api *api, struct cx *cx, const struct api_request *request,
		struct api_answer *answer);

/* The answer to what the front itself has to refuse (grammar, limits, timers), before or without a request: status and
 * code from api.md (one code may have several statuses), request NULL where the head could not be read. Sends
 * Retry-After where cx->failure.retry_after_s says so. Never blocks. */
void api_refuse(struct api *api, struct cx *cx, const struct api_request *request, unsigned status,
		const char *code, const char *detail, struct api_answer *answer);

/* Bytes of body that the request may have: past it the front refuses with `too_large`. */
uint64_t api_body_max(const struct api *api, const struct api_request *request);

/* Milliseconds a handler may take, by api.md "Limits": 5 s, 30 s for whole documents. */
int64_t api_handler_timeout_ms(const struct api *api, const struct api_request *request,
			       int64_t normal_timeout_ms);

#endif
