#include "runtime/http_connection.h"

#include <sys/epoll.h>
#include <sys/socket.h>

void http_connection_release(struct http_connection *connection)
{
	struct http_connection *next = connection->held_next, *previous = connection->held_previous;
	struct http_loop *loop = connection->loop;

	if (!connection->is_held)
		return;
	connection->is_held = false;
	*(next ? &next->held_previous : &loop->held_last) = previous;
	*(previous ? &previous->held_next : &loop->held_first) = next;
}

void http_connection_hold(struct http_connection *connection)
{
	struct http_loop *loop = connection->loop;

	http_connection_release(connection);
	connection->is_held = true;
	connection->held_next = NULL;
	connection->held_previous = loop->held_last;
	*(loop->held_last ? &loop->held_last->held_next : &loop->held_first) = connection;
	loop->held_last = connection;
}

bool http_connection_enter(struct http_connection *connection, enum http_phase phase)
{
	http_connection_release(connection);
	connection->phase = phase;
	connection->since_ms = connection->loop->now_ms;
	return true;
}

bool http_connection_give_up(struct http_connection *connection)
{
	connection->is_broken = true;
	return false;
}

void http_connection_reset(struct http_connection *connection)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(connection->input.fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	shutdown(connection->input.fd, SHUT_RDWR); /* which is an event */
	connection->is_broken = true;
}

/* Asks epoll for its events again, which come at once: a socket that can be read or written is one. */
bool http_connection_go_on_later(struct http_connection *connection)
{
	struct epoll_event event = { .events = HTTP_CONNECTION_EVENTS, .data.ptr = connection };

	if (epoll_ctl(connection->loop->epoll_fd, EPOLL_CTL_MOD, connection->input.fd, &event) != 0)
		connection->is_broken = true;
	return false;
}
