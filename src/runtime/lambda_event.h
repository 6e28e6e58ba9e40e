/* runtime/lambda_event.h - an invocation's event, told by its shape (api.md "Lambda"), as what api/ can answer; and that answer as
 * the invoker of that shape wants it.
 *
 * Looked for in this order, the first that is there: `Records`, which are to be aws:dynamodb's; `requestContext` or `httpMethod`: a gateway's
 * request (`version` 2.0 with requestContext.http, else 1.0); `source` aws.events (an EventBridge rule) or aws.scheduler (what an
 * EventBridge schedule sends is its owner's to write: `{"source":"aws.scheduler"}`, more may follow); the seed's `subFunction`. What has a
 * requestContext is never the seed's: only who may invoke the function can send that, and only there userInfo is believed.
 * Members that are not known are not looked at; of those that are known none may stand there twice, and null is as if not there.
 * Owner:  texts are views of the event or live in the cx's arena, which needs room for twice the event.
 * Errors: INVALID `invalid`: no JSON, no shape that is known, or not as that shape has it: a function error. An HTTP event that HTTP would refuse
 *         is no error but has a refusal, which is answered as `serve` does; a seed's event with a wrong type has its own.
 *         LIMIT `too_large`: the arena refuses.
 */
#ifndef INNKEEPER_RUNTIME_LAMBDA_EVENT_H
#define INNKEEPER_RUNTIME_LAMBDA_EVENT_H

#include "api/api.h"
#include "api/seed_event.h"
#include "base/cx.h"
#include "base/err.h"
#include "net/http_parser.h"

/* What the platform takes as an answer, whatever it is of. */
#define LAMBDA_ANSWER_MAX_BYTES ((size_t)6291456)

enum lambda_event_kind {
	LAMBDA_EVENT_HTTP,     /* of API Gateway or a Function URL, payload 1.0 or 2.0 */
	LAMBDA_EVENT_SEED,     /* the seed's own */
	LAMBDA_EVENT_STREAM,   /* a batch of a DynamoDB stream */
	LAMBDA_EVENT_SCHEDULE, /* EventBridge */
};

struct lambda_event {
	enum lambda_event_kind kind;
	struct api_request request;  /* of a refused one what is known, path empty = nothing */
	struct http_refusal refusal; /* likewise; status 0 = none */
	struct seed_event seed;
	struct str first_record; /* of a stream: the SequenceNumber of its first record */
};

MUST_CHECK enum err lambda_event_read(struct cx *cx, struct str text, struct lambda_event *out);

/* The invoker's JSON of an answer; for a stream or a schedule, whose `answer` is NULL, that nothing was done. Empty when it would be longer than
 * LAMBDA_ANSWER_MAX_BYTES or the arena refuses: then a 413 is to be answered in its place. */
struct str lambda_event_answer(struct cx *cx, const struct lambda_event *event,
			       const struct api_answer *answer);

#endif
