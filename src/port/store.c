#include "port/store.h"

/* Once one page is not what was written nobody knows about the others: whoever asks is told until somebody has looked. */
static enum err note(struct store *store, enum err err)
{
	if (err == ERR_INTERNAL)
		__atomic_store_n(&store->has_damage, true, __ATOMIC_RELAXED);
	return err;
}

bool store_has_damage(const struct store *store)
{
	return __atomic_load_n(&store->has_damage, __ATOMIC_RELAXED);
}

enum err store_get(struct store *store, struct cx *cx, struct key key, struct item *out)
{
	enum err err = cx_check_deadline(cx);

	return err != OK ? err : note(store, store->api->get(store, cx, key, out));
}

enum err store_query(struct store *store, struct cx *cx, const struct query *query,
		     struct page *out)
{
	enum err err = cx_check_deadline(cx);

	return err != OK ? err : note(store, store->api->query(store, cx, query, out));
}

enum err store_commit(struct store *store, struct cx *cx, const struct commit *commit,
		      size_t *conflict)
{
	enum err err = cx_check_deadline(cx);

	if (err == OK)
		err = cx_check_memory(cx);
	return err != OK ? err : note(store, store->api->commit(store, cx, commit, conflict));
}

enum err store_partitions(struct store *store, struct cx *cx, struct str after, size_t limit,
			  struct codes *out)
{
	enum err err = cx_check_deadline(cx);

	return err != OK ? err : note(store, store->api->partitions(store, cx, after, limit, out));
}

enum err store_backup(struct store *store, struct cx *cx, struct str path)
{
	enum err err = cx_check_deadline(cx);

	if (err == OK && !store->api->backup)
		return fail(cx, ERR_INVALID, "invalid", "%s has backups of its own",
			    store->api->name);
	return err != OK ? err : note(store, store->api->backup(store, cx, path));
}

void store_close(struct store *store)
{
	if (store)
		store->api->close(store);
}
