/* net/local_client.h - calls to one server of this machine by plain HTTP/1.1, on one connection that is kept: the Runtime API of
 * Lambda, which is waited for before anything dear is loaded (decision 009).
 *
 * Owner:   who opens it closes it, when no call is under way. What a reply holds lives in the cx's arena.
 * Threads: one at a time; local_client_stop from any.
 * Time:    timeout_ms of the call, LOCAL_CLIENT_FOREVER where a frozen process may sleep that long; cx's deadline is not looked at.
 *          An answer that is there when the time is over is taken: a thaw moves the clock.
 * Errors:  of local_client_call alone, noted, without anything of the request but its host.
 *          UNAVAILABLE: nothing of the request has left: no connection, or stopped before.
 *          UNCERTAIN:   some of it may have left, and no whole answer came in time, or none that is one.
 *          LIMIT `too_large`: the answer is longer than the caller takes, or than the arena does; what was asked may be done. `out`
 *          has the head as far as it was read, and no body.
 *          INVALID:     a method, target or header that can not be sent.
 *          An answer of any status is OK.
 * Again:   nothing is sent twice. A kept connection that was closed meanwhile, a thaw may show it, is opened anew before anything
 *          is sent.
 * Early:   a server may answer, 413 say, before it has read all of a body: the rest of it is not sent then.
 * Limits:  of net/answer_parser.h and net/http_chunked.h.
 *
 * Framing is not the caller's: Host, Content-Length, Transfer-Encoding, Connection and Expect are refused. Nothing is sent but what
 * is given, Host, and the length of a body; the cx's trace is not.
 */
#ifndef INNKEEPER_NET_LOCAL_CLIENT_H
#define INNKEEPER_NET_LOCAL_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "net/http_client.h"

#define LOCAL_CLIENT_FOREVER INT64_MAX

struct local_client;

/* Never NULL, and connects to nothing yet. `address`: HOST:PORT, as AWS_LAMBDA_RUNTIME_API has it, HOST being an address (IPv6 in
 * brackets) or a name; copied. One that is none shows with the first call: UNAVAILABLE. */
struct local_client *local_client_open(struct str address);

void local_client_close(struct local_client *client);

/* call->url is the target: a path, with a query if any. */
MUST_CHECK enum err local_client_call(struct local_client *client, struct cx *cx,
				      const struct http_client_call *call,
				      struct http_client_reply *out);

/* Ends what waits LOCAL_CLIENT_FOREVER, now and later: UNAVAILABLE or UNCERTAIN. Another call under way may lose its connection. */
void local_client_stop(struct local_client *client);

bool local_client_is_stopped(struct local_client *client);

#endif
