#include "chains_check.h"

#include "model/chain.h"
#include "record/chain_record.h"
#include "record/hotel_record.h"
#include "record/key.h"

/* A caller of its own, whom no fault concerns. */
static struct cx open_cx(struct usecase_rig *rig, struct arena *arena)
{
	struct cx cx;

	usecase_rig_plan(rig, 0, 0, false, OK, false);
	arena_init(arena, 0);
	cx_init(&cx, arena);
	return cx;
}

static uint64_t count_listed(struct usecase_rig *rig, struct cx *cx, const struct chain_kind *kind,
			     struct str code)
{
	const struct query query = { .code = key_list_chain(cx->arena, kind->name, code) };
	struct page page;

	assert_int_equal(store_query(rig->app.store, cx, &query, &page), OK);
	assert_false(page.more);
	for (size_t i = 0; i < page.n; i++) {
		struct head head;

		assert_int_equal(
			record_get_head(cx, rig->app.store, page.items[i].key.item_type, &head),
			OK);
		assert_true(str_eq(chain_of_hotel(kind, &head.hotel), code));
		assert_int_equal(head.rev, page.items[i].rev);
	}
	return page.n;
}

/* Counts and listings agree; returns how many hotels all of them count. */
static uint64_t check_kind(struct usecase_rig *rig, struct cx *cx, const struct chain_kind *kind)
{
	struct chain_page page, brand_page;
	uint64_t hotels = 0;

	assert_int_equal(chain_record_list(cx, rig->app.store, kind, STR(""), 1000, &page), OK);
	assert_int_equal(chain_record_list(cx, rig->app.store, &brands, STR(""), 1000, &brand_page),
			 OK);
	for (size_t i = 0; i < page.n; i++) {
		const struct chain_record *record = &page.records[i];
		uint64_t belong = 0;

		for (size_t j = 0; kind == &chains && j < brand_page.n; j++)
			belong += str_eq(brand_page.records[j].chain.chain, record->chain.code);
		assert_int_equal(record->hotels, count_listed(rig, cx, kind, record->chain.code));
		assert_int_equal(record->brands, belong);
		hotels += record->hotels;
	}
	return hotels;
}

uint64_t chains_check(struct usecase_rig *rig)
{
	struct arena arena;
	struct cx cx = open_cx(rig, &arena);
	uint64_t hotels = check_kind(rig, &cx, &chains);

	check_kind(rig, &cx, &brands);
	arena_close(&arena);
	return hotels;
}

uint64_t chains_check_one(struct usecase_rig *rig, struct str code)
{
	struct chain_record record;
	struct arena arena;
	struct cx cx = open_cx(rig, &arena);

	assert_int_equal(chain_record_get(&cx, rig->app.store, &chains, code, &record), OK);
	assert_int_equal(record.hotels, count_listed(rig, &cx, &chains, code));
	arena_close(&arena);
	return record.hotels;
}
