/* usecase/save_chain.h - a chain or brand is created, or replaced. */
#ifndef INNKEEPER_USECASE_SAVE_CHAIN_H
#define INNKEEPER_USECASE_SAVE_CHAIN_H

#include "base/cx.h"
#include "base/err.h"
#include "model/chain.h"
#include "usecase/app.h"
#include "usecase/command.h"

/* Status 201 and Location when it is new, else 200. INVALID for a brand of no chain; CONFLICT `in_use` for one that hotels name
 * and whose chain would change. */
MUST_CHECK enum err save_chain(struct app *app, struct cx *cx, const struct command *command,
			       const struct chain_kind *kind, const struct chain *given,
			       struct result *result);

#endif
