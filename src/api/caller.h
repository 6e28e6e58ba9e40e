/* api/caller.h - who asks: the name that owners, history and idempotency keys are of. */
#ifndef INNKEEPER_API_CALLER_H
#define INNKEEPER_API_CALLER_H

#include "api/exchange.h"
#include "base/err.h"

/* Longer than what Cognito or IAM call anybody. */
#define CALLER_BYTES_MAX 1024

/* Looks at no body and no store. Where the route asks for a caller: cx->user becomes the request's; it stays empty where that is and auth is
 * open. UNAUTHENTICATED `unauthenticated` otherwise, and for a name that is longer than CALLER_BYTES_MAX, no UTF-8 or has control
 * characters: it could not be kept, or would be taken for somebody else's. */
MUST_CHECK enum err caller_check(struct exchange *exchange);

#endif
