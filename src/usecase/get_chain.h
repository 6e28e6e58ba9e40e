/* usecase/get_chain.h - chains and brands are read: one, or a page of them by code. */
#ifndef INNKEEPER_USECASE_GET_CHAIN_H
#define INNKEEPER_USECASE_GET_CHAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/vec.h"
#include "model/chain.h"
#include "usecase/app.h"
#include "usecase/command.h"

struct chain_list {
	struct vec chains; /* of struct chain */
	bool more;         /* there are some behind the last one */
};

/* NOT_FOUND `not_found`. */
MUST_CHECK enum err get_chain(struct app *app, struct cx *cx, const struct chain_kind *kind,
			      struct str code, struct result *result);

/* At most `limit` (from 1), fewer when they are long, whose code is behind `after`; empty = from the first. */
MUST_CHECK enum err list_chains(struct app *app, struct cx *cx, const struct chain_kind *kind,
				struct str after, size_t limit, struct chain_list *out);

#endif
