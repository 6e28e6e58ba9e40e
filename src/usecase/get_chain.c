#include "usecase/get_chain.h"

#include "model/shape_write.h"
#include "record/chain_record.h"
#include "usecase/etag.h"

enum err get_chain(struct app *app, struct cx *cx, const struct chain_kind *kind, struct str code,
		   struct result *result)
{
	struct chain_record record;
	enum err err = chain_record_get(cx, app->store, kind, code, &record);

	if (err == ERR_NOT_FOUND)
		return fail(cx, ERR_NOT_FOUND, "not_found", "there is no " STR_FMT " " STR_FMT,
			    STR_ARG(kind->name), STR_ARG(code));
	if (err != OK)
		return err;
	*result = (struct result){ .status = 200 };
	result->body = shape_text(cx->arena, kind->shape, &record.chain);
	result->etag = etag_text(cx->arena, result->body);
	return OK;
}

enum err list_chains(struct app *app, struct cx *cx, const struct chain_kind *kind,
		     struct str after, size_t limit, struct chain_list *out)
{
	struct chain_page page;
	enum err err = chain_record_list(cx, app->store, kind, after, limit, &page);

	*out = (struct chain_list){ .more = page.more };
	for (size_t i = 0; err == OK && i < page.n; i++) {
		struct chain *slot = vec_push(&out->chains, cx->arena, sizeof(*slot));

		if (!slot)
			return cx_check_memory(cx);
		*slot = page.records[i].chain;
	}
	return err;
}
