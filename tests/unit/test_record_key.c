/* layer: record */
#include "arena_fixture.h"

#include <string.h>

#include "disagree.h"
#include "random_object.h"
#include "record/key.h"
#include "model/kind.h"

static int sign(int order)
{
	return (order > 0) - (order < 0);
}

static void ids_come_back_and_keep_their_order(void **state)
{
	struct dice dice = dice_open();

	for (unsigned round = 0; round < 20000; round++) {
		struct str a = dice_code(&dice, *state), b = dice_code(&dice, *state), back;
		struct str a_key = key_object(*state, STR("cfg-tag-"), a);
		struct str b_key = key_object(*state, STR("cfg-tag-"), b);

		assert_true(key_unescape(*state, str_sub(a_key, 8, a_key.len), &back));
		assert_text(back, a);
		if (sign(str_cmp(a, b)) != sign(str_cmp(a_key, b_key)))
			disagree("'" STR_FMT "' and '" STR_FMT "' change their order", STR_ARG(a),
				 STR_ARG(b));
		if (round % 1000 == 0)
			arena_reset(*state, 0);
	}
}

static void the_two_bytes_that_mean_something_are_escaped(void **state)
{
	static const struct {
		const char *id, *escaped;
	} cases[] = {
		{ "DBL", "DBL" },     { "DBL-SEA", "DBL%2DSEA" },
		{ "-", "%2D" },       { "%", "%25" },
		{ "--", "%2D%2D" },   { "%2D", "%252D" },
		{ "a.b_c", "a.b_c" }, { "", "" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str back;

		assert_text(key_escape(*state, str_of(cases[i].id)), str_of(cases[i].escaped));
		assert_true(key_unescape(*state, str_of(cases[i].escaped), &back));
		assert_text(back, str_of(cases[i].id));
	}
}

static void what_the_encoder_does_not_make_is_refused(void **state)
{
	static const char *const texts[] = { "a-b",  "-",   "%",  "%2",   "%2d", "%41",
					     "%%25", "%2E", "a%", "%25-", "%2",  "DBL-SEA" };
	struct str back;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (key_unescape(*state, str_of(texts[i]), &back))
			disagree("%s was decoded", texts[i]);
	}
}

static void kinds_never_match_each_other(void **state)
{
	static const char *const prefixes[] = { "cfg-room-", "cfg-roomType-", "cfg-sellable-",
						"cfg-tag-",  "cfg-rule-",     "cfg-ratePlan-",
						"cfg-tax-",  "cfg-general",   "cfg-history-" };
	struct dice dice = dice_open();

	for (unsigned round = 0; round < 500; round++) {
		struct str id = dice_code(&dice, *state);

		for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
			struct str key = key_object(*state, str_of(prefixes[i]), id);

			for (size_t j = 0; j < sizeof(prefixes) / sizeof(prefixes[0]); j++)
				assert_int_equal(str_starts(key, str_of(prefixes[j])), i == j);
		}
	}
}

static void every_kind_lies_in_the_document_and_history_does_not(void **state)
{
	struct str history = key_history(*state, 1, 0);

	for (size_t i = 0; kinds[i]; i++) {
		struct str key = key_object(*state, kinds[i]->prefix, STR("A"));
		bool first = str_cmp(key, KEY_DOCUMENT_FROM) >= 0 &&
			     str_cmp(key, KEY_DOCUMENT_PAUSE) < 0;
		bool second =
			str_cmp(key, KEY_DOCUMENT_RESUME) >= 0 && str_cmp(key, KEY_DOCUMENT_TO) < 0;

		assert_true(first || second);
		assert_true(
			str_eq(*kind_id(kinds[i], arena_alloc(*state, kinds[i]->shape->size_bytes)),
			       STR("")));
		assert_true(kind_field(kinds[i]) < hotel_shape.nfields);
	}
	assert_true(str_cmp(KEY_HEAD, KEY_DOCUMENT_FROM) >= 0 &&
		    str_cmp(KEY_HEAD, KEY_DOCUMENT_PAUSE) < 0);
	assert_true(str_cmp(history, KEY_DOCUMENT_PAUSE) >= 0 &&
		    str_cmp(history, KEY_DOCUMENT_RESUME) < 0);
	assert_true(str_cmp(KEY_CTL, KEY_DOCUMENT_FROM) >= 0
			    ? str_cmp(KEY_CTL, KEY_DOCUMENT_TO) >= 0
			    : true);
}

static void history_keys_say_revision_and_part(void **state)
{
	static const struct {
		uint64_t revision;
		unsigned part;
		const char *key;
	} cases[] = {
		{ 1, 0, "cfg-history-000000000001" },
		{ 999999999999, 0, "cfg-history-999999999999" },
		{ 42, 1, "cfg-history-000000000042-0001" },
		{ 42, 9999, "cfg-history-000000000042-9999" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t revision = 0;
		unsigned part = 77;

		assert_text(key_history(*state, cases[i].revision, cases[i].part),
			    str_of(cases[i].key));
		assert_true(key_parse_history(str_of(cases[i].key), &revision, &part));
		assert_true(revision == cases[i].revision && part == cases[i].part);
	}
}

static void foreign_history_keys_are_refused(void **state)
{
	static const char *const keys[] = { "",
					    "cfg-history-",
					    "cfg-history-1",
					    "cfg-history-00000000001",
					    "cfg-history-0000000000001",
					    "cfg-history-00000000000a",
					    "cfg-history-000000000001-",
					    "cfg-history-000000000001-1",
					    "cfg-history-000000000001-0000",
					    "cfg-history-000000000001-00001",
					    "cfg-history-000000000001_0001",
					    "cfg-history-000000000001-000x",
					    "cfg-historx-000000000001",
					    "cfg-general",
					    "cfg-history-2019-01-01T00:00:00Z" };
	uint64_t revision;
	unsigned part;

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (key_parse_history(str_of(keys[i]), &revision, &part))
			disagree("%s was read", keys[i]);
	}
}

static void hotels_are_spread_over_all_shards(void **state)
{
	unsigned hotels[KEY_LIST_SHARDS] = { 0 };

	for (unsigned i = 0; i < 16000; i++) {
		unsigned shard = key_list_shard(str_printf(*state, "%u", i * 2654435761u));

		assert_in_range(shard, 0, KEY_LIST_SHARDS - 1);
		hotels[shard]++;
	}
	for (unsigned i = 0; i < KEY_LIST_SHARDS; i++)
		assert_in_range(hotels[i], 800, 1200);
	assert_text(key_list_all(*state, 3), STR("~list-all-03"));
	assert_text(key_list_all(*state, 15), STR("~list-all-15"));
}

/* Partitions of our own begin with a byte that no code has. */
static void no_hotel_can_have_the_code_of_a_partition_of_ours(void **state)
{
	struct key name = key_name(*state, STR("user"), STR("name"));
	struct key idem = key_idempotency(*state, STR("user"), STR("key"));
	struct key part = key_idempotency_part(*state, idem, STR("token"), 2);

	assert_true(str_starts(name.code, STR("~name-")) && name.code.len == 6 + 64);
	assert_int_equal(name.item_type.len, 64);
	assert_true(str_starts(idem.code, STR("~idem-")) && idem.code.len == 6 + 64 + 3);
	assert_text(idem.item_type, STR("key"));
	/* The digits are the hash's first: what is stored must be found again. */
	assert_text(str_sub(idem.code, 6 + 64, 3), STR("-2c"));
	assert_text(part.code, idem.code);
	assert_text(part.item_type, STR("key token-0002"));
	assert_true(str_starts(key_list_user(*state, STR("u")), STR("~list-user-")));
	assert_false(str_eq(key_name(*state, STR("a"), STR("bc")).code,
			    key_name(*state, STR("ab"), STR("c")).code));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ids_come_back_and_keep_their_order),
		TEST(the_two_bytes_that_mean_something_are_escaped),
		TEST(what_the_encoder_does_not_make_is_refused),
		TEST(kinds_never_match_each_other),
		TEST(every_kind_lies_in_the_document_and_history_does_not),
		TEST(history_keys_say_revision_and_part),
		TEST(foreign_history_keys_are_refused),
		TEST(hotels_are_spread_over_all_shards),
		TEST(no_hotel_can_have_the_code_of_a_partition_of_ours),
	};

	return cmocka_run_group_tests_name("record_key", tests, NULL, NULL);
}
