/* api/problem.h - every failure as application/problem+json (RFC 9457), with the seed's members on its routes; or as these alone. */
#ifndef INNKEEPER_API_PROBLEM_H
#define INNKEEPER_API_PROBLEM_H

#include "api/message.h"
#include "base/cx.h"

enum problem_form {
	PROBLEM_PLAIN,
	PROBLEM_WRAPPED, /* the seed's members behind */
	PROBLEM_SEED,    /* the seed's members alone: `msg` names the fields, too */
};

/* Turns cx's failure into status, headers and body, and logs what is our fault. `status` 0 = the code's own. */
void problem_write(struct cx *cx, unsigned status, enum problem_form form,
		   struct api_answer *answer);

#endif
