#include "api/server_routes.h"

#include "api/exchange.h"
#include "base/buf.h"
#include "usecase/check_store.h"

enum err server_routes_livez(struct exchange *exchange)
{
	const struct result result = { .status = 200, .body = STR("{\"status\":\"alive\"}") };

	exchange_answer(exchange, &result);
	exchange_add_header(exchange, STR("Cache-Control"), STR("no-store"));
	return OK;
}

enum err server_routes_readyz(struct exchange *exchange)
{
	struct result result = { .status = 200, .body = STR("{\"status\":\"ready\"}") };
	struct str verbose;
	enum err err = check_store(exchange->app, exchange->cx);

	if (err != OK)
		return err;
	if (exchange_query(exchange, STR("verbose"), &verbose))
		result.body = STR("{\"status\":\"ready\",\"checks\":[{\"name\":\"store\","
				  "\"status\":\"ready\"}]}");
	exchange_answer(exchange, &result);
	exchange_add_header(exchange, STR("Cache-Control"), STR("no-store"));
	return OK;
}

enum err server_routes_metrics(struct exchange *exchange)
{
	const struct api_options *options = exchange->options;
	struct buf buf;

	buf_init(&buf, exchange->cx->arena);
	if (options->write_metrics)
		options->write_metrics(options->metrics, &buf);
	exchange_answer_text(exchange, STR("text/plain; version=0.0.4; charset=utf-8"),
			     buf_str(&buf));
	return OK;
}
