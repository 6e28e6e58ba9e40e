/* adapter/sqlite_verify.h - are the pages of a database what the engine wrote: a cut or zeroed page reads as if nothing stood there. */
#ifndef INNKEEPER_ADAPTER_SQLITE_VERIFY_H
#define INNKEEPER_ADAPTER_SQLITE_VERIFY_H

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"

/* Reads every page of a store that is open, beside those who write. *problem: what is wrong first, in the arena; empty = nothing.
 * UNAVAILABLE when it can not be opened. */
MUST_CHECK enum err sqlite_verify(struct cx *cx, struct str path, struct str *problem);

#endif
