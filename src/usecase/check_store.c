#include "usecase/check_store.h"

#include "port/store.h"

enum err check_store(struct app *app, struct cx *cx, bool *has_damage)
{
	/* A code that no hotel can have, and that nothing is ever written under. */
	const struct key nothing = { STR("~ready"), STR("ready") };
	const struct write check = { .op = WRITE_CHECK, .key = nothing, .if_rev = REV_ABSENT };
	const struct commit commit = { &check, 1, STR("ready") };
	struct item item;
	size_t conflict;
	enum err err = store_get(app->store, cx, nothing, &item);

	*has_damage = store_has_damage(app->store);
	if (err != OK && err != ERR_NOT_FOUND)
		return err;
	/* A local store's writes can have stopped while reads go on. Those of a service would cost, and wait behind its slow ones. */
	return app->store->api->is_local ? store_commit(app->store, cx, &commit, &conflict) : OK;
}
