#include "api/routes.h"

#include "api/chain_routes.h"
#include "api/hotel_routes.h"
#include "api/kind_routes.h"
#include "api/server_routes.h"

#define W ROUTE_WRAPPED

/* clang-format off: a row a line */
static const struct route fixed[] = {
	{ "GET",
	  "/config",
	  "listHotels",
	  W,
	  hotel_routes_list,
	  { "limit", "cursor", "q", "chain", "brand", "city" } },
	{ "POST", "/config", "saveHotel", W | ROUTE_BODY, hotel_routes_save, { NULL } },
	{ "GET",
	  "/config/{id}",
	  "getHotel",
	  W | ROUTE_AT_ONCE,
	  hotel_routes_get,
	  { "view", "publication" } },
	{ "PUT", "/config/{id}", "saveHotel", W | ROUTE_BODY, hotel_routes_put, { NULL } },
	{ "PATCH",
	  "/config/{id}",
	  "saveHotel",
	  W | ROUTE_BODY | ROUTE_PATCH,
	  hotel_routes_patch,
	  { NULL } },
	{ "DELETE", "/config/{id}", "deleteHotel", W, hotel_routes_delete, { NULL } },
	{ "POST",
	  "/config/{id}/rooms/type/{code}/pictures",
	  "addRoomTypePicture",
	  W,
	  NULL,
	  { NULL } },
	{ "DELETE",
	  "/config/{id}/rooms/type/{code}/pictures/{pictureId}",
	  "deleteRoomTypePicture",
	  W,
	  NULL,
	  { NULL } },
	{ "POST",
	  "/config/{id}/rooms",
	  "saveRooms",
	  W | ROUTE_BODY,
	  hotel_routes_save_rooms,
	  { NULL } },
	{ "POST",
	  "/config/{id}/sellables/{code}/pictures",
	  "addSellablePicture",
	  W,
	  NULL,
	  { NULL } },
	{ "DELETE",
	  "/config/{id}/sellables/{code}/pictures/{pictureId}",
	  "deleteSellablePicture",
	  W,
	  NULL,
	  { NULL } },
	{ "POST", "/config/{id}/pictures", "addPicture", W, NULL, { NULL } },
	{ "DELETE", "/config/{id}/pictures/{pictureId}", "deletePicture", W, NULL, { NULL } },
	{ "POST", "/config/{id}/publish", "publishChanges", W, NULL, { NULL } },
	{ "GET", "/config/{id}/changes", "", W, NULL, { NULL } },
	{ "GET", "/config/{id}/history", "", W, NULL, { NULL } },
	{ "GET", "/config/{id}/publications", "", W, NULL, { NULL } },
	{ "GET", "/config/{id}/publications/{n}", "", W, NULL, { NULL } },
	{ "DELETE", "/config/{id}/publications/{n}", "", W, NULL, { NULL } },
	{ "POST", "/config/{id}/publications/{n}/restore", "", W, NULL, { NULL } },
	{ "GET", "/chains", "", 0, chain_routes_list, { "limit", "cursor" } },
	{ "GET", "/chains/{code}", "", 0, chain_routes_get, { NULL } },
	{ "PUT", "/chains/{code}", "", ROUTE_BODY, chain_routes_put, { NULL } },
	{ "DELETE", "/chains/{code}", "", 0, chain_routes_delete, { NULL } },
	{ "GET", "/brands", "", 0, chain_routes_list, { "limit", "cursor" } },
	{ "GET", "/brands/{code}", "", 0, chain_routes_get, { NULL } },
	{ "PUT", "/brands/{code}", "", ROUTE_BODY, chain_routes_put, { NULL } },
	{ "DELETE", "/brands/{code}", "", 0, chain_routes_delete, { NULL } },
	{ "GET", "/pictures/{name}", "", 0, NULL, { NULL } },
	{ "GET", "/events", "", 0, NULL, { NULL } },
	{ "GET", "/search/hotels", "searchHotelAvailability", 0, NULL, { NULL } },
	{ "GET", "/search/hotels/{id}/rooms", "searchRoomAvailability", 0, NULL, { NULL } },
	{ "GET", "/search/hotels/{id}/calendar", "", 0, NULL, { NULL } },
	{ "GET", "/search/hotels/{id}/explain", "", 0, NULL, { NULL } },
	{ "GET", "/inventory/{id}", "", 0, NULL, { NULL } },
	{ "PUT", "/inventory/{id}", "", 0, NULL, { NULL } },
	{ "GET", "/bookings", "", 0, NULL, { NULL } },
	{ "POST", "/bookings", "bookRoom", 0, NULL, { NULL } },
	{ "GET", "/bookings/{id}", "", 0, NULL, { NULL } },
	{ "PATCH", "/bookings/{id}", "", 0, NULL, { NULL } },
	{ "DELETE", "/bookings/{id}", "", 0, NULL, { NULL } },
	{ "POST", "/bookings/{id}/confirm", "", 0, NULL, { NULL } },
	{ "POST", "/bookings/{id}/extend", "", 0, NULL, { NULL } },
	{ "POST", "/bookings/{id}/no-show", "", 0, NULL, { NULL } },
	{ "GET", "/livez", "", ROUTE_AT_ONCE, server_routes_livez, { NULL } },
	{ "GET", "/readyz", "", 0, server_routes_readyz, { "verbose" } },
	{ "GET", "/metrics", "", ROUTE_AT_ONCE | ROUTE_ANY_TYPE, server_routes_metrics, { NULL } },
	{ "GET", "/openapi.json", "", 0, NULL, { NULL } },
	{ "GET", "/docs", "", ROUTE_ANY_TYPE, NULL, { NULL } },
	{ "GET", "/portal/", "", ROUTE_ANY_TYPE, NULL, { NULL } },
};
/* clang-format on */

#define FIXED (sizeof(fixed) / sizeof(fixed[0]))

const struct route *routes_open(struct arena *arena)
{
	size_t n = 0;
	struct route *routes;

	while (kinds[n])
		n++;
	routes = arena_array(arena, FIXED + n * KIND_ROUTES + 1, sizeof(*routes));
	if (!routes)
		return NULL;
	for (size_t i = 0; i < FIXED; i++)
		routes[i] = fixed[i];
	n = FIXED;
	for (size_t i = 0; kinds[i]; i++) {
		if (kinds[i]->path.len == 0)
			continue;
		kind_routes_make(arena, kinds[i], &routes[n]);
		n += KIND_ROUTES;
	}
	return arena->refused ? NULL : routes;
}
