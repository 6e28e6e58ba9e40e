/* open_store.h - the store that a test names: PATH of an embedded one, or the URL of one elsewhere. */
#ifndef INNKEEPER_TESTS_OPEN_STORE_H
#define INNKEEPER_TESTS_OPEN_STORE_H

#include "base/cx.h"
#include "base/err.h"
#include "port/store.h"

/* A file is opened as it is, whoever held its lock, and made where there is none. Errors are the adapter's. */
MUST_CHECK enum err open_store(struct cx *cx, struct str word, struct store **out);

/* Finishes what was sealed and not finished, of every hotel: their records are where they belong. */
MUST_CHECK enum err settle_store(struct cx *cx, struct store *store);

#endif
