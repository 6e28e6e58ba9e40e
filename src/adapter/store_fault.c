#include "adapter/store_fault.h"

#include <assert.h>

#include "adapter/store_decorator.h"
#include "base/heap.h"

struct store_fault {
	struct store_decorator base;
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
		err = self->base.below->api->get(self->base.below, cx, key, out);
	return due ? fail_planned(self->plan, cx) : err;
}

static enum err query(struct store *store, struct cx *cx, const struct query *query,
		      struct page *out)
{
	struct store_fault *self = (struct store_fault *)store;
	bool due = is_due(self->plan, STORE_FAULT_QUERY);
	enum err err = OK;

	if (!due || self->plan->applied)
		err = self->base.below->api->query(self->base.below, cx, query, out);
	return due ? fail_planned(self->plan, cx) : err;
}

static enum err commit(struct store *store, struct cx *cx, const struct commit *commit,
		       size_t *conflict)
{
	struct store_fault *self = (struct store_fault *)store;
	bool due = is_due(self->plan, STORE_FAULT_COMMIT);
	enum err err = OK;

	if (!due || self->plan->applied)
		err = self->base.below->api->commit(self->base.below, cx, commit, conflict);
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
		err = self->base.below->api->partitions(self->base.below, cx, after, limit, out);
	return due ? fail_planned(self->plan, cx) : err;
}

struct store *store_fault_open(struct store *below, struct store_fault_plan *plan)
{
	struct store_fault *self = heap_alloc(sizeof(*self));

	store_decorator_init(&self->base, below);
	self->base.api.get = get;
	self->base.api.query = query;
	self->base.api.commit = commit;
	self->base.api.partitions = partitions;
	self->plan = plan;
	return &self->base.store;
}
