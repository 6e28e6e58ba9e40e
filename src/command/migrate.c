#include "command/migrate.h"

#include <stdbool.h>

#include "port/store.h"
#include "usecase/adopt_hotel.h"

struct migrating {
	const struct migrate_job *job;
	struct migrate_result *result;
};

static void complain(const struct migrating *migrating, struct str code, struct str why)
{
	progress_hide(migrating->job->progress);
	fprintf(migrating->job->complaints, "hotel " STR_FMT " is left as it is: " STR_FMT "\n",
		STR_ARG(code), STR_ARG(why));
}

/* A hotel's own fault; all others end the run. */
static bool is_its_own(const struct cx *cx, enum err err)
{
	return err == ERR_INVALID || err == ERR_INTERNAL || err == ERR_STALE ||
	       (err == ERR_LIMIT && !str_eq(str_of(cx->failure.code), STR("storage_full")));
}

static enum err migrate_one(const struct migrating *migrating, struct cx *cx, struct str code)
{
	struct migrate_result *result = migrating->result;
	enum adoption adoption = ADOPTION_NONE;
	enum err err = migrate_hotel(migrating->job->app, cx, code, &adoption);

	if (is_its_own(cx, err)) {
		complain(migrating, code, cx->failure.detail);
		result->failed++;
		return OK;
	}
	if (err != OK)
		return err;
	result->hotels += adoption != ADOPTION_NO_HOTEL;
	result->adopted += adoption == ADOPTION_MADE;
	result->taken += adoption == ADOPTION_TAKEN;
	result->no_hotels += adoption == ADOPTION_NO_HOTEL;
	if (adoption == ADOPTION_NO_HOTEL)
		complain(migrating, code, STR("it has no head cfg-general"));
	progress_show(migrating->job->progress, result->hotels);
	return OK;
}

/* Everything that a hotel needs goes with it. */
static enum err migrate_page(const struct migrating *migrating, struct cx *cx,
			     const struct codes *codes)
{
	struct arena arena;
	struct cx own = *cx;
	enum err err = OK;

	arena_init(&arena, 0);
	own.arena = &arena;
	for (size_t i = 0; err == OK && i < codes->n; i++) {
		arena_reset(&arena, 0);
		cx_clear(&own);
		if (!str_starts(codes->items[i], STR("~")))
			err = migrate_one(migrating, &own, codes->items[i]);
	}
	if (err != OK && own.failure.code)
		fail_as(cx, err, &own.failure);
	arena_close(&arena);
	return err;
}

enum err migrate_store(struct cx *cx, const struct migrate_job *job, struct migrate_result *result)
{
	const struct migrating migrating = { job, result };
	struct codes codes = { .more = true };
	struct str after = STR("");
	enum err err = OK;

	*result = (struct migrate_result){ .hotels = 0 };
	while (err == OK && codes.more) {
		err = store_partitions(job->app->store, cx, after, 0, &codes);
		if (err == OK)
			err = migrate_page(&migrating, cx, &codes);
		if (err == OK && codes.n != 0)
			after = codes.items[codes.n - 1];
	}
	progress_hide(job->progress);
	return err;
}
