#include "adapter/store_narrow.h"

#include <assert.h>

#include "adapter/store_decorator.h"
#include "base/heap.h"

static enum err commit(struct store *store, struct cx *cx, const struct commit *commit,
		       size_t *conflict)
{
	const struct store_decorator *self = (struct store_decorator *)store;

	assert(commit->n <= self->api.max_writes);
	return self->below->api->commit(self->below, cx, commit, conflict);
}

struct store *store_narrow_open(struct store *below, size_t max_writes)
{
	struct store_decorator *self = heap_alloc(sizeof(*self));

	assert(max_writes > 0);
	store_decorator_init(self, below);
	if (max_writes < self->api.max_writes)
		self->api.max_writes = max_writes;
	self->api.commit = commit;
	return &self->store;
}
