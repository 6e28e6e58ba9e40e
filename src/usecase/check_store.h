/* usecase/check_store.h - can the store be read, and would it take a write? For /readyz. */
#ifndef INNKEEPER_USECASE_CHECK_STORE_H
#define INNKEEPER_USECASE_CHECK_STORE_H

#include <stdbool.h>

#include "base/cx.h"
#include "base/err.h"
#include "usecase/app.h"

/* Writes nothing: of a local store a commit that only checks takes the same way as one that writes; a service is read alone.
 * UNAVAILABLE when that fails.
 * *has_damage: something that was asked for since the start was damaged; what was not is read and written all the same. */
MUST_CHECK enum err check_store(struct app *app, struct cx *cx, bool *has_damage);

#endif
