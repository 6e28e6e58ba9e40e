#include "usecase_rig.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapter/cache_memory.h"
#include "adapter/store_narrow.h"
#include "adapter/store_sqlite.h"
#include "codec/hash.h"
#include "usecase/gate.h"

#define CACHE_BYTES ((uint64_t)64 << 20)

static int64_t wall_ms(const struct clock *clock)
{
	return ((const struct rig_clock *)clock)->wall_ms;
}

static int64_t mono_ms(const struct clock *clock)
{
	return ((const struct rig_clock *)clock)->mono_ms;
}

void usecase_rig_close(struct usecase_rig *rig)
{
	cache_close(rig->app.cache);
	store_close(rig->app.store);
}

void usecase_rig_open(struct usecase_rig *rig)
{
	struct store *store = NULL;
	struct cx cx;

	cx_init(&cx, &rig->process);
	if (store_sqlite_open(&cx, str_of(rig->path), &store) != OK) {
		fprintf(stderr, STR_FMT "\n", STR_ARG(cx.failure.detail));
		exit(1);
	}
	if (rig->max_writes != 0)
		store = store_narrow_open(store, rig->max_writes);
	rig->late.mono_ms = &rig->clock.mono_ms;
	rig->app.store = store_fault_open(store_late_open(store, &rig->late), &rig->plan);
	rig->app.cache = cache_memory_open(CACHE_BYTES);
}

static int set_up(void **state, size_t max_writes)
{
	const struct api_options options = { .body_max_bytes = 4 << 20, .auth_open = true };
	struct usecase_rig *rig = calloc(1, sizeof(*rig));
	const char *tmp = getenv("TMPDIR");

	if (!rig)
		return -1;
	snprintf(rig->folder, sizeof(rig->folder), "%.40s/usecase-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(rig->folder))
		return -1;
	snprintf(rig->path, sizeof(rig->path), "%s/store.db", rig->folder);
	rig->clock = (struct rig_clock){ { wall_ms, mono_ms }, 1795370400000, 1000000 };
	arena_init(&rig->process, 0);
	arena_init(&rig->arena, 0);
	rig->max_writes = max_writes;
	usecase_rig_open(rig);
	rig->app.gates = gates_open(&rig->process);
	rig->app.chain_gates = gates_open(&rig->process);
	rig->api = api_open(&rig->process, &rig->app, &options);
	*state = rig;
	return 0;
}

int usecase_rig_set_up(void **state)
{
	return set_up(state, 0);
}

int usecase_rig_set_up_narrow(void **state)
{
	return set_up(state, 7);
}

int usecase_rig_set_up_hundred(void **state)
{
	return set_up(state, 100);
}

void usecase_rig_restart(struct usecase_rig *rig)
{
	usecase_rig_close(rig);
	usecase_rig_open(rig);
}

static void remove_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[384];

	while (dir && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		unlink(path);
	}
	if (dir)
		closedir(dir);
	rmdir(folder);
}

int usecase_rig_tear_down(void **state)
{
	struct usecase_rig *rig = *state;

	usecase_rig_close(rig);
	gates_close(rig->app.gates);
	gates_close(rig->app.chain_gates);
	arena_close(&rig->arena);
	arena_close(&rig->process);
	remove_folder(rig->folder);
	free(rig);
	return 0;
}

void usecase_rig_open_other(struct usecase_rig *rig, struct usecase_rig *other)
{
	const struct api_options options = { .body_max_bytes = 4 << 20, .auth_open = true };

	*other = (struct usecase_rig){ .clock = rig->clock, .max_writes = rig->max_writes };
	snprintf(other->path, sizeof(other->path), "%s", rig->path);
	arena_init(&other->process, 0);
	arena_init(&other->arena, 0);
	usecase_rig_open(other);
	other->app.gates = gates_open(&other->process);
	other->app.chain_gates = gates_open(&other->process);
	other->api = api_open(&other->process, &other->app, &options);
}

void usecase_rig_close_other(struct usecase_rig *other)
{
	usecase_rig_close(other);
	gates_close(other->app.gates);
	gates_close(other->app.chain_gates);
	arena_close(&other->arena);
	arena_close(&other->process);
}

void usecase_rig_plan(struct usecase_rig *rig, unsigned kinds, unsigned nth, bool and_all_after,
		      enum err err, bool applied)
{
	rig->plan.kinds = kinds;
	rig->plan.nth = nth;
	rig->plan.and_all_after = and_all_after;
	rig->plan.applied = applied;
	rig->plan.err = err;
	rig->plan.code = err == ERR_UNCERTAIN ? "uncertain" : "unavailable";
	atomic_store(&rig->plan.calls, 0);
}

static void begin(struct usecase_rig *rig)
{
	arena_close(&rig->arena);
	arena_init(&rig->arena, rig->cap_bytes);
	rig->arena.refuse_chunk = rig->refuse_chunk;
	cx_init(&rig->cx, &rig->arena);
	rig->cx.clock = &rig->clock.base;
	if (rig->timeout_ms != 0)
		rig->cx.deadline_mono_ms = rig->clock.mono_ms + rig->timeout_ms;
}

unsigned usecase_rig_ask(struct usecase_rig *rig, const char *method, struct str path,
			 struct str body, const char *key)
{
	struct str_pair headers[3] = { { STR("Content-Type"), STR("application/json") } };
	size_t mark = str_index(path, '?');
	struct api_request request = {
		.method = str_of(method),
		.path = str_sub(path, 0, mark),
		.query = str_sub(path, mark + 1, path.len),
		.host = STR("127.0.0.1:8080"),
		.headers = headers,
		.nheaders = 1,
		.body_bytes = body.len,
		.has_body = body.len != 0,
	};

	if (key)
		headers[request.nheaders++] =
			(struct str_pair){ STR("Idempotency-Key"), str_of(key) };
	begin(rig);
	if (api_begin(rig->api, &rig->cx, &request, &rig->answer) == API_READ_BODY) {
		request.body = body;
		api_handle(rig->api, &rig->cx, &request, &rig->answer);
	}
	return rig->answer.status;
}

struct str usecase_rig_header(const struct usecase_rig *rig, const char *name)
{
	struct str value = { NULL, 0 };
	unsigned found = 0;

	for (size_t i = 0; i < rig->answer.nheaders; i++) {
		if (!str_eq_nocase(rig->answer.headers[i].name, str_of(name)))
			continue;
		value = rig->answer.headers[i].value;
		found++;
	}
	assert_in_range(found, 0, 1);
	return value;
}

bool usecase_rig_says(const struct usecase_rig *rig, const char *text)
{
	return rig->answer.body.len != 0 &&
	       memmem(rig->answer.body.ptr, rig->answer.body.len, text, strlen(text)) != NULL;
}

struct str usecase_rig_code(struct usecase_rig *rig, struct str name)
{
	return str_printf(&rig->process, "%u", hash_fnv1a32(STR(""), name));
}
