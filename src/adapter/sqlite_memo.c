#include "adapter/sqlite_memo.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/heap.h"
#include "base/log.h"
#include "codec/hash.h"

#define SLOTS (1 << 18)
#define LOCKS 256
#define ITEM_BYTES_MAX 600

/* SQLite's documents of the WAL format: the index begins with two copies of a head of 48 bytes, native byte order. */
#define HEAD_BYTES 48
#define INDEX_BYTES ((size_t)2 * HEAD_BYTES)
#define FORMAT_VERSION 3007000

_Static_assert(sizeof(struct sqlite_memo_stamp) == HEAD_BYTES, "a stamp is a head");

struct slot {
	struct sqlite_memo_stamp stamp;
	uint64_t rev;
	uint16_t code_len, item_type_len, attrs_len;
	char bytes[ITEM_BYTES_MAX]; /* the three, one behind the other */
};

struct sqlite_memo {
	int fd;               /* stays open: closing it would drop the connections' locks */
	const uint64_t *head; /* the first copy, which a commit writes last; NULL = not there */
	atomic_bool trusted;
	pthread_rwlock_t locks[LOCKS]; /* of the slots whose number has the same rest */
	struct slot *slots[SLOTS];     /* NULL until first used */
};

static const uint64_t *map_index(const char *path, int *fd)
{
	struct stat found;
	char *name;
	void *map = MAP_FAILED;

	if (asprintf(&name, "%s-shm", path) < 0)
		heap_exhausted();
	*fd = open(name, O_RDONLY | O_CLOEXEC);
	free(name);
	if (*fd >= 0 && fstat(*fd, &found) == 0 && (size_t)found.st_size >= INDEX_BYTES)
		map = mmap(NULL, INDEX_BYTES, PROT_READ, MAP_SHARED, *fd, 0);
	return map == MAP_FAILED ? NULL : map;
}

bool sqlite_memo_now(const struct sqlite_memo *memo, struct sqlite_memo_stamp *out)
{
	uint32_t version;

	if (!atomic_load_explicit(&memo->trusted, memory_order_relaxed))
		return false;
	for (size_t i = 0; i < SQLITE_MEMO_STAMP_WORDS; i++)
		out->words[i] = __atomic_load_n(&memo->head[i], __ATOMIC_ACQUIRE);
	memcpy(&version, out->words, sizeof(version));
	return version == FORMAT_VERSION;
}

void sqlite_memo_check(struct sqlite_memo *memo, const struct sqlite_memo_stamp *before)
{
	struct sqlite_memo_stamp now;

	if (!sqlite_memo_now(memo, &now) || memcmp(&now, before, sizeof(now)) != 0)
		return;
	atomic_store(&memo->trusted, false);
	log_event(LOG_LEVEL_WARN, "memo_off",
		  "a commit left the database's index as it was: "
		  "every read goes to the database from now on");
}

static size_t slot_of(struct key key)
{
	return (hash_fnv1a64(key.code) + key.item_type.len) % SLOTS;
}

static bool holds(const struct slot *slot, const struct sqlite_memo_stamp *stamp, struct key key)
{
	const struct str code = { slot->bytes, slot->code_len };
	const struct str item_type = { slot->bytes + slot->code_len, slot->item_type_len };

	return memcmp(&slot->stamp, stamp, sizeof(*stamp)) == 0 && str_eq(code, key.code) &&
	       str_eq(item_type, key.item_type);
}

bool sqlite_memo_get(struct sqlite_memo *memo, const struct sqlite_memo_stamp *stamp,
		     struct key key, struct arena *arena, uint64_t *rev, struct str *attrs)
{
	size_t number = slot_of(key);
	pthread_rwlock_t *lock = &memo->locks[number % LOCKS];
	const struct slot *slot;
	bool found;

	pthread_rwlock_rdlock(lock);
	slot = memo->slots[number];
	found = slot && holds(slot, stamp, key);
	if (found) {
		*rev = slot->rev;
		*attrs = str_dup(arena,
				 (struct str){ slot->bytes + slot->code_len + slot->item_type_len,
					       slot->attrs_len });
	}
	pthread_rwlock_unlock(lock);
	return found;
}

void sqlite_memo_put(struct sqlite_memo *memo, const struct sqlite_memo_stamp *stamp,
		     struct key key, uint64_t rev, struct str attrs)
{
	size_t number = slot_of(key);
	pthread_rwlock_t *lock = &memo->locks[number % LOCKS];
	struct slot *slot;

	if (key.code.len + key.item_type.len + attrs.len > ITEM_BYTES_MAX)
		return;
	pthread_rwlock_wrlock(lock);
	if (!memo->slots[number])
		memo->slots[number] = heap_alloc(sizeof(*slot));
	slot = memo->slots[number];
	slot->stamp = *stamp;
	slot->rev = rev;
	slot->code_len = (uint16_t)key.code.len;
	slot->item_type_len = (uint16_t)key.item_type.len;
	slot->attrs_len = (uint16_t)attrs.len;
	memcpy(slot->bytes, key.code.ptr, key.code.len);
	memcpy(slot->bytes + key.code.len, key.item_type.ptr, key.item_type.len);
	memcpy(slot->bytes + key.code.len + key.item_type.len, attrs.ptr, attrs.len);
	pthread_rwlock_unlock(lock);
}

void sqlite_memo_close(struct sqlite_memo *memo)
{
	if (!memo)
		return;
	if (memo->head)
		munmap((void *)(uintptr_t)memo->head, INDEX_BYTES);
	if (memo->fd >= 0)
		close(memo->fd);
	for (size_t i = 0; i < LOCKS; i++)
		pthread_rwlock_destroy(&memo->locks[i]);
	for (size_t i = 0; i < SLOTS; i++)
		free(memo->slots[i]);
	free(memo);
}

struct sqlite_memo *sqlite_memo_open(const char *path)
{
	struct sqlite_memo *memo = heap_alloc(sizeof(*memo));

	for (size_t i = 0; i < LOCKS; i++)
		pthread_rwlock_init(&memo->locks[i], NULL);
	memo->head = map_index(path, &memo->fd);
	atomic_init(&memo->trusted, memo->head != NULL);
	return memo;
}
