/* api/seed_event.h - the seed's own event, as its mapping templates made it: one of its use cases by name.
 *
 * api_handle_seed answers it through the route that has the use case, so that both say the same. What the path and the query say over HTTP is
 * said by the event: the hotel by `id` or by `code` of the request; what is deleted by the one object in the list of its kind
 * (`{"code","tags":[{"code"}]}`). Headers it has none: no conditions, no idempotency key; nor `cascade`, nor a page but the first.
 * Owner:  all texts live in the arena of the cx, or longer.
 * Errors: pointers are into `request`.
 */
#ifndef INNKEEPER_API_SEED_EVENT_H
#define INNKEEPER_API_SEED_EVENT_H

#include <stdbool.h>

#include "api/message.h"
#include "api/route.h"
#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"

struct exchange;

struct seed_event {
	struct str sub_function; /* as sent */
	struct str id;           /* the hotel; empty = request.code says it, or there is none */
	struct str request;      /* JSON text of a Hotel; empty or `null` = none was sent */
	struct str username;     /* of userInfo; empty = nobody is known */
	struct str
		refusal; /* why it is no event of theirs, such as a wrong type: 400 `invalid`; empty = it is one */
};

/* What it would be as a request, but for method, path and headers. */
struct api_request seed_event_request(const struct seed_event *event);

/* The route of the use case: of those that save the one that POSTs. INVALID for what is none of the seed's names, and for a
 * refusal. */
MUST_CHECK enum err seed_event_find(struct cx *cx, const struct route *routes,
				    const struct seed_event *event, const struct route **out);

/* Fills in what the route's handler takes from a path. INVALID naming the field; NOT_FOUND for an `id` that no hotel can have; LIMIT for a request
 * that is longer than bodies may be. */
MUST_CHECK enum err seed_event_read(struct exchange *exchange, const struct seed_event *event);

#endif
