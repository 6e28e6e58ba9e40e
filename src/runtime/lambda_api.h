/* runtime/lambda_api.h - the Runtime API of Lambda, 2018-06-01, as one loop uses it: what is next, its answer, its error.
 *
 * Owner:   a loop has one. What an invocation holds lives in the cx's arena; posts do without that, however full it is.
 * Threads: one at a time; lambda_api_stop from any.
 * Errors:  noted, each defined by what the loop does next.
 *          UNAVAILABLE, UNCERTAIN: the platform can not be reached after retries, or told us to go (500), or nothing comes after a stop:
 *          the process is to end.
 *          LIMIT:   of next, an event above LAMBDA_API_EVENT_MAX or too long for the arena, which was reported as a function error,
 *                   Request.TooLarge: go on, with a fresh arena; `out` has its id. Of an answer, the platform found it too long (413): an error is to
 *                   take its place.
 *          INVALID: of next, an invocation that can not be answered, since it has no id that may stand in a path; of a post, the
 *                   platform did not take it (400, 403, 404: too late, or answered before): go on. LAMBDA_API_TRIES invocations
 *                   without an id in a row are no platform: UNAVAILABLE.
 * Again:   next is asked for on a new connection where the one before failed or the answer was none, LAMBDA_API_TRIES times in a row, with pauses
 *          that grow; a connection that breaks after a second of waiting begins a new row. What is posted is sent once more where no status
 *          came; where the first did arrive the platform refuses the second: INVALID.
 */
#ifndef INNKEEPER_RUNTIME_LAMBDA_API_H
#define INNKEEPER_RUNTIME_LAMBDA_API_H

#include <stdint.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"

#define LAMBDA_API_TRIES 3
#define LAMBDA_API_EVENT_MAX ((size_t)7 << 20) /* bytes; Lambda itself sends 6 MB at most */
#define LAMBDA_API_ID_MAX 128

struct lambda_api;

struct lambda_invocation {
	struct str id;            /* Lambda-Runtime-Aws-Request-Id: 1 to 128 of A-Z a-z 0-9 - _ . */
	int64_t deadline_wall_ms; /* 0 = none was said */
	struct str event;         /* its JSON, not looked at; may be empty */
};

/* Never NULL; connects to nothing yet. `address`: AWS_LAMBDA_RUNTIME_API; one that is none is UNAVAILABLE later. */
struct lambda_api *lambda_api_open(struct str address);

void lambda_api_close(struct lambda_api *api);

/* Waits, for as long as it takes, frozen or not. What the cx's arena held is gone: each try has all of it. */
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

/* No more comes: next ends, at most 100 ms later, and each later one at once: UNAVAILABLE. What is answered after it still goes out,
 * within a second a try. */
void lambda_api_stop(struct lambda_api *api);

#endif
