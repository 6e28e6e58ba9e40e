#include "api/headers.h"

#include "base/buf.h"
#include "codec/traceparent.h"

#define REQUEST_ID_BYTES_MAX 64
#define TRACESTATE_BYTES_MAX 512

static bool is_safe_byte(char byte)
{
	return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= '0' && byte <= '9') || byte == '.' || byte == '_' || byte == '-';
}

static bool is_request_id(struct str id)
{
	for (size_t i = 0; i < id.len; i++) {
		if (!is_safe_byte(id.ptr[i]))
			return false;
	}
	return id.len != 0 && id.len <= REQUEST_ID_BYTES_MAX;
}

void headers_take_request_id(struct exchange *exchange)
{
	struct str id = exchange_header(exchange, STR("X-Request-Id"));

	if (is_request_id(id))
		exchange->cx->request_id = id;
}

static bool is_tracestate(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < ' ' || text.ptr[i] > '~')
			return false;
	}
	return text.len <= TRACESTATE_BYTES_MAX;
}

void headers_take_trace(struct exchange *exchange)
{
	struct cx *cx = exchange->cx;
	struct str text = exchange_list_header(exchange, STR("traceparent"));
	struct traceparent from;
	struct str state;
	uint64_t id;

	if (cx->traceparent.len != 0 || !traceparent_parse(text, &from))
		return;
	rand_fill(cx->rand, &id, sizeof(id));
	cx->trace_id = str_dup(cx->arena, from.trace_id);
	cx->traceparent = traceparent_write(cx->arena, &from, id == 0 ? 1 : id);
	state = exchange_list_header(exchange, STR("tracestate"));
	if (is_tracestate(state))
		cx->tracestate = str_dup(cx->arena, state);
}

static struct str trim(struct str s)
{
	while (s.len != 0 && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
		s = str_sub(s, 1, s.len);
	while (s.len != 0 && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
		s.len--;
	return s;
}

/* Takes the next piece of a list, up to the separator. */
static struct str next_piece(struct str *rest, char separator)
{
	struct str piece = str_sub(*rest, 0, str_index(*rest, separator));

	*rest = str_sub(*rest, piece.len + 1, rest->len);
	return trim(piece);
}

static bool list_has(struct str list, struct str wanted)
{
	while (list.len != 0) {
		if (str_eq_nocase(next_piece(&list, ','), wanted))
			return true;
	}
	return false;
}

static struct str allowed_origin(const struct exchange *exchange)
{
	struct str list = exchange->options->cors_origins;
	struct str origin = exchange_header(exchange, STR("Origin"));

	if (list.len == 0)
		return STR("*");
	return list_has(list, origin) ? origin : next_piece(&list, ',');
}

void headers_add_common(struct exchange *exchange)
{
	exchange_add_header(exchange, STR("X-Request-Id"), exchange->cx->request_id);
	exchange_add_header(exchange, STR("Access-Control-Allow-Origin"), allowed_origin(exchange));
	exchange_add_header(exchange, STR("Access-Control-Expose-Headers"),
			    STR("ETag,Location,Link,X-Request-Id,Retry-After,RateLimit,"
				"RateLimit-Policy,Idempotency-Replayed"));
	if (exchange->options->cors_origins.len != 0)
		exchange_add_header(exchange, STR("Vary"), STR("Origin"));
}

void headers_answer_options(struct exchange *exchange)
{
	exchange->answer->status = 204;
	exchange_add_header(exchange, STR("Access-Control-Allow-Methods"),
			    STR("OPTIONS,GET,HEAD,PUT,PATCH,POST,DELETE"));
	exchange_add_header(exchange, STR("Access-Control-Allow-Headers"),
			    STR("Content-Type,X-Amz-Date,Authorization,X-Api-Key,"
				"X-Amz-Security-Token,X-Amz-User-Agent,If-Match,If-None-Match,"
				"Idempotency-Key,X-Request-Id"));
	exchange_add_header(exchange, STR("Access-Control-Max-Age"), STR("7200"));
}

/* A Host without its port: up to the last colon that is not inside the brackets of an IPv6 address. */
static struct str host_name(struct str host)
{
	size_t end = str_index(host, ']');

	if (end != host.len)
		return str_sub(host, 0, end + 1);
	return str_sub(host, 0, str_index(host, ':'));
}

static bool is_loopback(struct str name)
{
	if (str_eq_nocase(name, STR("localhost")) || str_eq(name, STR("[::1]")))
		return true;
	if (!str_starts(name, STR("127.")))
		return false;
	for (size_t i = 0; i < name.len; i++) {
		if ((name.ptr[i] < '0' || name.ptr[i] > '9') && name.ptr[i] != '.')
			return false;
	}
	return true;
}

static bool is_safe_method(struct str method)
{
	return str_eq(method, STR("GET")) || str_eq(method, STR("HEAD")) ||
	       str_eq(method, STR("OPTIONS"));
}

static bool is_same_origin(struct str origin, struct str host)
{
	static const struct str schemes[] = { STR_INIT("http://"), STR_INIT("https://") };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (str_starts(origin, schemes[i]) &&
		    str_eq_nocase(str_sub(origin, schemes[i].len, origin.len), host))
			return true;
	}
	return false;
}

enum err headers_check_origin(struct exchange *exchange)
{
	const struct api_request *request = exchange->request;
	struct str name = host_name(request->host);
	struct str origin = exchange_header(exchange, STR("Origin"));

	if (!exchange->options->guards_browsers)
		return OK;
	if (request->host.len != 0 && !is_loopback(name) &&
	    !list_has(exchange->options->public_hosts, name))
		return fail(exchange->cx, ERR_INVALID, "misdirected",
			    "this server does not answer for that Host: see --public-host");
	if (!origin.ptr || is_safe_method(request->method) ||
	    is_same_origin(origin, request->host) ||
	    list_has(exchange->options->cors_origins, origin))
		return OK;
	return fail(exchange->cx, ERR_FORBIDDEN, "forbidden",
		    "a page of another origin may not write here: see --cors-origin");
}

/* True for `;q=0`, `;q=0.000` and the like among a media range's parameters. */
static bool is_refused(struct str params)
{
	while (params.len != 0) {
		struct str param = next_piece(&params, ';');

		if (!str_starts(param, STR("q=")) && !str_starts(param, STR("Q=")))
			continue;
		for (size_t i = 2; i < param.len; i++) {
			if (param.ptr[i] != '0' && param.ptr[i] != '.')
				return false;
		}
		return param.len > 2;
	}
	return false;
}

static bool covers_json(struct str range)
{
	return str_eq(range, STR("*/*")) || str_eq_nocase(range, STR("application/*")) ||
	       str_eq_nocase(range, STR("application/json"));
}

enum err headers_check_accept(struct exchange *exchange)
{
	struct str accept = exchange_list_header(exchange, STR("Accept"));

	if (accept.len == 0 || (exchange->match.route->flags & ROUTE_ANY_TYPE))
		return OK;
	while (accept.len != 0) {
		struct str piece = next_piece(&accept, ',');
		struct str range = next_piece(&piece, ';');

		if (covers_json(range) && !is_refused(piece))
			return OK;
	}
	return fail(exchange->cx, ERR_INVALID, "not_acceptable", "the answer is application/json");
}

enum err headers_check_content_type(struct exchange *exchange)
{
	struct str rest = exchange_header(exchange, STR("Content-Type"));
	struct str type = next_piece(&rest, ';');
	bool fits = str_eq_nocase(type, STR("application/json")) ||
		    ((exchange->match.route->flags & ROUTE_PATCH) &&
		     str_eq_nocase(type, STR("application/merge-patch+json")));

	while (fits && rest.len != 0) {
		struct str param = next_piece(&rest, ';');

		/* Other parameters mean nothing to JSON; another charset would mean other text. */
		if (str_eq_nocase(str_sub(param, 0, 8), STR("charset=")))
			fits = str_eq_nocase(str_sub(param, 8, param.len), STR("utf-8")) ||
			       str_eq_nocase(str_sub(param, 8, param.len), STR("\"utf-8\""));
	}
	if (fits)
		return OK;
	return fail(exchange->cx, ERR_INVALID, "unsupported_media_type",
		    "the body must be application/json in UTF-8");
}
