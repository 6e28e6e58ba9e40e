/* usecase/chain_edit.h - one write of one chain or brand: read, check the conditions, decide, one commit, retried when another process
 * was faster. There is no history of chains, so no witness: an unclear answer of the store stays UNCERTAIN.
 *
 * Owner: lives in the request's arena.
 */
#ifndef INNKEEPER_USECASE_CHAIN_EDIT_H
#define INNKEEPER_USECASE_CHAIN_EDIT_H

#include <stdbool.h>

#include "base/cx.h"
#include "base/err.h"
#include "model/chain.h"
#include "record/batch.h"
#include "record/chain_record.h"
#include "usecase/app.h"
#include "usecase/command.h"

struct chain_edit {
	struct app *app;
	struct cx *cx;
	const struct chain_kind *kind;
	struct chain_record record; /* as read; rev 0 = there is none */
	struct batch batch;         /* nothing in it: nothing is committed */
};

/* What a use case does between reading and committing: adds its writes and fills result's status and body. May run several times. */
struct chain_plan {
	enum err (*apply)(const struct chain_plan *plan, struct chain_edit *edit,
			  struct result *result);
	bool may_create;
};

/* NOT_FOUND `not_found` unless the plan may create; STALE `stale`; what the plan returns. */
MUST_CHECK enum err chain_edit_run(struct app *app, struct cx *cx, const struct command *command,
				   const struct chain_kind *kind, struct str code,
				   const struct chain_plan *plan, struct result *result);

/* The chain of that code has one brand more, or one less. INVALID naming /chain when there is none to have more. */
MUST_CHECK enum err chain_edit_join(struct chain_edit *edit, struct str chain);
MUST_CHECK enum err chain_edit_leave(struct chain_edit *edit, struct str chain);

#endif
