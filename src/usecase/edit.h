/* usecase/edit.h - one write of one hotel: read, decide, one commit, retried when another process was faster
 * (domain.md 2). A use case says what changes; everything that every write has in common is here.
 */
#ifndef INNKEEPER_USECASE_EDIT_H
#define INNKEEPER_USECASE_EDIT_H

#include <stdbool.h>

#include "base/cx.h"
#include "base/err.h"
#include "usecase/app.h"
#include "usecase/command.h"
#include "usecase/edit_changes.h"

/* What a use case does between reading and committing: adds its writes by edit_put_* and edit_remove_*, and fills result's status and
 * body. May run several times. */
struct edit_plan {
	enum err (*apply)(const struct edit_plan *plan, struct edit *edit, struct result *result);
	bool on_object; /* as in struct edit */
};

/* Runs a plan on an existing hotel: NOT_FOUND `not_found`, STALE `stale`, and what the plan returns. result->etag is that of the
 * revision made, or of the one that stays when nothing changed. */
MUST_CHECK enum err edit_run(struct app *app, struct cx *cx, const struct command *command,
			     struct str code, const struct edit_plan *plan, struct result *result);

/* Once, for a hotel that does not exist yet; the caller holds the claim of the idempotency key. CONFLICT, not noted, when the code
 * is taken. */
MUST_CHECK enum err edit_create(struct app *app, struct cx *cx, const struct command *command,
				struct str code, const struct edit_plan *plan,
				struct result *result);

#endif
