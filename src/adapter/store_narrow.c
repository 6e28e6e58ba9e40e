#include "adapter/store_narrow.h"

#include <assert.h>
#include <stdlib.h>

#include "base/heap.h"
#include "port/store_stats.h"

struct store_narrow {
	struct store store;
	struct store_api api;
	struct store *below;
};

static enum err get(struct store *store, struct cx *cx, struct key key, struct item *out)
{
	const struct store_narrow *self = (struct store_narrow *)store;

	return self->below->api->get(self->below, cx, key, out);
}

static enum err query(struct store *store, struct cx *cx, const struct query *query,
		      struct page *out)
{
	const struct store_narrow *self = (struct store_narrow *)store;

	return self->below->api->query(self->below, cx, query, out);
}

static enum err commit(struct store *store, struct cx *cx, const struct commit *commit,
		       size_t *conflict)
{
	const struct store_narrow *self = (struct store_narrow *)store;

	assert(commit->n <= self->api.max_writes);
	return self->below->api->commit(self->below, cx, commit, conflict);
}

static enum err partitions(struct store *store, struct cx *cx, struct str after, size_t limit,
			   struct codes *out)
{
	const struct store_narrow *self = (struct store_narrow *)store;

	return self->below->api->partitions(self->below, cx, after, limit, out);
}

static enum err backup(struct store *store, struct cx *cx, struct str path)
{
	const struct store_narrow *self = (struct store_narrow *)store;

	return self->below->api->backup(self->below, cx, path);
}

static void stats(struct store *store, struct store_stats *out)
{
	const struct store_narrow *self = (struct store_narrow *)store;

	self->below->api->stats(self->below, out);
}

static void close_both(struct store *store)
{
	struct store_narrow *self = (struct store_narrow *)store;

	store_close(self->below);
	free(self);
}

struct store *store_narrow_open(struct store *below, size_t max_writes)
{
	struct store_narrow *self = heap_alloc(sizeof(*self));

	assert(max_writes > 0);
	self->api = *below->api;
	if (max_writes < self->api.max_writes)
		self->api.max_writes = max_writes;
	self->api.get = get;
	self->api.query = query;
	self->api.commit = commit;
	self->api.partitions = partitions;
	self->api.backup = below->api->backup ? backup : NULL;
	self->api.stats = below->api->stats ? stats : NULL;
	self->api.close = close_both;
	self->store.api = &self->api;
	self->below = below;
	return &self->store;
}
