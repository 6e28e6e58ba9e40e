/* adapter/dynamodb_error.h - what DynamoDB answers when it does not do what was asked, and what to do about it.
 *
 * Pure. Texts live in the arena and in the body.
 */
#ifndef INNKEEPER_ADAPTER_DYNAMODB_ERROR_H
#define INNKEEPER_ADAPTER_DYNAMODB_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"
#include "port/store.h"

/* What to do. All but BROKEN and RUNNING say that this try has written nothing. */
enum dynamodb_class {
	DYNAMODB_FINAL,     /* give up: it is no better the next time */
	DYNAMODB_CONDITION, /* a condition did not hold */
	DYNAMODB_TOO_LARGE, /* give up: the request or an item is past a limit */
	DYNAMODB_FULL,      /* give up: so is what is stored */
	DYNAMODB_BUSY,      /* again soon: another transaction has the item */
	DYNAMODB_THROTTLED, /* again later */
	DYNAMODB_EXPIRED,   /* again with other credentials */
	DYNAMODB_SKEWED,    /* again by the service's clock */
	DYNAMODB_BROKEN,    /* again soon; it may have been done all the same */
	DYNAMODB_RUNNING,   /* again later: a try before this one is under way */
};

struct dynamodb_error {
	enum dynamodb_class class;
	struct str
		name; /* without its name space; of a cancelled transaction that of the reason; never empty */
	struct str message;   /* may hold what was sent: not for answers */
	struct str throttled; /* the reason for throttling that the service gives; empty = none */
	size_t condition; /* DYNAMODB_CONDITION of a transaction: the first action whose condition did not hold */
	struct item
		found; /* DYNAMODB_CONDITION of one item: what is there; without a key: nothing, or it was not said */
};

/* `body` of an answer whose status is not 200. */
void dynamodb_error_parse(struct arena *arena, unsigned status, struct str body,
			  struct dynamodb_error *out);

#endif
