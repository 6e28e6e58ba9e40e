/* runtime/lambda_api.h - the Runtime API of Lambda, 2018-06-01, as one loop uses it: what is next, its answer, its error.
 *
 * Owner:   a loop has one. What an invocation holds lives in the cx's arena.
 * Threads: one at a time; lambda_api_stop from any.
 * Errors:  noted. UNAVAILABLE or UNCERTAIN: the platform can not be reached after retries, or told us to go (500): the process is to end.
 *          INVALID: the platform took no answer for that invocation (400, 403, 404: too late, or answered before): the loop goes on.
 *          LIMIT:   of an answer that it found too long (413), or of an event.
 */
#ifndef INNKEEPER_RUNTIME_LAMBDA_API_H
#define INNKEEPER_RUNTIME_LAMBDA_API_H

#include <stdint.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"

struct lambda_api;

struct lambda_invocation {
	struct str id;            /* Lambda-Runtime-Aws-Request-Id; safe in a path, never empty */
	int64_t deadline_wall_ms; /* 0 = none was said */
	struct str event;         /* its JSON, not looked at */
};

/* `address`: AWS_LAMBDA_RUNTIME_API. */
struct lambda_api *lambda_api_open(struct str address);

void lambda_api_close(struct lambda_api *api);

/* Waits, for as long as it takes, frozen or not. */
MUST_CHECK enum err lambda_api_next(struct lambda_api *api, struct cx *cx,
				    struct lambda_invocation *out);

/* `body` is JSON. */
MUST_CHECK enum err lambda_api_answer(struct lambda_api *api, struct cx *cx, struct str id,
				      struct str body);

/* The invocation failed as a function: `type` is Category.Reason, `message` a sentence. */
MUST_CHECK enum err lambda_api_fail(struct lambda_api *api, struct cx *cx, struct str id,
				    const char *type, struct str message);

/* The process can not begin at all. */
MUST_CHECK enum err lambda_api_fail_init(struct lambda_api *api, struct cx *cx, const char *type,
					 struct str message);

/* Ends the call under way and all later ones. */
void lambda_api_stop(struct lambda_api *api);

#endif
