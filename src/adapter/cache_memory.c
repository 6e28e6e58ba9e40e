#include "adapter/cache_memory.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "codec/hash.h"

#define SHARDS 16
#define FIRST_BUCKETS 64
/* What malloc and the bucket array take beside the entry itself, roughly. */
#define ENTRY_OVERHEAD_BYTES 48

struct entry {
	struct entry *next; /* in the bucket */
	struct entry *newer, *older;
	uint64_t hash;
	uint64_t version;
	_Atomic bool used; /* since it was last looked at for eviction */
	size_t key_len, len;
	char bytes[]; /* key, then value */
};

struct shard {
	pthread_rwlock_t lock; /* readers copy side by side: a hot document is no queue */
	struct entry **buckets;
	size_t nbuckets; /* a power of two */
	size_t entries;
	uint64_t bytes, max_bytes;
	struct entry *newest, *oldest;
	_Atomic uint64_t hits, misses; /* on the line that the lock has fetched anyway */
	uint64_t evictions;
};

struct cache_memory {
	struct cache base;
	struct shard shards[SHARDS];
};

/* The hash's low bits choose the bucket; its high ones are alike for like keys, so they are mixed first. */
static struct shard *shard_of(struct cache *cache, uint64_t hash)
{
	return &((struct cache_memory *)cache)->shards[hash * UINT64_C(0x9e3779b97f4a7c15) >> 60];
}

static uint64_t entry_bytes(const struct entry *entry)
{
	return sizeof(*entry) + entry->key_len + entry->len + ENTRY_OVERHEAD_BYTES;
}

/* The link that points to the key's entry, or the one at the end of its bucket. */
static struct entry **find_link(struct shard *shard, uint64_t hash, struct str key)
{
	struct entry **link = &shard->buckets[hash & (shard->nbuckets - 1)];

	while (*link && ((*link)->hash != hash ||
			 !str_eq((struct str){ (*link)->bytes, (*link)->key_len }, key)))
		link = &(*link)->next;
	return link;
}

static void unlink_age(struct shard *shard, struct entry *entry)
{
	*(entry->newer ? &entry->newer->older : &shard->newest) = entry->older;
	*(entry->older ? &entry->older->newer : &shard->oldest) = entry->newer;
}

static void link_newest(struct shard *shard, struct entry *entry)
{
	entry->newer = NULL;
	entry->older = shard->newest;
	*(shard->newest ? &shard->newest->newer : &shard->oldest) = entry;
	shard->newest = entry;
}

static void remove_entry(struct shard *shard, struct entry **link)
{
	struct entry *entry = *link;

	assert(entry);
	*link = entry->next;
	unlink_age(shard, entry);
	shard->bytes -= entry_bytes(entry);
	shard->entries--;
	free(entry);
}

static void grow(struct shard *shard)
{
	size_t nbuckets = shard->nbuckets * 2;
	struct entry **buckets = heap_array(nbuckets, sizeof(struct entry *));

	for (size_t i = 0; i < shard->nbuckets; i++) {
		while (shard->buckets[i]) {
			struct entry *entry = shard->buckets[i];

			shard->buckets[i] = entry->next;
			entry->next = buckets[entry->hash & (nbuckets - 1)];
			buckets[entry->hash & (nbuckets - 1)] = entry;
		}
	}
	free(shard->buckets);
	shard->buckets = buckets;
	shard->nbuckets = nbuckets;
}

/* The oldest that was not used since its last turn goes; one that was has another turn. */
static void make_room(struct shard *shard, uint64_t wanted)
{
	while (shard->oldest && shard->bytes + wanted > shard->max_bytes) {
		struct entry *entry = shard->oldest;

		if (atomic_exchange_explicit(&entry->used, false, memory_order_relaxed)) {
			unlink_age(shard, entry);
			link_newest(shard, entry);
			continue;
		}
		remove_entry(shard, find_link(shard, entry->hash,
					      (struct str){ entry->bytes, entry->key_len }));
		shard->evictions++;
	}
}

static bool memory_get(struct cache *cache, struct arena *arena, struct str key, uint64_t version,
		       struct str *out)
{
	uint64_t hash = hash_fnv1a64(key);
	struct shard *shard = shard_of(cache, hash);
	struct entry *entry;
	bool found = false;

	pthread_rwlock_rdlock(&shard->lock);
	entry = *find_link(shard, hash, key);
	if (entry && (version == CACHE_ANY_VERSION || entry->version == version)) {
		atomic_store_explicit(&entry->used, true, memory_order_relaxed);
		*out = str_dup(arena, (struct str){ entry->bytes + entry->key_len, entry->len });
		found = out->len == entry->len;
	}
	atomic_fetch_add_explicit(found ? &shard->hits : &shard->misses, 1, memory_order_relaxed);
	pthread_rwlock_unlock(&shard->lock);
	return found;
}

static struct entry *new_entry(uint64_t hash, struct str key, uint64_t version, struct str bytes)
{
	struct entry *entry = heap_alloc(sizeof(*entry) + key.len + bytes.len);

	entry->hash = hash;
	entry->version = version;
	entry->key_len = key.len;
	entry->len = bytes.len;
	memcpy(entry->bytes, key.ptr, key.len);
	memcpy(entry->bytes + key.len, bytes.ptr, bytes.len);
	return entry;
}

static void insert(struct shard *shard, struct entry *entry)
{
	struct entry **link;

	make_room(shard, entry_bytes(entry));
	if (shard->entries >= shard->nbuckets)
		grow(shard);
	link = &shard->buckets[entry->hash & (shard->nbuckets - 1)];
	entry->next = *link;
	*link = entry;
	link_newest(shard, entry);
	shard->bytes += entry_bytes(entry);
	shard->entries++;
}

static void memory_put(struct cache *cache, struct str key, uint64_t version, struct str bytes)
{
	uint64_t hash = hash_fnv1a64(key);
	struct shard *shard = shard_of(cache, hash);
	struct entry *entry = new_entry(hash, key, version, bytes);
	struct entry **link;

	pthread_rwlock_wrlock(&shard->lock);
	link = find_link(shard, hash, key);
	if (*link && (*link)->version < version)
		remove_entry(shard, link);
	if (entry_bytes(entry) <= shard->max_bytes && !*find_link(shard, hash, key)) {
		insert(shard, entry);
		entry = NULL;
	}
	pthread_rwlock_unlock(&shard->lock);
	free(entry);
}

static void memory_drop(struct cache *cache, struct str key)
{
	uint64_t hash = hash_fnv1a64(key);
	struct shard *shard = shard_of(cache, hash);
	struct entry **link;

	pthread_rwlock_wrlock(&shard->lock);
	link = find_link(shard, hash, key);
	if (*link)
		remove_entry(shard, link);
	pthread_rwlock_unlock(&shard->lock);
}

static struct cache_usage memory_usage(struct cache *cache)
{
	struct cache_memory *memory = (struct cache_memory *)cache;
	struct cache_usage usage = { .bytes = 0 };

	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *shard = &memory->shards[i];

		pthread_rwlock_rdlock(&shard->lock);
		usage.bytes += shard->bytes;
		usage.max_bytes += shard->max_bytes;
		usage.entries += shard->entries;
		usage.evictions += shard->evictions;
		usage.hits += atomic_load_explicit(&shard->hits, memory_order_relaxed);
		usage.misses += atomic_load_explicit(&shard->misses, memory_order_relaxed);
		pthread_rwlock_unlock(&shard->lock);
	}
	return usage;
}

static void memory_close(struct cache *cache)
{
	struct cache_memory *memory = (struct cache_memory *)cache;

	for (size_t i = 0; i < SHARDS; i++) {
		memory->shards[i].max_bytes = 0;
		make_room(&memory->shards[i], 1);
		free(memory->shards[i].buckets);
		pthread_rwlock_destroy(&memory->shards[i].lock);
	}
	free(memory);
}

static const struct cache_api api = { memory_get, memory_put, memory_drop, memory_usage,
				      memory_close };

struct cache *cache_memory_open(uint64_t size_bytes)
{
	struct cache_memory *memory = heap_alloc(sizeof(*memory));
	pthread_rwlockattr_t attr;

	memory->base.api = &api;
	pthread_rwlockattr_init(&attr);
	/* A steady stream of readers must not keep a writer out. */
	pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	for (size_t i = 0; i < SHARDS; i++) {
		pthread_rwlock_init(&memory->shards[i].lock, &attr);
		memory->shards[i].max_bytes = size_bytes / SHARDS;
		memory->shards[i].nbuckets = FIRST_BUCKETS;
		memory->shards[i].buckets = heap_array(FIRST_BUCKETS, sizeof(struct entry *));
	}
	pthread_rwlockattr_destroy(&attr);
	return &memory->base;
}
