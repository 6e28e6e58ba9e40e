#include "runtime/http_server.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/heap.h"
#include "base/log.h"
#include "runtime/http_listener.h"
#include "runtime/http_loop.h"
#include "runtime/http_session.h"
#include "runtime/http_thread.h"
#include "runtime/http_watch.h"
#include "runtime/notifier.h"
#include "runtime/signals.h"
#include "runtime/worker_pool.h"

#define PAUSE_MS 50             /* when no connection can be had, before it is tried again */
#define ACCEPTS_A_TURN 256      /* before it is looked whether to stop */
#define DESCRIPTORS_OF_OURS 256 /* beside the clients': stores, logs, epoll */

struct http_server {
	struct http_shared shared;
	char address[80];
	int listener_fd, signal_fd, stop_fd;
	bool was_paused;
	unsigned next_loop;
	unsigned nloops;
	struct http_loop *loops;
	pthread_t *threads;
};

/* As many descriptors as connections may come, as far as the system lets us. */
static void raise_descriptor_limit(unsigned connections_max)
{
	rlim_t wanted = (rlim_t)connections_max + DESCRIPTORS_OF_OURS;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < wanted)
		log_event(LOG_LEVEL_WARN, "descriptors",
			  "only %" PRIu64 " descriptors for up to %u connections",
			  (uint64_t)limit.rlim_cur, connections_max);
}

static unsigned count_workers(const struct http_options *options)
{
	return options->writes_apart ? 2 * options->workers : options->workers;
}

static unsigned count_loops(const struct http_options *options)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned n = options->event_threads != 0 ? options->event_threads
		     : cores < 1                 ? 1
						 : (unsigned)cores;
	unsigned max = CX_THREADS_MAX - count_workers(options);

	if (max > METRICS_SLOTS_MAX)
		max = METRICS_SLOTS_MAX;
	return n < max ? n : max;
}

static bool open_loops(struct http_server *server)
{
	bool is_open = true;

	for (unsigned i = 0; i < server->nloops; i++)
		is_open = http_loop_open(&server->loops[i], &server->shared, i) && is_open;
	server->signal_fd = signals_open();
	server->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return is_open && server->signal_fd >= 0 && server->stop_fd >= 0;
}

static struct worker_pool *open_pool(const struct http_options *options, unsigned first_thread,
				     const char *name)
{
	return worker_pool_open(options->workers, options->queue_max, first_thread,
				metrics_add_pool(options->metrics, name));
}

static void start_threads(struct http_server *server)
{
	const struct http_options *options = &server->shared.options;

	server->shared.reads =
		open_pool(options, server->nloops, options->writes_apart ? "reads" : "all");
	if (options->writes_apart)
		server->shared.writes =
			open_pool(options, server->nloops + options->workers, "writes");
	for (unsigned i = 0; i < server->nloops; i++) {
		if (pthread_create(&server->threads[i], NULL, http_thread_run, &server->loops[i]) !=
		    0)
			abort();
	}
}

/* All but the threads; fine with a server that is open in part. */
static void release(struct http_server *server)
{
	for (unsigned i = 0; i < server->nloops; i++)
		http_loop_close(&server->loops[i]);
	if (server->listener_fd >= 0)
		close(server->listener_fd);
	if (server->signal_fd >= 0)
		close(server->signal_fd);
	if (server->stop_fd >= 0)
		close(server->stop_fd);
	free(server->threads);
	free(server->loops);
	free(server);
}

enum err http_server_open(struct cx *cx, const struct http_options *options, struct api *api,
			  struct http_server **out)
{
	struct http_server *server;
	int listener_fd;
	enum err err = http_listener_open(cx, options->listen, &listener_fd);

	if (err)
		return err;
	assert(options->workers >= 1 && count_workers(options) < CX_THREADS_MAX &&
	       options->metrics);
	raise_descriptor_limit(options->connections_max);
	server = heap_alloc(sizeof(*server));
	server->shared.options = *options;
	server->shared.api = api;
	server->listener_fd = listener_fd;
	server->nloops = count_loops(options);
	server->loops = heap_array(server->nloops, sizeof(*server->loops));
	server->threads = heap_array(server->nloops, sizeof(*server->threads));
	snprintf(server->address, sizeof(server->address), STR_FMT,
		 STR_ARG(http_listener_address(cx, listener_fd)));
	if (!open_loops(server)) {
		release(server);
		return fail(cx, ERR_UNAVAILABLE, "unavailable", "no descriptors for the server: %s",
			    strerror(errno));
	}
	start_threads(server);
	log_event(LOG_LEVEL_INFO, "listening", "http://%s", server->address);
	*out = server;
	return OK;
}

struct str http_server_address(const struct http_server *server)
{
	return str_of(server->address);
}

/* The system has no descriptor or memory for another connection, or we do not want one: those who wait, wait with the
 * kernel. Said once until it is over. */
static bool pause_accepting(struct http_server *server, const char *why)
{
	if (!server->was_paused)
		log_event(LOG_LEVEL_WARN, "accept_paused", "%s", why);
	server->was_paused = true;
	atomic_store_explicit(&server->shared.is_crowded, true, memory_order_relaxed);
	return false;
}

static bool resume_accepting(struct http_server *server)
{
	if (server->was_paused)
		atomic_store_explicit(&server->shared.is_crowded, false, memory_order_relaxed);
	server->was_paused = false;
	return true;
}

static bool somebody_waits(const struct http_server *server)
{
	struct pollfd listener = { .fd = server->listener_fd, .events = POLLIN };

	return poll(&listener, 1, 0) > 0;
}

/* Accepts who waits; false when it has to pause. A pause is over when nobody waits any more, not with the first
 * who gets in: that would be said with each of a crowd. */
static bool accept_some(struct http_server *server)
{
	for (unsigned i = 0; i < ACCEPTS_A_TURN; i++) {
		int fd;

		if (atomic_load(&server->shared.connections) >=
		    server->shared.options.connections_max)
			return somebody_waits(server)
				       ? pause_accepting(server, "as many connections as allowed")
				       : resume_accepting(server);
		fd = accept4(server->listener_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0 && errno == EAGAIN)
			return resume_accepting(server);
		if (fd < 0 &&
		    (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM))
			return pause_accepting(server, strerror(errno));
		if (fd < 0)
			continue; /* the client was faster in leaving */
		http_session_open(&server->loops[server->next_loop++ % server->nloops], fd,
				  clock_mono_ms(&clock_system));
	}
	return true;
}

static void accept_until_stopped(struct http_server *server)
{
	struct pollfd watched[] = { { .fd = server->stop_fd, .events = POLLIN },
				    { .fd = server->signal_fd, .events = POLLIN },
				    { .fd = server->listener_fd, .events = POLLIN } };
	struct http_watch watch;
	bool is_accepting = true;

	http_watch_begin(&watch, server->shared.options.notifier, server->loops, server->nloops);
	for (;;) {
		int n = poll(watched, is_accepting ? 3 : 2,
			     is_accepting ? http_watch_wait_ms(&watch) : PAUSE_MS);

		if (n > 0 && (watched[0].revents != 0 || watched[1].revents != 0))
			return;
		http_watch_look(&watch);
		is_accepting = accept_some(server);
	}
}

static void stop_loops(struct http_server *server)
{
	close(server->listener_fd);
	server->listener_fd = -1;
	atomic_store(&server->shared.stop_mono_ms,
		     clock_mono_ms(&clock_system) + server->shared.options.stop_timeout_ms);
	atomic_store_explicit(&server->shared.is_stopping, true, memory_order_release);
	for (unsigned i = 0; i < server->nloops; i++)
		http_loop_wake(&server->loops[i]);
	for (unsigned i = 0; i < server->nloops; i++)
		pthread_join(server->threads[i], NULL);
}

/* Those for reads first: they hand writes on. Where nothing is in flight any more they end at once, unless the machine
 * stands still: then they have what is left of the stop's time. */
static bool close_pools(struct http_server *server)
{
	struct http_shared *shared = &server->shared;
	int64_t now_ms = clock_mono_ms(&clock_system);
	int64_t stop_ms = atomic_load(&shared->stop_mono_ms);
	int64_t end_ms = (stop_ms > now_ms ? stop_ms : now_ms) + shared->options.last_wait_ms;
	int64_t left_ms;

	if (!worker_pool_close(shared->reads, end_ms - now_ms))
		return false;
	left_ms = end_ms - clock_mono_ms(&clock_system);
	return !shared->writes || worker_pool_close(shared->writes, left_ms > 0 ? left_ms : 0);
}

bool http_server_run(struct http_server *server)
{
	struct notifier *notifier = server->shared.options.notifier;

	/* Clients can connect since it was opened: the kernel keeps them until we accept, which is now. */
	if (notifier)
		notifier_send(notifier, "READY=1\nSTATUS=answers on http://%s", server->address);
	accept_until_stopped(server);
	if (notifier)
		notifier_send(notifier, "STOPPING=1\nSTATUS=waits for %zu connections",
			      atomic_load(&server->shared.connections));
	log_event(LOG_LEVEL_INFO, "stopping", "%zu connections are open",
		  atomic_load(&server->shared.connections));
	stop_loops(server);
	if (!close_pools(server)) {
		log_event(LOG_LEVEL_WARN, "stopping", "requests are still being handled");
		return false;
	}
	for (unsigned i = 0; i < server->nloops; i++)
		http_session_close_all(&server->loops[i]);
	return true;
}

void http_server_stop(struct http_server *server)
{
	uint64_t one = 1;

	if (write(server->stop_fd, &one, sizeof(one)) < 0)
		log_event(LOG_LEVEL_ERROR, "stop", "%s", strerror(errno));
}

void http_server_close(struct http_server *server)
{
	release(server);
}
