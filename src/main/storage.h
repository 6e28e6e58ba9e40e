/* main/storage.h - the store that the settings name, and the lock that tells whether anybody has it open.
 *
 * Its file tells too that a store was there: a folder that lost its database does not begin with an empty one.
 * Every process that opens the embedded store holds a shared lock on `<file>.lock` beside it; `restore` holds it alone.
 */
#ifndef INNKEEPER_MAIN_STORAGE_H
#define INNKEEPER_MAIN_STORAGE_H

#include <stdbool.h>

#include "base/cx.h"
#include "base/err.h"
#include "main/settings.h"
#include "port/store.h"

struct storage {
	struct store *store; /* NULL while it is only locked */
	struct str path;     /* of the embedded store's file */
	int lock;            /* descriptor; 0 = none */
};

/* ERR_INVALID `not_implemented` when --store names one that is not built. */
MUST_CHECK enum err storage_check(struct cx *cx, const struct settings *settings);

/* Opens the store beside others that have it open; `may_make`: makes it where it is missing. UNAVAILABLE during a restore. */
MUST_CHECK enum err storage_open(struct cx *cx, const struct settings *settings, bool may_make,
				 struct storage *out);

/* Keeps everybody out, and opens nothing. CONFLICT when somebody has it open. */
MUST_CHECK enum err storage_exclude(struct cx *cx, const struct settings *settings,
				    struct storage *out);

/* Of whatever was opened; a zeroed storage is nothing. */
void storage_close(struct storage *storage);

#endif
