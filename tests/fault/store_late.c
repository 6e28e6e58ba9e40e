#include "store_late.h"

#include <stdlib.h>

#include "adapter/store_decorator.h"

struct store_late {
	struct store_decorator base;
	struct store_late_plan *plan;
};

static void pass_time(struct store_late_plan *plan)
{
	if (++plan->calls >= plan->from && plan->from != 0)
		*plan->mono_ms += plan->late_ms;
	if (plan->calls == plan->between && plan->between != 0)
		plan->act(plan->context);
}

static enum err get(struct store *store, struct cx *cx, struct key key, struct item *out)
{
	const struct store_late *self = (struct store_late *)store;
	enum err err = self->base.below->api->get(self->base.below, cx, key, out);

	pass_time(self->plan);
	return err;
}

static enum err query(struct store *store, struct cx *cx, const struct query *query,
		      struct page *out)
{
	const struct store_late *self = (struct store_late *)store;
	enum err err = self->base.below->api->query(self->base.below, cx, query, out);

	pass_time(self->plan);
	return err;
}

static enum err commit(struct store *store, struct cx *cx, const struct commit *commit,
		       size_t *conflict)
{
	const struct store_late *self = (struct store_late *)store;
	enum err err = self->base.below->api->commit(self->base.below, cx, commit, conflict);

	pass_time(self->plan);
	return err;
}

static enum err partitions(struct store *store, struct cx *cx, struct str after, size_t limit,
			   struct codes *out)
{
	const struct store_late *self = (struct store_late *)store;
	enum err err = self->base.below->api->partitions(self->base.below, cx, after, limit, out);

	pass_time(self->plan);
	return err;
}

struct store *store_late_open(struct store *below, struct store_late_plan *plan)
{
	struct store_late *self = calloc(1, sizeof(*self));

	if (!self)
		abort();
	store_decorator_init(&self->base, below);
	self->base.api.has_strangers = below->api->has_strangers || plan->has_strangers;
	self->base.api.get = get;
	self->base.api.query = query;
	self->base.api.commit = commit;
	self->base.api.partitions = partitions;
	self->plan = plan;
	return &self->base.store;
}
