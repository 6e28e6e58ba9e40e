/* Chains and brands when calls fail, memory is refused, and two processes race: counts are those of the listings, always. */
#include "chains_check.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>

#include "vfs_fault.h"

static void ask(struct usecase_rig *rig, const char *method, const char *path, const char *body,
		unsigned wanted)
{
	assert_int_equal(usecase_rig_ask(rig, method, str_of(path), str_of(body), NULL), wanted);
}

/* Chains C and D; brand B of C, E of D. */
static void make_chains(struct usecase_rig *rig)
{
	ask(rig, "PUT", "/chains/C", "{}", 201);
	ask(rig, "PUT", "/chains/D", "{}", 201);
	ask(rig, "PUT", "/brands/B", "{\"chain\":\"C\"}", 201);
	ask(rig, "PUT", "/brands/E", "{\"chain\":\"D\"}", 201);
}

struct way {
	unsigned kinds;
	enum err err;
	bool applied, and_all_after;
};

static const struct way ways[] = {
	{ STORE_FAULT_ALL, ERR_UNAVAILABLE, false, false },
	{ STORE_FAULT_ALL, ERR_UNAVAILABLE, false, true },
	{ STORE_FAULT_COMMIT, ERR_UNCERTAIN, false, false },
	{ STORE_FAULT_COMMIT, ERR_UNCERTAIN, true, false },
	{ STORE_FAULT_COMMIT, ERR_UNCERTAIN, false, true },
	{ STORE_FAULT_COMMIT, ERR_UNCERTAIN, true, true },
};

struct step {
	const char *method, *path, *body;
};

/* Each call of the write fails in turn. It may have been done or not; sent again it is. */
static void fail_everywhere(struct usecase_rig *rig, const struct way *way,
			    const struct step *forth, const struct step *back)
{
	bool reached = true;

	for (unsigned nth = 1; reached; nth++) {
		unsigned status;

		assert_in_range(nth, 1, 40);
		usecase_rig_plan(rig, way->kinds, nth, way->and_all_after, way->err, way->applied);
		status = usecase_rig_ask(rig, forth->method, str_of(forth->path),
					 str_of(forth->body), NULL);
		reached = atomic_load(&rig->plan.calls) >= nth;
		if (!reached || status == 200 || status == 201) {
			assert_in_range(status, 200, 201);
		} else {
			assert_int_equal(status, way->err == ERR_UNCERTAIN ? 504 : 503);
			chains_check(rig);
			status = usecase_rig_ask(rig, forth->method, str_of(forth->path),
						 str_of(forth->body), NULL);
			/* A delete whose answer was lost has nothing left to delete. */
			assert_true(status == 200 || status == 201 ||
				    (status == 404 && way->applied));
		}
		chains_check(rig);
		status = usecase_rig_ask(rig, back->method, str_of(back->path), str_of(back->body),
					 NULL);
		assert_in_range(status, 200, 201);
		chains_check(rig);
	}
}

static void each_call_may_fail(struct usecase_rig *rig, const struct step *forth,
			       const struct step *back)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		fail_everywhere(rig, &ways[i], forth, back);
}

static void every_call_of_a_move_between_chains_may_fail(void **state)
{
	struct usecase_rig *rig = *state;
	struct str code = usecase_rig_code(rig, STR("Mover"));
	char path[64];
	struct step forth = { "PATCH", path, "{\"chain\":\"D\",\"brand\":\"E\"}" };
	struct step back = { "PATCH", path, "{\"chain\":\"C\",\"brand\":\"B\"}" };

	snprintf(path, sizeof(path), "/config/" STR_FMT, STR_ARG(code));
	make_chains(rig);
	ask(rig, "POST", "/config", "{\"name\":\"Mover\",\"chain\":\"C\",\"brand\":\"B\"}", 200);
	each_call_may_fail(rig, &forth, &back);
	usecase_rig_check(rig, code);
	assert_int_equal(chains_check(rig), 1);
}

static void every_call_of_a_write_of_a_brand_may_fail(void **state)
{
	static const struct step new = { "PUT", "/brands/N", "{\"chain\":\"C\"}" };
	static const struct step moved = { "PUT", "/brands/N", "{\"chain\":\"D\"}" };
	static const struct step deleted = { "DELETE", "/brands/N", "" };
	struct usecase_rig *rig = *state;

	make_chains(rig);
	each_call_may_fail(rig, &new, &deleted);
	ask(rig, "PUT", "/brands/N", "{\"chain\":\"C\"}", 201);
	each_call_may_fail(rig, &moved, &new);
	each_call_may_fail(rig, &deleted, &new);
}

/* There is no history of chains to ask: what was unclear stays so. */
static void an_unclear_answer_to_a_chain_is_504_and_it_is_there_or_not(void **state)
{
	struct usecase_rig *rig = *state;

	usecase_rig_plan(rig, STORE_FAULT_COMMIT, 1, true, ERR_UNCERTAIN, false);
	ask(rig, "PUT", "/chains/C", "{}", 504);
	usecase_rig_plan(rig, 0, 0, false, OK, false);
	ask(rig, "GET", "/chains/C", "", 404);
	usecase_rig_plan(rig, STORE_FAULT_COMMIT, 1, false, ERR_UNCERTAIN, true);
	ask(rig, "PUT", "/chains/C", "{}", 504);
	ask(rig, "GET", "/chains/C", "", 200);
	ask(rig, "PUT", "/chains/C", "{}", 200);
}

/* One fault that strikes at the n-th chance of a write. */
struct strike {
	const char *name;
	unsigned status; /* of the write that it strikes; another may come as well */
	unsigned other_status;
	struct vfs_fault_plan disk;
	bool late, chunk;
};

static const struct strike strikes[] = {
	{ "late", 503, 201, { .calls = 0 }, true, false },
	{ "chunk", 413, 201, { .calls = 0 }, false, true },
	{ "sync",
	  504,
	  503,
	  { VFS_FAULT_SYNC, .rc = SQLITE_IOERR_FSYNC, .error = EIO },
	  false,
	  false },
	{ "write",
	  504,
	  504,
	  { VFS_FAULT_WRITE, .rc = SQLITE_IOERR_WRITE, .error = EIO },
	  false,
	  false },
	{ "full", 507, 507, { VFS_FAULT_WRITE, .rc = SQLITE_FULL, .error = ENOSPC }, false, false },
};

static unsigned ask_struck(struct usecase_rig *rig, const struct strike *strike, unsigned n,
			   bool *struck)
{
	struct vfs_fault_plan disk = strike->disk;
	unsigned status;

	disk.nth = n;
	vfs_fault_plan(&disk);
	rig->late.calls = 0;
	rig->late.from = strike->late ? n : 0;
	rig->late.late_ms = 61000;
	rig->timeout_ms = strike->late ? 60000 : 0;
	rig->refuse_chunk = strike->chunk ? n : 0;
	status = usecase_rig_ask(rig, "PUT", STR("/brands/N"), STR("{\"chain\":\"C\"}"), NULL);
	*struck = (strike->late && rig->late.calls >= n) ||
		  (strike->chunk && rig->arena.chunk_count >= n) || vfs_fault_failed() != 0;
	rig->late.from = 0;
	rig->timeout_ms = 0;
	rig->refuse_chunk = 0;
	vfs_fault_plan(NULL);
	return status;
}

static void a_write_of_a_brand_that_anything_strikes_anywhere_is_whole_or_not_there(void **state)
{
	struct usecase_rig *rig = *state;

	make_chains(rig);
	for (size_t i = 0; i < sizeof(strikes) / sizeof(strikes[0]); i++) {
		unsigned n = 0, status, found;
		bool struck;

		do {
			status = ask_struck(rig, &strikes[i], ++n, &struck);
			if (struck)
				assert_true(status == strikes[i].status ||
					    status == strikes[i].other_status);
			else
				assert_int_equal(status, 201);
			usecase_rig_restart(rig);
			chains_check(rig);
			found = usecase_rig_ask(rig, "GET", STR("/brands/N"), STR(""), NULL);
			if (status != 504)
				assert_int_equal(found, status == 201 ? 200 : 404);
			ask(rig, "PUT", "/brands/N", "{\"chain\":\"C\"}", found == 200 ? 200 : 201);
			ask(rig, "DELETE", "/brands/N", "", 200);
			chains_check(rig);
		} while (struck);
		assert_in_range(n, 2, 200);
	}
}

static void a_write_of_a_brand_is_whole_or_413(void **state)
{
	struct usecase_rig *rig = *state;
	unsigned refused = 0;
	unsigned status = 413;

	make_chains(rig);
	for (size_t cap_bytes = 256; status != 201; cap_bytes += 256) {
		rig->cap_bytes = cap_bytes;
		status = usecase_rig_ask(rig, "PUT", STR("/brands/N"),
					 STR("{\"chain\":\"C\",\"name\":\"new\"}"), NULL);
		rig->cap_bytes = 0;
		assert_true(status == 201 || status == 413);
		refused += status == 413;
		chains_check(rig);
		ask(rig, "GET", "/brands/N", "", status == 201 ? 200 : 404);
	}
	assert_true(refused != 0);
}

enum { HOTELS = 20 };

struct process {
	struct usecase_rig rig;
	const char *name;
	unsigned unavailable;
};

static bool patch(struct process *process, struct str path, const char *body)
{
	unsigned status = usecase_rig_ask(&process->rig, "PATCH", path, str_of(body), NULL);

	process->unavailable += status == 503;
	return status == 200 || status == 503;
}

/* Hotels come to C, half of them go on to D, and C is renamed all the while. */
static void *join_and_move(void *argument)
{
	struct process *process = argument;
	struct usecase_rig *rig = &process->rig;
	struct arena *arena = &rig->process;
	bool done = true;

	for (unsigned i = 0; i < HOTELS; i++) {
		struct str name = str_printf(arena, "%s %u", process->name, i);
		struct str body = str_printf(
			arena, "{\"name\":\"" STR_FMT "\",\"chain\":\"C\",\"brand\":\"B\"}",
			STR_ARG(name));
		struct str path =
			str_printf(arena, "/config/" STR_FMT, STR_ARG(usecase_rig_code(rig, name)));
		struct str chain = str_printf(arena, "{\"name\":\"" STR_FMT "\"}", STR_ARG(name));
		unsigned status = usecase_rig_ask(rig, "POST", STR("/config"), body, NULL);

		done = done && status == 200;
		if (i % 2)
			done = done && patch(process, path, "{\"chain\":\"D\",\"brand\":\"E\"}");
		status = usecase_rig_ask(rig, "PUT", STR("/chains/C"), chain, NULL);
		done = done && (status == 200 || status == 503);
	}
	return done ? process : NULL;
}

static void two_processes_that_race_on_one_chain_count_right(void **state)
{
	static struct process processes[2] = { { .name = "One" }, { .name = "Two" } };
	struct usecase_rig *rig = *state;
	pthread_t threads[2];

	make_chains(rig);
	for (unsigned i = 0; i < 2; i++) {
		usecase_rig_open_other(rig, &processes[i].rig);
		assert_int_equal(pthread_create(&threads[i], NULL, join_and_move, &processes[i]),
				 0);
	}
	for (unsigned i = 0; i < 2; i++) {
		void *done = NULL;

		pthread_join(threads[i], &done);
		assert_non_null(done);
		assert_in_range(processes[i].unavailable, 0, HOTELS / 2 - 1);
		usecase_rig_close_other(&processes[i].rig);
	}
	assert_int_equal(chains_check(rig), 2 * HOTELS);
}

struct racer {
	struct usecase_rig rig;
	struct step step;
	unsigned status;
};

static void *race(void *argument)
{
	struct racer *racer = argument;

	racer->status = usecase_rig_ask(&racer->rig, racer->step.method, str_of(racer->step.path),
					str_of(racer->step.body), NULL);
	return NULL;
}

/* The delete of one process and a hotel of the other's: one of both is refused, or the hotel came too late. */
static void a_chain_that_is_joined_elsewhere_is_not_deleted(void **state)
{
	static struct racer racers[2];
	struct usecase_rig *rig = *state;
	char path[32], body[64];
	pthread_t threads[2];

	for (unsigned i = 0; i < 2; i++)
		usecase_rig_open_other(rig, &racers[i].rig);
	for (unsigned round = 0; round < 20; round++) {
		snprintf(path, sizeof(path), "/chains/R%u", round);
		snprintf(body, sizeof(body), "{\"name\":\"H%u\",\"chain\":\"R%u\"}", round, round);
		ask(rig, "PUT", path, "{}", 201);
		racers[0].step = (struct step){ "DELETE", path, "" };
		racers[1].step = (struct step){ "POST", "/config", body };
		for (unsigned i = 0; i < 2; i++)
			assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
		for (unsigned i = 0; i < 2; i++)
			pthread_join(threads[i], NULL);
		assert_true(racers[1].status == 200 || racers[1].status == 400);
		assert_int_equal(racers[0].status, racers[1].status == 200 ? 409 : 200);
	}
	for (unsigned i = 0; i < 2; i++)
		usecase_rig_close_other(&racers[i].rig);
	chains_check(rig);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_call_of_a_move_between_chains_may_fail),
		TEST(every_call_of_a_write_of_a_brand_may_fail),
		TEST(an_unclear_answer_to_a_chain_is_504_and_it_is_there_or_not),
		TEST(a_write_of_a_brand_is_whole_or_413),
		TEST(a_write_of_a_brand_that_anything_strikes_anywhere_is_whole_or_not_there),
		TEST(two_processes_that_race_on_one_chain_count_right),
		TEST(a_chain_that_is_joined_elsewhere_is_not_deleted),
	};

	vfs_fault_register();
	vfs_fault_spare_syncs();
	return cmocka_run_group_tests_name("usecase_chains", tests, NULL, NULL);
}
