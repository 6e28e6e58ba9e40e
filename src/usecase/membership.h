/* usecase/membership.h - which chain and brand a hotel belongs to, and the counts that chains and brands keep of it.
 *
 * The caller is inside CHAIN_GATE (usecase/gate.h) until its commit is through.
 */
#ifndef INNKEEPER_USECASE_MEMBERSHIP_H
#define INNKEEPER_USECASE_MEMBERSHIP_H

#include <stdbool.h>

#include "base/cx.h"
#include "base/err.h"
#include "model/hotel.h"
#include "port/store.h"
#include "record/batch.h"

/* True when a commit that makes `after` of `before` changes chain or brand. NULL: there is no hotel. */
bool membership_differs(const struct hotel *before, const struct hotel *after);

/* Adds the counts that such a commit changes, each conditioned on its item as read; nothing when nothing differs. INVALID naming
 * /chain or /brand when after's do not exist, or the brand is of another chain. */
MUST_CHECK enum err membership_change(struct cx *cx, struct store *store, struct batch *batch,
				      const struct hotel *before, const struct hotel *after);

#endif
