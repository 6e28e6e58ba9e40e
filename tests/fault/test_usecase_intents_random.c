/* Three processes on one hotel whose writes go by intents, by chance: behind any store call of one another may read, write or end, whose
 * calls are interrupted likewise. What is read is always one write's whole effect, the same for one ETag; what was answered is not lost.
 */
#include "usecase_rig.h"
#include "vfs_fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/vec.h"

#define PROCESSES 3
#define DEPTH_MAX 3
#define TYPES 8
#define ROOMS_MIN 12
#define ROOMS_MORE 11

/* What an ETag stands for. */
struct version {
	struct str etag, body;
};

struct world {
	struct usecase_rig *processes[PROCESSES], others[PROCESSES - 1];
	bool busy[PROCESSES];
	struct str name; /* of the hotel */
	char path[64];
	unsigned chance, depth;
	unsigned writes; /* sent so far: the number of the next one */
	struct arena arena;
	struct vec versions; /* of struct version */
	struct vec answered; /* of struct str: ETags of writes that had an answer */
	unsigned reads, refused, ended;
};

static unsigned chance(struct world *world, unsigned below)
{
	world->chance = world->chance * 1103515245 + 12345;
	return (world->chance >> 16) % below;
}

/* Each write leaves another number of rooms, all of one type. */
static struct str layout(struct world *world, unsigned write)
{
	struct buf buf;

	buf_init(&buf, &world->arena);
	buf_add(&buf, STR("{\"buildings\":[{\"name\":\"b\",\"floors\":[{\"num\":1,\"rooms\":["));
	for (unsigned i = 0; i < ROOMS_MIN + write % ROOMS_MORE; i++)
		buf_printf(&buf, "%s{\"number\":%u,\"type\":\"T%u\"}", i ? "," : "", i + write % 3,
			   write % TYPES);
	buf_add(&buf, STR("]}]}]}"));
	return buf_str(&buf);
}

static unsigned count(struct str text, const char *part)
{
	const char *at = text.ptr, *end = text.ptr + text.len;
	unsigned n = 0;

	while ((at = memmem(at, (size_t)(end - at), part, strlen(part)))) {
		at++;
		n++;
	}
	return n;
}

/* The document is that of one write. */
static void check_whole(struct world *world, struct str body)
{
	unsigned rooms = count(body, "\"number\":"), type = 0;
	bool found = false;
	char part[24];

	for (; type < TYPES; type++) {
		snprintf(part, sizeof(part), "\"type\":\"T%u\"", type);
		if (count(body, part) != 0)
			break;
	}
	assert_int_equal(count(body, part), rooms);
	for (unsigned write = 0; write < world->writes; write++)
		found = found || (write % TYPES == type && ROOMS_MIN + write % ROOMS_MORE == rooms);
	assert_true(found);
}

static void check_version(struct world *world, struct str etag, struct str body)
{
	struct version *slot;

	for (size_t i = 0; i < world->versions.n; i++) {
		const struct version *version = vec_at(&world->versions, i, sizeof(struct version));

		if (str_eq(version->etag, etag)) {
			assert_true(str_eq(version->body, body));
			return;
		}
	}
	slot = vec_push(&world->versions, &world->arena, sizeof(*slot));
	*slot = (struct version){ str_dup(&world->arena, etag), str_dup(&world->arena, body) };
}

static unsigned ask(struct world *world, unsigned who, const char *method, const char *path,
		    struct str body)
{
	unsigned status;

	world->busy[who] = true;
	world->depth++;
	world->processes[who]->late.between = world->processes[who]->late.calls + 1;
	status = usecase_rig_ask(world->processes[who], method, str_of(path), body, NULL);
	world->depth--;
	world->busy[who] = false;
	return status;
}

static void read_hotel(struct world *world, unsigned who)
{
	struct usecase_rig *rig = world->processes[who];
	unsigned status = ask(world, who, "GET", world->path, STR(""));

	if (status != 200) { /* it was told to end */
		assert_int_equal(status, 503);
		return;
	}
	check_whole(world, rig->answer.body);
	check_version(world, usecase_rig_header(rig, "ETag"), rig->answer.body);
	world->reads++;
}

static void write_hotel(struct world *world, unsigned who)
{
	struct usecase_rig *rig = world->processes[who];
	struct str body = layout(world, world->writes++);
	unsigned status;
	char rooms[80];

	snprintf(rooms, sizeof(rooms), "%s/rooms", world->path);
	status = ask(world, who, "POST", rooms, body);
	assert_true(status == 200 || status == 503 || status == 504);
	if (status == 200)
		*(struct str *)vec_push(&world->answered, &world->arena, sizeof(struct str)) =
			str_dup(&world->arena, usecase_rig_header(rig, "ETag"));
	else
		world->refused++;
}

/* mutual recursion: what one does is interrupted by others */
static void do_something(struct world *world);

/* Behind each store call of whoever runs. */
static void interrupt(void *context)
{
	struct world *world = context;

	for (unsigned i = 0; i < PROCESSES; i++)
		world->processes[i]->late.between = world->processes[i]->late.calls + 1;
	if (world->depth < DEPTH_MAX && chance(world, 12) == 0)
		do_something(world);
}

/* An idle process reads, writes, or does so and ends within. */
static void do_something(struct world *world)
{
	unsigned who = chance(world, PROCESSES), what = chance(world, 8);
	struct usecase_rig *rig = world->processes[who];

	if (world->busy[who])
		return;
	if (what == 0)
		usecase_rig_plan(rig, STORE_FAULT_ALL, 2 + chance(world, 20), true, ERR_UNAVAILABLE,
				 false);
	if (what < 4)
		write_hotel(world, who);
	else
		read_hotel(world, who);
	if (what == 0) {
		usecase_rig_plan(rig, 0, 0, false, OK, false);
		usecase_rig_restart(rig);
		world->ended++;
	}
}

static void begin(struct world *world, struct usecase_rig *rig, unsigned seed)
{
	struct buf buf;

	*world = (struct world){ .chance = seed, .processes = { rig } };
	arena_init(&world->arena, 0);
	for (unsigned i = 1; i < PROCESSES; i++) {
		usecase_rig_open_other(rig, &world->others[i - 1]);
		world->processes[i] = &world->others[i - 1];
	}
	buf_init(&buf, &world->arena);
	world->name = str_printf(&world->arena, "Random %u", seed);
	buf_printf(&buf, "{\"name\":\"" STR_FMT "\",\"roomTypes\":[", STR_ARG(world->name));
	for (unsigned i = 0; i < TYPES; i++)
		buf_printf(&buf, "%s{\"code\":\"T%u\"}", i ? "," : "", i);
	buf_add(&buf, STR("]}"));
	assert_int_equal(usecase_rig_ask(rig, "POST", STR("/config"), buf_str(&buf), NULL), 200);
	snprintf(world->path, sizeof(world->path), "/config/" STR_FMT,
		 STR_ARG(usecase_rig_code(rig, world->name)));
	for (unsigned i = 0; i < PROCESSES; i++) {
		world->processes[i]->late.act = interrupt;
		world->processes[i]->late.context = world;
	}
	world->depth = DEPTH_MAX; /* undisturbed */
	write_hotel(world, 0);
	world->depth = 0;
}

static void end(struct world *world)
{
	struct usecase_rig *rig = world->processes[0];
	struct str code = usecase_rig_code(rig, world->name);
	uint64_t revision;

	for (unsigned i = 0; i < PROCESSES; i++)
		world->processes[i]->late.act = NULL;
	revision = usecase_rig_revision(rig, code);
	assert_in_range(revision, 1 + world->answered.n, 1 + world->writes);
	usecase_rig_check(rig, code);
	for (unsigned i = 1; i < PROCESSES; i++)
		usecase_rig_close_other(&world->others[i - 1]);
	arena_close(&world->arena);
}

#define SEEDS 6
#define ROUNDS 50

static void whatever_happens_what_is_read_is_one_write(void **state)
{
	const char *given = getenv("INNKEEPER_SEED");
	const unsigned first = given ? (unsigned)strtoul(given, NULL, 10) : 1;
	unsigned reads = 0, ended = 0;
	size_t answered = 0;

	printf("# INNKEEPER_SEED=%u\n", first);
	for (unsigned seed = first; seed != first + SEEDS; seed++) {
		struct world world;

		begin(&world, *state, seed);
		for (unsigned round = 0; round < ROUNDS; round++) {
			do_something(&world);
			for (unsigned i = 0; i < PROCESSES; i++)
				world.processes[i]->late.between = 0;
		}
		reads += world.reads;
		ended += world.ended;
		answered += world.answered.n;
		end(&world);
	}
	assert_in_range(answered, SEEDS * ROUNDS / 5, 2000);
	assert_in_range(reads, SEEDS * ROUNDS / 3, 2000);
	assert_in_range(ended, SEEDS * ROUNDS / 20, 2000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whatever_happens_what_is_read_is_one_write,
						usecase_rig_set_up_narrow, usecase_rig_tear_down),
	};

	vfs_fault_register();
	vfs_fault_spare_syncs();
	return cmocka_run_group_tests_name("usecase_intents_random", tests, NULL, NULL);
}
