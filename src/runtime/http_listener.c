#include "runtime/http_listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 4096 /* the kernel cuts it to its own limit */

/* Splits at the last colon; the brackets of an IPv6 address go. */
static bool split(const char *listen, char *host, size_t host_bytes, char *port, size_t port_bytes)
{
	struct str text = str_of(listen);
	size_t colon = text.len;
	struct str name, number;
	uint64_t value;

	while (colon > 0 && text.ptr[colon - 1] != ':')
		colon--;
	name = str_sub(text, 0, colon == 0 ? 0 : colon - 1);
	number = str_sub(text, colon, text.len);
	if (name.len > 2 && name.ptr[0] == '[' && name.ptr[name.len - 1] == ']')
		name = str_sub(name, 1, name.len - 2);
	else if (str_index(name, ':') != name.len)
		return false;
	if (str_eq(name, STR("localhost")))
		name = STR("127.0.0.1");
	if (name.len == 0 || name.len >= host_bytes || number.len >= port_bytes || !str_to_u64(number, &value) ||
	    value > 65535)
		return false;
	memcpy(host, name.ptr, name.len);
	host[name.len] = '\0';
	memcpy(port, number.ptr, number.len);
	port[number.len] = '\0';
	return true;
}

static struct addrinfo *resolve(const char *listen)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
				  .ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	char host[64], port[8];

	if (!split(listen, host, sizeof(host), port, sizeof(port)) || getaddrinfo(host, port, &hints, &found) != 0)
		return NULL;
	return found;
}

/* Accepted sockets inherit TCP_NODELAY: an answer is written whole, waiting for more only delays it. */
static bool bind_to(int fd, const struct addrinfo *address)
{
	int on = 1;

	return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
	       setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0 &&
	       bind(fd, address->ai_addr, address->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0;
}

enum err http_listener_open(struct cx *cx, const char *listen, int *fd)
{
	struct addrinfo *address = resolve(listen);

	if (!address)
		return fail(cx, ERR_INVALID, "invalid", "%s is not an address and a port to listen on", listen);
	*fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd >= 0 && bind_to(*fd, address)) {
		freeaddrinfo(address);
		return OK;
	}
	fail(cx, ERR_UNAVAILABLE, "unavailable", "can not listen on %s: %s", listen, strerror(errno));
	if (*fd >= 0)
		close(*fd);
	freeaddrinfo(address);
	return ERR_UNAVAILABLE;
}

struct str http_listener_address(struct cx *cx, int fd)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);
	char host[64], port[8];

	if (getsockname(fd, (struct sockaddr *)&address, &len) != 0 ||
	    getnameinfo((struct sockaddr *)&address, len, host, sizeof(host), port, sizeof(port),
			NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return (struct str){ NULL, 0 };
	return str_printf(cx->arena, address.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

bool http_listener_is_loopback(const char *listen)
{
	struct addrinfo *address = resolve(listen);
	bool is_loopback = false;

	if (address && address->ai_family == AF_INET) {
		const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)address->ai_addr;

		is_loopback = ntohl(v4->sin_addr.s_addr) >> 24 == 127;
	} else if (address && address->ai_family == AF_INET6) {
		const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)address->ai_addr;

		is_loopback = IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
	}
	if (address)
		freeaddrinfo(address);
	return is_loopback;
}
