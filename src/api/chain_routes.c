#include "api/chain_routes.h"

#include "api/exchange.h"
#include "api/paging.h"
#include "model/chain.h"
#include "model/shape_read.h"
#include "model/shape_write.h"
#include "usecase/delete_chain.h"
#include "usecase/get_chain.h"
#include "usecase/save_chain.h"

static const struct chain_kind *kind_of(const struct exchange *exchange)
{
	struct str path = str_of(exchange->match.route->path);

	return str_starts(str_sub(path, 1, path.len), brands.plural) ? &brands : &chains;
}

static struct vec texts_of(struct arena *arena, const struct chain_kind *kind,
			   const struct vec *list)
{
	struct vec texts = { NULL, 0, 0 };

	for (size_t i = 0; i < list->n; i++) {
		struct str *text = vec_push(&texts, arena, sizeof(*text));

		if (text)
			*text = shape_text(arena, kind->shape,
					   vec_at(list, i, sizeof(struct chain)));
	}
	return texts;
}

enum err chain_routes_list(struct exchange *exchange)
{
	const struct chain_kind *kind = kind_of(exchange);
	struct result result = { .status = 200 };
	struct cx *cx = exchange->cx;
	struct str next = STR("");
	struct chain_list list;
	struct paging paging;
	struct vec texts;
	enum err err = paging_read(exchange, &paging);

	if (err == OK)
		err = list_chains(exchange->app, cx, kind, paging.after, paging.limit, &list);
	if (err != OK)
		return err;
	if (list.more) {
		const struct chain *last =
			vec_at(&list.chains, list.chains.n - 1, sizeof(struct chain));

		next = paging_next(exchange, &paging, last->code);
	}
	texts = texts_of(cx->arena, kind, &list.chains);
	result.body = paging_write(cx->arena, kind->plural, &texts, next);
	exchange_answer(exchange, &result);
	return OK;
}

enum err chain_routes_get(struct exchange *exchange)
{
	struct result result;
	enum err err = get_chain(exchange->app, exchange->cx, kind_of(exchange),
				 exchange->match.params[0], &result);

	if (err != OK)
		return err;
	exchange_answer_read(exchange, &result);
	return OK;
}

enum err chain_routes_put(struct exchange *exchange)
{
	const struct chain_kind *kind = kind_of(exchange);
	struct str code = exchange->match.params[0];
	struct chain chain = { .code = STR("") };
	struct result result = { .status = 200 };
	struct cx *cx = exchange->cx;
	struct command command;
	enum err err = exchange_read_command(exchange, &command);

	if (err == OK)
		err = shape_read(cx, exchange->request->body, kind->shape, SHAPE_WHOLE, &chain);
	if (err != OK)
		return err;
	if (chain.code.len != 0 && !str_eq(chain.code, code))
		return fail_field(cx, BLAME_POINTER, STR("/code"), "is not the code of the path");
	if (exchange_defers(exchange))
		return OK;
	chain.code = code;
	err = save_chain(exchange->app, cx, &command, kind, &chain, &result);
	return exchange_answer_write(exchange, err, &result);
}

enum err chain_routes_delete(struct exchange *exchange)
{
	struct result result = { .status = 200 };
	struct command command;
	enum err err = exchange_read_command(exchange, &command);

	if (err != OK || exchange_defers(exchange))
		return err;
	err = delete_chain(exchange->app, exchange->cx, &command, kind_of(exchange),
			   exchange->match.params[0], &result);
	return exchange_answer_write(exchange, err, &result);
}
