#include "adapter/store_decorator.h"

#include <stdlib.h>

#include "port/store_stats.h"

static struct store *below(struct store *store)
{
	return ((struct store_decorator *)store)->below;
}

static enum err get(struct store *store, struct cx *cx, struct key key, struct item *out)
{
	return below(store)->api->get(below(store), cx, key, out);
}

static enum err query(struct store *store, struct cx *cx, const struct query *query,
		      struct page *out)
{
	return below(store)->api->query(below(store), cx, query, out);
}

static enum err commit(struct store *store, struct cx *cx, const struct commit *commit,
		       size_t *conflict)
{
	return below(store)->api->commit(below(store), cx, commit, conflict);
}

static enum err partitions(struct store *store, struct cx *cx, struct str after, size_t limit,
			   struct codes *out)
{
	return below(store)->api->partitions(below(store), cx, after, limit, out);
}

static enum err backup(struct store *store, struct cx *cx, struct str path)
{
	return below(store)->api->backup(below(store), cx, path);
}

static void stats(struct store *store, struct store_stats *out)
{
	below(store)->api->stats(below(store), out);
}

static void close_both(struct store *store)
{
	store_close(below(store));
	free(store);
}

void store_decorator_init(struct store_decorator *decorator, struct store *below_it)
{
	decorator->api = *below_it->api;
	decorator->api.get = get;
	decorator->api.query = query;
	decorator->api.commit = commit;
	decorator->api.partitions = partitions;
	decorator->api.backup = below_it->api->backup ? backup : NULL;
	decorator->api.stats = below_it->api->stats ? stats : NULL;
	decorator->api.close = close_both;
	decorator->store.api = &decorator->api;
	decorator->below = below_it;
}
