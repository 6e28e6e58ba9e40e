#include "usecase/save_chain.h"

#include "model/shape_read.h"
#include "model/shape_write.h"
#include "usecase/chain_edit.h"
#include "usecase/etag.h"

struct plan {
	struct chain_plan base;
	const struct chain *given;
};

/* A brand goes to another chain, or a new one to its first. Its hotels would be of the wrong chain. */
static enum err move_brand(struct chain_edit *edit, const struct chain *given)
{
	struct str old_chain = edit->record.chain.chain;
	enum err err;

	if (str_eq(old_chain, given->chain))
		return OK;
	err = chain_edit_join(edit, given->chain);
	if (err == OK && edit->record.hotels != 0)
		return fail(edit->cx, ERR_CONFLICT, "in_use",
			    "brand " STR_FMT " is named by %llu hotels of chain " STR_FMT
			    ": it can not go to another one",
			    STR_ARG(given->code), (unsigned long long)edit->record.hotels,
			    STR_ARG(old_chain));
	if (err == OK && old_chain.len != 0)
		err = chain_edit_leave(edit, old_chain);
	return err;
}

static enum err apply(const struct chain_plan *base, struct chain_edit *edit, struct result *result)
{
	const struct chain *given = ((const struct plan *)base)->given;
	bool is_new = edit->record.rev == REV_ABSENT;
	struct chain_record next = edit->record;
	struct arena *arena = edit->cx->arena;
	struct str etag;
	enum err err;

	next.chain = *given;
	result->body = shape_text(arena, edit->kind->shape, given);
	etag = etag_text(arena, result->body);
	/* The tag that was read stands in the result. */
	if (!is_new && str_eq(etag, result->etag))
		return OK;
	err = move_brand(edit, given);
	if (err != OK)
		return err;
	chain_record_put(&edit->batch, edit->kind, &next);
	result->etag = etag;
	if (is_new) {
		result->status = 201;
		result->location = str_printf(arena, "/" STR_FMT "/" STR_FMT,
					      STR_ARG(edit->kind->plural), STR_ARG(given->code));
	}
	return OK;
}

enum err save_chain(struct app *app, struct cx *cx, const struct command *command,
		    const struct chain_kind *kind, const struct chain *given, struct result *result)
{
	const struct plan plan = { { apply, true }, given };
	enum err err = shape_check(cx, kind->shape, given, 0, STR(""));

	return err != OK ? err
			 : chain_edit_run(app, cx, command, kind, given->code, &plan.base, result);
}
