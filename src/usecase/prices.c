#include "usecase/prices.h"

#include "model/currency.h"
#include "model/shape_read.h"
#include "record/item.h"
#include "record/key.h"

/* A page of items has an arena of its own. */
#define PAGE_BYTES_MAX ((size_t)32 << 20)

unsigned prices_decimals(struct str currency_code)
{
	unsigned decimals = CURRENCY_DECIMALS_UNSET;

	currency_find(currency_code, &decimals);
	return decimals;
}

static enum err check_item(struct edit *edit, struct cx *page, const struct kind *kind,
			   const struct item *item, unsigned decimals)
{
	void *object = arena_alloc(page->arena, kind->shape->size_bytes);
	enum err err;

	if (!object)
		return cx_check_memory(page);
	err = item_read(page, kind->shape, item, object);
	if (err == OK)
		err = shape_check_money(page, kind->shape, object, decimals);
	if (err != ERR_INVALID)
		return err;
	return fail_field(edit->cx, BLAME_POINTER, STR("/currencyCode"),
			  "a price of " STR_FMT
			  " has more decimals than the currency, or is too large",
			  STR_ARG(item->key.item_type));
}

static enum err check_kind(struct edit *edit, struct cx *page, const struct kind *kind,
			   unsigned decimals)
{
	struct arena *arena = edit->cx->arena;
	struct query query = { .code = edit->head.hotel.code, .from = kind->prefix };
	struct page items = { .more = true };
	enum err err = OK;

	/* Up to the byte behind the prefix's last one, which is a `-`. */
	query.to = str_printf(arena, STR_FMT ".", (int)kind->prefix.len - 1, kind->prefix.ptr);
	while (err == OK && items.more) {
		/* A bound that memory was refused for would be none. */
		err = cx_check_memory(edit->cx);
		if (err == OK)
			err = store_query(edit->app->store, page, &query, &items);
		for (size_t i = 0; err == OK && i < items.n; i++)
			err = check_item(edit, page, kind, &items.items[i], decimals);
		if (err == OK && items.n != 0)
			query.after = str_dup(arena, items.items[items.n - 1].key.item_type);
		arena_reset(page->arena, PAGE_BYTES_MAX);
	}
	return err;
}

enum err prices_check(struct edit *edit, struct str new_currency_code)
{
	unsigned decimals = prices_decimals(new_currency_code);
	struct cx page = *edit->cx;
	struct arena scratch;
	enum err err = OK;

	if (decimals == prices_decimals(edit->head.hotel.currency_code))
		return OK;
	arena_init(&scratch, PAGE_BYTES_MAX);
	page.arena = &scratch;
	for (size_t i = 0; err == OK && kinds[i]; i++)
		err = check_kind(edit, &page, kinds[i], decimals);
	if (err != OK && !edit->cx->failure.code)
		fail(edit->cx, err, page.failure.code, STR_FMT, STR_ARG(page.failure.detail));
	arena_close(&scratch);
	return err;
}
