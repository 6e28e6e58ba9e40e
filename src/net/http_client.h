/* net/http_client.h - requests to other servers, by libcurl: connections that are kept and used again, a deadline each, the
 * certificates of the system, no proxy, no redirect and no decoding whatever the environment says.
 *
 * Owner:   who opens it closes it, when no call is under way. What a reply holds lives in the cx's arena.
 * Threads: any; a call blocks its own. As many connections stay as calls were under way at once.
 * Time:    timeout_ms alone counts, name lookup and handshake included; cx's deadline is the caller's to look at, who may want to
 *          hear the outcome of a write later than that.
 * Errors:  of http_client_call alone, noted, without anything of the request but its host.
 *          UNAVAILABLE: nothing of the request has left: no address, no connection, no handshake, no certificate that we trust.
 *          UNCERTAIN:   some of it may have left, and no whole answer came in time.
 *          LIMIT `too_large`: the answer is longer than the caller takes, or than the arena does; what was asked may be done.
 *          INVALID:     a URL, method or header that can not be sent.
 *          INTERNAL:    libcurl can not be loaded; nothing has left.
 *          An answer of any status is OK.
 * Again:   a request that went out on a kept connection which died before the first line of an answer is sent once more on
 *          another, as every client does (libcurl: up to five times), whatever its method: the server may see it twice. Send
 *          what may be done twice, or bears a token.
 * Limits:  HTTP_CURL_ANSWER_…: 100 fields and 64 KiB of heads, those of interim answers (1xx) and trailers, which are dropped, included.
 *
 * Framing is not the caller's: Content-Length, Transfer-Encoding, Connection and Expect are refused. Nothing is sent but what is
 * given, Host, Accept, the cx's traceparent and tracestate, and the length of a body.
 */
#ifndef INNKEEPER_NET_HTTP_CLIENT_H
#define INNKEEPER_NET_HTTP_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"

struct http_client;

/* Trusts the certificates of that file alone, or of that folder as `openssl rehash` leaves it; the name outlives the client. NULL = those that
 * the system trusts. Loads nothing yet. Never NULL. */
struct http_client *http_client_open(const char *trusted);

void http_client_close(struct http_client *client);

/* Loads now what the first call of a process loads otherwise, some 4 ms, for all clients: for who has time before there is anything to do. In
 * a thread of its own it would take as much from whatever runs beside it. Whether it went well the first call says. */
void http_client_preload(void);

struct http_client_call {
	struct str method;
	struct str url; /* http or https, without user and password */
	const struct str_pair *headers;
	size_t nheaders;
	struct str body;    /* POST, PUT and PATCH have one, if empty; others only when it is not */
	int64_t timeout_ms; /* from the call to the answer's last byte; above 0 */
	int64_t connect_ms; /* of it, for a new connection; 0 = all of it */
	size_t reply_bytes_max; /* of the body; 0 = none is taken */
};

struct http_client_reply {
	unsigned status;
	struct str body;          /* as sent: nothing is decoded but chunks */
	struct str_pair *headers; /* in their order, values trimmed of blanks */
	size_t nheaders;
};

MUST_CHECK enum err http_client_call(struct http_client *client, struct cx *cx,
				     const struct http_client_call *call,
				     struct http_client_reply *out);

/* The value of the first header of that name, whatever its case; empty when there is none. */
struct str http_client_find(const struct http_client_reply *reply, struct str name);

#endif
