/* runtime/http_listener.h - the socket that clients connect to.
 *
 * Only addresses are bound, no names but `localhost`: what is listened on must not depend on a name server.
 */
#ifndef INNKEEPER_RUNTIME_HTTP_LISTENER_H
#define INNKEEPER_RUNTIME_HTTP_LISTENER_H

#include <stdbool.h>

#include "base/cx.h"

/* ADDRESS:PORT, [IPV6]:PORT or localhost:PORT (127.0.0.1); port 0 = any free one. ERR_INVALID when it is none,
 * ERR_UNAVAILABLE when it can not be had. The socket does not block and is in *fd. */
MUST_CHECK enum err http_listener_open(struct cx *cx, const char *listen, int *fd);

/* The address it has, with its port, in cx->arena: `127.0.0.1:8080`, `[::1]:8080`. */
struct str http_listener_address(struct cx *cx, int fd);

/* True when only this machine can connect to it; false also when it is no address. */
bool http_listener_is_loopback(const char *listen);

#endif
