/* net/http_client.h - requests to other servers, by libcurl: connections that are kept and used again, a deadline each, the
 * certificates of the system, no proxy and no redirect whatever the environment says.
 *
 * Owner:   who opens it closes it, when no call is under way. What a reply holds lives in the cx's arena.
 * Threads: any; a call blocks its own.
 * Errors:  of http_client_call alone, noted: UNAVAILABLE, nothing of it has reached the server; UNCERTAIN, some of it may have and no
 *          whole answer came; LIMIT `too_large`, the answer is longer than the caller takes. An answer of any status is OK.
 * The cx's traceparent and tracestate are sent with each call.
 */
#ifndef INNKEEPER_NET_HTTP_CLIENT_H
#define INNKEEPER_NET_HTTP_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"

struct http_client;

/* Never NULL. */
struct http_client *http_client_open(void);
void http_client_close(struct http_client *client);

struct http_client_header {
	struct str name;
	struct str value;
};

struct http_client_call {
	struct str method;
	struct str url; /* http or https */
	const struct http_client_header *headers;
	size_t nheaders;
	struct str body;
	int64_t timeout_ms;     /* from the call to the answer's last byte; above 0 */
	int64_t connect_ms;     /* of it, for a new connection; 0 = all of it */
	size_t reply_bytes_max; /* of the body */
};

struct http_client_reply {
	unsigned status;
	struct str body; /* as sent: nothing is decoded */
	struct http_client_header *headers;
	size_t nheaders;
};

MUST_CHECK enum err http_client_call(struct http_client *client, struct cx *cx,
				     const struct http_client_call *call,
				     struct http_client_reply *out);

/* The value of the first header of that name, whatever its case; empty when there is none. */
struct str http_client_header(const struct http_client_reply *reply, struct str name);

#endif
