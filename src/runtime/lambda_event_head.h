/* runtime/lambda_event_head.h - a gateway's request as the head that HTTP would have, so that it is read, and refused, by the one parser
 * (net/http_parser.h): with the same limits, for the same reasons, in the same words as by `serve`.
 *
 * What the gateway has dealt with is not there: Transfer-Encoding. The version is HTTP/1.0, which needs no Host and no answer to Expect.
 * Owner:  all in the cx's arena.
 */
#ifndef INNKEEPER_RUNTIME_LAMBDA_EVENT_HEAD_H
#define INNKEEPER_RUNTIME_LAMBDA_EVENT_HEAD_H

#include <stdbool.h>

#include "api/message.h"
#include "base/buf.h"
#include "base/cx.h"
#include "base/err.h"
#include "net/http_parser.h"

struct lambda_event_head {
	struct cx *cx;
	struct buf text;
	const char *problem; /* of what can not even be written into a head; NULL = none */
};

/* Some gateways have resolved a path's escapes, others have not: bytes that no path may have become %XX, all else stays. */
struct str lambda_event_head_path(struct arena *arena, struct str path);

/* `path` as above; `query` without the question mark, empty = none. */
void lambda_event_head_begin(struct lambda_event_head *head, struct cx *cx, struct str method,
			     struct str path, struct str query);

void lambda_event_head_add(struct lambda_event_head *head, struct str name, struct str value);

/* Fills method, path, query, host and headers; of a refused head the first three, as far as they are known. `refusal` has status 0 when nothing is
 * refused. LIMIT when the arena refuses. */
MUST_CHECK enum err lambda_event_head_finish(struct lambda_event_head *head,
					     struct api_request *request,
					     struct http_refusal *refusal);

#endif
