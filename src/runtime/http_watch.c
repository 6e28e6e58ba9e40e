#include "runtime/http_watch.h"

#include "base/clock.h"
#include "base/log.h"

static uint64_t turns_of(struct http_loop *loop)
{
	return atomic_load_explicit(&loop->turns, memory_order_relaxed);
}

static void ask(struct http_watch *watch)
{
	for (unsigned i = 0; i < watch->nloops; i++) {
		watch->loops[i].turns_seen = turns_of(&watch->loops[i]);
		http_loop_wake(&watch->loops[i]);
	}
}

void http_watch_begin(struct http_watch *watch, struct notifier *notifier, struct http_loop *loops,
		      unsigned nloops)
{
	*watch = (struct http_watch){ .notifier = notifier, .loops = loops, .nloops = nloops };
	if (!notifier || notifier->watchdog_ms == 0)
		return;
	watch->period_ms = notifier->watchdog_ms < 4 ? 1 : notifier->watchdog_ms / 4;
	watch->asked_ms = clock_mono_ms(&clock_system);
	ask(watch);
}

int http_watch_wait_ms(const struct http_watch *watch)
{
	return watch->period_ms == 0 ? -1 : (int)watch->period_ms;
}

static bool all_turn(const struct http_watch *watch)
{
	for (unsigned i = 0; i < watch->nloops; i++) {
		if (turns_of(&watch->loops[i]) != watch->loops[i].turns_seen)
			continue;
		log_event(LOG_LEVEL_WARN, "event_thread_hangs",
			  "thread %u took no turn within %lld ms", i, (long long)watch->period_ms);
		return false;
	}
	return true;
}

void http_watch_look(struct http_watch *watch)
{
	int64_t now_ms = clock_mono_ms(&clock_system);

	if (watch->period_ms == 0 || now_ms - watch->asked_ms < watch->period_ms)
		return;
	watch->asked_ms = now_ms;
	if (!all_turn(watch))
		return;
	notifier_send(watch->notifier, "WATCHDOG=1\nSTATUS=answers, %zu connections are open",
		      atomic_load(&watch->loops[0].shared->connections));
	ask(watch);
}
