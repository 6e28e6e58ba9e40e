/* command/fault.h - what failed on the way of one hotel: its own fault, which the others do not share, or the store's. */
#ifndef INNKEEPER_COMMAND_FAULT_H
#define INNKEEPER_COMMAND_FAULT_H

#include <stdbool.h>

#include "base/cx.h"
#include "base/err.h"

/* False: the store or the disk fails, and would for the next one too. */
bool fault_is_own(const struct cx *cx, enum err err);

/* What cx has noted, for people; lives in its arena. */
const char *fault_text(struct cx *cx);

#endif
