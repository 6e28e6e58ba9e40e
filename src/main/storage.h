/* main/storage.h - the store that a URL names, or the settings: opened by its engine, with what that engine needs beside it.
 *
 * Threads: one opens and closes; the store itself is as port/store.h says.
 */
#ifndef INNKEEPER_MAIN_STORAGE_H
#define INNKEEPER_MAIN_STORAGE_H

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "main/embedded.h"
#include "main/settings.h"
#include "port/store.h"

struct storage {
	struct store *store;      /* NULL while it is only locked */
	struct embedded embedded; /* its path is empty: the store is another engine's */
};

/* What may be made of a store that is missing. */
enum storage_makes {
	STORAGE_MAKES_NOTHING,
	STORAGE_MAKES_FILE, /* the embedded one; a table is there or is missed */
	STORAGE_ASKS_LATER, /* likewise, but a table is not asked for: that it is missing shows at the first call */
	STORAGE_MAKES_ALL, /* a table as well: `innkeeper migrate` */
};

/* Is the store's URL one that can be opened? ERR_INVALID, noted in a line for people; `not_implemented`: an engine that is not built. */
MUST_CHECK enum err storage_check(struct cx *cx, const struct settings *settings);

/* Opens the store beside others that have it open. As embedded_open and store_dynamodb_open say. */
MUST_CHECK enum err storage_open(struct cx *cx, const struct settings *settings,
				 enum storage_makes makes, struct storage *out);

/* The same of a URL that came by the flag `name`, such as --from. */
MUST_CHECK enum err storage_open_url(struct cx *cx, const char *name, struct str url,
				     enum storage_makes makes, struct storage *out);

/* Keeps everybody out of the embedded store, and opens nothing. CONFLICT when somebody has it open, INVALID when the store is no embedded
 * one. */
MUST_CHECK enum err storage_exclude(struct cx *cx, const struct settings *settings,
				    struct storage *out);

/* Of whatever was opened; a zeroed storage is nothing. */
void storage_close(struct storage *storage);

#endif
