/* adapter/store_dynamodb.h - the record port on one DynamoDB table: key `code` and `itemType`, attributes native and flat.
 *
 * Owner:   store_close ends it. The texts of the options are copied.
 * Threads: any; a call blocks its own until the service has answered, was retried in vain, or the deadline is over.
 * Errors:  those of port/store.h; what the service refuses for another reason than a condition or a limit is UNAVAILABLE, with the service's
 *          own name of it in the text.
 * Limits:  100 writes and 4 MB a commit, 400 kB an item: the service's.
 * Others:  what other programs write is read as what it comes nearest to (adapter/dynamodb_item.h) and is no damage. An item whose `rev`
 *          is no whole number from 1 on has none (REV_NONE) and is written over on that condition; but a fraction is not.
 */
#ifndef INNKEEPER_ADAPTER_STORE_DYNAMODB_H
#define INNKEEPER_ADAPTER_STORE_DYNAMODB_H

#include <stdbool.h>

#include "base/cx.h"
#include "base/err.h"
#include "port/store.h"

struct store_dynamodb_options {
	const char *table;
	const char *region; /* empty = what environment or profile name */
	const char *
		endpoint; /* http(s)://HOST[:PORT]; empty = what the environment names, else the region's own */
	bool asks_later; /* calls nothing: what is wrong with the table shows at the first call, as UNAVAILABLE */
	bool creates; /* makes the table (on demand, `user-index` on `user`, a stream of both images) and waits for it */
};

/* Asks for the table once, unless asks_later: INVALID when there is none (`innkeeper migrate` makes it) or it is no table of ours, UNAVAILABLE when it can not be
 * asked. */
MUST_CHECK enum err store_dynamodb_open(struct cx *cx, const struct store_dynamodb_options *options,
					struct store **out);

#endif
