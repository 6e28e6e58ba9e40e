#include "api/exchange.h"

#include <assert.h>

#include "api/parameter.h"
#include "base/buf.h"
#include "codec/hash.h"
#include "codec/url.h"
#include "usecase/etag.h"

#define KEY_BYTES_MAX 255

struct str exchange_header(const struct exchange *exchange, struct str name)
{
	const struct api_request *request = exchange->request;

	for (size_t i = 0; i < request->nheaders; i++) {
		if (str_eq_nocase(request->headers[i].name, name))
			return request->headers[i].value;
	}
	return (struct str){ NULL, 0 };
}

struct str exchange_list_header(const struct exchange *exchange, struct str name)
{
	const struct api_request *request = exchange->request;
	struct arena *arena = exchange->cx->arena;
	struct str list = { NULL, 0 };

	for (size_t i = 0; i < request->nheaders; i++) {
		struct str value = request->headers[i].value;

		if (!str_eq_nocase(request->headers[i].name, name))
			continue;
		list = !list.ptr ? value
				 : str_printf(arena, STR_FMT ", " STR_FMT, STR_ARG(list),
					      STR_ARG(value));
	}
	return list;
}

bool exchange_query(const struct exchange *exchange, struct str name, struct str *out)
{
	for (size_t i = 0; i < exchange->nquery; i++) {
		if (str_eq(exchange->query[i].name, name)) {
			*out = exchange->query[i].value;
			return true;
		}
	}
	return false;
}

void exchange_add_header(struct exchange *exchange, struct str name, struct str value)
{
	struct api_answer *answer = exchange->answer;

	assert(answer->nheaders < API_HEADERS_MAX);
	answer->headers[answer->nheaders++] = (struct str_pair){ name, value };
}

static bool is_taken(const struct route *route, struct str name)
{
	for (size_t i = 0; i < ROUTE_QUERY_MAX && route->query[i]; i++) {
		if (str_eq(str_of(route->query[i]), name))
			return true;
	}
	return false;
}

enum err exchange_read_query(struct exchange *exchange)
{
	struct cx *cx = exchange->cx;
	struct str ignored;
	size_t n = 0;

	if (!url_parse_query(cx->arena, exchange->request->query, exchange->query, ROUTE_QUERY_MAX,
			     &n))
		return fail(cx, ERR_INVALID, "invalid", "the query can not be decoded");
	for (size_t i = 0; i < n; i++) {
		struct str name = exchange->query[i].name;

		if (!is_taken(exchange->match.route, name))
			fail_field(cx, BLAME_PARAMETER, name, "there is no such parameter");
		else if (exchange_query(exchange, name, &ignored))
			fail_field(cx, BLAME_PARAMETER, name, "is given twice");
		else
			parameter_check(cx, parameter_of(str_c(cx->arena, name)),
					exchange->query[i].value);
		exchange->nquery++;
	}
	return cx->failure.code ? cx->failure.err : OK;
}

/* Quoted or bare; empty when it is no key. */
static struct str idempotency_key(struct str value)
{
	if (value.len >= 2 && value.ptr[0] == '"' && value.ptr[value.len - 1] == '"')
		value = str_sub(value, 1, value.len - 2);
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] < '!' || value.ptr[i] > '~')
			return STR("");
	}
	return value.len <= KEY_BYTES_MAX ? value : STR("");
}

static struct str request_hash(const struct exchange *exchange)
{
	const struct api_request *request = exchange->request;
	struct buf buf;

	buf_init(&buf, exchange->cx->arena);
	buf_add(&buf, request->method);
	buf_add_char(&buf, '\n');
	buf_add(&buf, exchange->link);
	buf_add_char(&buf, '\n');
	buf_add(&buf, request->query);
	buf_add_char(&buf, '\n');
	buf_add(&buf, request->body);
	return hash_sha256_hex(exchange->cx->arena, buf_str(&buf));
}

static enum err read_key(struct exchange *exchange, struct command *out)
{
	struct str value = exchange_header(exchange, STR("Idempotency-Key"));

	if (!value.ptr || !str_eq(exchange->request->method, STR("POST")))
		return OK;
	out->idempotency_key = idempotency_key(value);
	if (out->idempotency_key.len == 0)
		return fail_field(exchange->cx, BLAME_HEADER, STR("Idempotency-Key"),
				  "must be 1 to %d visible ASCII characters", KEY_BYTES_MAX);
	out->request_hash = request_hash(exchange);
	return OK;
}

static enum err read_condition(struct exchange *exchange, struct str name, struct str *out)
{
	*out = exchange_list_header(exchange, name);
	if (out->ptr && !etag_is_list(*out))
		return fail_field(exchange->cx, BLAME_HEADER, name,
				  "must be * or a list of quoted entity tags");
	return OK;
}

enum err exchange_read_command(struct exchange *exchange, struct command *out)
{
	enum err err;

	*out = (struct command){
		.use_case = str_of(exchange->match.route->use_case),
		.require_if_match = exchange->options->require_if_match,
		.answer_max_bytes = exchange->options->answer_max_bytes,
	};
	err = read_condition(exchange, STR("If-Match"), &out->if_match);
	if (err == OK)
		err = read_condition(exchange, STR("If-None-Match"), &out->if_none_match);
	return err != OK ? err : read_key(exchange, out);
}

bool exchange_defers(struct exchange *exchange)
{
	exchange->deferred = !exchange->may_wait;
	return exchange->deferred;
}

struct str exchange_root(const struct exchange *exchange)
{
	return str_printf(exchange->cx->arena, STR_FMT STR_FMT, STR_ARG(exchange->request->mount),
			  STR_ARG(exchange->options->base_path));
}

void exchange_answer(struct exchange *exchange, const struct result *result)
{
	struct arena *arena = exchange->cx->arena;

	exchange->answer->status = result->status;
	exchange->answer->body = result->body;
	exchange_add_header(exchange, STR("Content-Type"), STR("application/json"));
	if (result->etag.len != 0)
		exchange_add_header(exchange, STR("ETag"), result->etag);
	if (result->location.len != 0)
		exchange_add_header(exchange, STR("Location"),
				    str_printf(arena, STR_FMT STR_FMT,
					       STR_ARG(exchange_root(exchange)),
					       STR_ARG(result->location)));
	if (result->replayed)
		exchange_add_header(exchange, STR("Idempotency-Replayed"), STR("true"));
}

void exchange_answer_text(struct exchange *exchange, struct str type, struct str text)
{
	exchange->answer->status = 200;
	exchange->answer->body = text;
	exchange_add_header(exchange, STR("Content-Type"), type);
}

void exchange_answer_read(struct exchange *exchange, const struct result *result)
{
	struct str if_none_match = exchange_list_header(exchange, STR("If-None-Match"));

	exchange_answer(exchange, result);
	exchange_add_header(exchange, STR("Cache-Control"), STR("no-cache"));
	if (if_none_match.len == 0 || !etag_list_has(if_none_match, result->etag, true))
		return;
	exchange->answer->status = 304;
	exchange->answer->body = STR("");
}

enum err exchange_answer_write(struct exchange *exchange, enum err err, const struct result *result)
{
	if (err == OK)
		exchange_answer(exchange, result);
	else if (result->etag.len != 0 && err == ERR_STALE)
		exchange_add_header(exchange, STR("ETag"), result->etag);
	return err;
}
