#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/heap.h"

#define CHUNK_MIN_BYTES ((size_t)16 * 1024)
#define CHUNK_KEPT_BYTES ((size_t)256 * 1024)
#define ALIGNMENT alignof(max_align_t)

struct arena_chunk {
	struct arena_chunk *next;
	size_t size_bytes; /* of the data that follows */
	alignas(max_align_t) char data[];
};

void arena_init(struct arena *arena, size_t cap_bytes)
{
	*arena = (struct arena){ .cap_bytes = cap_bytes };
}

static void *refuse(struct arena *arena)
{
	arena->refused = true;
	return NULL;
}

static bool is_refused(const struct arena *arena, size_t size_bytes)
{
	if (arena->refuse_chunk != 0 && arena->chunk_count == arena->refuse_chunk)
		return true;
	if (arena->cap_bytes == 0)
		return size_bytes > SIZE_MAX / 4;
	return arena->used_bytes > arena->cap_bytes ||
	       size_bytes > arena->cap_bytes - arena->used_bytes;
}

/* Chunks double with what is used, so that a large request needs few of them. */
static size_t chunk_size(const struct arena *arena, size_t wanted)
{
	size_t size = CHUNK_MIN_BYTES;

	while (size < arena->used_bytes && size < CHUNK_KEPT_BYTES)
		size *= 2;
	if (wanted > size)
		return wanted;
	if (arena->cap_bytes != 0 && size > arena->cap_bytes - arena->used_bytes)
		return wanted;
	return size;
}

static bool add_chunk(struct arena *arena, size_t wanted)
{
	struct arena_chunk *chunk;
	size_t size;

	arena->chunk_count++;
	if (is_refused(arena, wanted)) {
		refuse(arena);
		return false;
	}
	size = chunk_size(arena, wanted);
	chunk = malloc(sizeof(*chunk) + size);
	if (!chunk)
		heap_exhausted();
	chunk->next = arena->chunks;
	chunk->size_bytes = size;
	arena->chunks = chunk;
	arena->used_bytes += size;
	arena->free = chunk->data;
	arena->end = chunk->data + size;
	return true;
}

char *arena_bytes(struct arena *arena, size_t size_bytes)
{
	char *piece;

	if (!arena->free || size_bytes > (size_t)(arena->end - arena->free)) {
		if (!add_chunk(arena, size_bytes))
			return NULL;
	}
	piece = arena->free;
	arena->free += size_bytes;
	return piece;
}

void *arena_alloc(struct arena *arena, size_t size_bytes)
{
	size_t gap = (size_t)(-(uintptr_t)arena->free & (ALIGNMENT - 1));
	size_t room = arena->free ? (size_t)(arena->end - arena->free) : 0;
	char *piece;

	if (!arena->free || room < gap || size_bytes > room - gap) {
		if (!add_chunk(arena, size_bytes))
			return NULL;
		gap = 0; /* a chunk begins aligned */
	}
	piece = arena->free + gap;
	arena->free = piece + size_bytes;
	return memset(piece, 0, size_bytes);
}

void *arena_array(struct arena *arena, size_t n, size_t size_bytes)
{
	size_t product;

	if (__builtin_mul_overflow(n, size_bytes, &product))
		return refuse(arena);
	return arena_alloc(arena, product);
}

/* A long text that is alone in the newest chunk grows with it: copies of it would take several times its length. */
static char *grow_chunk(struct arena *arena, size_t new_bytes)
{
	size_t more = new_bytes - arena->chunks->size_bytes;
	struct arena_chunk *chunk;

	arena->chunk_count++;
	if (is_refused(arena, more))
		return refuse(arena);
	chunk = realloc(arena->chunks, sizeof(*chunk) + new_bytes);
	if (!chunk)
		heap_exhausted();
	chunk->size_bytes = new_bytes;
	arena->chunks = chunk;
	arena->used_bytes += more;
	arena->free = arena->end = chunk->data + new_bytes;
	return chunk->data;
}

char *arena_grow(struct arena *arena, char *piece, size_t old_bytes, size_t new_bytes)
{
	char *grown;

	if (piece && piece + old_bytes == arena->free &&
	    new_bytes <= (size_t)(arena->end - piece)) {
		arena->free = piece + new_bytes;
		return piece;
	}
	if (piece && piece == arena->chunks->data && piece + old_bytes == arena->free)
		return grow_chunk(arena, new_bytes);
	grown = arena_bytes(arena, new_bytes);
	if (grown && piece)
		memcpy(grown, piece, old_bytes);
	return grown;
}

void arena_trim(struct arena *arena, const char *piece, size_t old_bytes, size_t new_bytes)
{
	if (piece && piece + old_bytes == arena->free)
		arena->free -= old_bytes - new_bytes;
}

void arena_allow(struct arena *arena, size_t more_bytes)
{
	if (arena->cap_bytes != 0)
		arena->cap_bytes += more_bytes;
}

void arena_extend(struct arena *arena, size_t more_bytes)
{
	arena_allow(arena, more_bytes);
	arena->refused = false;
	arena->refuse_chunk = 0;
}

void arena_reset(struct arena *arena, size_t cap_bytes)
{
	struct arena_chunk *kept = NULL;

	while (arena->chunks) {
		struct arena_chunk *next = arena->chunks->next;

		if (!kept && arena->chunks->size_bytes <= CHUNK_KEPT_BYTES)
			kept = arena->chunks;
		else
			free(arena->chunks);
		arena->chunks = next;
	}
	arena_init(arena, cap_bytes);
	if (!kept)
		return;
	kept->next = NULL;
	arena->chunks = kept;
	arena->used_bytes = kept->size_bytes;
	arena->free = kept->data;
	arena->end = kept->data + kept->size_bytes;
}

void arena_close(struct arena *arena)
{
	while (arena->chunks) {
		struct arena_chunk *next = arena->chunks->next;

		free(arena->chunks);
		arena->chunks = next;
	}
	arena_init(arena, 0);
}

void arena_wipe(struct arena *arena)
{
	for (struct arena_chunk *chunk = arena->chunks; chunk; chunk = chunk->next)
		explicit_bzero(chunk->data, chunk->size_bytes);
	arena_close(arena);
}
