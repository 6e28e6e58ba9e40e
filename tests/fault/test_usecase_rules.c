/* What the use cases promise while nothing fails: one effect a key, conditions, names, currencies, limits, pages. */
#include "usecase_rig.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "vfs_fault.h"

static struct str hotel_path(struct usecase_rig *rig, struct str code, const char *rest)
{
	return str_printf(&rig->process, "/config/" STR_FMT "%s", STR_ARG(code), rest);
}

static unsigned create(struct usecase_rig *rig, const char *name, const char *key)
{
	struct str body = str_printf(&rig->process, "{\"name\":\"%s\"}", name);

	return usecase_rig_ask(rig, "POST", STR("/config"), body, key);
}

static void the_seeds_transcript_is_exact(void **state)
{
	static const char wrapper[] =
		"{\"error\":{\"code\":\"\",\"msg\":\"\"},\"subFunction\":\"\",\"response\":["
		"{\"code\":\"364425903\",\"name\":\"My First hotel\",\"description\":\"This is "
		"a great property\",\"currencyCode\":\"\",\"defaultMarketting\":{"
		"\"defaultTagLine\":\"\",\"defaultDescription\":\"\"},\"options\":{\"bookable\":"
		"false,\"shoppable\":false},\"pictures\":null,\"buildings\":null,\"roomTypes\":";
	static const char room_type[] =
		"[{\"code\":\"DBL\",\"name\":\"Room with Double Beds\",\"lowPrice\":0,"
		"\"medPrice\":0,\"highPrice\":0,\"description\":\"Standard Room Type with "
		"double bed\",\"pictures\":null}]";
	static const char rest[] =
		",\"tags\":null,\"sellables\":null,\"businessRules\":null,\"pendingChanges\":";
	struct usecase_rig *rig = *state;
	struct str path = STR("/config/364425903");
	char wanted[2000];

	assert_int_equal(
		usecase_rig_ask(
			rig, "POST", STR("/config"),
			STR("{\"name\" : \"My First hotel\",\"description\" : \"This is a great "
			    "property\"}"),
			NULL),
		200);
	snprintf(wanted, sizeof(wanted), "%snull%snull}]}", wrapper, rest);
	assert_string_equal(str_c(&rig->process, rig->answer.body), wanted);
	assert_int_equal(
		usecase_rig_ask(
			rig, "POST", STR("/config/364425903/rooms/type"),
			STR("{\"code\" : \"364425903\",\"roomTypes\": [{\"code\" : \"DBL\",\"name\" : "
			    "\"Room with Double Beds\",\"description\" : \"Standard Room Type with double "
			    "bed\"}]}"),
			NULL),
		200);
	snprintf(wanted, sizeof(wanted), "%s%s%snull}]}", wrapper, room_type, rest);
	assert_string_equal(str_c(&rig->process, rig->answer.body), wanted);
	for (unsigned i = 0; i < 2; i++) { /* from the store, then from the cache */
		assert_int_equal(usecase_rig_ask(rig, "GET", path, STR(""), NULL), 200);
		snprintf(wanted, sizeof(wanted), "%s%s%s[]}]}", wrapper, room_type, rest);
		assert_string_equal(str_c(&rig->process, rig->answer.body), wanted);
		assert_true(str_starts(usecase_rig_header(rig, "ETag"), STR("\"r2.p0.draft.")));
	}
	usecase_rig_check(rig, STR("364425903"));
}

static void one_request_with_its_key_has_one_effect(void **state)
{
	struct usecase_rig *rig = *state;
	struct str first, etag, location;

	assert_int_equal(create(rig, "Keyed", "k1"), 200);
	first = str_dup(&rig->process, rig->answer.body);
	etag = str_dup(&rig->process, usecase_rig_header(rig, "ETag"));
	location = str_dup(&rig->process, usecase_rig_header(rig, "Location"));
	assert_int_equal(usecase_rig_header(rig, "Idempotency-Replayed").len, 0);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(create(rig, "Keyed", i == 1 ? "\"k1\"" : "k1"), 200);
		assert_true(str_eq(rig->answer.body, first));
		assert_true(str_eq(usecase_rig_header(rig, "ETag"), etag));
		assert_true(str_eq(usecase_rig_header(rig, "Location"), location));
		assert_true(str_eq(usecase_rig_header(rig, "Idempotency-Replayed"), STR("true")));
	}
	assert_int_equal(create(rig, "Other", "k1"), 422);
	assert_true(usecase_rig_says(rig, "\"code\":\"key_reused\""));
	/* A request that failed without changing anything frees its key. */
	assert_int_equal(create(rig, "Keyed", "k2"), 409);
	assert_int_equal(create(rig, "Third", "k2"), 200);
	usecase_rig_check(rig, usecase_rig_code(rig, STR("Keyed")));
}

static void a_write_that_changes_nothing_makes_no_revision(void **state)
{
	struct usecase_rig *rig = *state;
	struct str code = usecase_rig_code(rig, STR("Same"));
	struct str types = hotel_path(rig, code, "/rooms/type");
	struct str body = STR("{\"roomTypes\":[{\"code\":\"A\",\"lowPrice\":1.50}]}");

	assert_int_equal(create(rig, "Same", NULL), 200);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(usecase_rig_ask(rig, "POST", types, body, i == 2 ? "key" : NULL),
				 200);
		assert_true(str_starts(usecase_rig_header(rig, "ETag"), STR("\"r2.p0.draft.")));
	}
	assert_int_equal(usecase_rig_ask(rig, "POST", types, body, "key"), 200);
	assert_true(str_eq(usecase_rig_header(rig, "Idempotency-Replayed"), STR("true")));
	assert_int_equal(usecase_rig_ask(rig, "PATCH", hotel_path(rig, code, ""),
					 STR("{\"name\":\"Same\"}"), NULL),
			 200);
	assert_int_equal(usecase_rig_revision(rig, code), 2);
	usecase_rig_check(rig, code);
}

/* 90 room types with 3 kB each: the stored answer is in two parts. */
static void a_long_answer_is_replayed_byte_for_byte(void **state)
{
	struct usecase_rig *rig = *state;
	struct str code = usecase_rig_code(rig, STR("Long"));
	struct str types = hotel_path(rig, code, "/rooms/type"), first;
	struct buf buf;

	buf_init(&buf, &rig->process);
	for (unsigned i = 0; i < 90; i++) {
		buf_printf(&buf, "%s{\"code\":\"T%u\",\"description\":\"",
			   i ? "," : "{\"roomTypes\":[", i);
		for (unsigned j = 0; j < 1500; j++)
			buf_add(&buf, STR("\xe2\x82\xac"));
		buf_add(&buf, STR("\"}"));
	}
	buf_add(&buf, STR("]}"));
	assert_int_equal(create(rig, "Long", NULL), 200);
	assert_int_equal(usecase_rig_ask(rig, "POST", types, buf_str(&buf), "long"), 200);
	first = str_dup(&rig->process, rig->answer.body);
	assert_true(first.len > 300000);
	usecase_rig_restart(rig);
	assert_int_equal(usecase_rig_ask(rig, "POST", types, buf_str(&buf), "long"), 200);
	assert_true(str_eq(usecase_rig_header(rig, "Idempotency-Replayed"), STR("true")));
	assert_true(str_eq(rig->answer.body, first));
	usecase_rig_check(rig, code);
}

static void names_are_a_users_own_and_move_with_a_rename(void **state)
{
	struct usecase_rig *rig = *state;
	struct str one = usecase_rig_code(rig, STR("One"));

	assert_int_equal(create(rig, "One", NULL), 200);
	assert_int_equal(create(rig, "Two", NULL), 200);
	assert_int_equal(create(rig, "One", NULL), 409);
	assert_true(usecase_rig_says(rig, "\"code\":\"exists\""));
	assert_int_equal(usecase_rig_ask(rig, "PATCH", hotel_path(rig, one, ""),
					 STR("{\"name\":\"Two\"}"), NULL),
			 409);
	assert_int_equal(usecase_rig_ask(rig, "PATCH", hotel_path(rig, one, ""),
					 STR("{\"name\":\"Three\"}"), NULL),
			 200);
	usecase_rig_check(rig, one);
	/* The name is free; its code is taken, so the next one is used. */
	assert_int_equal(create(rig, "One", NULL), 200);
	assert_false(usecase_rig_says(
		rig, str_c(&rig->process,
			   str_printf(&rig->process, "\"code\":\"" STR_FMT "\"", STR_ARG(one)))));
	assert_int_equal(create(rig, "Three", NULL), 409);
}

static void a_currency_changes_only_when_every_price_fits(void **state)
{
	struct usecase_rig *rig = *state;
	struct str code = usecase_rig_code(rig, STR("Money"));
	struct str path = hotel_path(rig, code, ""), types = hotel_path(rig, code, "/rooms/type");

	assert_int_equal(create(rig, "Money", NULL), 200);
	assert_int_equal(usecase_rig_ask(rig, "POST", types,
					 STR("{\"roomTypes\":[{\"code\":\"A\",\"lowPrice\":1.5},"
					     "{\"code\":\"B\",\"highPrice\":3}]}"),
					 NULL),
			 200);
	assert_int_equal(
		usecase_rig_ask(rig, "PATCH", path, STR("{\"currencyCode\":\"JPY\"}"), NULL), 400);
	assert_true(usecase_rig_says(rig, "\"pointer\":\"/currencyCode\""));
	assert_int_equal(
		usecase_rig_ask(rig, "PATCH", path, STR("{\"currencyCode\":\"KWD\"}"), NULL), 200);
	assert_int_equal(
		usecase_rig_ask(rig, "POST", types,
				STR("{\"roomTypes\":[{\"code\":\"A\",\"lowPrice\":1.555}]}"), NULL),
		200);
	assert_int_equal(usecase_rig_ask(rig, "PATCH", path, STR("{\"currencyCode\":null}"), NULL),
			 400);
	assert_int_equal(
		usecase_rig_ask(rig, "POST", types,
				STR("{\"roomTypes\":[{\"code\":\"A\",\"lowPrice\":1555}]}"), NULL),
		200);
	assert_int_equal(
		usecase_rig_ask(rig, "PATCH", path, STR("{\"currencyCode\":\"JPY\"}"), NULL), 200);
	usecase_rig_check(rig, code);
}

static void a_hotel_has_at_most_10000_objects(void **state)
{
	struct usecase_rig *rig = *state;
	struct str code = usecase_rig_code(rig, STR("Many"));
	struct str types = hotel_path(rig, code, "/rooms/type");
	unsigned n = 0;

	assert_int_equal(create(rig, "Many", NULL), 200);
	while (n < 10000) {
		struct buf buf;
		unsigned first = n;

		buf_init(&buf, &rig->process);
		for (; n < first + 90 && n < 10000; n++)
			buf_printf(&buf, "%s{\"code\":\"T%u\"}",
				   n == first ? "{\"roomTypes\":[" : ",", n);
		buf_add(&buf, STR("]}"));
		assert_int_equal(usecase_rig_ask(rig, "POST", types, buf_str(&buf), NULL), 200);
	}
	assert_int_equal(usecase_rig_ask(rig, "POST", types,
					 STR("{\"roomTypes\":[{\"code\":\"X\"}]}"), NULL),
			 413);
	assert_int_equal(
		usecase_rig_ask(rig, "POST", types,
				STR("{\"roomTypes\":[{\"code\":\"T7\",\"name\":\"new\"}]}"), NULL),
		200);
	assert_int_equal(usecase_rig_ask(rig, "GET", hotel_path(rig, code, ""), STR(""), NULL),
			 200);
}

/* Pages of every size show each hotel once, in the order of the codes. */
static void pages_show_every_hotel_once_in_order(void **state)
{
	enum { HOTELS = 70 };
	static const unsigned limits[] = { 1, 3, 16, 69, 70, 71 };
	struct usecase_rig *rig = *state;

	for (unsigned i = 0; i < HOTELS; i++)
		assert_int_equal(
			create(rig, str_c(&rig->process, str_printf(&rig->process, "Hotel %u", i)),
			       NULL),
			200);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct str last = STR(""), query = str_printf(&rig->process, "limit=%u", limits[i]);
		unsigned seen = 0;

		while (query.len != 0) {
			struct api_request request = { .method = STR("GET"),
						       .path = STR("/config"),
						       .query = query,
						       .host = STR("localhost") };
			struct str rest, link;

			arena_reset(&rig->arena, 0);
			cx_init(&rig->cx, &rig->arena);
			assert_int_equal(api_begin(rig->api, &rig->cx, &request, &rig->answer),
					 API_READ_BODY);
			api_handle(rig->api, &rig->cx, &request, &rig->answer);
			assert_int_equal(rig->answer.status, 200);
			for (rest = rig->answer.body; rest.len != 0;) {
				const char *at = memmem(rest.ptr, rest.len, "{\"code\":\"", 9);
				struct str code;

				rest = at ? str_sub(rest, (size_t)(at + 9 - rest.ptr), rest.len)
					  : STR("");
				code = str_sub(rest, 0, str_index(rest, '"'));
				if (code.len == 0)
					continue;
				assert_true(str_cmp(last, code) < 0);
				last = str_dup(&rig->process, code);
				seen++;
			}
			link = usecase_rig_header(rig, "Link");
			query = str_sub(link, str_index(link, '?') + 1, link.len);
			query = str_dup(&rig->process, str_sub(query, 0, str_index(query, '>')));
		}
		assert_int_equal(seen, HOTELS);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, usecase_rig_set_up, usecase_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_seeds_transcript_is_exact),
		TEST(one_request_with_its_key_has_one_effect),
		TEST(a_write_that_changes_nothing_makes_no_revision),
		TEST(a_long_answer_is_replayed_byte_for_byte),
		TEST(names_are_a_users_own_and_move_with_a_rename),
		TEST(a_currency_changes_only_when_every_price_fits),
		TEST(a_hotel_has_at_most_10000_objects),
		TEST(pages_show_every_hotel_once_in_order),
	};

	vfs_fault_register();
	vfs_fault_spare_syncs();
	return cmocka_run_group_tests_name("usecase_rules", tests, NULL, NULL);
}
