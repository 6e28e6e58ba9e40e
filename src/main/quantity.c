#include "main/quantity.h"

#include <string.h>

#include "base/str.h"

struct unit {
	const char *name;
	int64_t factor;
};

static const struct unit byte_units[] = {
	{ "", 1 }, { "K", 1 << 10 }, { "M", 1 << 20 }, { "G", 1 << 30 }, { NULL, 0 }
};
static const struct unit ms_units[] = {
	{ "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { NULL, 0 }
};
static const struct unit no_units[] = { { "", 1 }, { NULL, 0 } };

static const struct unit *const units_of[] = {
	[QUANTITY_COUNT] = no_units,
	[QUANTITY_BYTES] = byte_units,
	[QUANTITY_MS] = ms_units,
};

bool quantity_parse(const char *text, enum quantity_kind kind, int64_t *out)
{
	const struct unit *units = units_of[kind];
	size_t digits = strspn(text, "0123456789");
	uint64_t number;

	if (!str_to_u64((struct str){ text, digits }, &number) || number > INT64_MAX)
		return false;
	for (; units->name; units++) {
		if (strcmp(text + digits, units->name) == 0)
			return !__builtin_mul_overflow((int64_t)number, units->factor, out);
	}
	return false;
}
