/* usecase/etag.h - entity tags of hotels and the conditions that name them (RFC 9110 section 13). */
#ifndef INNKEEPER_USECASE_ETAG_H
#define INNKEEPER_USECASE_ETAG_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "record/hotel_record.h"
#include "usecase/command.h"

/* The tag of a hotel's draft: revision, live publication, view. */
struct str etag_hotel(struct arena *arena, const struct ctl *ctl);

/* The tag of a resource that has no revision of its own to show: of its JSON text. */
struct str etag_text(struct arena *arena, struct str json);

/* True for `*` or a comma-separated list of entity tags. */
bool etag_is_list(struct str header);

/* True when the list names the tag; a weak one of the list counts only in a weak comparison. */
bool etag_list_has(struct str header, struct str etag, bool weak);

/* Checks If-Match and If-None-Match of a write against what exists; `etag` empty = it does not. ERR_STALE `stale` and result->etag, or
 * ERR_INVALID `precondition_required`. */
MUST_CHECK enum err etag_check(struct cx *cx, const struct command *command, struct str etag,
			       struct result *result);

#endif
