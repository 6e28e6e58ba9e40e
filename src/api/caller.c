#include "api/caller.h"

#include "codec/utf8.h"

static bool is_name(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		if ((unsigned char)name.ptr[i] < ' ' || name.ptr[i] == 0x7f)
			return false;
	}
	return name.len <= CALLER_BYTES_MAX && utf8_is_valid(name);
}

static enum err refuse(struct exchange *exchange, const char *why)
{
	exchange_add_header(exchange, STR("WWW-Authenticate"), STR("Bearer"));
	return fail(exchange->cx, ERR_UNAUTHENTICATED, "unauthenticated", "%s", why);
}

enum err caller_check(struct exchange *exchange)
{
	const struct api_request *request = exchange->request;

	if (exchange->match.route->flags & ROUTE_PUBLIC)
		return OK;
	if (request->user.len == 0)
		return exchange->options->auth_open
			       ? OK
			       : refuse(exchange, "the request does not say who asks");
	if (!is_name(request->user))
		return refuse(exchange, "the name of who asks can not be kept");
	exchange->cx->user = request->user;
	return OK;
}
