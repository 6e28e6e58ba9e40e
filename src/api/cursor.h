/* api/cursor.h - where a listing goes on: opaque, bound to its query, checked when it comes back. */
#ifndef INNKEEPER_API_CURSOR_H
#define INNKEEPER_API_CURSOR_H

#include "base/arena.h"
#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"

/* `query` names the listing and its filters; `after` is the last key of the page. Text in the arena. */
struct str cursor_write(struct arena *arena, struct str query, struct str after);

/* INVALID, naming the parameter `cursor`, for one that cursor_write did not make for this query. */
MUST_CHECK enum err cursor_parse(struct cx *cx, struct str cursor, struct str query,
				 struct str *after);

#endif
