/* agree_intents.h - writes that were sealed and not finished when the store was left (record/intent.h). */
#ifndef INNKEEPER_TESTS_AGREE_INTENTS_H
#define INNKEEPER_TESTS_AGREE_INTENTS_H

#include "base/cx.h"
#include "port/store.h"

/* Calls `look` with each such hotel's listing, and the store as it will be; then finishes the write. Ends the process where that fails. */
void agree_intents(struct cx *cx, struct store *store,
		   void (*look)(struct store *view, const struct item *listing));

#endif
