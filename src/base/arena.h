/* base/arena.h - memory with the lifetime of its owner: a request, a call, a test.
 *
 * Owner:   whoever called arena_init; pieces are never freed one by one.
 * Threads: one thread at a time.
 * Errors:  past its cap an arena returns NULL and stays `refused`; loops that allocate by the size
 *          of the input look at the pointer, builders go sticky, and the commit and the answer look
 *          at `refused` once. A failing malloc ends the process: it restarts on its store.
 */
#ifndef INNKEEPER_BASE_ARENA_H
#define INNKEEPER_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks; /* newest first */
	char *free;                 /* the unused rest of the newest chunk */
	char *end;
	size_t cap_bytes;      /* of all chunks together; 0 = no cap */
	size_t used_bytes;     /* of all chunks together */
	unsigned chunk_count;  /* chunks asked for since the last reset */
	unsigned refuse_chunk; /* tests: the n-th chunk asked for is refused; 0 = none */
	bool refused;          /* a piece was refused since the last reset */
};

/* Starts empty; nothing is allocated before the first piece. */
void arena_init(struct arena *arena, size_t cap_bytes);

/* A zeroed piece aligned for any type; NULL past the cap. Zero bytes give a valid pointer. */
void *arena_alloc(struct arena *arena, size_t size_bytes);

/* Like arena_alloc for n things of one size; NULL also when the product overflows. */
void *arena_array(struct arena *arena, size_t n, size_t size_bytes);

/* An unaligned piece that is not zeroed, for text that is overwritten at once; NULL past the cap. */
char *arena_bytes(struct arena *arena, size_t size_bytes);

/* Grows the piece that arena_bytes returned last in place where it can, else copies it; NULL past the cap. */
char *arena_grow(struct arena *arena, char *piece, size_t old_bytes, size_t new_bytes);

/* Gives the end of the piece that was returned last back to the arena; of another one nothing. */
void arena_trim(struct arena *arena, const char *piece, size_t old_bytes, size_t new_bytes);

/* Raises the cap; an arena without one has none to raise. */
void arena_allow(struct arena *arena, size_t more_bytes);

/* The same, and a refusal is forgotten: for the answer that reports it. */
void arena_extend(struct arena *arena, size_t more_bytes);

/* Forgets every piece and sets the cap anew; keeps one chunk of at most 256 KiB for the next use. */
void arena_reset(struct arena *arena, size_t cap_bytes);

/* Returns all memory; the arena may be initialised again. */
void arena_close(struct arena *arena);

/* The same, after every byte of it was overwritten: for secrets. A piece that grew by moving may have left a copy behind. */
void arena_wipe(struct arena *arena);

#endif
