/* runtime/lambda_event_gateway.h - an event of API Gateway or a Function URL as the request that its client sent.
 *
 * Its path is the routes': what the client wrote before it, such as a stage, is the request's `mount`. Names and values of a 1.0 event's
 * query come resolved and are escaped anew. Of `headers` and `multiValueHeaders` (and likewise of the query) the latter counts where it
 * is there. What is named in `cookies` is one Cookie field, in place of one in `headers`.
 */
#ifndef INNKEEPER_RUNTIME_LAMBDA_EVENT_GATEWAY_H
#define INNKEEPER_RUNTIME_LAMBDA_EVENT_GATEWAY_H

#include <stdbool.h>

#include "api/message.h"
#include "base/cx.h"
#include "base/err.h"
#include "net/http_parser.h"
#include "runtime/lambda_members.h"

/* The members of such an event that are looked at, at their places in what is handed over. */
enum lambda_event_gateway_member {
	LAMBDA_GATEWAY_VERSION,
	LAMBDA_GATEWAY_CONTEXT,
	LAMBDA_GATEWAY_METHOD,
	LAMBDA_GATEWAY_PATH,
	LAMBDA_GATEWAY_HEADERS,
	LAMBDA_GATEWAY_MULTI_HEADERS,
	LAMBDA_GATEWAY_QUERY,
	LAMBDA_GATEWAY_MULTI_QUERY,
	LAMBDA_GATEWAY_RAW_PATH,
	LAMBDA_GATEWAY_RAW_QUERY,
	LAMBDA_GATEWAY_COOKIES,
	LAMBDA_GATEWAY_BODY,
	LAMBDA_GATEWAY_IS_BASE64,
	LAMBDA_GATEWAY_MEMBERS,
};

/* `request` and `refusal` are zeroed, and filled as runtime/lambda_event.h says. INVALID where a member is not
 * what it has to be, and for a load balancer's event. */
MUST_CHECK enum err lambda_event_gateway_read(struct cx *cx, const struct lambda_member *members,
					      struct api_request *request,
					      struct http_refusal *refusal);

#endif
