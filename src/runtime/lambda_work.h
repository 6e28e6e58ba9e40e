/* runtime/lambda_work.h - one invocation: its event becomes a request, its answer what the invoker of that event wants.
 *
 * Threads: a loop's.
 * Time:    the work ends LAMBDA_SPARE_MS before the platform's deadline, or after a third of a short time, and after LAMBDA_HANDLER_MAX_MS at most.
 */
#ifndef INNKEEPER_RUNTIME_LAMBDA_WORK_H
#define INNKEEPER_RUNTIME_LAMBDA_WORK_H

#include "api/api.h"
#include "base/cx.h"
#include "base/err.h"
#include "runtime/lambda_event.h"

#define LAMBDA_HANDLER_MAX_MS 25000
/* For the outcome of a commit under way then, four fifths, and the way back. */
#define LAMBDA_SPARE_MS 2500

struct lambda_work {
	struct api *api;
	int64_t handler_timeout_ms;
	int64_t deadline_wall_ms; /* of the platform; 0 = none was said */
	struct lambda_event event;
	struct api_answer answer;
};

/* Answers the event of `text`, cx->request_id being the invocation's: JSON in *out. INVALID: it can not be told, nothing was done. */
MUST_CHECK enum err lambda_work_run(struct lambda_work *work, struct cx *cx, struct str text,
				    struct str *out);

#endif
