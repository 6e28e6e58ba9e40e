#include "runtime/lambda_loop.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/cx.h"
#include "base/heap.h"
#include "base/log.h"
#include "runtime/access_log.h"
#include "runtime/lambda_api.h"
#include "runtime/lambda_work.h"
#include "runtime/signals.h"

/* As much as `serve` gives a request, beside the event and what is made of its texts. */
#define WORK_BYTES ((size_t)16 << 20)
/* Of which four are what `serve` gives for a body, and the others for taking it out of the event. */
#define EVENT_TIMES ((size_t)8)
/* In naps, so that a machine that stands still takes nothing of it from what is under way. */
#define STOP_MS 2000
#define NAP_MS 10

struct loop {
	pthread_t thread;
	unsigned number;
	struct lambda_loops *shared;
	struct lambda_api *platform;
	struct access_log log;
	struct metrics_slot *metrics;
};

/* What all loops have in common. */
struct lambda_loops {
	struct api *api;
	struct lambda_options options;
	_Atomic unsigned running;
	_Atomic bool is_stopping;
	int signal_fd;
	int ended_fd; /* readable once a loop has ended */
	struct loop loops[];
};

static void count(struct loop *loop, const struct cx *cx, const struct lambda_work *work,
		  size_t sent_bytes, int64_t began_us)
{
	uint64_t took_us = (uint64_t)(clock_system_us() - began_us);
	const struct access_entry entry = {
		.wall_ms = clock_wall_ms(cx->clock),
		.method = work->event.request.method,
		.path = work->event.request.path,
		.use_case = work->answer.use_case,
		.route = work->answer.route,
		.status = work->answer.status,
		.sent_bytes = sent_bytes,
		.duration_us = took_us,
		.request_id = cx->request_id,
		.trace_id = cx->trace_id,
		.code = work->answer.code,
	};

	metrics_count(loop->metrics, METRICS_BEGUN, 1);
	metrics_count(loop->metrics, METRICS_ENDED, 1);
	metrics_count(loop->metrics, METRICS_SENT, sent_bytes);
	metrics_answer(loop->metrics, work->answer.route, work->answer.status, took_us);
	access_log_add(&loop->log, &entry);
	/* Before the answer: once it is given the process may be frozen. */
	access_log_flush(&loop->log);
}

static void log_refused(const struct cx *cx)
{
	log_request(cx, LOG_LEVEL_ERROR, "event_refused", STR_FMT, STR_ARG(cx->failure.detail));
}

static enum err answer(struct loop *loop, struct cx *cx, const struct lambda_invocation *invocation)
{
	struct lambda_work work = {
		.api = loop->shared->api,
		.handler_timeout_ms = loop->shared->options.handler_timeout_ms,
		.deadline_wall_ms = invocation->deadline_wall_ms,
	};
	int64_t began_us = clock_system_us();
	struct str body, why;
	enum err err = lambda_work_run(&work, cx, invocation->event, &body);

	if (err != OK) {
		log_refused(cx);
		why = cx->failure.detail;
		cx_clear(cx);
		return lambda_api_fail(loop->platform, cx, invocation->id, "Function.InvalidEvent",
				       why);
	}
	count(loop, cx, &work, body.len, began_us);
	cx_clear(cx);
	err = lambda_api_answer(loop->platform, cx, invocation->id, body);
	if (err != ERR_LIMIT)
		return err;
	cx_clear(cx);
	return lambda_api_fail(loop->platform, cx, invocation->id, "Function.ResponseTooLarge",
			       STR("the platform found the answer too long"));
}

/* False: the platform is gone, or told us to go. */
static bool goes_on(const struct loop *loop, const struct cx *cx, enum err err)
{
	if (err == OK)
		return true;
	if (atomic_load(&loop->shared->is_stopping))
		return false;
	log_request(cx, LOG_LEVEL_ERROR, "platform_failed", STR_FMT, STR_ARG(cx->failure.detail));
	return err == ERR_INVALID || err == ERR_LIMIT;
}

static bool run_once(struct loop *loop, struct arena *arena)
{
	struct lambda_invocation invocation;
	struct cx cx;
	enum err err;

	arena_reset(arena, 0);
	cx_init(&cx, arena);
	cx.thread = loop->number;
	err = lambda_api_next(loop->platform, &cx, &invocation);
	cx.request_id = invocation.id;
	if (err == ERR_LIMIT) {
		log_refused(&cx);
		return true;
	}
	if (err != OK)
		return goes_on(loop, &cx, err);
	arena->cap_bytes = arena->used_bytes + WORK_BYTES + EVENT_TIMES * invocation.event.len;
	return goes_on(loop, &cx, answer(loop, &cx, &invocation));
}

static void *run(void *state)
{
	struct loop *loop = state;
	uint64_t one = 1;
	struct arena arena;

	arena_init(&arena, 0);
	while (run_once(loop, &arena))
		;
	arena_close(&arena);
	atomic_fetch_sub(&loop->shared->running, 1);
	if (write(loop->shared->ended_fd, &one, sizeof(one)) != sizeof(one))
		abort();
	return NULL;
}

static void open_loop(struct loop *loop, struct lambda_loops *shared, unsigned number)
{
	loop->number = number;
	loop->shared = shared;
	loop->platform = lambda_api_open(shared->options.runtime_api);
	loop->metrics = metrics_add_slot(shared->options.metrics);
	access_log_open(&loop->log);
}

static void close_loop(struct loop *loop)
{
	lambda_api_close(loop->platform);
	access_log_close(&loop->log);
}

/* All but the threads; fine with what is open in part. */
static void release(struct lambda_loops *shared)
{
	for (unsigned i = 0; i < shared->options.loops; i++)
		close_loop(&shared->loops[i]);
	if (shared->signal_fd >= 0)
		close(shared->signal_fd);
	if (shared->ended_fd >= 0)
		close(shared->ended_fd);
	free(shared);
}

enum err lambda_open(struct cx *cx, struct api *api, const struct lambda_options *options,
		     struct lambda_loops **out)
{
	struct lambda_loops *shared =
		heap_array(1, sizeof(*shared) + options->loops * sizeof(*shared->loops));

	*shared = (struct lambda_loops){ .api = api, .options = *options };
	for (unsigned i = 0; i < options->loops; i++)
		open_loop(&shared->loops[i], shared, i);
	shared->signal_fd = signals_open();
	shared->ended_fd = shared->signal_fd < 0 ? -1 : eventfd(0, EFD_CLOEXEC);
	if (shared->ended_fd < 0) {
		fail(cx, ERR_UNAVAILABLE, "unavailable", "no descriptors for the loops: %s",
		     strerror(errno));
		release(shared);
		return ERR_UNAVAILABLE;
	}
	*out = shared;
	return OK;
}

/* True when it was the signal that came. */
static bool wait_for_signal(const struct lambda_loops *shared)
{
	struct pollfd fds[] = { { shared->signal_fd, POLLIN, 0 }, { shared->ended_fd, POLLIN, 0 } };

	while (poll(fds, 2, -1) < 0)
		;
	return fds[0].revents != 0;
}

/* False when some still run after STOP_MS. */
static bool stop(struct lambda_loops *shared)
{
	const struct timespec nap = { .tv_nsec = NAP_MS * 1000000L };

	atomic_store(&shared->is_stopping, true);
	for (unsigned i = 0; i < shared->options.loops; i++)
		lambda_api_stop(shared->loops[i].platform);
	for (int ms = 0; ms < STOP_MS && atomic_load(&shared->running) != 0; ms += NAP_MS)
		nanosleep(&nap, NULL);
	return atomic_load(&shared->running) == 0;
}

bool lambda_run(struct lambda_loops *shared, bool *is_idle)
{
	unsigned n = shared->options.loops;
	bool is_told;

	atomic_store(&shared->running, n);
	for (unsigned i = 0; i < n; i++) {
		struct loop *loop = &shared->loops[i];

		if (pthread_create(&loop->thread, NULL, run, loop) != 0)
			heap_exhausted();
	}
	is_told = wait_for_signal(shared);
	*is_idle = stop(shared);
	/* What never ends uses it after this call. */
	if (!*is_idle)
		return is_told;
	for (unsigned i = 0; i < n; i++)
		pthread_join(shared->loops[i].thread, NULL);
	release(shared);
	return is_told;
}
