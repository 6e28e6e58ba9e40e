/* usecase/import_chain.h - a chain or a brand from another store comes into this one: what it is, not who names it. */
#ifndef INNKEEPER_USECASE_IMPORT_CHAIN_H
#define INNKEEPER_USECASE_IMPORT_CHAIN_H

#include <stdbool.h>

#include "base/cx.h"
#include "base/err.h"
#include "port/store.h"
#include "usecase/app.h"

/* Saves what the item says, `~chain` or `~brand` its partition; nothing where it is stored so. INVALID: it is none, or its chain is not there;
 * CONFLICT `exists`: there is another of that code, without `replace`; CONFLICT `in_use`: a brand that hotels name would change its chain. */
MUST_CHECK enum err import_chain(struct app *app, struct cx *cx, const struct item *item,
				 bool replace);

#endif
