/* runtime/lambda_loop.h - the loops of `innkeeper lambda`: each takes an invocation from the platform, answers it, and asks for the next.
 *
 * Threads: one a loop, their numbers (cx.thread) from 0 on; the caller's waits for SIGTERM, SIGINT (runtime/signals.h) or the loops' end.
 * Errors:  a business error is an answer. An event that can not be told, and an answer that the platform finds too long, is reported to it as the
 *          function's error; what it does not take (too late) is logged. The loop goes on in each case. That the platform is gone ends all.
 */
#ifndef INNKEEPER_RUNTIME_LAMBDA_LOOP_H
#define INNKEEPER_RUNTIME_LAMBDA_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "api/api.h"
#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "runtime/metrics.h"

#define LAMBDA_LOOPS_MAX 64

struct lambda_options {
	struct str runtime_api;     /* AWS_LAMBDA_RUNTIME_API */
	unsigned loops;             /* invocations at once, 1 to LAMBDA_LOOPS_MAX */
	int64_t handler_timeout_ms; /* api_handler_timeout_ms decides what it is for a request */
	struct metrics *metrics;    /* outlives the loops */
};

struct lambda_loops;

/* What a run needs from its first moment on; `api` outlives it. UNAVAILABLE: no descriptor can be had for the signal, or the loops' end. */
MUST_CHECK enum err lambda_open(struct cx *cx, struct api *api,
				const struct lambda_options *options, struct lambda_loops **out);

/* Runs until the signal: true, or until the platform is gone: false. What is under way at the signal is waited for, 2 s of its own time at most; `is_idle`
 * says whether all ended, and `shared` is closed: else nothing may be closed. */
bool lambda_run(struct lambda_loops *shared, bool *is_idle);

#endif
