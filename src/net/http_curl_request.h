/* net/http_curl_request.h - one call as libcurl takes it: checked, its lines terminated.
 *
 * Owner:   all of it lives in the cx's arena; libcurl only reads it, while the call lasts.
 * Errors:  INVALID, what can not be sent: another scheme, user and password in the URL, framing by the caller, control characters.
 */
#ifndef INNKEEPER_NET_HTTP_CURL_REQUEST_H
#define INNKEEPER_NET_HTTP_CURL_REQUEST_H

#include <stdbool.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"

struct curl_slist;

struct http_curl_request {
	struct arena *arena;
	const char *method;
	const char *url;
	struct str body;
	struct curl_slist
		*lines; /* of all headers, and those that keep libcurl from adding its own */
	struct curl_slist **end;
	bool has_body;
	bool has_type; /* a Content-Type is among the lines */
	bool has_left; /* the client's: a connection stood, and some of it may have gone out */
};

/* Scheme and host of a URL: what a text may show of it. */
struct str http_curl_request_origin(struct str url);

/* The request without a limit of time; the trace of cx is among its headers. */
MUST_CHECK enum err http_curl_request_write(struct http_curl_request *request, struct cx *cx,
					    struct str method, struct str url,
					    const struct str_pair *headers, size_t nheaders,
					    struct str body);

#endif
