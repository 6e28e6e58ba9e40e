/* A request's memory is refused at each point in turn: 413 and nothing written, or the whole answer. */
#include "usecase_rig.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "vfs_fault.h"

#define OBJECTS 90
/* Less than any write takes: what it may have beyond that for what it replaces is the edit's to say. */
#define CAP_FIRST_BYTES 16

/* One request, sent again and again to hotels of its own. */
struct scenario {
	const char *method;
	struct str path, body;
	const char *key;
	struct str code; /* of the hotel that it writes; empty = it only reads */
};

static struct str room_types(struct arena *arena, unsigned first, unsigned n)
{
	struct buf buf;

	buf_init(&buf, arena);
	buf_add(&buf, STR("{\"roomTypes\":["));
	for (unsigned i = 0; i < n; i++)
		buf_printf(&buf,
			   "%s{\"code\":\"T-%03u\",\"name\":\"Type\",\"lowPrice\":%u.25,"
			   "\"description\":\"with a view of the \\u00e9glise\",\"maxAdults\":2}",
			   i ? "," : "", first + i, 100 + i);
	buf_add(&buf, STR("]}"));
	return buf_str(&buf);
}

static struct str hotel_path(struct usecase_rig *rig, struct str code, const char *rest)
{
	return str_printf(&rig->process, "/config/" STR_FMT "%s", STR_ARG(code), rest);
}

static struct str name_body(struct usecase_rig *rig, struct str name)
{
	return str_printf(&rig->process, "{\"name\":\"" STR_FMT "\"}", STR_ARG(name));
}

/* A hotel of its own with so many room types; its document is cached when asked for. */
static struct str make_hotel(struct usecase_rig *rig, struct str name, unsigned types, bool cached)
{
	struct str code = usecase_rig_code(rig, name);
	struct str path = hotel_path(rig, code, "/rooms/type");

	rig->cap_bytes = 0;
	rig->refuse_chunk = 0;
	assert_int_equal(usecase_rig_ask(rig, "POST", STR("/config"), name_body(rig, name), NULL),
			 200);
	for (unsigned i = 0; i < types; i += OBJECTS) {
		unsigned n = types - i < OBJECTS ? types - i : OBJECTS;

		assert_int_equal(
			usecase_rig_ask(rig, "POST", path, room_types(&rig->process, i, n), NULL),
			200);
	}
	if (cached)
		assert_int_equal(
			usecase_rig_ask(rig, "GET", hotel_path(rig, code, ""), STR(""), NULL), 200);
	return code;
}

/* 413 with a body that says so, and every header once. */
static void check_refusal(struct usecase_rig *rig, unsigned status)
{
	assert_int_equal(status, 413);
	assert_true(usecase_rig_says(rig, "\"code\":\"too_large\""));
	assert_true(
		str_eq(usecase_rig_header(rig, "Content-Type"), STR("application/problem+json")));
	assert_int_equal(usecase_rig_header(rig, "ETag").len, 0);
}

static void check_answer(struct usecase_rig *rig, struct str wanted)
{
	assert_int_equal(rig->answer.body.len, wanted.len);
	assert_memory_equal(rig->answer.body.ptr, wanted.ptr, wanted.len);
	assert_true(str_eq(usecase_rig_header(rig, "Content-Type"), STR("application/json")));
}

/* Sends the write under the limit that is set; true when it was done. */
static bool try_write(struct usecase_rig *rig, const struct scenario *scenario)
{
	uint64_t before = usecase_rig_revision(rig, scenario->code), after;
	unsigned status = usecase_rig_ask(rig, scenario->method, scenario->path, scenario->body,
					  scenario->key);

	after = usecase_rig_revision(rig, scenario->code);
	if (status == 200)
		assert_int_not_equal(usecase_rig_header(rig, "ETag").len, 0);
	else
		check_refusal(rig, status);
	assert_int_equal(after, status == 200 ? before + 1 : before);
	rig->cap_bytes = 0;
	rig->refuse_chunk = 0;
	if (after != 0)
		usecase_rig_check(rig, scenario->code);
	return status == 200;
}

/* Refuses the n-th chunk for every n, then caps the arena at every size, until the write is done without a refusal. */
static void refuse_everywhere(struct usecase_rig *rig,
			      struct scenario (*make)(struct usecase_rig *, unsigned))
{
	size_t cap_bytes = CAP_FIRST_BYTES;
	unsigned n = 0, caps = 0;
	bool done, reached;

	do {
		struct scenario scenario = make(rig, 4 * n);

		rig->refuse_chunk = ++n;
		done = try_write(rig, &scenario);
		reached = rig->arena.chunk_count >= n;
	} while (reached || !done);
	do {
		struct scenario scenario = make(rig, 4 * (n + caps++));

		rig->cap_bytes = cap_bytes;
		done = try_write(rig, &scenario);
		cap_bytes += cap_bytes / 8;
	} while (!done);
	assert_in_range(n, 2, 200);
	assert_in_range(caps, 2, 1000);
}

static struct scenario make_create(struct usecase_rig *rig, unsigned n)
{
	struct str name = str_printf(&rig->process, "Created %u", n);

	return (struct scenario){ "POST", STR("/config"), name_body(rig, name), NULL,
				  usecase_rig_code(rig, name) };
}

static struct scenario make_create_with_key(struct usecase_rig *rig, unsigned n)
{
	struct scenario scenario = make_create(rig, n);

	scenario.key = str_c(&rig->process, str_printf(&rig->process, "create-%u", n));
	return scenario;
}

static struct scenario make_add(struct usecase_rig *rig, unsigned n)
{
	struct str name = str_printf(&rig->process, "Adds %u", n);
	struct str code = make_hotel(rig, name, n % 4 == 0 ? 200 : 0, n % 4 == 0);

	return (struct scenario){ "POST", hotel_path(rig, code, "/rooms/type"),
				  room_types(&rig->process, 1, OBJECTS), NULL, code };
}

static struct scenario make_add_with_key(struct usecase_rig *rig, unsigned n)
{
	struct scenario scenario = make_add(rig, n);

	scenario.key = str_c(&rig->process, str_printf(&rig->process, "add-%u", n));
	return scenario;
}

/* Prices are read to see that they fit. */
static struct scenario make_currency(struct usecase_rig *rig, unsigned n)
{
	struct str name = str_printf(&rig->process, "Currency %u", n);
	struct str code = make_hotel(rig, name, 3, true);

	return (struct scenario){ "PATCH", hotel_path(rig, code, ""),
				  STR("{\"currencyCode\":\"KWD\",\"options\":{\"bookable\":true}}"),
				  NULL, code };
}

static void create_is_whole_or_413(void **state)
{
	refuse_everywhere(*state, make_create);
}

static void create_with_a_key_is_whole_or_413(void **state)
{
	refuse_everywhere(*state, make_create_with_key);
}

static void add_room_type_of_90_is_whole_or_413(void **state)
{
	refuse_everywhere(*state, make_add);
}

static void add_room_type_of_90_with_a_key_is_whole_or_413(void **state)
{
	refuse_everywhere(*state, make_add_with_key);
}

static void a_change_of_currency_is_whole_or_413(void **state)
{
	refuse_everywhere(*state, make_currency);
}

/* One read under the limit that is set; true when it was answered. */
static bool try_read(struct usecase_rig *rig, struct str path, struct str wanted)
{
	unsigned status = usecase_rig_ask(rig, "GET", path, STR(""), NULL);

	if (status == 200)
		check_answer(rig, wanted);
	else
		check_refusal(rig, status);
	return status == 200;
}

/* `cold`: each read begins without a cache. */
static void refuse_every_read(struct usecase_rig *rig, struct str path, bool cold)
{
	unsigned n = 0, caps = 0;
	struct str wanted;
	bool done;

	rig->cap_bytes = 0;
	rig->refuse_chunk = 0;
	assert_int_equal(usecase_rig_ask(rig, "GET", path, STR(""), NULL), 200);
	wanted = str_dup(&rig->process, rig->answer.body);
	do {
		if (cold)
			usecase_rig_restart(rig);
		rig->refuse_chunk = ++n;
		done = try_read(rig, path, wanted);
	} while (!done || rig->arena.chunk_count >= n);
	rig->refuse_chunk = 0;
	do {
		if (cold)
			usecase_rig_restart(rig);
		rig->cap_bytes = (size_t)++caps * 8000;
	} while (!try_read(rig, path, wanted));
	assert_in_range(n, 2, 200);
	assert_in_range(caps, 2, 1000);
}

static void get_hotel_of_200_types_is_whole_or_413(void **state)
{
	struct usecase_rig *rig = *state;
	struct str path = hotel_path(rig, make_hotel(rig, STR("Large"), 200, false), "");

	refuse_every_read(rig, path, true);
	refuse_every_read(rig, path, false);
}

static void list_hotels_is_whole_or_413(void **state)
{
	struct usecase_rig *rig = *state;

	for (unsigned i = 0; i < 60; i++)
		make_hotel(rig, str_printf(&rig->process, "Hotel %u", i), 0, false);
	refuse_every_read(rig, STR("/config"), false);
	rig->cap_bytes = 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(create_is_whole_or_413),
		TEST(create_with_a_key_is_whole_or_413),
		TEST(add_room_type_of_90_is_whole_or_413),
		TEST(add_room_type_of_90_with_a_key_is_whole_or_413),
		TEST(a_change_of_currency_is_whole_or_413),
		TEST(get_hotel_of_200_types_is_whole_or_413),
		TEST(list_hotels_is_whole_or_413),
	};

	vfs_fault_register();
	vfs_fault_spare_syncs();
	return cmocka_run_group_tests_name("usecase_memory", tests, NULL, NULL);
}
