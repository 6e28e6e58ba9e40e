#include "api/route.h"

#include "api/hotel_routes.h"
#include "api/server_routes.h"
#include "codec/url.h"
#include "model/code.h"

#define W ROUTE_WRAPPED

static const struct route routes[] = {
	{ "GET", "/config", "listHotels", W, hotel_routes_list, { "limit", "cursor", "q", "chain", "brand", "city" } },
	{ "POST", "/config", "saveHotel", W | ROUTE_BODY, hotel_routes_save, { NULL } },
	{ "GET", "/config/{id}", "getHotel", W | ROUTE_AT_ONCE, hotel_routes_get, { "view", "publication" } },
	{ "PUT", "/config/{id}", "saveHotel", W | ROUTE_BODY, hotel_routes_put, { NULL } },
	{ "PATCH", "/config/{id}", "saveHotel", W | ROUTE_BODY | ROUTE_PATCH, hotel_routes_patch, { NULL } },
	{ "DELETE", "/config/{id}", "deleteHotel", W, NULL, { NULL } },
	{ "POST", "/config/{id}/rooms/type", "addRoomType", W | ROUTE_BODY, hotel_routes_add_room_type, { NULL } },
	{ "GET", "/config/{id}/rooms/type", "", W, NULL, { NULL } },
	{ "GET", "/config/{id}/rooms/type/{code}", "", W, NULL, { NULL } },
	{ "PUT", "/config/{id}/rooms/type/{code}", "", W, NULL, { NULL } },
	{ "PATCH", "/config/{id}/rooms/type/{code}", "", W, NULL, { NULL } },
	{ "DELETE", "/config/{id}/rooms/type/{code}", "deleteRoomType", W, NULL, { NULL } },
	{ "POST", "/config/{id}/rooms/type/{code}/pictures", "addRoomTypePicture", W, NULL, { NULL } },
	{ "DELETE", "/config/{id}/rooms/type/{code}/pictures/{pictureId}", "deleteRoomTypePicture", W, NULL, { NULL } },
	{ "POST", "/config/{id}/rooms", "saveRooms", W, NULL, { NULL } },
	{ "GET", "/config/{id}/tags", "", W, NULL, { NULL } },
	{ "POST", "/config/{id}/tags", "addTag", W, NULL, { NULL } },
	{ "GET", "/config/{id}/tags/{code}", "", W, NULL, { NULL } },
	{ "PUT", "/config/{id}/tags/{code}", "", W, NULL, { NULL } },
	{ "PATCH", "/config/{id}/tags/{code}", "", W, NULL, { NULL } },
	{ "DELETE", "/config/{id}/tags/{code}", "deleteTag", W, NULL, { NULL } },
	{ "GET", "/config/{id}/sellables", "", W, NULL, { NULL } },
	{ "POST", "/config/{id}/sellables", "addSellable", W, NULL, { NULL } },
	{ "GET", "/config/{id}/sellables/{code}", "", W, NULL, { NULL } },
	{ "PUT", "/config/{id}/sellables/{code}", "", W, NULL, { NULL } },
	{ "PATCH", "/config/{id}/sellables/{code}", "", W, NULL, { NULL } },
	{ "DELETE", "/config/{id}/sellables/{code}", "deleteSellable", W, NULL, { NULL } },
	{ "POST", "/config/{id}/sellables/{code}/pictures", "addSellablePicture", W, NULL, { NULL } },
	{ "DELETE", "/config/{id}/sellables/{code}/pictures/{pictureId}", "deleteSellablePicture", W, NULL, { NULL } },
	{ "POST", "/config/{id}/pictures", "addPicture", W, NULL, { NULL } },
	{ "DELETE", "/config/{id}/pictures/{pictureId}", "deletePicture", W, NULL, { NULL } },
	{ "GET", "/config/{id}/rules", "", W, NULL, { NULL } },
	{ "POST", "/config/{id}/rules", "", W, NULL, { NULL } },
	{ "GET", "/config/{id}/rules/{code}", "", W, NULL, { NULL } },
	{ "PUT", "/config/{id}/rules/{code}", "", W, NULL, { NULL } },
	{ "PATCH", "/config/{id}/rules/{code}", "", W, NULL, { NULL } },
	{ "DELETE", "/config/{id}/rules/{code}", "", W, NULL, { NULL } },
	{ "GET", "/config/{id}/rateplans", "", W, NULL, { NULL } },
	{ "POST", "/config/{id}/rateplans", "", W, NULL, { NULL } },
	{ "GET", "/config/{id}/rateplans/{code}", "", W, NULL, { NULL } },
	{ "PUT", "/config/{id}/rateplans/{code}", "", W, NULL, { NULL } },
	{ "PATCH", "/config/{id}/rateplans/{code}", "", W, NULL, { NULL } },
	{ "DELETE", "/config/{id}/rateplans/{code}", "", W, NULL, { NULL } },
	{ "GET", "/config/{id}/taxes", "", W, NULL, { NULL } },
	{ "POST", "/config/{id}/taxes", "", W, NULL, { NULL } },
	{ "GET", "/config/{id}/taxes/{code}", "", W, NULL, { NULL } },
	{ "PUT", "/config/{id}/taxes/{code}", "", W, NULL, { NULL } },
	{ "PATCH", "/config/{id}/taxes/{code}", "", W, NULL, { NULL } },
	{ "DELETE", "/config/{id}/taxes/{code}", "", W, NULL, { NULL } },
	{ "POST", "/config/{id}/publish", "publishChanges", W, NULL, { NULL } },
	{ "GET", "/config/{id}/changes", "", W, NULL, { NULL } },
	{ "GET", "/config/{id}/history", "", W, NULL, { NULL } },
	{ "GET", "/config/{id}/publications", "", W, NULL, { NULL } },
	{ "GET", "/config/{id}/publications/{n}", "", W, NULL, { NULL } },
	{ "DELETE", "/config/{id}/publications/{n}", "", W, NULL, { NULL } },
	{ "POST", "/config/{id}/publications/{n}/restore", "", W, NULL, { NULL } },
	{ "GET", "/chains", "", 0, NULL, { NULL } },
	{ "GET", "/chains/{code}", "", 0, NULL, { NULL } },
	{ "PUT", "/chains/{code}", "", 0, NULL, { NULL } },
	{ "DELETE", "/chains/{code}", "", 0, NULL, { NULL } },
	{ "GET", "/brands", "", 0, NULL, { NULL } },
	{ "GET", "/brands/{code}", "", 0, NULL, { NULL } },
	{ "PUT", "/brands/{code}", "", 0, NULL, { NULL } },
	{ "DELETE", "/brands/{code}", "", 0, NULL, { NULL } },
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

#define ROUTES (sizeof(routes) / sizeof(routes[0]))

/* Takes the next piece of a path, up to the slash. */
static struct str next_segment(struct str *rest)
{
	struct str segment = str_sub(*rest, 1, str_index(str_sub(*rest, 1, rest->len), '/'));

	*rest = str_sub(*rest, segment.len + 1, rest->len);
	return segment;
}

/* A segment that does not decode to a code is nobody's: 404. */
static bool take_param(struct arena *arena, struct str segment, struct route_match *match)
{
	struct str *param = &match->params[match->nparams];

	if (!url_decode(arena, segment, param) || !code_is_valid(*param))
		return false;
	match->nparams++;
	return true;
}

static bool path_matches(struct arena *arena, const char *template, struct str path,
			 struct route_match *match)
{
	struct str pattern = str_of(template);

	match->nparams = 0;
	while (pattern.len != 0 && path.len != 0) {
		struct str wanted, segment;

		if (path.ptr[0] != '/')
			return false;
		wanted = next_segment(&pattern);
		segment = next_segment(&path);
		if (wanted.len != 0 && wanted.ptr[0] == '{') {
			if (!take_param(arena, segment, match))
				return false;
		} else if (!str_eq(wanted, segment)) {
			return false;
		}
	}
	return pattern.len == 0 && path.len == 0;
}

struct route_match route_find(struct arena *arena, struct str method, struct str path)
{
	struct route_match match = { .route = NULL };

	if (str_eq(method, STR("HEAD")))
		method = STR("GET");
	for (size_t i = 0; i < ROUTES; i++) {
		struct route_match tried = { .route = &routes[i], .path_known = true };

		if (!path_matches(arena, routes[i].path, path, &tried))
			continue;
		if (str_eq(str_of(routes[i].method), method))
			return tried;
		match.path_known = true;
	}
	return match;
}

void route_allow(struct arena *arena, struct str path, struct buf *out)
{
	for (size_t i = 0; i < ROUTES; i++) {
		struct route_match tried;

		if (!path_matches(arena, routes[i].path, path, &tried))
			continue;
		buf_add(out, str_of(routes[i].method));
		buf_add(out, STR(", "));
		if (str_eq(str_of(routes[i].method), STR("GET")))
			buf_add(out, STR("HEAD, "));
	}
	buf_add(out, STR("OPTIONS"));
}
