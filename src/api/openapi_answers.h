/* api/openapi_answers.h - what a route may answer: its own body, and every problem that can become of a request to it. */
#ifndef INNKEEPER_API_OPENAPI_ANSWERS_H
#define INNKEEPER_API_OPENAPI_ANSWERS_H

#include "api/openapi_form.h"
#include "api/route.h"
#include "base/vec.h"

struct answers {
	struct schemas *schemas;
	const struct route *routes;
	struct vec problems; /* that some route has: components/responses */
};

/* True when the status can come from the route, whatever the request. */
bool answers_may_be(const struct route *route, unsigned status);

/* Writes `"responses":{…}` of the route. */
void openapi_answers(struct answers *answers, const struct route *route);

/* Members of components/responses: the problems that were referred to. */
void openapi_problems(struct answers *answers);

#endif
