/* api/chain_routes.h - /chains and /brands. */
#ifndef INNKEEPER_API_CHAIN_ROUTES_H
#define INNKEEPER_API_CHAIN_ROUTES_H

#include "base/err.h"

struct exchange;

MUST_CHECK enum err chain_routes_list(struct exchange *exchange);
MUST_CHECK enum err chain_routes_get(struct exchange *exchange);
MUST_CHECK enum err chain_routes_put(struct exchange *exchange);
MUST_CHECK enum err chain_routes_delete(struct exchange *exchange);

#endif
