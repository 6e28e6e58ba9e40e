/* api/parameter.h - the parameters of queries, each described once: what a request may give, and what the OpenAPI document says.
 */
#ifndef INNKEEPER_API_PARAMETER_H
#define INNKEEPER_API_PARAMETER_H

#include <stdint.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"

#define PAGE_LIMIT_DEFAULT 100

enum parameter_kind {
	PARAMETER_NUMBER, /* a whole number, min to max */
	PARAMETER_TEXT,   /* min to max bytes; max 0 = any text */
	PARAMETER_CODE,
	PARAMETER_CHOICE, /* one of `choices` */
	PARAMETER_FLAG,   /* given or not; the value is not looked at */
};

struct parameter {
	const char *name;
	enum parameter_kind kind;
	uint64_t min, max;
	const char *const *choices; /* ends with NULL */
	uint64_t initial;           /* of a number that is not given; 0 = none */
	const char *meaning;
};

/* The row of a name that some route takes. */
const struct parameter *parameter_of(const char *name);

/* Notes a blame of the parameter when the value is none of its own. */
void parameter_check(struct cx *cx, const struct parameter *parameter, struct str value);

#endif
