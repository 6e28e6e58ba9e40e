/* record/intent.h - finishing what was sealed: an intent's writes go where they belong, part by part, and ctl loses it (domain.md 2.4).
 *
 * Anybody may do it, and several at once: each chunk stands under the seal's ctl, and each part is removed by the chunk that ends it.
 * Whoever writes a hotel begins with intent_settle.
 */
#ifndef INNKEEPER_RECORD_INTENT_H
#define INNKEEPER_RECORD_INTENT_H

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "port/store.h"
#include "record/hotel_record.h"

/* Finishes the hotel's intent of that token; OK too when somebody else has. UNAVAILABLE: some of it is left, to be tried again.
 * INTERNAL: what was sealed is damaged. */
MUST_CHECK enum err intent_finish(struct cx *cx, struct store *store, struct str code,
				  struct str token);

/* record_get_ctl of a hotel whose last write is wholly in its place: an intent is finished first. */
MUST_CHECK enum err intent_settle(struct cx *cx, struct store *store, struct str code,
				  struct ctl *out);

#endif
