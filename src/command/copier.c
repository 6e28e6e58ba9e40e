#include "command/copier.h"

#include "command/fault.h"

/* Somebody else was faster, or it is not known who was: the next look tells. */
static bool is_passing(const struct cx *failed, enum err err)
{
	return err == ERR_STALE || err == ERR_UNCERTAIN ||
	       (err == ERR_CONFLICT && !failed->failure.code);
}

static void forget(struct copier *copier)
{
	cx_clear(&copier->from);
	cx_clear(&copier->to);
}

enum err copier_settle(struct copier *copier, enum err err, struct copied *out)
{
	struct cx *failed = copier->from.failure.code ? &copier->from : &copier->to;
	const bool is_full = copier->from.arena->refused || copier->to.arena->refused;

	if (err == OK)
		return OK;
	if (is_passing(failed, err)) {
		out->state = COPIED_LATER;
		forget(copier);
		return OK;
	}
	if (fault_is_own(failed, err)) {
		out->state = is_full ? COPIED_TOO_LARGE : COPIED_REFUSED;
		out->why = str_of(fault_text(failed));
		forget(copier);
		return OK;
	}
	if (failed == &copier->to)
		fail_as(&copier->from, err, &failed->failure);
	return err;
}
