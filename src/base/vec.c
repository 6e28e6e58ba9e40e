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
