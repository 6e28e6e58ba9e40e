/* layer: usecase, adapter */
#include "store_fixture.h"

#include "model/chain.h"
#include "record/chain_record.h"
#include "usecase/membership.h"

/* Chains C and D; brands B and B2 of C, E of D; all but `gone` are stored. */
static int set_up(void **state)
{
	static const struct {
		const struct chain_kind *kind;
		struct chain chain;
	} rows[] = {
		{ &chains, { .code = STR_INIT("C") } },
		{ &chains, { .code = STR_INIT("D") } },
		{ &brands, { .code = STR_INIT("B"), .chain = STR_INIT("C") } },
		{ &brands, { .code = STR_INIT("B2"), .chain = STR_INIT("C") } },
		{ &brands, { .code = STR_INIT("E"), .chain = STR_INIT("D") } },
	};
	const struct key none = { .code = STR("") };
	struct store_fixture *fixture;
	struct batch batch;
	size_t conflict;

	if (store_fixture_open(state) != 0)
		return -1;
	fixture = *state;
	batch_init(&batch, &fixture->cx);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct chain_record record = { .chain = rows[i].chain, .hotels = 5 };

		chain_record_put(&batch, rows[i].kind, &record);
	}
	return batch_commit(&batch, fixture->store, none, &conflict) == OK ? 0 : -1;
}

/* `chain brand`, `-` for none. */
static const struct hotel *make(struct cx *cx, const char *chain, const char *brand)
{
	struct hotel *hotel = arena_alloc(cx->arena, sizeof(*hotel));

	if (!chain)
		return NULL;
	hotel->code = STR("1");
	hotel->chain = str_of(chain);
	hotel->brand = str_of(brand);
	return hotel;
}

/* The batch's writes: `C=6 B=4`, in its order; each is conditioned on the rev that is stored. */
static struct str writes_of(struct store_fixture *fixture, const struct batch *batch)
{
	struct str all = STR("");

	for (size_t i = 0; i < batch->writes.n; i++) {
		const struct write *write = vec_at(&batch->writes, i, sizeof(*write));
		const struct value *hotels = attrs_find(&write->attrs, STR("hotels"));
		struct item item;

		assert_int_equal(write->op, WRITE_PUT);
		assert_int_equal(store_get(fixture->store, &fixture->cx, write->key, &item), OK);
		assert_int_equal(write->if_rev, item.rev);
		assert_int_equal(write->rev, item.rev + 1);
		all = str_printf(fixture->cx.arena, STR_FMT "%s" STR_FMT "=" STR_FMT, STR_ARG(all),
				 i ? " " : "", STR_ARG(write->key.item_type),
				 STR_ARG(hotels->text));
	}
	return all;
}

struct move {
	const char *old_chain, *old_brand; /* NULL: no hotel */
	const char *new_chain, *new_brand;
	const char *wanted; /* writes, or fields to blame */
};

static void counts_follow_the_hotel_one_write_an_item(void **state)
{
	static const struct move moves[] = {
		{ NULL, NULL, "", "", "" },
		{ NULL, NULL, "C", "B", "C=6 B=6" },
		{ NULL, NULL, "D", "", "D=6" },
		{ "", "", "C", "B", "C=6 B=6" },
		{ "C", "B", "C", "B", "" },
		{ "C", "B", "C", "B2", "B=4 B2=6" },
		{ "C", "B", "C", "", "B=4" },
		{ "C", "B", "D", "E", "C=4 D=6 B=4 E=6" },
		{ "C", "", "D", "E", "C=4 D=6 E=6" },
		{ "C", "B", "", "", "C=4 B=4" },
		{ "C", "B", NULL, NULL, "C=4 B=4" },
		{ "", "", NULL, NULL, "" },
		/* What is gone behind our back can be left. */
		{ "gone", "gone", "C", "B", "C=6 B=6" },
		{ "gone", "gone", NULL, NULL, "" },
	};
	struct store_fixture *fixture = *state;
	struct cx *cx = &fixture->cx;

	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		const struct move *row = &moves[i];
		const struct hotel *before = make(cx, row->old_chain, row->old_brand);
		const struct hotel *after = make(cx, row->new_chain, row->new_brand);
		struct batch batch;

		batch_init(&batch, cx);
		assert_int_equal(membership_change(cx, fixture->store, &batch, before, after), OK);
		assert_says(cx, writes_of(fixture, &batch), row->wanted);
	}
}

static void what_does_not_fit_is_refused_by_its_member(void **state)
{
	static const struct move moves[] = {
		{ NULL, NULL, "none", "", "/chain" },
		{ NULL, NULL, "none", "none", "/chain /brand" },
		{ NULL, NULL, "none", "B", "/chain /brand" },
		{ NULL, NULL, "", "none", "/brand" },
		{ NULL, NULL, "", "B", "/brand" },
		{ NULL, NULL, "C", "E", "/brand" },
		{ NULL, NULL, "B", "C", "/chain /brand" },
		{ "C", "B", "D", "B", "/brand" },
		{ "C", "B", "", "B", "/brand" },
		{ "C", "B", "C", "E", "/brand" },
		{ "C", "", "none", "", "/chain" },
	};
	struct store_fixture *fixture = *state;
	struct cx *cx = &fixture->cx;

	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		const struct move *row = &moves[i];
		const struct hotel *before = make(cx, row->old_chain, row->old_brand);
		const struct hotel *after = make(cx, row->new_chain, row->new_brand);
		struct batch batch;

		batch_init(&batch, cx);
		assert_int_equal(membership_change(cx, fixture->store, &batch, before, after),
				 ERR_INVALID);
		assert_says(cx, blamed(cx), row->wanted);
		assert_int_equal(batch.writes.n, 0);
		cx_clear(cx);
	}
}

static void a_membership_differs_when_chain_or_brand_do(void **state)
{
	static const struct move moves[] = {
		{ NULL, NULL, "", "", "" },     { NULL, NULL, "C", "", "yes" },
		{ "C", "B", "C", "B", "" },     { "C", "B", "C", "", "yes" },
		{ "C", "B", "D", "B", "yes" },  { "", "", NULL, NULL, "" },
		{ "C", "", NULL, NULL, "yes" },
	};
	struct store_fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		const struct move *row = &moves[i];

		assert_int_equal(
			membership_differs(make(&fixture->cx, row->old_chain, row->old_brand),
					   make(&fixture->cx, row->new_chain, row->new_brand)),
			row->wanted[0] != '\0');
	}
}

static void a_store_that_can_not_be_read_is_no_refusal(void **state)
{
	struct store_fixture *fixture = *state;
	struct cx *cx = &fixture->cx;

	for (unsigned nth = 1; nth <= 4; nth++) {
		struct batch batch;

		batch_init(&batch, cx);
		store_fixture_plan(fixture, STORE_FAULT_GET, nth, ERR_UNAVAILABLE, false);
		assert_int_equal(membership_change(cx, fixture->store, &batch, make(cx, "C", "B"),
						   make(cx, "D", "E")),
				 ERR_UNAVAILABLE);
		cx_clear(cx);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, store_fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(counts_follow_the_hotel_one_write_an_item),
		TEST(what_does_not_fit_is_refused_by_its_member),
		TEST(a_membership_differs_when_chain_or_brand_do),
		TEST(a_store_that_can_not_be_read_is_no_refusal),
	};

	return cmocka_run_group_tests_name("usecase_membership", tests, NULL, NULL);
}
