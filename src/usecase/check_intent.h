/* usecase/check_intent.h - what writes left that ended before their seal (record/commit_many.h): nobody sees it, and nobody needs it.
 *
 * An intent that its hotel's ctl names is the hotel's, and check_hotel's; one of the last hour may be of a write under way.
 */
#ifndef INNKEEPER_USECASE_CHECK_INTENT_H
#define INNKEEPER_USECASE_CHECK_INTENT_H

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "port/store.h"
#include "record/findings.h"

MUST_CHECK enum err check_intent(struct cx *cx, struct store *store, struct str partition,
				 struct findings *findings);

/* Removes it if it is a leftover still. CONFLICT, not noted, when its hotel was written meanwhile. */
MUST_CHECK enum err check_intent_remove(struct cx *cx, struct store *store, struct str partition);

#endif
