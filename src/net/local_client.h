/* net/local_client.h - calls to one server of this machine by plain HTTP/1.1, on one connection that is kept: the Runtime API of Lambda, which
 * is waited for before anything dear is loaded (decision 009).
 *
 * Owner:   who opens it closes it. What a reply holds lives in the cx's arena.
 * Threads: one at a time; local_client_stop from any.
 * Time:    timeout_ms of the call, which may be as long as a frozen process sleeps; cx's deadline is not looked at.
 * Errors:  of local_client_call alone, noted: as net/http_client.h says them. UNAVAILABLE: nothing of the request has left.
 *          UNCERTAIN: some of it may have, and no whole answer came. LIMIT `too_large`: the answer is longer than the caller takes.
 * Again:   nothing is sent twice. A kept connection that was closed meanwhile, a thaw may show it, is opened anew before anything is sent.
 * Limits:  100 fields and 64 KiB of an answer's head.
 */
#ifndef INNKEEPER_NET_LOCAL_CLIENT_H
#define INNKEEPER_NET_LOCAL_CLIENT_H

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "net/http_client.h"

struct local_client;

/* `address`: HOST:PORT, as AWS_LAMBDA_RUNTIME_API has it; copied. Connects to nothing yet. */
struct local_client *local_client_open(struct str address);

void local_client_close(struct local_client *client);

/* call->url is the target: a path that begins with a slash. */
MUST_CHECK enum err local_client_call(struct local_client *client, struct cx *cx,
				      const struct http_client_call *call,
				      struct http_client_reply *out);

/* Ends the call under way, if any, and every later one: UNAVAILABLE or UNCERTAIN. */
void local_client_stop(struct local_client *client);

#endif
