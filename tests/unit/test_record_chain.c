/* layer: record, adapter */
#include "store_fixture.h"

#include "codec/json_writer.h"
#include "model/chain.h"
#include "model/shape_read.h"
#include "model/shape_write.h"
#include "record/chain_record.h"
#include "record/hotel_record.h"
#include "record/item.h"
#include "record/key.h"

static void commit(struct store_fixture *fixture, struct batch *batch, enum err wanted)
{
	const struct key none = { .code = STR("") };
	size_t conflict;

	assert_int_equal(batch_commit(batch, fixture->store, none, &conflict), wanted);
}

static void put(struct store_fixture *fixture, const struct chain_kind *kind,
		const struct chain_record *record, enum err wanted)
{
	struct batch batch;

	batch_init(&batch, &fixture->cx);
	chain_record_put(&batch, kind, record);
	commit(fixture, &batch, wanted);
}

static struct chain_record get(struct store_fixture *fixture, const struct chain_kind *kind,
			       struct str code)
{
	struct chain_record record;

	assert_int_equal(chain_record_get(&fixture->cx, fixture->store, kind, code, &record), OK);
	return record;
}

static void shapes_have_the_members_of_the_contract(void **state)
{
	struct store_fixture *fixture = *state;
	struct chain chain = { .code = STR("C"), .name = STR("n") };
	struct chain brand = { .code = STR("B"), .chain = STR("C"), .description = STR("d") };
	struct arena *arena = &fixture->arena;

	assert_says(&fixture->cx, shape_text(arena, chains.shape, &chain),
		    "{\"code\":\"C\",\"name\":\"n\",\"description\":\"\"}");
	assert_says(&fixture->cx, shape_text(arena, brands.shape, &brand),
		    "{\"code\":\"B\",\"chain\":\"C\",\"name\":\"\",\"description\":\"d\"}");
	assert_int_equal(shape_check(&fixture->cx, chains.shape, &chain, 0, STR("")), OK);
	brand.chain = STR("");
	brand.code = STR("");
	assert_int_equal(shape_check(&fixture->cx, brands.shape, &brand, 0, STR("")), ERR_INVALID);
	assert_says(&fixture->cx, blamed(&fixture->cx), "/code /chain");
	cx_clear(&fixture->cx);
	chain = (struct chain){ .code = STR("") };
	assert_int_equal(shape_read(&fixture->cx, STR("{\"chain\":\"C\"}"), chains.shape,
				    SHAPE_WHOLE, &chain),
			 ERR_INVALID);
}

static void a_chain_comes_back_with_its_counts_and_one_more_rev(void **state)
{
	struct store_fixture *fixture = *state;
	const struct chain_record first = {
		.chain = { .code = STR("C-1"), .name = STR("n"), .description = STR("d") },
		.hotels = 7,
		.brands = 3,
	};
	struct chain_record read, again;

	assert_int_equal(chain_record_get(&fixture->cx, fixture->store, &chains, STR("C-1"), &read),
			 ERR_NOT_FOUND);
	assert_null(fixture->cx.failure.code);
	put(fixture, &chains, &first, OK);
	read = get(fixture, &chains, STR("C-1"));
	assert_true(read.rev != 0);
	assert_int_equal(read.hotels, 7);
	assert_int_equal(read.brands, 3);
	assert_says(&fixture->cx, shape_text(&fixture->arena, chains.shape, &read.chain),
		    "{\"code\":\"C-1\",\"name\":\"n\",\"description\":\"d\"}");
	put(fixture, &chains, &read, OK);
	again = get(fixture, &chains, STR("C-1"));
	assert_int_equal(again.rev, read.rev + 1);
	assert_int_equal(chain_record_get(&fixture->cx, fixture->store, &brands, STR("C-1"), &read),
			 ERR_NOT_FOUND);
}

static void a_key_that_is_no_code_is_not_passed_on(void **state)
{
	struct store_fixture *fixture = *state;
	const struct chain_record odd = { .chain = { .code = STR("C\xff") } };
	struct chain_record read;

	put(fixture, &chains, &odd, OK);
	assert_int_equal(
		chain_record_get(&fixture->cx, fixture->store, &chains, odd.chain.code, &read),
		ERR_INTERNAL);
	cx_clear(&fixture->cx);
}

static void a_write_over_what_was_not_read_is_a_conflict(void **state)
{
	struct store_fixture *fixture = *state;
	const struct chain_record new = { .chain = { .code = STR("B"), .chain = STR("C") } };
	struct chain_record old;
	struct batch batch;

	put(fixture, &brands, &new, OK);
	put(fixture, &brands, &new, ERR_CONFLICT);
	old = get(fixture, &brands, STR("B"));
	put(fixture, &brands, &old, OK);
	put(fixture, &brands, &old, ERR_CONFLICT);
	batch_init(&batch, &fixture->cx);
	chain_record_delete(&batch, &brands, &old);
	commit(fixture, &batch, ERR_CONFLICT);
	old = get(fixture, &brands, STR("B"));
	batch_init(&batch, &fixture->cx);
	chain_record_delete(&batch, &brands, &old);
	commit(fixture, &batch, OK);
	assert_int_equal(chain_record_get(&fixture->cx, fixture->store, &brands, STR("B"), &old),
			 ERR_NOT_FOUND);
}

/* Else who read the first would write over the second. */
static void one_made_again_does_not_have_the_rev_of_the_old_one(void **state)
{
	struct store_fixture *fixture = *state;
	const struct chain_record new = { .chain = { .code = STR("C") } };
	struct chain_record old;
	struct batch batch;

	put(fixture, &chains, &new, OK);
	old = get(fixture, &chains, STR("C"));
	batch_init(&batch, &fixture->cx);
	chain_record_delete(&batch, &chains, &old);
	commit(fixture, &batch, OK);
	put(fixture, &chains, &new, OK);
	put(fixture, &chains, &old, ERR_CONFLICT);
}

static void a_page_has_the_codes_behind_the_one_before(void **state)
{
	static const struct str codes[] = { STR_INIT("a"), STR_INIT("B"), STR_INIT("-"),
					    STR_INIT("A1") };
	struct store_fixture *fixture = *state;
	struct chain_page page;

	for (size_t i = 0; i < 4; i++)
		put(fixture, &chains, &(struct chain_record){ .chain = { .code = codes[i] } }, OK);
	assert_int_equal(
		chain_record_list(&fixture->cx, fixture->store, &chains, STR(""), 3, &page), OK);
	assert_int_equal(page.n, 3);
	assert_true(page.more);
	assert_says(&fixture->cx, page.records[0].chain.code, "-");
	assert_says(&fixture->cx, page.records[2].chain.code, "B");
	assert_int_equal(
		chain_record_list(&fixture->cx, fixture->store, &chains, STR("B"), 3, &page), OK);
	assert_int_equal(page.n, 1);
	assert_false(page.more);
	assert_says(&fixture->cx, page.records[0].chain.code, "a");
}

/* The partitions that list hotel 1, of all that could. */
static struct str listed_in(struct store_fixture *fixture)
{
	struct arena *arena = &fixture->arena;
	const struct str partitions[] = {
		key_list_all(arena, key_list_shard(STR("1"))),
		key_list_user(arena, STR("u")),
		key_list_user(arena, STR("v")),
		STR("~list-chain-C"),
		STR("~list-chain-D"),
		STR("~list-brand-B"),
		STR("~list-brand-E"),
	};
	static const char *const names[] = { "all", "u", "v", "C", "D", "B", "E" };
	struct str all = STR("");

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct key key = { partitions[i], STR("1") };
		struct item item;
		struct head head;

		if (store_get(fixture->store, &fixture->cx, key, &item) != OK)
			continue;
		assert_int_equal(record_read_listing(&fixture->cx, &item, &head), OK);
		assert_says(&fixture->cx, head.hotel.name, "Hotel");
		assert_null(attrs_find(&item.attrs, STR("user")));
		all = str_printf(arena, STR_FMT "%s%s", STR_ARG(all), all.len ? " " : "", names[i]);
	}
	return all;
}

static struct head head_of(const char *owner, const char *chain, const char *brand)
{
	struct head head = { .owner = str_of(owner) };

	head.hotel.code = STR("1");
	head.hotel.name = STR("Hotel");
	head.hotel.chain = str_of(chain);
	head.hotel.brand = str_of(brand);
	return head;
}

static void a_head_is_listed_by_user_chain_and_brand_and_taken_out_again(void **state)
{
	static const struct {
		const char *owner, *chain, *brand, *wanted;
	} steps[] = {
		{ "", "", "", "all" },          { "u", "C", "B", "all u C B" },
		{ "u", "C", "", "all u C" },    { "v", "D", "E", "all v D E" },
		{ "v", "D", "E", "all v D E" }, { "", "", "", "all" },
		{ "u", "D", "B", "all u D B" },
	};
	struct store_fixture *fixture = *state;
	struct head before = head_of("", "", "");
	struct batch batch;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct head after = head_of(steps[i].owner, steps[i].chain, steps[i].brand);

		batch_init(&batch, &fixture->cx);
		record_drop_listings(&batch, &before, &after);
		record_put_listings(&batch, &after, i + 1);
		commit(fixture, &batch, OK);
		assert_says(&fixture->cx, listed_in(fixture), steps[i].wanted);
		before = after;
	}
	batch_init(&batch, &fixture->cx);
	record_drop_listings(&batch, &before, NULL);
	commit(fixture, &batch, OK);
	assert_says(&fixture->cx, listed_in(fixture), "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_open, store_fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(shapes_have_the_members_of_the_contract),
		TEST(a_chain_comes_back_with_its_counts_and_one_more_rev),
		TEST(a_key_that_is_no_code_is_not_passed_on),
		TEST(a_write_over_what_was_not_read_is_a_conflict),
		TEST(one_made_again_does_not_have_the_rev_of_the_old_one),
		TEST(a_page_has_the_codes_behind_the_one_before),
		TEST(a_head_is_listed_by_user_chain_and_brand_and_taken_out_again),
	};

	return cmocka_run_group_tests_name("record_chain", tests, NULL, NULL);
}
