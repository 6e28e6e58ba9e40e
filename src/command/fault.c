#include "command/fault.h"

bool fault_is_own(const struct cx *cx, enum err err)
{
	return err == ERR_INVALID || err == ERR_CONFLICT || err == ERR_INTERNAL ||
	       (err == ERR_LIMIT && !str_eq(str_of(cx->failure.code), STR("storage_full")));
}

const char *fault_text(struct cx *cx)
{
	const struct failure *failure = &cx->failure;
	struct str detail = failure->nblames != 0 ? failure->blames[0].detail : failure->detail;
	const char *text;

	if (!failure->code)
		return "it was written by somebody else meanwhile";
	arena_extend(cx->arena, 4096);
	text = detail.len != 0 ? str_c(cx->arena, detail) : NULL;
	return text ? text : "it takes too much memory";
}
