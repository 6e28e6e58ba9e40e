/* saveRooms of hundreds of rooms, a hundred writes a commit: each commit fails, before it is applied or after, it alone or with all that
 * follow. ROOMS in the environment says how many rooms, 5,000 at most.
 */
#include "usecase_rig.h"
#include "vfs_fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define ROOMS 500

struct large {
	struct usecase_rig *rig, other;
	unsigned rooms;
	struct str code, path;
	struct str before; /* the document */
	unsigned most;     /* commits of one write */
};

static struct str layout(struct large *large, unsigned type)
{
	struct buf buf;

	buf_init(&buf, &large->rig->process);
	buf_add(&buf, STR("{\"buildings\":[{\"name\":\"b\",\"floors\":[{\"num\":1,\"rooms\":["));
	for (unsigned i = 0; i < large->rooms; i++)
		buf_printf(&buf, "%s{\"number\":%u,\"type\":\"T%u\"}", i ? "," : "", i, type);
	buf_add(&buf, STR("]}]}]}"));
	return buf_str(&buf);
}

static unsigned save_rooms(struct large *large, struct usecase_rig *rig, unsigned type)
{
	struct str path = str_printf(&large->rig->process, STR_FMT "/rooms", STR_ARG(large->path));

	return usecase_rig_ask(rig, "POST", path, layout(large, type), NULL);
}

static struct str document(struct large *large, struct usecase_rig *rig)
{
	assert_int_equal(usecase_rig_ask(rig, "GET", large->path, STR(""), NULL), 200);
	return str_dup(&large->rig->process, rig->answer.body);
}

static void begin(struct large *large, void **state)
{
	const char *rooms = getenv("ROOMS");

	*large = (struct large){ .rig = *state, .rooms = ROOMS };
	if (rooms)
		large->rooms = (unsigned)strtoul(rooms, NULL, 10);
	usecase_rig_open_other(large->rig, &large->other);
	large->code = usecase_rig_code(large->rig, STR("Large"));
	large->path = str_printf(&large->rig->process, "/config/" STR_FMT, STR_ARG(large->code));
	assert_int_equal(usecase_rig_ask(large->rig, "POST", STR("/config"),
					 STR("{\"name\":\"Large\",\"roomTypes\":[{\"code\":\"T0\"},"
					     "{\"code\":\"T1\"}]}"),
					 NULL),
			 200);
	assert_int_equal(save_rooms(large, large->rig, 0), 200);
}

/* All rooms are of that type. */
static bool is_of(struct large *large, struct str body, unsigned type)
{
	char part[16];
	const char *at = body.ptr;
	unsigned n = 0;

	snprintf(part, sizeof(part), "\"type\":\"T%u\"", type);
	while ((at = memmem(at, (size_t)(body.ptr + body.len - at), part, strlen(part)))) {
		at++;
		n++;
	}
	assert_true(n == 0 || n == large->rooms);
	return n != 0;
}

/* The n-th commit fails; false once there are no so many. The type that all rooms have changes with each write that was done. */
static bool fail_commit(struct large *large, unsigned n, bool applied, bool and_all_after,
			unsigned *type)
{
	struct usecase_rig *rig = large->rig;
	unsigned status, calls;
	bool done;

	usecase_rig_plan(rig, STORE_FAULT_COMMIT, n, and_all_after,
			 applied ? ERR_UNCERTAIN : ERR_UNAVAILABLE, applied);
	status = save_rooms(large, rig, 1 - *type);
	calls = atomic_load(&rig->plan.calls);
	usecase_rig_plan(rig, 0, 0, false, OK, false);
	if (n % 2)
		usecase_rig_restart(rig);
	done = is_of(large, document(large, &large->other), 1 - *type);
	assert_true(done != is_of(large, document(large, rig), *type));
	assert_true(status == 504 || done == (status == 200));
	if (calls < n)
		large->most = calls;
	if (done)
		*type = 1 - *type;
	assert_int_equal(usecase_rig_ask(&large->other, "PATCH", large->path,
					 str_printf(&rig->process, "{\"description\":\"%u\"}", n),
					 NULL),
			 200);
	assert_true(is_of(large, document(large, rig), *type));
	return calls >= n;
}

static void hundreds_of_rooms_are_there_or_not_whichever_commit_fails(void **state)
{
	unsigned type = 0, step;
	struct large large;

	begin(&large, state);
	step = large.rooms > ROOMS ? 7 : 1;
	for (unsigned way = 0; way < 4; way++) {
		unsigned n = 1;

		while (fail_commit(&large, n, way % 2 != 0, way / 2 != 0, &type))
			n += step;
		assert_in_range(n, large.rooms / 99, large.rooms / 99 + 20);
	}
	/* A commit for the parts, the seal, and the chunks: what the seal takes waits in none. */
	assert_in_range(large.most, large.rooms / 99 + 1, large.rooms / 99 + 8);
	printf("# %u rooms: %u commits\n", large.rooms, large.most);
	usecase_rig_check(large.rig, large.code);
	usecase_rig_close_other(&large.other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			hundreds_of_rooms_are_there_or_not_whichever_commit_fails,
			usecase_rig_set_up_hundred, usecase_rig_tear_down),
	};

	vfs_fault_register();
	vfs_fault_spare_syncs();
	return cmocka_run_group_tests_name("usecase_intents_large", tests, NULL, NULL);
}
