#include "base/vec.h"

#include <assert.h>
#include <string.h>

void *vec_push(struct vec *vec, struct arena *arena, size_t size_bytes)
{
	if (vec->n == vec->cap) {
		size_t cap = vec->cap == 0 ? 8 : vec->cap * 2;
		void *grown = arena_array(arena, cap, size_bytes);

		if (!grown)
			return NULL;
		if (vec->n != 0)
			memcpy(grown, vec->items, vec->n * size_bytes);
		vec->items = grown;
		vec->cap = cap;
	}
	return (char *)vec->items + vec->n++ * size_bytes;
}

void *vec_at(const struct vec *vec, size_t i, size_t size_bytes)
{
	assert(i < vec->n);
	return (char *)vec->items + i * size_bytes;
}

size_t vec_lower_bound(const struct vec *vec, size_t size_bytes, const void *key,
		       int (*order)(const void *, const void *))
{
	size_t low = 0, high = vec->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (order(vec_at(vec, middle, size_bytes), key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void *vec_insert(struct vec *vec, struct arena *arena, size_t i, size_t size_bytes)
{
	size_t behind = vec->n - i;
	char *slot;

	if (!vec_push(vec, arena, size_bytes))
		return NULL;
	slot = (char *)vec->items + i * size_bytes;
	memmove(slot + size_bytes, slot, behind * size_bytes);
	memset(slot, 0, size_bytes);
	return slot;
}
