#include "http_stub.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/sockios.h>

#include <cmocka.h>

#define CONNECTIONS_MAX 512
#define REQUEST_MAX (4u << 20)
#define SETTLE_NAPS 5000

struct connection {
	struct http_stub *stub;
	unsigned number;
	int fd;
	pthread_t thread;
};

struct http_stub {
	http_stub_serve *serve;
	void *user;
	int listener, port;
	pthread_t acceptor;
	pthread_mutex_t lock;
	struct connection connections[CONNECTIONS_MAX];
	unsigned nconnections, nrequests, nserved, nended;
};

void http_stub_send(int fd, const char *bytes, size_t len)
{
	while (len != 0) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

		if (n <= 0)
			return;
		bytes += n;
		len -= (size_t)n;
	}
}

void http_stub_say(int fd, const char *text)
{
	http_stub_send(fd, text, strlen(text));
}

void http_stub_answer(int fd, const char *body)
{
	char head[128];

	snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n",
		 strlen(body));
	http_stub_say(fd, head);
	http_stub_say(fd, body);
}

void http_stub_linger(int fd)
{
	char bytes[4096];

	while (recv(fd, bytes, sizeof(bytes), 0) > 0)
		;
}

bool http_stub_is_left(int fd)
{
	char byte;
	ssize_t n = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

	return n == 0 || (n < 0 && errno != EAGAIN);
}

void http_stub_settle(int fd)
{
	struct tcp_info info = { .tcpi_state = TCP_CLOSE };
	socklen_t len = sizeof(info);
	int nbytes;

	for (int i = 0; i < SETTLE_NAPS && ioctl(fd, SIOCOUTQ, &nbytes) == 0 && nbytes != 0; i++) {
		if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0 ||
		    info.tcpi_state == TCP_CLOSE)
			return;
		usleep(1000);
	}
}

bool http_stub_has_line(const struct http_stub_request *request, const char *line)
{
	size_t len = strlen(line);

	for (const char *at = request->head; (at = strstr(at, line)); at++) {
		if (at != request->head && at[-1] == '\n' && strncmp(at + len, "\r\n", 2) == 0)
			return true;
	}
	return false;
}

/* Reads until `end` stands in the text or `wanted` bytes are there; false when the client closes before. */
static bool fill(int fd, char *text, size_t *len, const char *end, size_t wanted)
{
	while (end ? !strstr(text, end) : *len < wanted) {
		ssize_t n = recv(fd, text + *len, REQUEST_MAX - *len, 0);

		if (n <= 0)
			return false;
		*len += (size_t)n;
		text[*len] = '\0';
	}
	return true;
}

static size_t announced(const char *head)
{
	const char *field = strcasestr(head, "\r\ncontent-length:");

	return field ? strtoul(field + strlen("\r\ncontent-length:"), NULL, 10) : 0;
}

static bool serve_one(struct connection *connection, char *text, unsigned nth)
{
	struct http_stub *stub = connection->stub;
	struct http_stub_request request = { .stub = stub,
					     .user = stub->user,
					     .fd = connection->fd,
					     .connection = connection->number,
					     .nth = nth,
					     .head = text };
	size_t len = 0;
	bool stays;
	char *end;

	text[0] = '\0';
	if (!fill(connection->fd, text, &len, "\r\n\r\n", 0))
		return false;
	end = strstr(text, "\r\n\r\n") + 2;
	request.body = end + 2;
	request.body_bytes = announced(text);
	if (!fill(connection->fd, text, &len, NULL,
		  (size_t)(request.body - text) + request.body_bytes))
		return false;
	*end = '\0';
	pthread_mutex_lock(&stub->lock);
	stub->nrequests++;
	pthread_mutex_unlock(&stub->lock);
	stays = stub->serve(&request);
	pthread_mutex_lock(&stub->lock);
	stub->nserved++;
	pthread_mutex_unlock(&stub->lock);
	return stays;
}

static void *serve_connection(void *user)
{
	struct connection *connection = user;
	char *text = malloc(REQUEST_MAX + 1);
	unsigned nth = 0;

	if (!text)
		abort();
	while (serve_one(connection, text, nth))
		nth++;
	free(text);
	shutdown(connection->fd, SHUT_RDWR);
	http_stub_settle(connection->fd);
	pthread_mutex_lock(&connection->stub->lock);
	connection->stub->nended++;
	pthread_mutex_unlock(&connection->stub->lock);
	return NULL;
}

static void *accept_all(void *user)
{
	struct http_stub *stub = user;
	int on = 1;

	for (;;) {
		int fd = accept(stub->listener, NULL, NULL);
		struct connection *connection;

		if (fd < 0)
			return NULL;
		/* What is answered in two pieces is there when both are sent. */
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		pthread_mutex_lock(&stub->lock);
		if (stub->nconnections == CONNECTIONS_MAX) {
			fprintf(stderr, "# http_stub: a connection too many\n");
			abort();
		}
		connection = &stub->connections[stub->nconnections];
		*connection = (struct connection){ stub, stub->nconnections, fd, 0 };
		stub->nconnections++;
		if (pthread_create(&connection->thread, NULL, serve_connection, connection) != 0)
			abort();
		pthread_mutex_unlock(&stub->lock);
	}
}

struct http_stub *http_stub_open(http_stub_serve *serve, void *user)
{
	struct http_stub *stub = calloc(1, sizeof(*stub));
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);

	assert_non_null(stub);
	stub->serve = serve;
	stub->user = user;
	pthread_mutex_init(&stub->lock, NULL);
	stub->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_return_code(stub->listener, 0);
	assert_int_equal(bind(stub->listener, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(stub->listener, 128), 0);
	assert_int_equal(getsockname(stub->listener, (struct sockaddr *)&at, &len), 0);
	stub->port = ntohs(at.sin_port);
	assert_int_equal(pthread_create(&stub->acceptor, NULL, accept_all, stub), 0);
	return stub;
}

void http_stub_refuse(struct http_stub *stub)
{
	shutdown(stub->listener, SHUT_RDWR);
}

void http_stub_close(struct http_stub *stub)
{
	http_stub_refuse(stub);
	pthread_join(stub->acceptor, NULL);
	for (unsigned i = 0; i < stub->nconnections; i++) {
		shutdown(stub->connections[i].fd, SHUT_RDWR);
		pthread_join(stub->connections[i].thread, NULL);
		close(stub->connections[i].fd);
	}
	close(stub->listener);
	pthread_mutex_destroy(&stub->lock);
	free(stub);
}

int http_stub_closed_port(int *holder)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);

	*holder = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_return_code(*holder, 0);
	assert_int_equal(bind(*holder, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(getsockname(*holder, (struct sockaddr *)&at, &len), 0);
	return ntohs(at.sin_port);
}

int http_stub_port(const struct http_stub *stub)
{
	return stub->port;
}

static unsigned look_at(struct http_stub *stub, const unsigned *count)
{
	unsigned n;

	pthread_mutex_lock(&stub->lock);
	n = *count;
	pthread_mutex_unlock(&stub->lock);
	return n;
}

unsigned http_stub_connections(struct http_stub *stub)
{
	return look_at(stub, &stub->nconnections);
}

unsigned http_stub_requests(struct http_stub *stub)
{
	return look_at(stub, &stub->nrequests);
}

unsigned http_stub_ended(struct http_stub *stub)
{
	return look_at(stub, &stub->nended);
}

unsigned http_stub_served(struct http_stub *stub)
{
	return look_at(stub, &stub->nserved);
}
