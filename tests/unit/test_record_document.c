/* layer: record, adapter */
#include "store_fixture.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "disagree.h"
#include "model/shape_read.h"
#include "model/shape_write.h"
#include "random_object.h"
#include "record/document.h"
#include "record/key.h"

static struct str object_json(struct arena *arena, const struct shape *shape, const void *object)
{
	struct json_writer json;
	struct buf buf;

	buf_init(&buf, arena);
	json_writer_init(&json, &buf);
	shape_write(&json, shape, object);
	return buf_str(&buf);
}

static void put_type(struct document *document, struct arena *arena, const char *code,
		     const char *rest)
{
	document_put_object(document, arena, &kind_room_type, str_of(code),
			    str_printf(arena, "{\"code\":\"%s\"%s}", code, rest));
}

#define HEAD                                                                                                         \
	"{\"error\":{\"code\":\"\",\"msg\":\"\"},\"subFunction\":\"\",\"response\":[{\"code\":\"1\",\"name\":\"H\"," \
	"\"description\":\"\",\"currencyCode\":\"\",\"defaultMarketting\":{\"defaultTagLine\":\"\","                 \
	"\"defaultDescription\":\"\"},\"options\":{\"bookable\":false,\"shoppable\":false},\"pictures\":null,"       \
	"\"buildings\":null,\"roomTypes\":"
#define TAIL ",\"tags\":null,\"sellables\":null,\"businessRules\":null,\"pendingChanges\":[]"

static void objects_stand_in_the_order_of_their_codes(void **state)
{
	struct cx *cx = *state;
	struct hotel hotel = { .code = STR("1"), .name = STR("H") };
	struct document document = { .parts = { NULL, 0, 0 } };

	document_put_head(&document, cx->arena, &hotel);
	assert_says(cx, document_body(document_pack(&document, cx->arena)), HEAD "null" TAIL "}]}");
	put_type(&document, cx->arena, "b", "");
	put_type(&document, cx->arena, "a-", "");
	put_type(&document, cx->arena, "a", "");
	put_type(&document, cx->arena, "a.b", "");
	put_type(&document, cx->arena, "B", "");
	put_type(&document, cx->arena, "a", ",\"x\":1");
	hotel.time_zone = STR("UTC");
	document_put_head(&document, cx->arena, &hotel);
	assert_non_null(strstr(str_c(cx->arena, document_body(document_pack(&document, cx->arena))),
			       HEAD "[{\"code\":\"B\"},{\"code\":\"a\",\"x\":1},{\"code\":\"a-\"},"
				    "{\"code\":\"a.b\"},{\"code\":\"b\"}]" TAIL
				    ",\"timeZone\":\"UTC\"}]}"));
}

static void a_member_that_is_unset_again_is_gone(void **state)
{
	struct cx *cx = *state;
	struct hotel hotel = { .code = STR("1"), .name = STR("H") };
	struct document document = { .parts = { NULL, 0, 0 } };

	hotel.time_zone = STR("UTC");
	document_put_head(&document, cx->arena, &hotel);
	hotel.time_zone = STR("");
	document_put_head(&document, cx->arena, &hotel);
	assert_says(cx, document_body(document_pack(&document, cx->arena)), HEAD "null" TAIL "}]}");
}

static void a_packed_document_unpacks_into_the_same(void **state)
{
	struct cx *cx = *state;
	struct hotel hotel = { .code = STR("1"), .name = STR("H") };
	struct document document = { .parts = { NULL, 0, 0 } }, again;
	struct str packed;

	document_put_head(&document, cx->arena, &hotel);
	for (unsigned i = 0; i < 300; i++)
		put_type(&document, cx->arena,
			 str_c(cx->arena, str_printf(cx->arena, "T%u", i * 7919 % 300)), "");
	packed = document_pack(&document, cx->arena);
	again = document_unpack(packed, cx->arena);
	assert_int_equal(again.parts.n, document.parts.n);
	assert_text(document_pack(&again, cx->arena), packed);
	put_type(&again, cx->arena, "T7", ",\"name\":\"new\"");
	put_type(&again, cx->arena, "A", "");
	put_type(&document, cx->arena, "A", "");
	put_type(&document, cx->arena, "T7", ",\"name\":\"new\"");
	assert_text(document_pack(&again, cx->arena), document_pack(&document, cx->arena));
}

static void refused_memory_gives_nothing_to_pack(void **state)
{
	struct cx *cx = *state;
	struct hotel hotel = { .code = STR("1"), .name = STR("H") };

	for (size_t cap = 1; cap < 20000; cap += 100) {
		struct document document = { .parts = { NULL, 0, 0 } };
		struct arena small;
		struct str packed;

		(void)cx;
		arena_init(&small, cap);
		document_put_head(&document, &small, &hotel);
		put_type(&document, &small, "A", "");
		packed = document_pack(&document, &small);
		assert_true(small.refused || packed.len != 0);
		if (packed.len != 0)
			document_unpack(packed, &small);
		arena_close(&small);
	}
}

/* A hotel in the store, and beside it the document that a cache would hold. */
struct twin {
	struct store_fixture *fixture;
	struct arena kept; /* of what outlives a step */
	struct document document;
	struct head head;
	struct ctl ctl;
	struct dice dice;
};

static void read_random(struct twin *twin, struct arena *arena, const struct shape *shape,
			void *object)
{
	const struct random_object random = { &twin->dice, arena, false };
	struct cx cx = twin->fixture->cx;

	cx.arena = arena;
	assert_int_equal(
		shape_read(&cx, random_object_json(&random, shape), shape, SHAPE_WHOLE, object),
		OK);
}

static void change_head(struct twin *twin, struct batch *batch)
{
	uint64_t if_rev = twin->head.rev;

	memset(&twin->head.hotel, 0, sizeof(twin->head.hotel));
	read_random(twin, &twin->kept, &hotel_shape, &twin->head.hotel);
	twin->head.hotel.code = STR("1");
	twin->head.rev = twin->ctl.rev;
	record_put_head(batch, &twin->head, if_rev, twin->ctl.rev);
	document_put_head(&twin->document, &twin->kept, &twin->head.hotel);
}

static void change_type(struct twin *twin, struct batch *batch)
{
	struct room_type type = { .code = STR("") };

	read_random(twin, &twin->kept, &room_type_shape, &type);
	type.code = str_printf(&twin->kept, "%c%s", "AaZ-_.9"[dice_roll(&twin->dice, 7)],
			       dice_roll(&twin->dice, 2) ? "-b" : "c");
	record_put_object(batch, &kind_room_type, STR("1"), &type,
			  &(struct stored){ .rev = REV_ANY }, twin->ctl.rev);
	document_put_object(&twin->document, &twin->kept, &kind_room_type, type.code,
			    object_json(&twin->kept, &room_type_shape, &type));
}

static void step(struct twin *twin, unsigned number)
{
	struct store_fixture *fixture = twin->fixture;
	struct str spliced, read;
	struct batch batch;
	struct ctl ctl;
	size_t conflict;

	batch_init(&batch, &fixture->cx);
	record_put_ctl(&batch, STR("1"), &(struct ctl){ .rev = twin->ctl.rev++ },
		       &(struct ctl){ .rev = number + 1, .next_number = 1 });
	if (number == 0 || dice_roll(&twin->dice, 3) == 0)
		change_head(twin, &batch);
	if (dice_roll(&twin->dice, 3) != 0)
		change_type(twin, &batch);
	assert_int_equal(
		batch_commit(&batch, fixture->store, (struct key){ STR("1"), KEY_CTL }, &conflict),
		OK);
	assert_int_equal(record_get_ctl(&fixture->cx, fixture->store, STR("1"), &ctl), OK);
	assert_int_equal(document_read(&fixture->cx, fixture->store, STR("1"), 1, &ctl, &read), OK);
	assert_int_equal(ctl.rev, number + 1);
	assert_true(document_is_of(read, ctl.token));
	assert_false(document_is_of(read, STR("another")));
	twin->document.token = ctl.token;
	spliced = document_pack(&twin->document, &twin->kept);
	if (!str_eq(spliced, read))
		disagree("spliced: " STR_FMT "\nread: " STR_FMT, STR_ARG(document_body(spliced)),
			 STR_ARG(document_body(read)));
	twin->document = document_unpack(spliced, &twin->kept);
}

/* After any sequence of changes the spliced document is the one that the store has, byte for byte. */
static void a_spliced_document_is_the_stored_one(void **state)
{
	struct twin twin = { .fixture = *state, .dice = dice_open() };

	arena_init(&twin.kept, 0);
	for (unsigned number = 0; number < 120; number++) {
		step(&twin, number);
		arena_reset(&twin.fixture->arena, 0);
	}
	arena_close(&twin.kept);
}

/* A record whose key the encoder can not have made, or that is of no kind, is reported. */
static void foreign_keys_are_reported(void **state)
{
	static const char *const keys[] = { "cfg-roomType-a-b",  "cfg-roomType-",
					    "cfg-roomType-a\"b", "cfg-roomType-%41",
					    "cfg-room-type-a b", "cfg-room-type-",
					    "cfg-zzz",           "cfg-general2" };
	struct store_fixture *fixture = *state;
	struct twin twin = { .fixture = fixture, .dice = dice_open() };
	struct str packed;
	struct ctl ctl;

	arena_init(&twin.kept, 0);
	step(&twin, 0);
	assert_int_equal(record_get_ctl(&fixture->cx, fixture->store, STR("1"), &ctl), OK);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct key key = { STR("1"), str_of(keys[i]) };
		struct write put = { .op = WRITE_PUT, .key = key, .rev = 1 };
		struct write away = { .op = WRITE_DELETE, .key = key, .if_rev = REV_ANY };
		size_t conflict;

		cx_clear(&fixture->cx);
		assert_int_equal(store_commit(fixture->store, &fixture->cx,
					      &(struct commit){ &put, 1, STR("t") }, &conflict),
				 OK);
		if (document_read(&fixture->cx, fixture->store, STR("1"), 1, &ctl, &packed) !=
		    ERR_INTERNAL)
			disagree("%s was read", keys[i]);
		cx_clear(&fixture->cx);
		assert_int_equal(store_commit(fixture->store, &fixture->cx,
					      &(struct commit){ &away, 1, STR("u") }, &conflict),
				 OK);
	}
	arena_close(&twin.kept);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cx, close_cx)
#define STORE_TEST(name) \
	cmocka_unit_test_setup_teardown(name, store_fixture_open, store_fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(objects_stand_in_the_order_of_their_codes),
		TEST(a_member_that_is_unset_again_is_gone),
		TEST(a_packed_document_unpacks_into_the_same),
		TEST(refused_memory_gives_nothing_to_pack),
		STORE_TEST(a_spliced_document_is_the_stored_one),
		STORE_TEST(foreign_keys_are_reported),
	};

	return cmocka_run_group_tests_name("record_document", tests, NULL, NULL);
}
