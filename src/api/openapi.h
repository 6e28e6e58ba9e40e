/* api/openapi.h - the OpenAPI 3.1 document, written from the route table and the field tables: it says what is built, and can not
 * say anything else.
 *
 * Schemas say what a request must look like to be taken, and what an answer looks like. What no schema can say (a reference that
 * leads nowhere, bytes instead of characters, a currency's decimals) is refused all the same, as 400 that names the member.
 */
#ifndef INNKEEPER_API_OPENAPI_H
#define INNKEEPER_API_OPENAPI_H

#include "api/route.h"
#include "base/arena.h"
#include "base/str.h"

/* `base_path` is what clients put before every path; empty = nothing. */
struct str openapi_write(struct arena *arena, const struct route *routes, struct str base_path);

#endif
