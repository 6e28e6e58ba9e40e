#include "net/local_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/http_target.h"

void local_socket_init(struct local_socket *peer)
{
	*peer = (struct local_socket){ .fd = -1 };
	pthread_mutex_init(&peer->lock, NULL);
}

void local_socket_drop(struct local_socket *peer)
{
	pthread_mutex_lock(&peer->lock);
	if (peer->fd >= 0)
		close(peer->fd);
	peer->fd = -1;
	pthread_mutex_unlock(&peer->lock);
}

void local_socket_destroy(struct local_socket *peer)
{
	local_socket_drop(peer);
	pthread_mutex_destroy(&peer->lock);
}

void local_socket_stop(struct local_socket *peer)
{
	pthread_mutex_lock(&peer->lock);
	peer->is_stopped = true;
	if (peer->fd >= 0)
		shutdown(peer->fd, SHUT_RDWR);
	pthread_mutex_unlock(&peer->lock);
}

bool local_socket_is_stopped(struct local_socket *peer)
{
	bool is_stopped;

	pthread_mutex_lock(&peer->lock);
	is_stopped = peer->is_stopped;
	pthread_mutex_unlock(&peer->lock);
	return is_stopped;
}

bool local_socket_is_kept(struct local_socket *peer)
{
	char byte;

	if (peer->fd < 0)
		return false;
	/* What it says unasked, a late 408 say, is no answer to what comes next. */
	if (recv(peer->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN)
		return true;
	local_socket_drop(peer);
	return false;
}

static int wait_ms(const struct clock *clock, int64_t deadline_mono_ms)
{
	int64_t left;

	if (deadline_mono_ms == LOCAL_SOCKET_FOREVER)
		return -1;
	left = deadline_mono_ms - clock_mono_ms(clock);
	if (left > INT_MAX)
		return INT_MAX;
	return left < 0 ? 0 : (int)left;
}

short local_socket_wait(const struct local_socket *peer, const struct clock *clock, short events,
			int64_t deadline_mono_ms)
{
	struct pollfd poller = { .fd = peer->fd, .events = events };
	int timeout_ms, n;

	do {
		timeout_ms = wait_ms(clock, deadline_mono_ms);
		n = poll(&poller, 1, timeout_ms);
	} while (n < 0 ? errno == EINTR : n == 0 && timeout_ms == INT_MAX);
	if (n < 0) /* no memory for it: whoever reads on hears what is the matter */
		return POLLERR;
	return n == 0 ? 0 : poller.revents;
}

/* The socket becomes the one that stop ends. */
static void publish(struct local_socket *peer, int fd)
{
	pthread_mutex_lock(&peer->lock);
	peer->fd = fd;
	pthread_mutex_unlock(&peer->lock);
}

/* 0, or the errno of a connection that does not come about. */
static int finish_connecting(const struct local_socket *peer, const struct clock *clock,
			     int64_t deadline_mono_ms)
{
	socklen_t len = sizeof(int);
	int error = 0;

	if (local_socket_wait(peer, clock, POLLOUT, deadline_mono_ms) == 0)
		return ETIMEDOUT;
	if (getsockopt(peer->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		return errno;
	return error;
}

/* Likewise. */
static int connect_to(struct local_socket *peer, const struct clock *clock,
		      const struct sockaddr *to, socklen_t len, int64_t deadline_mono_ms)
{
	const int one = 1;
	int error = 0, fd = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return errno;
	publish(peer, fd);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(fd, to, len) != 0)
		error = errno;
	if (error == EINPROGRESS || error == EINTR)
		error = finish_connecting(peer, clock, deadline_mono_ms);
	/* Whoever waits for an event without an end waits in recv, which is a call less. */
	if (error == 0 && fcntl(fd, F_SETFL, O_RDWR) != 0)
		error = errno;
	return error;
}

/* False when the host is a name. */
static bool parse_address(const char *host, uint16_t port, struct sockaddr_storage *out)
{
	struct sockaddr_in in4 = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };

	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET, host, &in4.sin_addr) == 1)
		memcpy(out, &in4, sizeof(in4));
	else if (inet_pton(AF_INET6, host, &in6.sin6_addr) == 1)
		memcpy(out, &in6, sizeof(in6));
	else
		return false;
	return true;
}

static MUST_CHECK enum err note(struct cx *cx, struct str address, const char *why)
{
	return fail(cx, ERR_UNAVAILABLE, "unavailable", STR_FMT ": %s", STR_ARG(address), why);
}

static MUST_CHECK enum err note_error(struct local_socket *peer, struct cx *cx, struct str address,
				      int error)
{
	if (error == 0)
		return OK;
	local_socket_drop(peer);
	return note(cx, address, strerror(error));
}

static MUST_CHECK enum err connect_by_name(struct local_socket *peer, struct cx *cx,
					   struct str address, const char *host, const char *port,
					   int64_t deadline_mono_ms)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
	struct addrinfo *found;
	int error = getaddrinfo(host, port, &hints, &found);

	if (error != 0)
		return note(cx, address, gai_strerror(error));
	error = EHOSTUNREACH;
	for (const struct addrinfo *at = found; at && error != 0; at = at->ai_next) {
		local_socket_drop(peer);
		error = connect_to(peer, cx->clock, at->ai_addr, at->ai_addrlen, deadline_mono_ms);
	}
	freeaddrinfo(found);
	return note_error(peer, cx, address, error);
}

/* HOST:PORT, an IPv6 address in brackets; without a port the length of all of it. */
static size_t host_len(struct str address)
{
	size_t end = address.len;

	while (end != 0 && address.ptr[end - 1] != ':')
		end--;
	return end == 0 || address.ptr[address.len - 1] == ']' ? address.len : end - 1;
}

enum err local_socket_connect(struct local_socket *peer, struct cx *cx, struct str address,
			      int64_t deadline_mono_ms)
{
	size_t len = host_len(address);
	struct str host = str_sub(address, 0, len), port = str_sub(address, len + 1, address.len);
	struct sockaddr_storage to;
	const char *host_c, *port_c;
	uint64_t number;
	int error;

	local_socket_drop(peer);
	if (!http_host_check(address) || !str_to_u64(port, &number))
		return note(cx, address, "is no HOST:PORT");
	if (host.ptr[0] == '[')
		host = str_sub(host, 1, host.len - 2);
	host_c = str_c(cx->arena, host);
	port_c = str_c(cx->arena, port);
	if (!host_c || !port_c)
		return cx_check_memory(cx);
	if (!parse_address(host_c, (uint16_t)number, &to))
		return connect_by_name(peer, cx, address, host_c, port_c, deadline_mono_ms);
	error = connect_to(peer, cx->clock, (struct sockaddr *)&to, sizeof(to), deadline_mono_ms);
	return note_error(peer, cx, address, error);
}
