/* api/openapi_routes.h - the handlers that describe the others. */
#ifndef INNKEEPER_API_OPENAPI_ROUTES_H
#define INNKEEPER_API_OPENAPI_ROUTES_H

#include "base/err.h"

struct exchange;

/* The OpenAPI document. */
MUST_CHECK enum err openapi_routes_document(struct exchange *exchange);

/* The page for people. */
MUST_CHECK enum err openapi_routes_docs(struct exchange *exchange);

#endif
