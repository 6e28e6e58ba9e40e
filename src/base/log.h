/* base/log.h - one line an event on stderr: JSON, or readable text on a terminal.
 *
 * Threads: any. A line is written with one call, so lines never mix.
 * Never logged: header fields, query values, bodies, idempotency keys: credentials and guests' data are there.
 */
#ifndef INNKEEPER_BASE_LOG_H
#define INNKEEPER_BASE_LOG_H

#include "base/cx.h"
#include "base/str.h"

enum log_level { LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR };

/* Writes {"time","level","event","detail"}; `event` is a fixed name, the format gives the detail. */
void log_event(enum log_level level, const char *event, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same of a request, or of a command: with cx's "id" and "trace", as far as it has them. */
void log_request(const struct cx *cx, enum log_level level, const char *event, const char *format,
		 ...) __attribute__((format(printf, 4, 5)));

/* Writes finished lines, each ending in a line feed: the access log, several at once. */
void log_lines(struct str lines);

/* True when stderr is a terminal: lines are for people then. */
bool log_is_terminal(void);

#endif
