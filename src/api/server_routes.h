/* api/server_routes.h - the handlers about the server itself: probes and metrics. */
#ifndef INNKEEPER_API_SERVER_ROUTES_H
#define INNKEEPER_API_SERVER_ROUTES_H

#include "base/err.h"

struct exchange;

/* Never looks at a dependency. */
MUST_CHECK enum err server_routes_livez(struct exchange *exchange);

/* UNAVAILABLE unless the store can be read and would take a write. */
MUST_CHECK enum err server_routes_readyz(struct exchange *exchange);

MUST_CHECK enum err server_routes_metrics(struct exchange *exchange);

#endif
