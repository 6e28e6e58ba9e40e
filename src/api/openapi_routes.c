#include "api/openapi_routes.h"

#include "api/docs.h"
#include "api/exchange.h"
#include "api/openapi.h"
#include "usecase/etag.h"

enum err openapi_routes_document(struct exchange *exchange)
{
	struct cx *cx = exchange->cx;
	struct result result = { .status = 200 };

	result.body = openapi_write(cx->arena, exchange->routes, exchange_root(exchange));
	result.etag = etag_text(cx->arena, result.body);
	exchange_answer_read(exchange, &result);
	return OK;
}

enum err openapi_routes_docs(struct exchange *exchange)
{
	struct str page =
		docs_write(exchange->cx->arena, exchange->routes, exchange_root(exchange));

	exchange_answer_text(exchange, STR("text/html; charset=utf-8"), page);
	exchange_add_header(exchange, STR("Content-Security-Policy"),
			    STR("default-src 'none'; style-src 'unsafe-inline'"));
	exchange_add_header(exchange, STR("Cache-Control"), STR("no-cache"));
	return OK;
}
