/* api/docs.h - /docs: the same tables as the OpenAPI document's, as a page for people. It needs no script and no other file.
 */
#ifndef INNKEEPER_API_DOCS_H
#define INNKEEPER_API_DOCS_H

#include "api/route.h"
#include "base/arena.h"
#include "base/str.h"

/* `base_path` is what clients put before every path; empty = nothing. */
struct str docs_write(struct arena *arena, const struct route *routes, struct str base_path);

#endif
