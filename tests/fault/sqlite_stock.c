#include "sqlite_stock.h"

#include <string.h>

enum { STEPS = SQLITE_STOCK_STEPS, OTHERS = 12, OTHERS_LEFT = 4 };

const struct str sqlite_stock_codes[2] = { { "h", 1 }, { "x", 1 } };

static void commit_other(struct sqlite_rig *rig, enum write_op op, unsigned i)
{
	struct attr attr = { STR("text"), { .kind = VALUE_TEXT } };
	struct write write = { .op = op, .if_rev = REV_ANY, .rev = 1 };
	struct commit commit = { &write, 1, STR("token") };
	char *text = arena_bytes(&rig->arena, 6000);
	size_t conflict;

	memset(text, 'A' + (int)i, 6000);
	attr.value.text = (struct str){ text, 6000 };
	write.key = (struct key){ sqlite_stock_codes[1], str_printf(&rig->arena, "other-%02u", i) };
	if (op == WRITE_PUT)
		write.attrs = (struct attrs){ &attr, 1 };
	assert_int_equal(store_commit(rig->store, &rig->cx, &commit, &conflict), OK);
}

/* Leaves, pages between them, long texts in pages of their own, pages that are free again. */
void sqlite_stock_fill(struct sqlite_rig *rig)
{
	assert_int_equal(sqlite_rig_open(rig), OK);
	for (unsigned i = 1; i <= STEPS; i++)
		assert_int_equal(
			sqlite_rig_commit(rig->store, &rig->cx, i, i % 9 == 0 ? 9000 : 300), OK);
	for (unsigned i = 0; i < OTHERS; i++)
		commit_other(rig, WRITE_PUT, i);
	for (unsigned i = OTHERS_LEFT; i < OTHERS; i++)
		commit_other(rig, WRITE_DELETE, i);
}

void sqlite_stock_take(struct sqlite_rig *rig, struct sqlite_stock *stock)
{
	struct cx cx;

	arena_init(&stock->arena, 0);
	cx_init(&cx, &stock->arena);
	for (size_t i = 0; i < 2; i++) {
		struct query query = { .code = sqlite_stock_codes[i] };

		assert_int_equal(store_query(rig->store, &cx, &query, &stock->pages[i]), OK);
		assert_false(stock->pages[i].more);
	}
	assert_int_equal(stock->pages[0].n, STEPS + 1);
	assert_int_equal(stock->pages[1].n, OTHERS_LEFT);
}

static bool is_same(const struct item *a, const struct item *b)
{
	if (a->rev != b->rev || !str_eq(a->key.item_type, b->key.item_type) ||
	    a->attrs.n != b->attrs.n)
		return false;
	for (size_t i = 0; i < a->attrs.n; i++) {
		if (!str_eq(a->attrs.items[i].name, b->attrs.items[i].name) ||
		    !str_eq(a->attrs.items[i].value.text, b->attrs.items[i].value.text))
			return false;
	}
	return true;
}

/* True: refused as damage; else the answer must be the one that the sound store gives. */
bool sqlite_stock_is_damage(const struct sqlite_rig *rig, enum err err)
{
	if (err == OK)
		return false;
	assert_int_equal(err, ERR_INTERNAL);
	assert_string_equal(rig->cx.failure.code, "internal");
	return true;
}

static unsigned read_hotel(struct sqlite_rig *rig, const struct page *sound, struct str code,
			   bool backwards)
{
	struct query query = { .code = code, .backwards = backwards };
	struct page page;

	cx_clear(&rig->cx);
	if (sqlite_stock_is_damage(rig, store_query(rig->store, &rig->cx, &query, &page)))
		return 1;
	assert_int_equal(page.n, sound->n);
	assert_false(page.more);
	for (size_t i = 0; i < page.n; i++)
		assert_true(is_same(&page.items[i], &sound->items[backwards ? page.n - 1 - i : i]));
	return 0;
}

static unsigned read_codes(struct sqlite_rig *rig)
{
	struct codes found;

	cx_clear(&rig->cx);
	if (sqlite_stock_is_damage(rig, store_partitions(rig->store, &rig->cx, STR(""), 0, &found)))
		return 1;
	assert_int_equal(found.n, 2);
	assert_true(str_eq(found.items[0], sqlite_stock_codes[0]) &&
		    str_eq(found.items[1], sqlite_stock_codes[1]));
	return 0;
}

/* Each item alone, each hotel in both directions, the hotels; returns how often damage was the answer. */
unsigned sqlite_stock_read(struct sqlite_rig *rig, const struct sqlite_stock *stock)
{
	unsigned refused = read_codes(rig);
	struct item item;

	for (size_t i = 0; i < 2; i++) {
		for (size_t k = 0; k < stock->pages[i].n; k++) {
			const struct item *sound = &stock->pages[i].items[k];
			enum err err;

			cx_clear(&rig->cx);
			err = store_get(rig->store, &rig->cx, sound->key, &item);
			if (sqlite_stock_is_damage(rig, err))
				refused++;
			else
				assert_true(is_same(&item, sound));
		}
		refused += read_hotel(rig, &stock->pages[i], sqlite_stock_codes[i], false);
		refused += read_hotel(rig, &stock->pages[i], sqlite_stock_codes[i], true);
	}
	return refused;
}

/* The store closed, in one file. */
void sqlite_stock_take_file(struct sqlite_rig *rig, struct sqlite_stock *stock)
{
	sqlite_stock_take(rig, stock);
	sqlite_rig_close(rig);
	arena_reset(&rig->arena, 0);
	stock->file = sqlite_rig_read_file(&stock->arena, rig->path);
}
