/* api/seed_event.h - the seed's own event, as its mapping templates made it: one of its use cases by name.
 *
 * It is answered through the route that has the use case, so that both say the same, with the bare wrapper
 * `{"error":{"code","msg"},"subFunction":"","response":[…]}`, errors inside it.
 */
#ifndef INNKEEPER_API_SEED_EVENT_H
#define INNKEEPER_API_SEED_EVENT_H

#include "api/api.h"

struct seed_event {
	struct str sub_function; /* as sent */
	struct str id;           /* the hotel; empty = request.code says it, or there is none */
	struct str request;      /* JSON text of a Hotel; empty = none was sent */
	struct str publication;  /* JSON text beside it, for publishChanges; empty = none */
	bool is_authenticated;   /* `username` is somebody's */
	struct str username;     /* of userInfo */
	struct str
		refusal; /* why it is none of theirs, a wrong type: answered as 400 `invalid` in the wrapper; empty = it is one */
};

/* Always fills the answer: body is the wrapper, status and code what HTTP would have had, for the log. May block on a store. */
void api_handle_seed(struct api *api, struct cx *cx, const struct seed_event *event,
		     struct api_answer *answer);

#endif
