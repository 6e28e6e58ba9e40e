/* usecase/delete_chain.h - a chain or brand that nobody names is deleted. */
#ifndef INNKEEPER_USECASE_DELETE_CHAIN_H
#define INNKEEPER_USECASE_DELETE_CHAIN_H

#include "base/cx.h"
#include "base/err.h"
#include "model/chain.h"
#include "usecase/app.h"
#include "usecase/command.h"

/* The answer is what was deleted, without a tag. NOT_FOUND `not_found`; CONFLICT `in_use`, saying who names it. */
MUST_CHECK enum err delete_chain(struct app *app, struct cx *cx, const struct command *command,
				 const struct chain_kind *kind, struct str code,
				 struct result *result);

#endif
