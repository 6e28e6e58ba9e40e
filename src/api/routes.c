#include "api/routes.h"

#include "api/chain_routes.h"
#include "api/hotel_routes.h"
#include "api/kind_routes.h"
#include "api/openapi_routes.h"
#include "api/server_routes.h"
#include "model/chain.h"
#include "model/hotel.h"

#define W ROUTE_WRAPPED

static const struct route_group hotels = {
	"Hotels", "A hotel's head, and the whole of it. Its history keeps every change."
};
static const struct route_group rooms = { "Rooms",
					  "Where a hotel's rooms are, and what they are." };
static const struct route_group chain_group = {
	"Chains and brands", "What hotels may name as theirs; they belong to no hotel."
};
static const struct route_group server = { "The server", "Probes, figures, and this description." };

#define BUILT(operation, where, sentence) \
	.id = (operation), .group = &(where), .summary = (sentence)

#define FORM(its_kind, ...)                            \
	{                                              \
		.kind = FORM_##its_kind, ##__VA_ARGS__ \
	}

/* Answers 501 `not_implemented`. */
#define UNBUILT(its_method, its_path, its_use_case, its_flags)                          \
	{                                                                               \
		.method = (its_method), .path = (its_path), .use_case = (its_use_case), \
		.flags = (its_flags)                                                    \
	}

/* clang-format off: a row a route */
static const struct route fixed[] = {
	{ "GET",
	  "/config",
	  "listHotels",
	  W,
	  hotel_routes_list,
	  { "limit", "cursor", "q", "chain", "brand", "city" },
	  BUILT("listHotels", hotels, "List the heads of all hotels, by code"),
	  .answers = FORM(WRAPPER) },
	{ "POST",
	  "/config",
	  "saveHotel",
	  W | ROUTE_BODY | ROUTE_TAGGED,
	  hotel_routes_save,
	  { NULL },
	  BUILT("saveHotel", hotels,
		"Create a hotel; with `code`, change that one: members and lists left out stay"),
	  .takes = FORM(PART, .shape = &hotel_shape),
	  .answers = FORM(WRAPPER) },
	{ "GET",
	  "/config/{id}",
	  "getHotel",
	  W | ROUTE_AT_ONCE | ROUTE_TAGGED,
	  hotel_routes_get,
	  { "view", "publication" },
	  BUILT("getHotel", hotels, "Read a hotel whole, with everything that it holds"),
	  .answers = FORM(WRAPPER) },
	{ "PUT",
	  "/config/{id}",
	  "saveHotel",
	  W | ROUTE_BODY | ROUTE_TAGGED,
	  hotel_routes_put,
	  { NULL },
	  BUILT("putHotel", hotels,
		"Replace a hotel's head: members left out are emptied, lists left out stay"),
	  .takes = FORM(PUT, .shape = &hotel_shape),
	  .answers = FORM(WRAPPER) },
	{ "PATCH",
	  "/config/{id}",
	  "saveHotel",
	  W | ROUTE_BODY | ROUTE_PATCH | ROUTE_TAGGED,
	  hotel_routes_patch,
	  { NULL },
	  BUILT("patchHotel", hotels, "Merge a patch into a hotel (RFC 7396)"),
	  .takes = FORM(PATCH, .shape = &hotel_shape),
	  .answers = FORM(WRAPPER) },
	{ "DELETE",
	  "/config/{id}",
	  "deleteHotel",
	  W | ROUTE_TAGGED,
	  hotel_routes_delete,
	  { NULL },
	  BUILT("deleteHotel", hotels,
		"Delete a hotel: its history stays, its code is never used again"),
	  .answers = FORM(WRAPPER) },
	UNBUILT("POST", "/config/{id}/rooms/type/{code}/pictures", "addRoomTypePicture", W),
	UNBUILT("DELETE", "/config/{id}/rooms/type/{code}/pictures/{pictureId}",
		"deleteRoomTypePicture", W),
	{ "POST",
	  "/config/{id}/rooms",
	  "saveRooms",
	  W | ROUTE_BODY | ROUTE_TAGGED,
	  hotel_routes_save_rooms,
	  { NULL },
	  BUILT("saveRooms", rooms,
		"Replace the layout: buildings, floors and up to 5,000 rooms, all or nothing"),
	  .takes = FORM(LIST, .list = "buildings"),
	  .answers = FORM(WRAPPER) },
	UNBUILT("POST", "/config/{id}/sellables/{code}/pictures", "addSellablePicture", W),
	UNBUILT("DELETE", "/config/{id}/sellables/{code}/pictures/{pictureId}",
		"deleteSellablePicture", W),
	UNBUILT("POST", "/config/{id}/pictures", "addPicture", W),
	UNBUILT("DELETE", "/config/{id}/pictures/{pictureId}", "deletePicture", W),
	UNBUILT("POST", "/config/{id}/publish", "publishChanges", W),
	UNBUILT("GET", "/config/{id}/changes", "", W),
	UNBUILT("GET", "/config/{id}/history", "", W),
	UNBUILT("GET", "/config/{id}/publications", "", W),
	UNBUILT("GET", "/config/{id}/publications/{n}", "", W),
	UNBUILT("DELETE", "/config/{id}/publications/{n}", "", W),
	UNBUILT("POST", "/config/{id}/publications/{n}/restore", "", W),
	{ "GET",
	  "/chains",
	  "",
	  0,
	  chain_routes_list,
	  { "limit", "cursor" },
	  BUILT("listChains", chain_group, "List the chains, by code"),
	  .answers = FORM(PAGE, .shape = &chain_shape, .list = "chains") },
	{ "GET",
	  "/chains/{code}",
	  "",
	  ROUTE_TAGGED,
	  chain_routes_get,
	  { NULL },
	  BUILT("getChain", chain_group, "Read a chain"),
	  .answers = FORM(OBJECT, .shape = &chain_shape) },
	{ "PUT",
	  "/chains/{code}",
	  "",
	  ROUTE_BODY | ROUTE_TAGGED | ROUTE_CREATES,
	  chain_routes_put,
	  { NULL },
	  BUILT("putChain", chain_group, "Make or replace a chain"),
	  .takes = FORM(PUT, .shape = &chain_shape),
	  .answers = FORM(OBJECT, .shape = &chain_shape) },
	{ "DELETE",
	  "/chains/{code}",
	  "",
	  0,
	  chain_routes_delete,
	  { NULL },
	  BUILT("deleteChain", chain_group, "Delete a chain that no hotel and no brand names"),
	  .answers = FORM(OBJECT, .shape = &chain_shape) },
	{ "GET",
	  "/brands",
	  "",
	  0,
	  chain_routes_list,
	  { "limit", "cursor" },
	  BUILT("listBrands", chain_group, "List the brands, by code"),
	  .answers = FORM(PAGE, .shape = &brand_shape, .list = "brands") },
	{ "GET",
	  "/brands/{code}",
	  "",
	  ROUTE_TAGGED,
	  chain_routes_get,
	  { NULL },
	  BUILT("getBrand", chain_group, "Read a brand"),
	  .answers = FORM(OBJECT, .shape = &brand_shape) },
	{ "PUT",
	  "/brands/{code}",
	  "",
	  ROUTE_BODY | ROUTE_TAGGED | ROUTE_CREATES,
	  chain_routes_put,
	  { NULL },
	  BUILT("putBrand", chain_group, "Make or replace a brand of a chain"),
	  .takes = FORM(PUT, .shape = &brand_shape),
	  .answers = FORM(OBJECT, .shape = &brand_shape) },
	{ "DELETE",
	  "/brands/{code}",
	  "",
	  0,
	  chain_routes_delete,
	  { NULL },
	  BUILT("deleteBrand", chain_group, "Delete a brand that no hotel names"),
	  .answers = FORM(OBJECT, .shape = &brand_shape) },
	UNBUILT("GET", "/pictures/{name}", "", 0),
	UNBUILT("GET", "/events", "", 0),
	UNBUILT("GET", "/search/hotels", "searchHotelAvailability", 0),
	UNBUILT("GET", "/search/hotels/{id}/rooms", "searchRoomAvailability", 0),
	UNBUILT("GET", "/search/hotels/{id}/calendar", "", 0),
	UNBUILT("GET", "/search/hotels/{id}/explain", "", 0),
	UNBUILT("GET", "/inventory/{id}", "", 0),
	UNBUILT("PUT", "/inventory/{id}", "", 0),
	UNBUILT("GET", "/bookings", "", 0),
	UNBUILT("POST", "/bookings", "bookRoom", 0),
	UNBUILT("GET", "/bookings/{id}", "", 0),
	UNBUILT("PATCH", "/bookings/{id}", "", 0),
	UNBUILT("DELETE", "/bookings/{id}", "", 0),
	UNBUILT("POST", "/bookings/{id}/confirm", "", 0),
	UNBUILT("POST", "/bookings/{id}/extend", "", 0),
	UNBUILT("POST", "/bookings/{id}/no-show", "", 0),
	{ "GET",
	  "/livez",
	  "",
	  ROUTE_AT_ONCE | ROUTE_PUBLIC,
	  server_routes_livez,
	  { NULL },
	  BUILT("getLivez", server, "Say that the process lives; looks at no dependency"),
	  .answers = FORM(STATUS) },
	{ "GET",
	  "/readyz",
	  "",
	  ROUTE_PUBLIC,
	  server_routes_readyz,
	  { "verbose" },
	  BUILT("getReadyz", server, "Say whether the store takes reads and writes"),
	  .answers = FORM(STATUS) },
	{ "GET",
	  "/metrics",
	  "",
	  ROUTE_AT_ONCE | ROUTE_ANY_TYPE,
	  server_routes_metrics,
	  { NULL },
	  BUILT("getMetrics", server, "Figures of the server, as text for Prometheus"),
	  .answers = FORM(TEXT) },
	{ "GET",
	  "/openapi.json",
	  "",
	  ROUTE_TAGGED | ROUTE_PUBLIC,
	  openapi_routes_document,
	  { NULL },
	  BUILT("getOpenapi", server, "This description, as an OpenAPI 3.1 document"),
	  .answers = FORM(JSON) },
	{ "GET",
	  "/docs",
	  "",
	  ROUTE_ANY_TYPE | ROUTE_PUBLIC,
	  openapi_routes_docs,
	  { NULL },
	  BUILT("getDocs", server, "This description, as a page"),
	  .answers = FORM(HTML) },
	UNBUILT("GET", "/portal/", "", ROUTE_ANY_TYPE),
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
