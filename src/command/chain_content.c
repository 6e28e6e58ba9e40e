#include "command/chain_content.h"

#include <stdbool.h>

#include "base/vec.h"

/* Who names it is counted anew by who writes it, and each store has its own rev. */
static bool is_content(struct str name)
{
	static const struct str others[] = { STR_INIT("hotels"), STR_INIT("brands"), STR_INIT("wt"),
					     STR_INIT("et"), STR_INIT("sv") };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (str_eq(name, others[i]))
			return false;
	}
	return true;
}

struct item chain_content(struct arena *arena, const struct item *record)
{
	struct vec attrs = { NULL, 0, 0 };

	for (size_t i = 0; i < record->attrs.n; i++) {
		struct attr *attr;

		if (!is_content(record->attrs.items[i].name))
			continue;
		attr = vec_push(&attrs, arena, sizeof(*attr));
		if (attr)
			*attr = record->attrs.items[i];
	}
	return (struct item){ .key = record->key, .attrs = { attrs.items, attrs.n } };
}
