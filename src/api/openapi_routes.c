#include "api/openapi_routes.h"

#include "api/exchange.h"
#include "api/openapi.h"
#include "usecase/etag.h"

enum err openapi_routes_document(struct exchange *exchange)
{
	struct cx *cx = exchange->cx;
	struct result result = { .status = 200 };

	result.body = openapi_write(cx->arena, exchange->routes, exchange->options->base_path);
	result.etag = etag_text(cx->arena, result.body);
	exchange_answer_read(exchange, &result);
	return OK;
}
