/* runtime/http_watch.h - the watchdog's proof: it hears from us only while every event thread turns.
 *
 * A quarter of the watchdog's time after all were woken, all must have taken a turn; one that hangs is named in the log, and
 * the service manager restarts us when its time is over. Requests that wait for a store do not count: /readyz tells of those.
 * Owner and thread: the acceptor.
 */
#ifndef INNKEEPER_RUNTIME_HTTP_WATCH_H
#define INNKEEPER_RUNTIME_HTTP_WATCH_H

#include "runtime/http_loop.h"
#include "runtime/notifier.h"

struct http_watch {
	struct notifier *notifier; /* NULL = nobody waits for a sign */
	struct http_loop *loops;
	unsigned nloops;
	int64_t period_ms; /* 0 = nobody waits for a sign */
	int64_t asked_ms;
};

/* Asks the loops for their first turn. */
void http_watch_begin(struct http_watch *watch, struct notifier *notifier, struct http_loop *loops,
		      unsigned nloops);

/* How long the acceptor may sleep, for poll; -1 = for ever. */
int http_watch_wait_ms(const struct http_watch *watch);

/* Sends the sign, or says who hangs, when it is time. */
void http_watch_look(struct http_watch *watch);

#endif
