#include "store_late.h"

#include <stdlib.h>

struct store_late {
	struct store store;
	struct store_api api;
	struct store *below;
	const struct store_fault_plan *plan;
	int64_t *mono_ms;
	const int64_t *late_ms;
};

static void pass_time(const struct store_late *self)
{
	if (atomic_load(&self->plan->calls) >= self->plan->nth)
		*self->mono_ms += *self->late_ms;
}

static enum err get(struct store *store, struct cx *cx, struct key key, struct item *out)
{
	const struct store_late *self = (struct store_late *)store;
	enum err err = self->below->api->get(self->below, cx, key, out);

	pass_time(self);
	return err;
}

static enum err query(struct store *store, struct cx *cx, const struct query *query,
		      struct page *out)
{
	const struct store_late *self = (struct store_late *)store;
	enum err err = self->below->api->query(self->below, cx, query, out);

	pass_time(self);
	return err;
}

static enum err commit(struct store *store, struct cx *cx, const struct commit *commit,
		       size_t *conflict)
{
	const struct store_late *self = (struct store_late *)store;
	enum err err = self->below->api->commit(self->below, cx, commit, conflict);

	pass_time(self);
	return err;
}

static void close_both(struct store *store)
{
	struct store_late *self = (struct store_late *)store;

	store_close(self->below);
	free(self);
}

struct store *store_late_open(struct store *below, const struct store_fault_plan *plan,
			      int64_t *mono_ms, const int64_t *late_ms)
{
	struct store_late *self = calloc(1, sizeof(*self));

	if (!self)
		abort();
	self->api = *below->api;
	self->api.get = get;
	self->api.query = query;
	self->api.commit = commit;
	self->api.close = close_both;
	self->store.api = &self->api;
	self->below = below;
	self->plan = plan;
	self->mono_ms = mono_ms;
	self->late_ms = late_ms;
	return &self->store;
}
