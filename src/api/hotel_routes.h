/* api/hotel_routes.h - the handlers under /config: decode, call the use case, encode. */
#ifndef INNKEEPER_API_HOTEL_ROUTES_H
#define INNKEEPER_API_HOTEL_ROUTES_H

#include "base/err.h"

struct exchange;

MUST_CHECK enum err hotel_routes_list(struct exchange *exchange);
MUST_CHECK enum err hotel_routes_save(struct exchange *exchange);
MUST_CHECK enum err hotel_routes_get(struct exchange *exchange);
MUST_CHECK enum err hotel_routes_put(struct exchange *exchange);
MUST_CHECK enum err hotel_routes_patch(struct exchange *exchange);
MUST_CHECK enum err hotel_routes_delete(struct exchange *exchange);
MUST_CHECK enum err hotel_routes_save_rooms(struct exchange *exchange);

#endif
