/* port/value.h - attributes of items: named values, in the types that all engines have. */
#ifndef INNKEEPER_PORT_VALUE_H
#define INNKEEPER_PORT_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct attrs {
	struct attr *items;
	size_t n;
};

/* One attribute's value, in the types that all engines have (domain.md 1). */
struct value {
	enum value_kind {
		VALUE_NULL,
		VALUE_BOOL,
		VALUE_NUMBER, /* decimal text as in JSON, no exponent: never through floating point */
		VALUE_TEXT,
		VALUE_LIST,
		VALUE_MAP,
	} kind;
	bool flag;           /* VALUE_BOOL */
	struct str text;     /* VALUE_NUMBER, VALUE_TEXT */
	struct value *items; /* VALUE_LIST */
	size_t n;
	struct attrs map; /* VALUE_MAP */
};

struct attr {
	struct str name;
	struct value value;
};

/* The value of an attribute, or NULL. */
const struct value *attrs_find(const struct attrs *attrs, struct str name);

#endif
