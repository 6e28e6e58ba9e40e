/* api/problem.h - every failure as application/problem+json (RFC 9457), with the seed's members on its routes. */
#ifndef INNKEEPER_API_PROBLEM_H
#define INNKEEPER_API_PROBLEM_H

#include <stdbool.h>

#include "api/message.h"
#include "base/cx.h"

/* Turns cx's failure into status, headers and body, and logs what is our fault. `status` 0 = the code's own. */
void problem_write(struct cx *cx, unsigned status, bool wrapped, struct api_answer *answer);

#endif
