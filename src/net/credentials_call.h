/* net/credentials_call.h - how the places that are servers are asked. */
#ifndef INNKEEPER_NET_CREDENTIALS_CALL_H
#define INNKEEPER_NET_CREDENTIALS_CALL_H

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "net/credentials_found.h"
#include "net/http_client.h"

/* http or https, a host, perhaps a port and a path; UNAVAILABLE naming the place and the variable when it is not. *host is the host, in
 * its brackets if it has some. */
MUST_CHECK enum err credentials_call_check_url(struct cx *cx, struct str place,
					       const char *variable, struct str url,
					       struct str *host);

/* Calls, without a pause, until an answer comes whose status is neither 429 nor 5xx, `tries` times at most; the last answer counts,
 * whatever its status. What is asked may be asked twice. */
MUST_CHECK enum err credentials_call(const struct credentials_options *options, struct cx *cx,
				     struct str place, struct http_client_call *call,
				     unsigned tries, struct http_client_reply *out);

#endif
