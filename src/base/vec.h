/* base/vec.h - an array that grows in an arena; the element's size is the caller's to pass.
 *
 * A zeroed vec is empty. Elements move when it grows: keep indexes, not pointers.
 */
#ifndef INNKEEPER_BASE_VEC_H
#define INNKEEPER_BASE_VEC_H

#include <stddef.h>

#include "base/arena.h"

struct vec {
	void *items;
	size_t n;
	size_t cap;
};

/* A new zeroed element at the end; NULL past the arena's cap, the vec unchanged. */
void *vec_push(struct vec *vec, struct arena *arena, size_t size_bytes);

/* The i-th element, i < n. */
void *vec_at(const struct vec *vec, size_t i, size_t size_bytes);

/* The first of the elements, which are in order, that does not stand before `key` (an element); n when all do. `order` is as of
 * qsort. */
size_t vec_lower_bound(const struct vec *vec, size_t size_bytes, const void *key,
		       int (*order)(const void *, const void *));

/* A new zeroed element at i <= n; NULL past the arena's cap, the vec unchanged. */
void *vec_insert(struct vec *vec, struct arena *arena, size_t i, size_t size_bytes);

#endif
