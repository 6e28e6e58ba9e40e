/* layer: audit, adapter */
#include "store_fixture.h"

#include <stdio.h>
#include <string.h>

#include "audit/history.h"
#include "codec/hash.h"
#include "codec/instant.h"
#include "record/item.h"
#include "record/key.h"

static struct history_change *change_at(const struct vec *changes, size_t i)
{
	return vec_at(changes, i, sizeof(struct history_change));
}

static void one_change_is_noted_for_each_field_that_differs(void **state)
{
	struct store_fixture *fixture = *state;
	struct cx *cx = &fixture->cx;
	struct room_type before = { .code = STR("DBL"), .name = STR("Double") }, after = before;
	struct vec changes = { NULL, 0, 0 };

	after.name = STR("Twin");
	after.low_price = (struct decimal){ 995, 1 };
	after.max_adults = 2;
	after.marks.given = UINT64_MAX;
	history_compare(cx->arena, STR("roomType"), STR("DBL"), &room_type_shape, &before, &after,
			&changes);
	assert_true(changes.n >= 3);
	assert_says(cx, change_at(&changes, 0)->object_name, "roomType DBL");
	assert_says(cx, change_at(&changes, 0)->field_name, "name");
	assert_says(cx, change_at(&changes, 0)->old_value, "\"Double\"");
	assert_says(cx, change_at(&changes, 0)->new_value, "\"Twin\"");
	assert_says(cx, change_at(&changes, 0)->comment,
		    "name of roomType DBL changed from \"Double\" to \"Twin\".");
	assert_says(cx, change_at(&changes, 1)->field_name, "lowPrice");
	assert_says(cx, change_at(&changes, 1)->old_value, "0");
	assert_says(cx, change_at(&changes, 1)->new_value, "99.5");
	assert_says(cx, change_at(&changes, 2)->field_name, "maxAdults");
	assert_says(cx, change_at(&changes, 2)->old_value, "");
	assert_says(cx, change_at(&changes, 2)->new_value, "2");
	assert_says(cx, change_at(&changes, 2)->comment,
		    "maxAdults of roomType DBL changed from nothing to 2.");
}

static void what_is_alike_is_no_change(void **state)
{
	struct store_fixture *fixture = *state;
	struct hotel before = { .code = STR("1"), .name = STR("H") }, after = before;
	struct vec changes = { NULL, 0, 0 };

	/* Lists with routes of their own, and an address that was given but is empty, are no fields of it. */
	after.room_types.n = 1;
	after.address.marks.given = 0;
	history_compare(&fixture->arena, STR("hotel"), STR("1"), &hotel_shape, &before, &after,
			&changes);
	history_compare(&fixture->arena, STR("hotel"), STR("1"), &hotel_shape, NULL, NULL,
			&changes);
	assert_int_equal(changes.n, 0);
}

static void members_of_flat_objects_are_told_one_by_one(void **state)
{
	struct store_fixture *fixture = *state;
	struct cx *cx = &fixture->cx;
	struct hotel before = { .code = STR("1") }, after = before;
	struct vec changes = { NULL, 0, 0 };

	after.options.bookable = true;
	after.default_marketting.tag_line = STR("Best");
	history_compare(cx->arena, STR("hotel"), STR("1"), &hotel_shape, &before, &after, &changes);
	assert_int_equal(changes.n, 2);
	assert_says(cx, change_at(&changes, 0)->field_name, "defaultMarketting.defaultTagLine");
	assert_says(cx, change_at(&changes, 1)->field_name, "options.bookable");
	assert_says(cx, change_at(&changes, 1)->new_value, "true");
}

static void an_object_that_comes_or_goes_is_one_change(void **state)
{
	struct store_fixture *fixture = *state;
	struct cx *cx = &fixture->cx;
	struct room_type type = { .code = STR("A-B") };
	struct vec changes = { NULL, 0, 0 };

	history_compare(cx->arena, STR("roomType"), STR("A-B"), &room_type_shape, NULL, &type,
			&changes);
	history_compare(cx->arena, STR("roomType"), STR("A-B"), &room_type_shape, &type, NULL,
			&changes);
	assert_int_equal(changes.n, 2);
	assert_says(cx, change_at(&changes, 0)->field_name, "");
	assert_says(cx, change_at(&changes, 0)->old_value, "");
	assert_true(str_starts(change_at(&changes, 0)->new_value, STR("{\"code\":\"A-B\"")));
	assert_says(cx, change_at(&changes, 0)->comment, "roomType A-B was added.");
	assert_says(cx, change_at(&changes, 1)->new_value, "");
	assert_says(cx, change_at(&changes, 1)->comment, "roomType A-B was removed.");
}

static void a_long_value_is_cut_for_people_between_characters(void **state)
{
	struct store_fixture *fixture = *state;
	struct cx *cx = &fixture->cx;
	struct hotel before = { .code = STR("1") }, after = before;

	for (size_t lead = 0; lead < 4; lead++) {
		struct vec changes = { NULL, 0, 0 };
		struct str text = str_sub(STR("xxx"), 0, lead);

		for (unsigned i = 0; i < 40; i++)
			text = str_printf(cx->arena, STR_FMT "\xe2\x82\xac", STR_ARG(text));
		after.description = text;
		history_compare(cx->arena, STR("hotel"), STR("1"), &hotel_shape, &before, &after,
				&changes);
		assert_int_equal(change_at(&changes, 0)->new_value.len, text.len + 2);
		assert_true(change_at(&changes, 0)->comment.len < 120);
		for (size_t i = 0, rest = 0; i < change_at(&changes, 0)->comment.len; i++) {
			unsigned char byte = (unsigned char)change_at(&changes, 0)->comment.ptr[i];

			assert_int_equal(rest != 0, (byte & 0xc0) == 0x80);
			rest = rest != 0 ? rest - 1 : byte >= 0xe0 ? 2 : byte >= 0xc0 ? 1 : 0;
		}
	}
}

/* Commits one revision with n changes of so many bytes each. */
static void commit_changes(struct store_fixture *fixture, struct ctl *ctl, unsigned n, size_t bytes)
{
	struct cx *cx = &fixture->cx;
	char *text = arena_bytes(cx->arena, bytes);
	struct history_entry entry = { STR("saveHotel"), STR("me"), STR("r-1"), { NULL, 0, 0 } };
	const struct ctl before = *ctl;
	struct batch batch;
	size_t conflict;

	ctl->rev++;
	memset(text, 'x', bytes);
	for (unsigned i = 0; i < n; i++) {
		struct history_change *change =
			vec_push(&entry.changes, cx->arena, sizeof(*change));

		change->object_name = str_printf(cx->arena, "roomType %u", i);
		change->new_value = (struct str){ text, bytes };
	}
	batch_init(&batch, cx);
	batch_delete(&batch, (struct key){ STR("h"), STR("cfg-roomType-gone") }, REV_ANY);
	batch_delete(&batch, (struct key){ STR("~name"), STR("elsewhere") }, REV_ANY);
	history_record(&batch, STR("h"), ctl, &entry);
	record_put_ctl(&batch, STR("h"), &before, ctl);
	assert_int_equal(batch_commit(&batch, fixture->store,
				      history_key(cx->arena, STR("h"), ctl->rev), &conflict),
			 OK);
}

static struct item get(struct store_fixture *fixture, struct str item_type)
{
	struct item item = { .rev = 0 };

	assert_int_equal(
		store_get(fixture->store, &fixture->cx, (struct key){ STR("h"), item_type }, &item),
		OK);
	return item;
}

static void every_entry_carries_the_hash_of_the_one_before(void **state)
{
	struct store_fixture *fixture = *state;
	struct ctl ctl = { .next_number = 1 }, stored;
	struct str previous = STR("");

	for (uint64_t rev = 1; rev <= 5; rev++) {
		struct item item;

		commit_changes(fixture, &ctl, (unsigned)rev, 10);
		item = get(fixture, key_history(&fixture->arena, rev, 0));
		assert_int_equal(item.rev, rev);
		assert_text(item_text(&item, STR("previous")), previous);
		previous = item_text(&item, STR("hash"));
		assert_text(history_hash(&fixture->arena, &item), previous);
		assert_text(item_text(&item, STR("by")), STR("me"));
		assert_text(item_text(&item, STR("eventName")), STR("saveHotel"));
		assert_text(item_text(&item, STR("requestId")), STR("r-1"));
		assert_int_equal(attrs_find(&item.attrs, STR("changes"))->n, rev);
		assert_int_equal(attrs_find(&item.attrs, STR("removed"))->n, 1);
	}
	assert_int_equal(record_get_ctl(&fixture->cx, fixture->store, STR("h"), &stored), OK);
	assert_text(stored.history_hash, previous);
	assert_int_equal(stored.rev, 5);
}

static void flip(struct str text)
{
	*(char *)(uintptr_t)text.ptr ^= 1;
}

static struct attr text_attr(const char *name, const char *text)
{
	return (struct attr){ str_of(name), { .kind = VALUE_TEXT, .text = str_of(text) } };
}

/* Each text of the entry in turn, its keys, its changes, its number: no edit goes unseen. */
static void any_edit_changes_the_hash(void **state)
{
	static const char *const texts[] = { "timeStamp", "eventName", "by", "requestId", "wt" };
	struct store_fixture *fixture = *state;
	struct arena *arena = &fixture->arena;
	struct ctl ctl = { .next_number = 1 };
	struct value *changes;
	struct item item;
	struct str hash;

	commit_changes(fixture, &ctl, 2, 10);
	commit_changes(fixture, &ctl, 2, 10);
	item = get(fixture, key_history(arena, 2, 0));
	hash = item_text(&item, STR("hash"));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		flip(item_text(&item, str_of(texts[i])));
		assert_false(str_eq(history_hash(arena, &item), hash));
		flip(item_text(&item, str_of(texts[i])));
	}
	flip(item_text(&item, STR("previous")));
	assert_false(str_eq(history_hash(arena, &item), hash));
	flip(item_text(&item, STR("previous")));
	flip(attrs_find(&item.attrs, STR("removed"))->items[0].text);
	assert_false(str_eq(history_hash(arena, &item), hash));
	flip(attrs_find(&item.attrs, STR("removed"))->items[0].text);
	changes = attrs_find(&item.attrs, STR("changes"))->items;
	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < changes[i].map.n; j++) {
			struct str text = changes[i].map.items[j].value.text;

			if (text.len == 0)
				continue;
			flip(text);
			assert_false(str_eq(history_hash(arena, &item), hash));
			flip(text);
		}
	}
	item.rev++;
	assert_false(str_eq(history_hash(arena, &item), hash));
	item.rev--;
	item.key.code = STR("i");
	assert_false(str_eq(history_hash(arena, &item), hash));
	item.key.code = STR("h");
	assert_text(history_hash(arena, &item), hash);
}

/* Other orders come from other engines, and what was written long ago keeps its hash. */
static void the_hash_is_of_fixed_members_whatever_their_order(void **state)
{
	static const char canonical[] =
		"{\"code\":\"h\",\"revision\":7,\"timeStamp\":\"t\",\"eventName\":\"saveHotel\",\"by\":\"me\","
		"\"requestId\":\"r\",\"keys\":[\"ctl\"],\"removed\":[],\"wt\":\"w\",\"previous\":\"p\","
		"\"changes\":[{\"objectName\":\"o\",\"fieldName\":\"f\",\"oldValue\":\"1\",\"newValue\":\"2\","
		"\"humanReadableComment\":\"c\"}]}";
	struct store_fixture *fixture = *state;
	struct arena *arena = &fixture->arena;
	struct value key = { .kind = VALUE_TEXT, .text = STR("ctl") };
	struct attr members[] = {
		text_attr("humanReadableComment", "c"),
		text_attr("oldValue", "1"),
		text_attr("fieldName", "f"),
		text_attr("objectName", "o"),
		text_attr("newValue", "2"),
		text_attr("more", ""),
	};
	struct value change = { .kind = VALUE_MAP, .map = { members, 5 } };
	struct attr attrs[] = {
		{ STR("changes"), { .kind = VALUE_LIST, .items = &change, .n = 1 } },
		text_attr("previous", "p"),
		text_attr("wt", "w"),
		text_attr("by", "me"),
		{ STR("keys"), { .kind = VALUE_LIST, .items = &key, .n = 1 } },
		text_attr("requestId", "r"),
		text_attr("eventName", "saveHotel"),
		text_attr("timeStamp", "t"),
	};
	const struct item item = { { STR("h"), STR("cfg-history-000000000007") }, 7, { attrs, 8 } };
	struct str hash = hash_sha256_hex(arena, str_of(canonical));

	assert_text(history_hash(arena, &item), hash);
	change.map.n = 6;
	assert_false(str_eq(history_hash(arena, &item), hash));
}

static void a_long_entry_goes_into_parts(void **state)
{
	struct store_fixture *fixture = *state;
	struct arena *arena = &fixture->arena;
	struct ctl ctl = { .next_number = 1 };
	struct vec all = { NULL, 0, 0 };
	struct item first, part;
	unsigned number = 0;
	size_t n;

	commit_changes(fixture, &ctl, 100, 9000);
	first = get(fixture, key_history(arena, 1, 0));
	part = first;
	for (n = 0; n < 100;) {
		const struct value *changes = attrs_find(&part.attrs, STR("changes"));

		assert_true(item_size(&part) < 310000 && changes->n > 0);
		for (size_t i = 0; i < changes->n; i++)
			*(struct value *)vec_push(&all, arena, sizeof(struct value)) =
				changes->items[i];
		n += changes->n;
		if (n < 100)
			part = get(fixture, key_history(arena, 1, ++number));
	}
	assert_int_equal(n, 100);
	assert_int_equal(number, 3);
	for (size_t i = 0; i < first.attrs.n; i++) {
		if (str_eq(first.attrs.items[i].name, STR("changes")))
			first.attrs.items[i].value = (struct value){ .kind = VALUE_LIST,
								     .items = all.items,
								     .n = all.n };
	}
	assert_text(history_hash(arena, &first), item_text(&first, STR("hash")));
}

static void time_never_goes_back(void **state)
{
	static const int64_t steps_ms[] = { 0, 0, -1, -86400000, 5, 259200000, -1000000 };
	struct store_fixture *fixture = *state;
	struct ctl ctl = { .next_number = 1 };
	int64_t last_ms = INT64_MIN;

	for (size_t i = 0; i < sizeof(steps_ms) / sizeof(steps_ms[0]); i++) {
		struct item item;
		int64_t ms;

		fixture->wall_ms += steps_ms[i];
		commit_changes(fixture, &ctl, 1, 1);
		item = get(fixture, key_history(&fixture->arena, i + 1, 0));
		assert_true(instant_parse(item_text(&item, STR("timeStamp")), &ms));
		assert_true(ms == ctl.history_time_ms);
		assert_true(ms == (fixture->wall_ms > last_ms ? fixture->wall_ms : last_ms + 1));
		last_ms = ms;
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_open, store_fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_change_is_noted_for_each_field_that_differs),
		TEST(what_is_alike_is_no_change),
		TEST(members_of_flat_objects_are_told_one_by_one),
		TEST(an_object_that_comes_or_goes_is_one_change),
		TEST(a_long_value_is_cut_for_people_between_characters),
		TEST(every_entry_carries_the_hash_of_the_one_before),
		TEST(any_edit_changes_the_hash),
		TEST(the_hash_is_of_fixed_members_whatever_their_order),
		TEST(a_long_entry_goes_into_parts),
		TEST(time_never_goes_back),
	};

	return cmocka_run_group_tests_name("audit_history", tests, NULL, NULL);
}
