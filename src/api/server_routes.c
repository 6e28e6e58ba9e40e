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

/* A damaged store is ready all the same: what is not damaged is served and written (decision 006). */
enum err server_routes_readyz(struct exchange *exchange)
{
	struct arena *arena = exchange->cx->arena;
	struct result result = { .status = 200 };
	struct str verbose, checks = STR("");
	const char *status = "ready";
	bool has_damage = false;
	enum err err = check_store(exchange->app, exchange->cx, &has_damage);

	if (err != OK)
		return err;
	if (has_damage)
		status = "damaged";
	if (exchange_query(exchange, STR("verbose"), &verbose))
		checks = str_printf(arena, ",\"checks\":[{\"name\":\"store\",\"status\":\"%s\"}]",
				    status);
	result.body = str_printf(arena, "{\"status\":\"%s\"" STR_FMT "}", status, STR_ARG(checks));
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
