/* Loaded before everything else into a program that can not be told where to listen (LD_PRELOAD): what it would open to all of the
 * world it opens on 127.0.0.1, and it ends with the program that started it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

__attribute__((constructor)) static void end_with_parent(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

int bind(int fd, const struct sockaddr *address, socklen_t length)
{
	int (*next)(int, const struct sockaddr *, socklen_t);
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	*(void **)&next = dlsym(RTLD_NEXT, "bind");
	if (address->sa_family == AF_INET && length >= sizeof(v4)) {
		memcpy(&v4, address, sizeof(v4));
		v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		return next(fd, (const struct sockaddr *)&v4, sizeof(v4));
	}
	if (address->sa_family == AF_INET6 && length >= sizeof(v6)) {
		memcpy(&v6, address, sizeof(v6));
		inet_pton(AF_INET6, "::ffff:127.0.0.1", &v6.sin6_addr);
		return next(fd, (const struct sockaddr *)&v6, sizeof(v6));
	}
	/* No address that we know: rather nothing than open. */
	if (address->sa_family != AF_UNIX && address->sa_family != AF_NETLINK) {
		errno = EACCES;
		return -1;
	}
	return next(fd, address, length);
}
