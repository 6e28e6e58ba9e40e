#include "adapter/store_count.h"

#include <stdlib.h>

#include "base/heap.h"
#include "port/store_stats.h"

struct store_count {
	struct store store;
	struct store_api api;
	struct store *below;
	struct store_counts *counts;
};

static enum err get(struct store *store, struct cx *cx, struct key key, struct item *out)
{
	struct store_count *self = (struct store_count *)store;
	enum err err = self->below->api->get(self->below, cx, key, out);

	self->counts->gets++;
	if (err == OK)
		self->counts->items_read++;
	return err;
}

static enum err query(struct store *store, struct cx *cx, const struct query *query,
		      struct page *out)
{
	struct store_count *self = (struct store_count *)store;
	enum err err = self->below->api->query(self->below, cx, query, out);

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
	enum err err = self->below->api->commit(self->below, cx, commit, conflict);

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
	return self->below->api->partitions(self->below, cx, after, limit, out);
}

/* Not counted: no use case makes backups. */
static enum err backup(struct store *store, struct cx *cx, struct str path)
{
	const struct store_count *self = (struct store_count *)store;

	return self->below->api->backup(self->below, cx, path);
}

static void stats(struct store *store, struct store_stats *out)
{
	const struct store_count *self = (struct store_count *)store;

	self->below->api->stats(self->below, out);
}

static void close_both(struct store *store)
{
	struct store_count *self = (struct store_count *)store;

	store_close(self->below);
	free(self);
}

struct store *store_count_open(struct store *below, struct store_counts *counts)
{
	struct store_count *self = heap_alloc(sizeof(*self));

	self->api = *below->api;
	self->api.get = get;
	self->api.query = query;
	self->api.commit = commit;
	self->api.partitions = partitions;
	self->api.backup = below->api->backup ? backup : NULL;
	self->api.stats = below->api->stats ? stats : NULL;
	self->api.close = close_both;
	self->store.api = &self->api;
	self->below = below;
	self->counts = counts;
	return &self->store;
}
