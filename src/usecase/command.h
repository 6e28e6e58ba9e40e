/* usecase/command.h - what every write has in common, and what every use case gives back.
 *
 * Texts are views of the request, or live in the request's arena.
 */
#ifndef INNKEEPER_USECASE_COMMAND_H
#define INNKEEPER_USECASE_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct command {
	struct str use_case;        /* the seed's name: history's eventName */
	struct str if_match;        /* the header's value; empty = not sent */
	struct str if_none_match;   /* likewise */
	bool add_only;              /* a POST on a collection with If-None-Match: * */
	bool require_if_match;      /* a write to what exists needs If-Match */
	struct str idempotency_key; /* empty = none */
	struct str request_hash;    /* of the whole request, for the key */
	uint64_t answer_max_bytes;  /* as for answer_check: past it nothing is written */
};

struct result {
	unsigned status; /* of success */
	struct str
		body; /* JSON; encoded before the commit, because the idempotency record keeps it */
	struct str etag;     /* quoted; also set on STALE: the current one; empty = none */
	struct str location; /* empty = none */
	bool replayed;       /* the stored answer of an earlier request */
};

#endif
