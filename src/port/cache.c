#include "port/cache.h"

bool cache_get(struct cache *cache, struct arena *arena, struct str key, uint64_t version,
	       struct str *out)
{
	return cache->api->get(cache, arena, key, version, out);
}

void cache_put(struct cache *cache, struct str key, uint64_t version, struct str bytes)
{
	cache->api->put(cache, key, version, bytes);
}

void cache_drop(struct cache *cache, struct str key)
{
	cache->api->drop(cache, key);
}

struct cache_usage cache_usage(struct cache *cache)
{
	return cache->api->usage(cache);
}

void cache_close(struct cache *cache)
{
	if (cache)
		cache->api->close(cache);
}
