#include "runtime_wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define WAIT_S 100 /* begins anew when whoever stopped the process lets it go on */
#define PREFIX "/2018-06-01/runtime/invocation/"

_Noreturn void runtime_wire_die(const char *what, const char *detail)
{
	fprintf(stderr, "runtime_api: %s: %.2000s\n", what, detail);
	exit(1);
}

void runtime_wire_limit(int fd)
{
	struct timeval limit = { .tv_sec = WAIT_S };

	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) != 0)
		runtime_wire_die("no limit of time", strerror(errno));
}

void runtime_wire_open(struct runtime_wire *wire)
{
	struct sockaddr_in here = { .sin_family = AF_INET };
	socklen_t len = sizeof(here);
	char address[32];

	here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	wire->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (wire->listener < 0 || bind(wire->listener, (struct sockaddr *)&here, len) != 0 ||
	    listen(wire->listener, 8) != 0 ||
	    getsockname(wire->listener, (struct sockaddr *)&here, &len) != 0)
		runtime_wire_die("can not listen", strerror(errno));
	runtime_wire_limit(wire->listener);
	wire->fd = -1;
	wire->in = malloc(RUNTIME_WIRE_MAX + 1);
	if (!wire->in)
		runtime_wire_die("no memory", strerror(errno));
	snprintf(address, sizeof(address), "127.0.0.1:%u", ntohs(here.sin_port));
	setenv("AWS_LAMBDA_RUNTIME_API", address, 1);
}

static void accept_next(struct runtime_wire *wire)
{
	int on = 1;

	do
		wire->fd = accept4(wire->listener, NULL, NULL, SOCK_CLOEXEC);
	while (wire->fd < 0 && errno == EINTR);
	if (wire->fd < 0)
		runtime_wire_die("nobody connects to the Runtime API", "the program");
	runtime_wire_limit(wire->fd);
	setsockopt(wire->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

/* More of a request. Between two a connection may end, and another one follow. */
static void receive(struct runtime_wire *wire)
{
	for (;;) {
		ssize_t n;

		if (wire->fd < 0)
			accept_next(wire);
		n = recv(wire->fd, wire->in + wire->in_bytes, RUNTIME_WIRE_MAX - wire->in_bytes, 0);
		if (n > 0) {
			wire->in_bytes += (size_t)n;
			wire->in[wire->in_bytes] = '\0';
			return;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || wire->in_bytes > 0)
			runtime_wire_die("no whole request came",
					 n < 0 ? strerror(errno) : wire->in);
		close(wire->fd);
		wire->fd = -1;
	}
}

static void receive_until(struct runtime_wire *wire, const char *end)
{
	while (wire->in + wire->in_bytes < end)
		receive(wire);
}

/* The value of a field of the head that ends at `end`; NULL = there is none. */
static char *field(char *head, const char *end, const char *name)
{
	char *at = strcasestr(head, name);

	return at && at < end ? at + strlen(name) : NULL;
}

/* Pieces of a body become one text in their place. What follows the last is not looked at. */
static size_t join_pieces(struct runtime_wire *wire, char *body)
{
	char *at = body, *to = body;

	for (;;) {
		char *line;
		size_t len;

		while (!(line = strstr(at, "\r\n")))
			receive(wire);
		len = strtoul(at, NULL, 16);
		if (len > RUNTIME_WIRE_MAX / 2)
			runtime_wire_die("a piece too long", at);
		if (len == 0)
			break;
		receive_until(wire, line + 2 + len + 2);
		memmove(to, line + 2, len);
		to += len;
		at = line + 2 + len + 2;
	}
	while (!strstr(at, "\r\n\r\n"))
		receive(wire);
	return (size_t)(to - body);
}

struct runtime_request runtime_wire_read(struct runtime_wire *wire)
{
	struct runtime_request request = { .is_next = false };
	char *end, *length;

	wire->in_bytes = 0;
	do
		receive(wire);
	while (!(end = strstr(wire->in, "\r\n\r\n")));
	request.body = end + 4;
	length = field(wire->in, end, "\r\nContent-Length:");
	if (length) {
		request.bytes = strtoul(length, NULL, 10);
		if (request.bytes > RUNTIME_WIRE_MAX / 2)
			runtime_wire_die("a body too long", wire->in);
		receive_until(wire, request.body + request.bytes);
	} else if (field(wire->in, end, "\r\nTransfer-Encoding: chunked")) {
		request.bytes = join_pieces(wire, request.body);
	}
	request.is_next =
		strncmp(wire->in, "GET " PREFIX "next ", strlen("GET " PREFIX "next ")) == 0;
	if (!request.is_next && (strncmp(wire->in, "POST " PREFIX, strlen("POST " PREFIX)) != 0 ||
				 !strstr(wire->in, "/response ")))
		runtime_wire_die("neither `next` nor an answer", wire->in);
	request.body[request.bytes] = '\0';
	return request;
}

void runtime_wire_send(struct runtime_wire *wire, char *head, size_t head_bytes, char *body,
		       size_t bytes)
{
	struct iovec parts[] = { { head, head_bytes }, { body, bytes } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };

	/* A blocking socket takes all at once. */
	if (sendmsg(wire->fd, &message, MSG_NOSIGNAL) != (ssize_t)(head_bytes + bytes))
		runtime_wire_die("can not send", strerror(errno));
}

void runtime_wire_forget(struct runtime_wire *wire)
{
	if (wire->fd >= 0)
		close(wire->fd);
	wire->fd = -1;
	wire->in_bytes = 0;
}
