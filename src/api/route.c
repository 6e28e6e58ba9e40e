#include "api/route.h"

#include "codec/url.h"
#include "model/code.h"

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

/* A parameter is a whole segment, whatever is in it. */
static bool has_form(struct str template, struct str path)
{
	size_t at = 0;

	for (size_t i = 0; i < template.len; i++) {
		if (template.ptr[i] == '{') {
			while (template.ptr[i] != '}')
				i++;
			while (at < path.len && path.ptr[at] != '/')
				at++;
		} else if (at == path.len || path.ptr[at++] != template.ptr[i]) {
			return false;
		}
	}
	return at == path.len;
}

/* Every request goes through most of the table: what does not have the form costs nothing more. */
static bool path_matches(struct arena *arena, const char *template, struct str path,
			 struct route_match *match)
{
	struct str pattern = str_of(template);

	if (!has_form(pattern, path))
		return false;
	match->nparams = 0;
	while (pattern.len != 0) {
		struct str wanted = next_segment(&pattern), segment = next_segment(&path);

		if (wanted.len != 0 && wanted.ptr[0] == '{' && !take_param(arena, segment, match))
			return false;
	}
	return true;
}

struct route_match route_find(const struct route *routes, struct arena *arena, struct str method,
			      struct str path)
{
	struct route_match match = { .route = NULL };

	if (str_eq(method, STR("HEAD")))
		method = STR("GET");
	for (size_t i = 0; routes[i].method; i++) {
		struct route_match tried = { .route = &routes[i], .path_known = true };

		if (!path_matches(arena, routes[i].path, path, &tried))
			continue;
		if (str_eq(str_of(routes[i].method), method))
			return tried;
		match.path_known = true;
	}
	return match;
}

void route_allow(const struct route *routes, struct arena *arena, struct str path, struct buf *out)
{
	for (size_t i = 0; routes[i].method; i++) {
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

bool route_knows_method(struct str method)
{
	static const struct str methods[] = { STR_INIT("GET"),    STR_INIT("HEAD"),
					      STR_INIT("POST"),   STR_INIT("PUT"),
					      STR_INIT("PATCH"),  STR_INIT("DELETE"),
					      STR_INIT("OPTIONS") };

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (str_eq(methods[i], method))
			return true;
	}
	return false;
}

bool route_begins_group(const struct route *routes, const struct route *route)
{
	const struct route *row = routes;

	if (!route->handle)
		return false;
	while (!row->handle || row->group != route->group)
		row++;
	return row == route;
}
