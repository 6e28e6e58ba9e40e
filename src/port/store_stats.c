#include "port/store_stats.h"

bool store_get_stats(struct store *store, struct store_stats *out)
{
	if (!store->api->stats)
		return false;
	*out = (struct store_stats){ .applied = 0 };
	store->api->stats(store, out);
	return true;
}
