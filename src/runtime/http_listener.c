#include "runtime/http_listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 4096 /* the kernel cuts it to its own limit */
#define UNSENT_BYTES (256 << 10)

struct address {
	struct sockaddr_storage at;
	socklen_t len;
};

static bool parse_ip(const char *host, uint16_t port, struct address *out)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)&out->at;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&out->at;

	*out = (struct address){ .len = sizeof(*v4) };
	if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		return true;
	}
	*out = (struct address){ .len = sizeof(*v6) };
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(port);
	return inet_pton(AF_INET6, host, &v6->sin6_addr) == 1;
}

/* Splits at the last colon; an IPv6 address is in brackets. */
static bool parse_address(const char *listen, struct address *out)
{
	struct str text = str_of(listen), host;
	size_t colon = text.len;
	char name[INET6_ADDRSTRLEN];
	uint64_t port;

	while (colon > 0 && text.ptr[colon - 1] != ':')
		colon--;
	if (colon == 0 || !str_to_u64(str_sub(text, colon, text.len), &port) || port > UINT16_MAX)
		return false;
	host = str_sub(text, 0, colon - 1);
	if (str_eq(host, STR("localhost")))
		host = STR("127.0.0.1");
	if (host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']')
		host = str_sub(host, 1, host.len - 2);
	else if (str_index(host, ':') != host.len)
		return false;
	if (host.len == 0 || host.len >= sizeof(name))
		return false;
	memcpy(name, host.ptr, host.len);
	name[host.len] = '\0';
	return parse_ip(name, (uint16_t)port, out);
}

/* Accepted sockets inherit TCP_NODELAY: an answer is written whole, waiting for more only delays it. And a limit to what the kernel
 * takes before the client does: megabytes for a client that reads nothing would be neither counted nor timed. */
static bool bind_to(int fd, const struct address *address)
{
	int on = 1, unsent = UNSENT_BYTES;

	return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
	       setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0 &&
	       setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof(unsent)) == 0 &&
	       bind(fd, (const struct sockaddr *)&address->at, address->len) == 0 &&
	       listen(fd, BACKLOG) == 0;
}

enum err http_listener_open(struct cx *cx, const char *listen, int *fd)
{
	struct address address;

	if (!parse_address(listen, &address))
		return fail(cx, ERR_INVALID, "invalid",
			    "%s is not an address and a port to listen on", listen);
	*fd = socket(address.at.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd >= 0 && bind_to(*fd, &address))
		return OK;
	fail(cx, ERR_UNAVAILABLE, "unavailable", "can not listen on %s: %s", listen,
	     strerror(errno));
	if (*fd >= 0)
		close(*fd);
	return ERR_UNAVAILABLE;
}

struct str http_listener_address(struct cx *cx, int fd)
{
	struct address address = { .len = sizeof(address.at) };
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address.at;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address.at;
	char name[INET6_ADDRSTRLEN];

	if (getsockname(fd, (struct sockaddr *)&address.at, &address.len) != 0)
		return (struct str){ NULL, 0 };
	if (address.at.ss_family == AF_INET6 &&
	    inet_ntop(AF_INET6, &v6->sin6_addr, name, sizeof(name)))
		return str_printf(cx->arena, "[%s]:%u", name, ntohs(v6->sin6_port));
	if (inet_ntop(AF_INET, &v4->sin_addr, name, sizeof(name)))
		return str_printf(cx->arena, "%s:%u", name, ntohs(v4->sin_port));
	return (struct str){ NULL, 0 };
}

bool http_listener_is_loopback(const char *listen)
{
	struct address address;
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address.at;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address.at;

	if (!parse_address(listen, &address))
		return false;
	if (address.at.ss_family == AF_INET)
		return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
	return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}
