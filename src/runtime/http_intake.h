/* runtime/http_intake.h - the reading half of a connection: bytes become a request, and that is answered or handed on.
 *
 * What returns bool says whether there is something to do before the next event.
 */
#ifndef INNKEEPER_RUNTIME_HTTP_INTAKE_H
#define INNKEEPER_RUNTIME_HTTP_INTAKE_H

#include <stdbool.h>

#include "runtime/http_connection.h"

/* Goes on with a head, from nothing on; a complete one is routed. */
bool http_intake_head(struct http_connection *connection);

/* Goes on with a body; a complete one goes to a worker. */
bool http_intake_body(struct http_connection *connection);

#endif
