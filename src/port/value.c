#include "port/value.h"

const struct value *attrs_find(const struct attrs *attrs, struct str name)
{
	for (size_t i = 0; i < attrs->n; i++) {
		if (str_eq(attrs->items[i].name, name))
			return &attrs->items[i].value;
	}
	return NULL;
}
