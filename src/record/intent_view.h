/* record/intent_view.h - a store as it will be when a hotel's intent is finished: what waits is laid over what is there (domain.md 2.4).
 *
 * Read ctl, open the view, read the hotel through it, read ctl again from the store itself.
 * Owner:  the opener; what the view returns may live in it, so it is closed last. Closing one that is zeroed is nothing.
 * Limits: as much memory as what waits takes, not the request's: a document's limits bound it, those of history only the disk.
 */
#ifndef INNKEEPER_RECORD_INTENT_VIEW_H
#define INNKEEPER_RECORD_INTENT_VIEW_H

#include "base/arena.h"
#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "port/store.h"
#include "record/hotel_record.h"

enum intent_scope {
	INTENT_DOCUMENT, /* head and objects alone */
	INTENT_ALL,      /* history, ctl, and what is in other partitions too */
};

struct intent_view {
	struct store *
		store; /* to be read only: the view's, or, where there is no intent, the store itself */
	/* What follows is the view's own. */
	struct store own;
	struct store_api api;
	struct store *below;
	struct vec overlay; /* of struct write, by key */
	struct arena arena;
};

/* *ctl is what was read; a newer one when the intent was finished meanwhile. NOT_FOUND: ctl is gone. INTERNAL: what was sealed is
 * damaged. On an error there is nothing to close. */
MUST_CHECK enum err intent_view_open(struct cx *cx, struct store *store, struct str code,
				     struct ctl *ctl, enum intent_scope scope,
				     struct intent_view *out);

void intent_view_close(struct intent_view *view);

#endif
