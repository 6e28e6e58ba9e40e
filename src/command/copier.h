/* command/copier.h - what one thread of a copy works with, and what became of one piece of it.
 *
 * Owner: both arenas are the copier's, and emptied by whoever works with it.
 */
#ifndef INNKEEPER_COMMAND_COPIER_H
#define INNKEEPER_COMMAND_COPIER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "port/store.h"
#include "usecase/app.h"

struct copier {
	struct store *source; /* only read */
	struct app *target;   /* its store and gates */
	bool replaces;        /* what stands in the target is no reason to leave a hotel out */
	struct cx from;       /* its arena has what was read of the source */
	struct cx to;
};

enum copied_state {
	COPIED_NOTHING,   /* the target had it so, or the source has it no more */
	COPIED_WRITTEN,   /* and read back */
	COPIED_LATER,     /* somebody else writes it: look again */
	COPIED_REFUSED,   /* and why */
	COPIED_TOO_LARGE, /* for the copier's arenas; and why */
	COPIED_DIFFERS, /* the same revision of it says something else; not seen unless all is compared */
};

struct copied {
	enum copied_state state;
	struct str
		why; /* REFUSED, TOO_LARGE, DIFFERS: for people; lives in an arena of the copier */
	uint64_t records; /* that were read on both sides and are the same */
};

/* An err that is the piece's own becomes REFUSED and OK; CONFLICT and STALE that nobody noted as its own, and UNCERTAIN, LATER and OK. What
 * was noted is forgotten then. Another err is returned, noted in copier->from. */
MUST_CHECK enum err copier_settle(struct copier *copier, enum err err, struct copied *out);

#endif
