/* port/cache.h - bytes by key, each with a version; what is there may be old, never wrong for its version.
 *
 * Owner:   get copies into the caller's arena; put copies from the caller.
 * Threads: any.
 * Errors:  none: a cache that can not answer has nothing.
 * Limits:  the adapter's size; what does not fit is not kept.
 */
#ifndef INNKEEPER_PORT_CACHE_H
#define INNKEEPER_PORT_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct cache;

#define CACHE_ANY_VERSION UINT64_MAX

/* The counts are since it was opened. */
struct cache_usage {
	uint64_t bytes;
	uint64_t max_bytes;
	uint64_t entries;
	uint64_t hits;      /* gets that found their version */
	uint64_t misses;    /* those that did not */
	uint64_t evictions; /* entries that had to make room */
};

struct cache_api {
	/* False when the key is not there in exactly this version (or CACHE_ANY_VERSION), or the arena is full. */
	bool (*get)(struct cache *, struct arena *, struct str key, uint64_t version,
		    struct str *out);
	/* Keeps the newer of what is there and what is put. */
	void (*put)(struct cache *, struct str key, uint64_t version, struct str bytes);
	void (*drop)(struct cache *, struct str key);
	struct cache_usage (*usage)(struct cache *);
	void (*close)(struct cache *);
};

/* An adapter's cache begins with this. */
struct cache {
	const struct cache_api *api;
};

bool cache_get(struct cache *cache, struct arena *arena, struct str key, uint64_t version,
	       struct str *out);
void cache_put(struct cache *cache, struct str key, uint64_t version, struct str bytes);
void cache_drop(struct cache *cache, struct str key);
struct cache_usage cache_usage(struct cache *cache);

/* NULL is nothing. */
void cache_close(struct cache *cache);

#endif
