/* model/code.h - what names an object: 1 to 64 characters of A-Z a-z 0-9 . _ - (api.md "Conventions"). */
#ifndef INNKEEPER_MODEL_CODE_H
#define INNKEEPER_MODEL_CODE_H

#include <stdbool.h>

#include "base/str.h"

#define CODE_BYTES_MAX 64

/* False also for `.` and `..`, which paths would swallow, and for blanks around a code: they are not trimmed. */
bool code_is_valid(struct str code);

#endif
