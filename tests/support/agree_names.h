/* agree_names.h - does each name of a user lead to the hotel that has it? Ends the program with 1 when not. */
#ifndef TESTS_AGREE_NAMES_H
#define TESTS_AGREE_NAMES_H

#include "base/cx.h"
#include "port/store.h"

/* One user's partition of names. */
void agree_names(struct cx *cx, struct store *store, struct str partition);

#endif
