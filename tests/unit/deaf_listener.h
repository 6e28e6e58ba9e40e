/* deaf_listener.h - a server that takes no connection. */
#ifndef INNKEEPER_TESTS_DEAF_LISTENER_H
#define INNKEEPER_TESTS_DEAF_LISTENER_H

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#undef fail /* a macro of cmocka's; ours is that of base/cx.h */

/* A listener whose queue is full: the next one who knocks hears nothing. */
struct deaf {
	int listener, first, port;
};

static inline void deaf_open(struct deaf *deaf)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);

	deaf->listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(deaf->listener, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(deaf->listener, 0), 0);
	assert_int_equal(getsockname(deaf->listener, (struct sockaddr *)&at, &len), 0);
	deaf->first = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(deaf->first, (struct sockaddr *)&at, sizeof(at)), 0);
	deaf->port = ntohs(at.sin_port);
}

static inline void deaf_close(const struct deaf *deaf)
{
	close(deaf->first);
	close(deaf->listener);
}

#endif
