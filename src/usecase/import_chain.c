#include "usecase/import_chain.h"

#include "model/chain.h"
#include "model/code.h"
#include "model/shape_write.h"
#include "record/chain_record.h"
#include "record/item.h"
#include "record/key.h"
#include "usecase/command.h"
#include "usecase/save_chain.h"

static const struct chain_kind *find_kind(struct arena *arena, struct str partition)
{
	const struct chain_kind *const kinds[] = { &chains, &brands };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (str_eq(partition, key_chain(arena, kinds[i]->name, STR("")).code))
			return kinds[i];
	}
	return NULL;
}

/* What is not known would be lost. */
static bool knows_all(const struct shape *shape, const struct attrs *attrs)
{
	for (size_t i = 0; i < attrs->n; i++) {
		size_t field = 0;

		while (field < shape->nfields &&
		       !str_eq(shape->fields[field].name, attrs->items[i].name))
			field++;
		if (field == shape->nfields)
			return false;
	}
	return true;
}

enum err import_chain(struct app *app, struct cx *cx, const struct item *item, bool replace)
{
	const struct chain_kind *kind = find_kind(cx->arena, item->key.code);
	const struct command command = { .use_case = STR("import") };
	struct chain chain = { .code = item->key.item_type };
	struct chain_record present;
	struct result result;
	enum err err;

	if (!kind || !code_is_valid(chain.code))
		return fail(cx, ERR_INVALID, "invalid", "it is no record that can be imported");
	if (!knows_all(kind->shape, &item->attrs))
		return fail(cx, ERR_INVALID, "invalid", "it has a member that is not known");
	err = item_read(cx, kind->shape, item, &chain);
	if (err != OK)
		return err;
	err = chain_record_get(cx, app->store, kind, chain.code, &present);
	if (err != OK && err != ERR_NOT_FOUND)
		return err;
	if (err == OK && str_eq(shape_text(cx->arena, kind->shape, &present.chain),
				shape_text(cx->arena, kind->shape, &chain)))
		return OK;
	if (err == OK && !replace)
		return fail(cx, ERR_CONFLICT, "exists", "there is another one of that code");
	return save_chain(app, cx, &command, kind, &chain, &result);
}
