/* usecase/check_shared.h - what several hotels write: listings, names, and the counts of chains and brands.
 *
 * Others may write meanwhile: what is reported was seen under one ctl, or one counter.
 */
#ifndef INNKEEPER_USECASE_CHECK_SHARED_H
#define INNKEEPER_USECASE_CHECK_SHARED_H

#include "record/findings.h"
#include "base/cx.h"
#include "base/err.h"
#include "port/store.h"

/* Checks a partition that belongs to no hotel (its code begins with `~`): entries whose hotel is gone or belongs elsewhere, counts that
 * are wrong. That each hotel has its entries is check_hotel's. UNAVAILABLE when the store fails. */
MUST_CHECK enum err check_shared(struct cx *cx, struct store *store, struct str partition,
				 struct findings *findings);

/* Looks again at what was found, and puts right what is still so: the entry is removed, the count written anew. CONFLICT, not
 * noted, when somebody wrote meanwhile. */
MUST_CHECK enum err check_shared_repair(struct cx *cx, struct store *store,
					const struct finding *finding);

#endif
