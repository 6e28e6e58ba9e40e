#include "runtime/http_session.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/heap.h"
#include "runtime/http_connection.h"
#include "runtime/http_intake.h"
#include "runtime/http_reply.h"

#define REQUESTS_A_TURN 2    /* of one connection, before the others have theirs */
#define ENDS_A_TURN 256      /* connections whose time is over */
#define CROWDED_IDLE_MS 2000 /* is idle enough where others wait to be accepted */
#define LINGER_MS 2000

static void destroy(struct http_connection *connection)
{
	struct http_loop *loop = connection->loop;

	if (connection->exchange)
		http_reply_end(connection);
	http_connection_release(connection);
	http_input_drop(&connection->input, loop);
	close(connection->input.fd);
	if (connection->previous)
		connection->previous->next = connection->next;
	else
		loop->connections = connection->next;
	if (connection->next)
		connection->next->previous = connection->previous;
	metrics_count(loop->metrics, METRICS_CLOSED, 1);
	atomic_fetch_sub(&loop->open, 1);
	atomic_fetch_sub(&loop->shared->connections, 1);
	free(connection);
}

/* One step; false when there is nothing to do before the next event. */
static bool step(struct http_connection *connection)
{
	switch (connection->phase) {
	case HTTP_HEAD:
		return http_intake_head(connection);
	case HTTP_BODY:
		return http_intake_body(connection);
	case HTTP_WRITE:
		return http_reply_write(connection);
	case HTTP_LINGER:
		return http_reply_linger(connection);
	case HTTP_WORK:
		return false;
	}
	return false;
}

static void run(struct http_connection *connection)
{
	unsigned answers = 0;

	while (!connection->is_broken) {
		bool was_writing = connection->phase == HTTP_WRITE;

		if (!step(connection))
			break;
		if (was_writing && ++answers == REQUESTS_A_TURN) {
			http_connection_go_on_later(connection);
			break;
		}
	}
	if (connection->is_broken && connection->phase != HTTP_WORK)
		destroy(connection);
}

bool http_session_open(struct http_loop *loop, int fd, int64_t now_ms)
{
	struct http_connection *connection = heap_alloc(sizeof(*connection));
	struct epoll_event event = { .events = HTTP_CONNECTION_EVENTS, .data.ptr = connection };

	connection->loop = loop;
	connection->input.fd = fd;
	connection->is_fresh = true;
	connection->since_ms = now_ms;
	atomic_fetch_add(&loop->open, 1);
	atomic_fetch_add(&loop->shared->connections, 1);
	if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0)
		return true; /* NOLINT(clang-analyzer-unix.Malloc): epoll has it now */
	atomic_fetch_sub(&loop->open, 1);
	atomic_fetch_sub(&loop->shared->connections, 1);
	close(fd);
	free(connection);
	return false;
}

/* The first event comes at once, since the socket can be written to. */
static void enlist(struct http_connection *connection)
{
	struct http_loop *loop = connection->loop;

	connection->is_listed = true;
	connection->next = loop->connections;
	if (connection->next)
		connection->next->previous = connection;
	loop->connections = connection;
	metrics_count(loop->metrics, METRICS_OPENED, 1);
}

void http_session_event(struct http_connection *connection, uint32_t events)
{
	if (!connection->is_listed)
		enlist(connection);
	if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
		connection->input.is_readable = true;
	if (events & EPOLLRDHUP)
		connection->input.has_ended = true;
	if (connection->phase == HTTP_WORK && events & (EPOLLHUP | EPOLLERR))
		connection->is_broken = true;
	run(connection);
}

void http_session_answer(struct http_exchange *exchange)
{
	struct http_connection *connection = exchange->connection;

	exchange->cx.thread = connection->loop->thread;
	exchange->is_answered = true;
	if (connection->is_broken)
		connection->phase = HTTP_WRITE; /* nobody is there to be told */
	else
		http_reply_begin(connection);
	run(connection);
}

static int64_t ms_at_rate(uint64_t bytes, uint64_t bytes_a_second)
{
	return (int64_t)(bytes * 1000 / bytes_a_second);
}

/* The moment at which the phase has lasted too long, or INT64_MAX. */
static int64_t deadline_ms(const struct http_connection *connection)
{
	struct http_shared *shared = connection->loop->shared;
	const struct http_options *options = &shared->options;
	int64_t since_ms = connection->since_ms;

	switch (connection->phase) {
	case HTTP_HEAD:
		if (connection->exchange || connection->is_fresh)
			return since_ms + options->header_timeout_ms;
		if (options->idle_timeout_ms > CROWDED_IDLE_MS &&
		    atomic_load_explicit(&shared->is_crowded, memory_order_relaxed))
			return since_ms + CROWDED_IDLE_MS;
		return since_ms + options->idle_timeout_ms;
	case HTTP_BODY:
		return since_ms + options->body_timeout_ms +
		       ms_at_rate(connection->exchange->body_len, options->body_bytes_a_second);
	case HTTP_WRITE:
		return since_ms + options->write_timeout_ms +
		       ms_at_rate(connection->exchange->sent_bytes, options->write_bytes_a_second);
	case HTTP_LINGER:
		return since_ms + LINGER_MS;
	case HTTP_WORK:
		break;
	}
	return INT64_MAX;
}

static void expire(struct http_connection *connection)
{
	static const struct http_refusal slow_head = { 408, "timeout",
						       "the head did not come in time" };
	static const struct http_refusal slow_body = { 408, "timeout",
						       "the body did not come in time" };

	if (connection->phase == HTTP_BODY)
		http_reply_refuse_and_close(connection, &slow_body);
	else if (connection->phase == HTTP_HEAD && connection->exchange)
		http_reply_refuse_and_close(connection, &slow_head);
	else if (connection->phase == HTTP_WRITE)
		http_connection_reset(connection);
	else
		connection->is_broken = true;
	run(connection);
}

bool http_session_check_all(struct http_loop *loop)
{
	struct http_connection *connection, *next;
	unsigned ends = 0;

	for (connection = loop->connections; connection && ends < ENDS_A_TURN; connection = next) {
		next = connection->next;
		if (loop->now_ms < deadline_ms(connection))
			continue;
		expire(connection);
		ends++;
	}
	return ends < ENDS_A_TURN;
}

void http_session_stop_all(struct http_loop *loop, bool is_late)
{
	struct http_connection *connection, *next;

	for (connection = loop->connections; connection; connection = next) {
		next = connection->next;
		if (!is_late && (connection->phase != HTTP_HEAD || connection->exchange))
			continue;
		connection->is_broken = true;
		run(connection);
	}
}

void http_session_close_all(struct http_loop *loop)
{
	struct http_connection *connection, *next;

	for (connection = loop->connections; connection; connection = next) {
		next = connection->next;
		destroy(connection);
	}
}
