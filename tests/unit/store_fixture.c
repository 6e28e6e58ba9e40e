#include "store_fixture.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#include "adapter/store_sqlite.h"

static int64_t wall_ms(const struct clock *clock)
{
	return ((const struct store_fixture *)((const char *)clock -
					       offsetof(struct store_fixture, clock)))
		->wall_ms;
}

static int64_t mono_ms(const struct clock *clock)
{
	(void)clock;
	return 1;
}

int store_fixture_open(void **state)
{
	struct store_fixture *fixture = calloc(1, sizeof(*fixture));
	const char *tmp = getenv("TMPDIR");
	struct store *sqlite;

	if (!fixture)
		return -1;
	snprintf(fixture->folder, sizeof(fixture->folder), "%.40s/unit-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(fixture->folder))
		return -1;
	arena_init(&fixture->arena, 0);
	cx_init(&fixture->cx, &fixture->arena);
	fixture->clock = (struct clock){ wall_ms, mono_ms };
	fixture->wall_ms = 1795370400000;
	fixture->cx.clock = &fixture->clock;
	if (store_sqlite_open(&fixture->cx,
			      str_printf(&fixture->arena, "%s/store.db", fixture->folder),
			      &sqlite) != OK)
		return -1;
	fixture->store = store_fault_open(sqlite, &fixture->plan);
	*state = fixture;
	return 0;
}

int store_fixture_close(void **state)
{
	struct store_fixture *fixture = *state;
	DIR *dir = opendir(fixture->folder);
	struct dirent *entry;
	char path[384];

	store_close(fixture->store);
	while (dir && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", fixture->folder, entry->d_name);
		unlink(path);
	}
	if (dir)
		closedir(dir);
	rmdir(fixture->folder);
	arena_close(&fixture->arena);
	free(fixture);
	return 0;
}

void store_fixture_plan(struct store_fixture *fixture, unsigned kinds, unsigned nth, enum err err,
			bool applied)
{
	fixture->plan.kinds = kinds;
	fixture->plan.nth = nth;
	fixture->plan.err = err;
	fixture->plan.applied = applied;
	fixture->plan.code = err == ERR_UNCERTAIN ? "uncertain" : "unavailable";
	atomic_store(&fixture->plan.calls, 0);
}
