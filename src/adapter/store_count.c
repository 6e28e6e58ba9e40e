#include "adapter/store_count.h"

#include "adapter/store_decorator.h"
#include "base/heap.h"

struct store_count {
	struct store_decorator base;
	struct store_counts *counts;
};

static enum err get(struct store *store, struct cx *cx, struct key key, struct item *out)
{
	struct store_count *self = (struct store_count *)store;
	enum err err = self->base.below->api->get(self->base.below, cx, key, out);

	self->counts->gets++;
	if (err == OK)
		self->counts->items_read++;
	return err;
}

static enum err query(struct store *store, struct cx *cx, const struct query *query,
		      struct page *out)
{
	struct store_count *self = (struct store_count *)store;
	enum err err = self->base.below->api->query(self->base.below, cx, query, out);

	self->counts->queries++;
	if (err == OK)
		self->counts->items_read += out->n;
	return err;
}

static uint64_t changed_by(const struct commit *commit)
{
	uint64_t n = 0;

	for (size_t i = 0; i < commit->n; i++)
		n += commit->writes[i].op != WRITE_CHECK;
	return n;
}

static enum err commit(struct store *store, struct cx *cx, const struct commit *commit,
		       size_t *conflict)
{
	struct store_count *self = (struct store_count *)store;
	enum err err = self->base.below->api->commit(self->base.below, cx, commit, conflict);

	self->counts->commits++;
	if (err == OK)
		self->counts->items_written += changed_by(commit);
	return err;
}

static enum err partitions(struct store *store, struct cx *cx, struct str after, size_t limit,
			   struct codes *out)
{
	struct store_count *self = (struct store_count *)store;

	self->counts->queries++;
	return self->base.below->api->partitions(self->base.below, cx, after, limit, out);
}

struct store *store_count_open(struct store *below, struct store_counts *counts)
{
	struct store_count *self = heap_alloc(sizeof(*self));

	store_decorator_init(&self->base, below);
	self->base.api.get = get;
	self->base.api.query = query;
	self->base.api.commit = commit;
	self->base.api.partitions = partitions;
	self->counts = counts;
	return &self->base.store;
}
