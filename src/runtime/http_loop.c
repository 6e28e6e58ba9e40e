#include "runtime/http_loop.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "codec/instant.h"
#include "net/http_parser.h"

#define BUFFERS_KEPT_MAX 64

bool http_loop_open(struct http_loop *loop, struct http_shared *shared, unsigned thread)
{
	/* Edge-triggered: each write of the counter is an event, so nobody has to read it. */
	struct epoll_event event = { .events = EPOLLIN | EPOLLET, .data.ptr = NULL };

	loop->shared = shared;
	loop->thread = thread;
	loop->date_s = -1;
	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	loop->metrics = metrics_add_slot(shared->options.metrics);
	access_log_open(&loop->log);
	return loop->epoll_fd >= 0 && loop->wake_fd >= 0 &&
	       epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, loop->wake_fd, &event) == 0;
}

void http_loop_close(struct http_loop *loop)
{
	access_log_close(&loop->log);
	http_exchange_pool_close(&loop->exchanges);
	while (loop->buffers) {
		struct http_buffer *next = loop->buffers->next;

		free(loop->buffers);
		loop->buffers = next;
	}
	if (loop->epoll_fd >= 0)
		close(loop->epoll_fd);
	if (loop->wake_fd >= 0)
		close(loop->wake_fd);
}

void http_loop_tick(struct http_loop *loop)
{
	loop->now_ms = clock_mono_ms(&clock_system);
	loop->wall_ms = clock_wall_ms(&clock_system);
}

char *http_loop_take_buffer(struct http_loop *loop)
{
	struct http_buffer *buffer = loop->buffers;

	if (buffer) {
		loop->buffers = buffer->next;
		loop->nbuffers--;
	} else {
		buffer = malloc(HTTP_HEAD_MAX);
		if (!buffer)
			abort();
	}
	return (char *)buffer;
}

void http_loop_give_buffer(struct http_loop *loop, char *bytes)
{
	struct http_buffer *buffer = (struct http_buffer *)(void *)bytes;

	if (loop->nbuffers == BUFFERS_KEPT_MAX) {
		free(bytes);
		return;
	}
	buffer->next = loop->buffers;
	loop->buffers = buffer;
	loop->nbuffers++;
}

struct str http_loop_date(struct http_loop *loop)
{
	if (loop->date_s != loop->wall_ms / 1000) {
		loop->date_s = loop->wall_ms / 1000;
		instant_write_http(loop->wall_ms, loop->date);
	}
	return (struct str){ loop->date, sizeof(loop->date) };
}

void http_loop_wake(struct http_loop *loop)
{
	uint64_t one = 1;

	/* It can only fail when the counter is full, and then the thread is awake. */
	if (write(loop->wake_fd, &one, sizeof(one)) < 0)
		return;
}

void http_loop_return(struct http_loop *loop, struct http_exchange *exchange)
{
	struct http_exchange *first = atomic_load_explicit(&loop->returned, memory_order_relaxed);

	do
		exchange->next = first;
	while (!atomic_compare_exchange_weak_explicit(&loop->returned, &first, exchange,
						      memory_order_release, memory_order_relaxed));
	/* Whoever put the first one wakes the thread; it takes all that are there by then. */
	if (!first)
		http_loop_wake(loop);
}

struct http_exchange *http_loop_take_returned(struct http_loop *loop)
{
	if (!atomic_load_explicit(&loop->returned, memory_order_relaxed))
		return NULL;
	return atomic_exchange_explicit(&loop->returned, NULL, memory_order_acquire);
}
