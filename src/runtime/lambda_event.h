/* runtime/lambda_event.h - an invocation's event, told by its shape (api.md "Lambda"), as what api/ can answer; and that answer as
 * the invoker of that shape wants it.
 *
 * Looked for in this order, the first that holds: `Records` of aws:dynamodb, `version` 2.0 with requestContext.http, `httpMethod` (1.0),
 * EventBridge's `detail-type` or Scheduler's own shape, the seed's `subFunction`. What has a requestContext is never the seed's: only who may
 * invoke the function can send that, and only there userInfo is believed.
 * Owner:  texts are views of the event or live in the cx's arena.
 * Errors: INVALID `invalid`: no JSON, or no shape that is known: a function error. An HTTP event that HTTP would refuse is no error here but
 *         has a refusal, which is answered as `serve` does.
 */
#ifndef INNKEEPER_RUNTIME_LAMBDA_EVENT_H
#define INNKEEPER_RUNTIME_LAMBDA_EVENT_H

#include "api/api.h"
#include "api/seed_event.h"
#include "base/cx.h"
#include "base/err.h"
#include "net/http_parser.h"

enum lambda_event_kind {
	LAMBDA_EVENT_REST,     /* API Gateway REST proxy, or an HTTP API's payload 1.0 */
	LAMBDA_EVENT_HTTP,     /* payload 2.0: HTTP API, Function URL */
	LAMBDA_EVENT_SEED,     /* the seed's own */
	LAMBDA_EVENT_STREAM,   /* a batch of a DynamoDB stream */
	LAMBDA_EVENT_SCHEDULE, /* EventBridge */
};

struct lambda_event {
	enum lambda_event_kind kind;
	struct api_request request;  /* REST and HTTP */
	struct http_refusal refusal; /* likewise; status 0 = none */
	struct seed_event seed;
	struct str first_record; /* of a stream: the SequenceNumber of its first record */
};

MUST_CHECK enum err lambda_event_read(struct cx *cx, struct str text, struct lambda_event *out);

/* The invoker's JSON of an answer; `is_head`: of a HEAD request, whose body stays here. An answer that would not fit into what Lambda takes
 * is for lambda_answer_fits to find. Empty when the arena refuses. */
struct str lambda_event_answer(struct cx *cx, const struct lambda_event *event,
			       const struct api_answer *answer);

#endif
