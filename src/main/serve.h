/* main/serve.h - `innkeeper serve`: opens the parts, joins them, runs the server. */
#ifndef INNKEEPER_MAIN_SERVE_H
#define INNKEEPER_MAIN_SERVE_H

#include "base/cx.h"
#include "base/err.h"
#include "main/invocation.h"
#include "main/settings.h"

/* Would it start with them? Opens nothing. ERR_INVALID, noted in a line for people; `not_implemented` for what is not built yet. */
MUST_CHECK enum err serve_check_settings(struct cx *cx, const struct settings *settings);

/* Returns the process's exit code: 0 stopped by a signal, 1 failed, 2 wrong usage. */
int serve(const struct invocation *invocation);

#endif
