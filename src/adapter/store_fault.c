#include "adapter/store_fault.h"

#include <assert.h>
#include <stdlib.h>

#include "base/heap.h"
#include "port/store_stats.h"

struct store_fault {
	struct store store;
	struct store_api api;
	struct store *below;
	struct store_fault_plan *plan;
};

static bool is_due(struct store_fault_plan *plan, enum store_fault_kind kind)
{
	unsigned call;

	if ((plan->kinds & kind) == 0)
		return false;
	call = atomic_fetch_add(&plan->calls, 1) + 1;
	return plan->nth != 0 && (plan->and_all_after ? call >= plan->nth : call == plan->nth);
}

/* What the store below noted is lost with its answer. */
static enum err fail_planned(const struct store_fault_plan *plan, struct cx *cx)
{
	assert(plan->err != OK);
	cx_clear(cx);
	if (!plan->code)
		return plan->err;
	return fail(cx, plan->err, plan->code, "a planned fault");
}

static enum err get(struct store *store, struct cx *cx, struct key key, struct item *out)
{
	struct store_fault *self = (struct store_fault *)store;
	bool due = is_due(self->plan, STORE_FAULT_GET);
	enum err err = OK;

	if (!due || self->plan->applied)
		err = self->below->api->get(self->below, cx, key, out);
	return due ? fail_planned(self->plan, cx) : err;
}

static enum err query(struct store *store, struct cx *cx, const struct query *query,
		      struct page *out)
{
	struct store_fault *self = (struct store_fault *)store;
	bool due = is_due(self->plan, STORE_FAULT_QUERY);
	enum err err = OK;

	if (!due || self->plan->applied)
		err = self->below->api->query(self->below, cx, query, out);
	return due ? fail_planned(self->plan, cx) : err;
}

static enum err commit(struct store *store, struct cx *cx, const struct commit *commit,
		       size_t *conflict)
{
	struct store_fault *self = (struct store_fault *)store;
	bool due = is_due(self->plan, STORE_FAULT_COMMIT);
	enum err err = OK;

	if (!due || self->plan->applied)
		err = self->below->api->commit(self->below, cx, commit, conflict);
	if (!due)
		return err;
	*conflict = 0;
	return fail_planned(self->plan, cx);
}

static enum err partitions(struct store *store, struct cx *cx, struct str after, size_t limit,
			   struct codes *out)
{
	struct store_fault *self = (struct store_fault *)store;
	bool due = is_due(self->plan, STORE_FAULT_QUERY);
	enum err err = OK;

	if (!due || self->plan->applied)
		err = self->below->api->partitions(self->below, cx, after, limit, out);
	return due ? fail_planned(self->plan, cx) : err;
}

/* Not failed: no use case makes backups. */
static enum err backup(struct store *store, struct cx *cx, struct str path)
{
	const struct store_fault *self = (struct store_fault *)store;

	return self->below->api->backup(self->below, cx, path);
}

static void stats(struct store *store, struct store_stats *out)
{
	const struct store_fault *self = (struct store_fault *)store;

	self->below->api->stats(self->below, out);
}

static void close_both(struct store *store)
{
	struct store_fault *self = (struct store_fault *)store;

	store_close(self->below);
	free(self);
}

struct store *store_fault_open(struct store *below, struct store_fault_plan *plan)
{
	struct store_fault *self = heap_alloc(sizeof(*self));

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
	self->plan = plan;
	return &self->store;
}
