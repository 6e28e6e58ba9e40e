/* Two processes on one store: what each remembers is a guess, and no guess loses or invents a write. */
#include "usecase_rig.h"

#include <pthread.h>
#include <stdio.h>

#include "model/shape_write.h"
#include "port/cache.h"
#include "record/hotel_record.h"

static struct str make_hotel(struct usecase_rig *rig, struct str name)
{
	struct str body = str_printf(&rig->process, "{\"name\":\"" STR_FMT "\"}", STR_ARG(name));

	assert_int_equal(usecase_rig_ask(rig, "POST", STR("/config"), body, NULL), 200);
	return usecase_rig_code(rig, name);
}

static struct str hotel_path(struct usecase_rig *rig, struct str code, const char *rest)
{
	return str_printf(&rig->process, "/config/" STR_FMT "%s", STR_ARG(code), rest);
}

/* By turns, each on what the other has left; a read of either shows the last write of both. */
static void writes_by_turns_build_on_each_other(void **state)
{
	struct usecase_rig *rig = *state, other;
	struct str code = make_hotel(rig, STR("Turns"));
	struct str path = hotel_path(rig, code, "");

	usecase_rig_open_other(rig, &other);
	for (unsigned i = 0; i < 30; i++) {
		struct usecase_rig *writer = i / 2 % 2 ? &other : rig;
		struct usecase_rig *reader = i % 2 ? &other : rig;
		struct str body = str_printf(&rig->process, "{\"description\":\"%u\"}", i);
		struct str type =
			str_printf(&rig->process, "{\"roomTypes\":[{\"code\":\"T%u\"}]}", i);
		struct str types = hotel_path(rig, code, "/rooms/type");
		char mark[64];

		assert_int_equal(usecase_rig_ask(writer, "PATCH", path, body, NULL), 200);
		assert_int_equal(usecase_rig_ask(reader, "GET", path, STR(""), NULL), 200);
		snprintf(mark, sizeof(mark), "\"description\":\"%u\"", i);
		assert_true(usecase_rig_says(reader, mark));
		assert_int_equal(usecase_rig_ask(reader, "POST", types, type, NULL), 200);
		assert_true(usecase_rig_says(reader, mark));
	}
	usecase_rig_check(rig, code);
	usecase_rig_check(&other, code);
	assert_int_equal(usecase_rig_revision(rig, code), 61);
	usecase_rig_close_other(&other);
}

/* The other process renamed the hotel: conditions, names and not-found are those of the store, not of memory. */
static void what_is_remembered_never_decides(void **state)
{
	struct usecase_rig *rig = *state, other;
	struct str one = make_hotel(rig, STR("One")), two = make_hotel(rig, STR("Two"));
	struct str one_path = hotel_path(rig, one, ""), two_path = hotel_path(rig, two, "");

	usecase_rig_open_other(rig, &other);
	assert_int_equal(
		usecase_rig_ask(rig, "PATCH", one_path, STR("{\"description\":\"x\"}"), NULL), 200);
	assert_int_equal(
		usecase_rig_ask(&other, "PATCH", one_path, STR("{\"name\":\"Moved\"}"), NULL), 200);
	/* The same again: nothing changes, though the rig remembers another name. */
	assert_int_equal(usecase_rig_ask(rig, "PATCH", one_path, STR("{\"name\":\"Moved\"}"), NULL),
			 200);
	assert_int_equal(usecase_rig_revision(rig, one), 3);
	/* What the rig remembers as its own state is not: so this is a change. */
	assert_int_equal(usecase_rig_ask(rig, "PATCH", one_path, STR("{\"name\":\"One\"}"), NULL),
			 200);
	assert_int_equal(usecase_rig_revision(rig, one), 4);
	/* The name that was free is taken again. */
	assert_int_equal(
		usecase_rig_ask(&other, "PATCH", two_path, STR("{\"name\":\"One\"}"), NULL), 409);
	assert_int_equal(
		usecase_rig_ask(&other, "PATCH", two_path, STR("{\"name\":\"Moved\"}"), NULL), 200);
	usecase_rig_check(rig, one);
	usecase_rig_check(rig, two);
	usecase_rig_close_other(&other);
}

/* By what the rig remembers the first would change nothing, and the second be refused. */
static void what_is_remembered_neither_refuses_nor_skips(void **state)
{
	struct usecase_rig *rig = *state, other;
	struct str code = make_hotel(rig, STR("First"));
	struct str path = hotel_path(rig, code, ""), types = hotel_path(rig, code, "/rooms/type");
	struct str price = STR("{\"roomTypes\":[{\"code\":\"A\",\"lowPrice\":1.555}]}");

	usecase_rig_open_other(rig, &other);
	assert_int_equal(usecase_rig_ask(&other, "PATCH", path, STR("{\"name\":\"Second\"}"), NULL),
			 200);
	assert_int_equal(usecase_rig_ask(rig, "PATCH", path, STR("{\"name\":\"First\"}"), NULL),
			 200);
	assert_int_equal(usecase_rig_revision(rig, code), 3);
	assert_int_equal(
		usecase_rig_ask(&other, "PATCH", path, STR("{\"currencyCode\":\"KWD\"}"), NULL),
		200);
	assert_int_equal(usecase_rig_ask(rig, "POST", types, price, NULL), 200);
	assert_int_equal(usecase_rig_revision(rig, code), 5);
	usecase_rig_check(rig, code);
	usecase_rig_close_other(&other);
}

/* As an import over the hotel: the same revision, of another commit and with other content. */
static void replace_hotel(struct usecase_rig *other, struct str code, const char *description)
{
	struct batch batch;
	size_t conflict;
	struct head head;
	struct ctl ctl;
	struct cx cx;

	cx_init(&cx, &other->process);
	assert_int_equal(record_get_ctl(&cx, other->app.store, code, &ctl), OK);
	assert_int_equal(record_get_head(&cx, other->app.store, code, &head), OK);
	ctl.document_bytes -= shape_own_text(&other->process, &hotel_shape, &head.hotel).len;
	head.hotel.description = str_of(description);
	ctl.document_bytes += shape_own_text(&other->process, &hotel_shape, &head.hotel).len;
	batch_init(&batch, &cx);
	record_put_head(&batch, &head, head.rev, head.rev);
	record_put_listings(&batch, &head, head.rev);
	record_put_ctl(&batch, code, &(struct ctl){ .rev = ctl.rev, .token = ctl.token }, &ctl);
	assert_int_equal(
		batch_commit(&batch, other->app.store, (struct key){ STR(""), STR("") }, &conflict),
		OK);
}

static void a_document_of_the_same_revision_is_not_that_of_the_hotel_imported_over_it(void **state)
{
	struct usecase_rig *rig = *state, other;
	struct str code = make_hotel(rig, STR("Reading")), packed;
	struct str path = hotel_path(rig, code, "");

	usecase_rig_open_other(rig, &other);
	for (unsigned i = 0; i < 3; i++) {
		struct str mark = str_printf(&rig->process, "imported %u", i);

		assert_int_equal(usecase_rig_ask(rig, "GET", path, STR(""), NULL), 200);
		replace_hotel(&other, code, str_c(&rig->process, mark));
		assert_int_equal(usecase_rig_ask(rig, "GET", path, STR(""), NULL), 200);
		assert_true(usecase_rig_says(rig, str_c(&rig->process, mark)));
		assert_true(cache_get(rig->app.cache, &rig->process, code, 1, &packed));
		usecase_rig_check(rig, code);
	}
	assert_int_equal(usecase_rig_revision(rig, code), 1);
	usecase_rig_close_other(&other);
}

/* By what the rig remembers the first would be a change, and the second keep the old description. */
static void a_write_builds_on_the_hotel_that_was_imported_over_the_one_remembered(void **state)
{
	struct usecase_rig *rig = *state, other;
	struct str code = make_hotel(rig, STR("Writing"));
	struct str path = hotel_path(rig, code, ""), types = hotel_path(rig, code, "/rooms/type");

	usecase_rig_open_other(rig, &other);
	assert_int_equal(
		usecase_rig_ask(rig, "PATCH", path, STR("{\"description\":\"old\"}"), NULL), 200);
	assert_int_equal(usecase_rig_ask(rig, "GET", path, STR(""), NULL), 200);
	replace_hotel(&other, code, "imported");
	assert_int_equal(
		usecase_rig_ask(rig, "PATCH", path, STR("{\"description\":\"imported\"}"), NULL),
		200);
	assert_int_equal(usecase_rig_revision(rig, code), 2);
	replace_hotel(&other, code, "imported again");
	assert_int_equal(usecase_rig_ask(rig, "POST", types,
					 STR("{\"roomTypes\":[{\"code\":\"A\"}]}"), NULL),
			 200);
	assert_int_equal(usecase_rig_revision(rig, code), 3);
	assert_int_equal(usecase_rig_ask(rig, "GET", path, STR(""), NULL), 200);
	assert_true(usecase_rig_says(rig, "imported again"));
	usecase_rig_check(rig, code);
	usecase_rig_close_other(&other);
}

enum { WRITES = 40 };

struct writer {
	struct usecase_rig rig;
	struct str path;
	unsigned first;
	unsigned done, unavailable;
};

static void *write_types(void *argument)
{
	struct writer *writer = argument;

	for (unsigned i = 0; i < WRITES; i++) {
		struct str body =
			str_printf(&writer->rig.process, "{\"roomTypes\":[{\"code\":\"T%u\"}]}",
				   writer->first + i);
		unsigned status = usecase_rig_ask(&writer->rig, "POST", writer->path, body, NULL);

		writer->done += status == 200;
		writer->unavailable += status == 503;
	}
	return NULL;
}

/* 503 (too contended) writes nothing; every 200 is there. */
static void writes_at_once_lose_nothing(void **state)
{
	struct usecase_rig *rig = *state;
	struct str code = make_hotel(rig, STR("Both"));
	static struct writer writers[2];
	pthread_t threads[2];

	for (unsigned i = 0; i < 2; i++) {
		writers[i] = (struct writer){ .first = i * WRITES };
		usecase_rig_open_other(rig, &writers[i].rig);
		writers[i].path = hotel_path(rig, code, "/rooms/type");
		assert_int_equal(pthread_create(&threads[i], NULL, write_types, &writers[i]), 0);
	}
	for (unsigned i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(writers[i].done + writers[i].unavailable, WRITES);
		assert_in_range(writers[i].done, 1, WRITES);
		usecase_rig_check(&writers[i].rig, code);
	}
	assert_int_equal(usecase_rig_revision(rig, code), 1 + writers[0].done + writers[1].done);
	usecase_rig_check(rig, code);
	usecase_rig_close_other(&writers[0].rig);
	usecase_rig_close_other(&writers[1].rig);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(writes_by_turns_build_on_each_other),
		TEST(what_is_remembered_never_decides),
		TEST(what_is_remembered_neither_refuses_nor_skips),
		TEST(a_document_of_the_same_revision_is_not_that_of_the_hotel_imported_over_it),
		TEST(a_write_builds_on_the_hotel_that_was_imported_over_the_one_remembered),
		TEST(writes_at_once_lose_nothing),
	};

	return cmocka_run_group_tests_name("usecase_processes", tests, NULL, NULL);
}
