/* net/local_socket.h - the one connection of a local client: made within a time, looked at before it is used again, and ended from
 * another thread without harm, whatever its owner does at that moment.
 *
 * Threads: one at a time; local_socket_stop from any. The descriptor is closed under the lock that stop takes, so that stop never meets
 *          one that has become somebody else's.
 * Time:    deadlines are of cx's monotonic clock; LOCAL_SOCKET_FOREVER = none. What has come is seen before a deadline is.
 * Errors:  noted as UNAVAILABLE, with the address.
 */
#ifndef INNKEEPER_NET_LOCAL_SOCKET_H
#define INNKEEPER_NET_LOCAL_SOCKET_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"

#define LOCAL_SOCKET_FOREVER INT64_MAX

struct local_socket {
	pthread_mutex_t lock;
	int fd; /* -1 = none; blocks */
	bool is_stopped;
};

void local_socket_init(struct local_socket *peer);

void local_socket_destroy(struct local_socket *peer);

/* Is there a connection that is still open and silent, as one without a request has to be? Else there is none after it. */
bool local_socket_is_kept(struct local_socket *peer);

/* `address`: HOST:PORT. Names alone are looked up, which takes as long as it takes; of several addresses the first that answers. */
MUST_CHECK enum err local_socket_connect(struct local_socket *peer, struct cx *cx,
					 struct str address, int64_t deadline_mono_ms);

/* poll(2) on it: what of `events`, POLLHUP and POLLERR has come; 0 = the deadline. */
short local_socket_wait(const struct local_socket *peer, const struct clock *clock, short events,
			int64_t deadline_mono_ms);

/* Closes the connection, if any. */
void local_socket_drop(struct local_socket *peer);

/* A connection ends where it stands; one that is being made may not hear it, so that who makes it looks at is_stopped then. */
void local_socket_stop(struct local_socket *peer);

bool local_socket_is_stopped(struct local_socket *peer);

#endif
