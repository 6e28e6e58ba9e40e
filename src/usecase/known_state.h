/* usecase/known_state.h - what the last write of a hotel left, for the next one to begin from without reading.
 *
 * A guess: another process may have written since. The commit's conditions decide, and whatever does not end in a commit is
 * done again from the store. Kept in the app's cache, so within its size.
 * Threads: the caller is inside the hotel's gate.
 */
#ifndef INNKEEPER_USECASE_KNOWN_STATE_H
#define INNKEEPER_USECASE_KNOWN_STATE_H

#include <stdbool.h>

#include "base/cx.h"
#include "record/hotel_record.h"
#include "usecase/app.h"
#include "usecase/known_names.h"

/* Keeps the state; memory that is refused keeps nothing. */
void known_state_put(struct app *app, struct cx *cx, const struct ctl *ctl, const struct head *head,
		     const struct known_names *names);

/* False when nothing is known. */
bool known_state_get(struct app *app, struct cx *cx, struct str code, struct ctl *ctl,
		     struct head *head, struct known_names *names);

/* Forgets the state: it turned out to be old, or may be. */
void known_state_drop(struct app *app, struct cx *cx, struct str code);

#endif
