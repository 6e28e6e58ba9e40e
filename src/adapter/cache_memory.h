/* adapter/cache_memory.h - the cache in this process: shards, each a hash table and a queue in which what was
 * used has another turn before it goes. */
#ifndef INNKEEPER_ADAPTER_CACHE_MEMORY_H
#define INNKEEPER_ADAPTER_CACHE_MEMORY_H

#include <stdint.h>

#include "port/cache.h"

/* Holds at most size_bytes of keys, values and their bookkeeping; 0 keeps nothing. */
struct cache *cache_memory_open(uint64_t size_bytes);

#endif
