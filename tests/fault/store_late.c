#include "store_late.h"

#include <stdlib.h>

struct store_late {
	struct store store;
	struct store_api api;
	struct store *below;
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
	enum err err = self->below->api->get(self->below, cx, key, out);

	pass_time(self->plan);
	return err;
}

static enum err query(struct store *store, struct cx *cx, const struct query *query,
		      struct page *out)
{
	const struct store_late *self = (struct store_late *)store;
	enum err err = self->below->api->query(self->below, cx, query, out);

	pass_time(self->plan);
	return err;
}

static enum err commit(struct store *store, struct cx *cx, const struct commit *commit,
		       size_t *conflict)
{
	const struct store_late *self = (struct store_late *)store;
	enum err err = self->below->api->commit(self->below, cx, commit, conflict);

	pass_time(self->plan);
	return err;
}

static enum err partitions(struct store *store, struct cx *cx, struct str after, size_t limit,
			   struct codes *out)
{
	const struct store_late *self = (struct store_late *)store;
	enum err err = self->below->api->partitions(self->below, cx, after, limit, out);

	pass_time(self->plan);
	return err;
}

/* Not late: no use case makes backups. */
static enum err backup(struct store *store, struct cx *cx, struct str path)
{
	const struct store_late *self = (struct store_late *)store;

	return self->below->api->backup(self->below, cx, path);
}

static void stats(struct store *store, struct store_stats *out)
{
	const struct store_late *self = (struct store_late *)store;

	self->below->api->stats(self->below, out);
}

static void close_both(struct store *store)
{
	struct store_late *self = (struct store_late *)store;

	store_close(self->below);
	free(self);
}

struct store *store_late_open(struct store *below, struct store_late_plan *plan)
{
	struct store_late *self = calloc(1, sizeof(*self));

	if (!self)
		abort();
	self->api = *below->api;
	self->api.has_strangers = below->api->has_strangers || plan->has_strangers;
	self->api.get = get;
	self->api.query = query;
	self->api.commit = commit;
	self->api.partitions = partitions;
	self->api.backup = below->api->backup ? backup : NULL;
	self->api.stats = below->api->stats ? stats : NULL;
	self->api.close = close_both;
	self->store.api = &self->api;
	self->below = below;
	self->plan = plan;
	return &self->store;
}
