/* api/message.h - an HTTP request and its answer as the layer sees them: no socket, no framing.
 *
 * Owner: all texts live in the arena of the request's cx, or longer.
 */
#ifndef INNKEEPER_API_MESSAGE_H
#define INNKEEPER_API_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

#define API_HEADERS_MAX 24

struct api_request {
	struct str method;
	struct str
		path; /* as sent, percent-encoded, without the query; begins with a slash, or is `*` */
	struct str query;               /* as sent, without the question mark */
	struct str host;                /* as sent; empty when HTTP/1.0 sent none */
	const struct str_pair *headers; /* in the order sent; values trimmed of blanks */
	size_t nheaders;
	uint64_t body_bytes; /* announced; 0 with `has_body` = chunked, not known yet */
	bool has_body;
	struct str body; /* only for api_handle */
	struct str
		mount; /* what the front took away before `path`, such as an API's /stage: Location and Link begin with it; empty = nothing */
	struct str
		user; /* who asks, as the front has made sure; empty = nobody is known: 401 where it matters, unless auth_open */
};

struct api_answer {
	unsigned status;
	struct str_pair headers
		[API_HEADERS_MAX]; /* all but Date, Content-Length, Connection, Server; no name twice */
	size_t nheaders;
	struct str
		body; /* as if for GET: the front leaves it out for HEAD, and for 204 and 304 it is empty */
	const char *
		route; /* the route's template for logs and metrics, never an id; "" = none matched */
	const char *use_case; /* the seed's name for it, or "" */
	const char *code;     /* api.md's error code, or "" */
};

struct api_options {
	struct str base_path; /* stripped where it leads the path; empty = none */
	struct str
		cors_origins; /* comma-separated exact list; empty = `*` for reads, no cross-origin write */
	struct str
		public_hosts; /* comma-separated names beside the loopback ones that Host may be */
	uint64_t body_max_bytes; /* of JSON bodies */
	bool require_if_match;   /* 428 for a write to what exists without If-Match */
	bool auth_open; /* who is not known is the user with the empty name, and everybody has every role */
	bool guards_browsers; /* Host must be ours, and no page of another origin writes: with auth_open on this machine */
	uint64_t
		answer_max_bytes; /* of an answer's body; 0 = no bound. Past it: 413, nothing written */
	void (*write_metrics)(void *metrics, struct buf *out); /* Prometheus text */
	void *metrics;
};

#endif
