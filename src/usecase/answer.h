/* usecase/answer.h - how long an answer may be where what carries it takes no more. */
#ifndef INNKEEPER_USECASE_ANSWER_H
#define INNKEEPER_USECASE_ANSWER_H

#include <stdint.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"

/* LIMIT `too_large` when the body has more than max_bytes, or, inside a JSON text with its quotes escaped as Lambda wants it, more than
 * 1.4 times that (of 4 MiB: then it fits into the 6 MB that Lambda takes). 0 = no bound. A write asks before it commits. */
MUST_CHECK enum err answer_check(struct cx *cx, struct str body, uint64_t max_bytes);

#endif
