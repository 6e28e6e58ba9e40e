#include "runtime/http_thread.h"

#include <errno.h>
#include <sys/epoll.h>

#include "runtime/http_loop.h"
#include "runtime/http_session.h"

#define EVENTS_A_TURN 256
#define TIMERS_EVERY_MS 200

/* Without a connection there is no timer to look at. */
static int wait_ms(const struct http_loop *loop)
{
	return loop->connections ? TIMERS_EVERY_MS : -1;
}

static void answer_returned(struct http_loop *loop)
{
	struct http_exchange *exchange = http_loop_take_returned(loop);

	while (exchange) {
		struct http_exchange *next = exchange->next;

		http_session_answer(exchange);
		exchange = next;
	}
}

static void take_turn(struct http_loop *loop, int wait_max_ms)
{
	struct epoll_event events[EVENTS_A_TURN];
	int n;

	/* Interrupted is who was stopped for a while: what came meanwhile is read before it counts as late. */
	do
		n = epoll_wait(loop->epoll_fd, events, EVENTS_A_TURN, wait_max_ms);
	while (n < 0 && errno == EINTR);
	http_loop_tick(loop);
	for (int i = 0; i < n; i++) {
		if (events[i].data.ptr) /* else it only was a wake-up */
			http_session_event(events[i].data.ptr, events[i].events);
	}
	answer_returned(loop);
}

/* True when the thread may end. */
static bool stop(struct http_loop *loop)
{
	bool is_late = loop->now_ms >= atomic_load(&loop->shared->stop_mono_ms);

	http_session_stop_all(loop, is_late);
	return is_late || atomic_load(&loop->open) == 0;
}

void *http_thread_run(void *state)
{
	struct http_loop *loop = state;
	bool has_ended = false, has_checked = true;
	int64_t checked_ms;

	http_loop_tick(loop);
	checked_ms = loop->now_ms;
	while (!has_ended) {
		take_turn(loop, has_checked ? wait_ms(loop) : 0);
		atomic_store_explicit(&loop->turns,
				      atomic_load_explicit(&loop->turns, memory_order_relaxed) + 1,
				      memory_order_relaxed);
		if (!has_checked || loop->now_ms - checked_ms >= TIMERS_EVERY_MS) {
			has_checked = http_session_check_all(loop);
			checked_ms = loop->now_ms;
		}
		if (atomic_load_explicit(&loop->shared->is_stopping, memory_order_acquire))
			has_ended = stop(loop);
		access_log_flush(&loop->log);
	}
	return NULL;
}
