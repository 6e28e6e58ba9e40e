#include "usecase/delete_chain.h"

#include "base/buf.h"
#include "model/shape_write.h"
#include "record/key.h"
#include "usecase/chain_edit.h"

/* Codes that a refusal names. */
#define NAMED_MAX 10

/* A page of brands has an arena of its own. */
#define PAGE_BRANDS 64
#define PAGE_BYTES_MAX ((size_t)8 << 20)

static void add_code(struct vec *codes, struct arena *arena, struct str code)
{
	struct str *slot = vec_push(codes, arena, sizeof(*slot));

	if (slot)
		*slot = str_dup(arena, code);
}

/* The first hotels of the listing. */
static enum err find_hotels(struct chain_edit *edit, struct vec *codes)
{
	struct arena *arena = edit->cx->arena;
	const struct query query = {
		.code = key_list_chain(arena, edit->kind->name, edit->record.chain.code),
		.limit = NAMED_MAX,
	};
	struct page page = { .n = 0 };
	enum err err = store_query(edit->app->store, edit->cx, &query, &page);

	for (size_t i = 0; err == OK && i < page.n; i++)
		add_code(codes, arena, page.items[i].key.item_type);
	return err;
}

/* The first brands of the chain: brands have no listings by chain, so all are looked through. */
static enum err find_brands(struct chain_edit *edit, struct vec *codes)
{
	struct arena *arena = edit->cx->arena;
	struct cx page_cx = *edit->cx;
	struct chain_page page = { .more = true };
	struct str after = STR("");
	struct arena scratch;
	enum err err = OK;

	arena_init(&scratch, PAGE_BYTES_MAX);
	page_cx.arena = &scratch;
	while (err == OK && page.more && codes->n < NAMED_MAX) {
		arena_reset(&scratch, PAGE_BYTES_MAX);
		err = chain_record_list(&page_cx, edit->app->store, &brands, after, PAGE_BRANDS,
					&page);
		for (size_t i = 0; err == OK && i < page.n && codes->n < NAMED_MAX; i++) {
			const struct chain *brand = &page.records[i].chain;

			if (str_eq(brand->chain, edit->record.chain.code))
				add_code(codes, arena, brand->code);
			after = i + 1 == page.n ? str_dup(arena, brand->code) : after;
		}
	}
	if (err != OK)
		fail_as(edit->cx, err, &page_cx.failure);
	arena_close(&scratch);
	return err;
}

/* `12 hotels (1, 2, …)` */
static void write_names(struct buf *out, uint64_t count, const char *what, const struct vec *codes)
{
	buf_printf(out, "%llu %s%s (", (unsigned long long)count, what, count == 1 ? "" : "s");
	for (size_t i = 0; i < codes->n; i++) {
		buf_add(out, i == 0 ? STR("") : STR(", "));
		buf_add(out, *(const struct str *)vec_at(codes, i, sizeof(struct str)));
	}
	buf_add(out, codes->n < count ? STR(", …)") : STR(")"));
}

static enum err refuse_in_use(struct chain_edit *edit)
{
	const struct chain_record *record = &edit->record;
	struct vec hotels = { NULL, 0, 0 }, brand_codes = { NULL, 0, 0 };
	struct buf who;
	enum err err = OK;

	buf_init(&who, edit->cx->arena);
	if (record->hotels != 0)
		err = find_hotels(edit, &hotels);
	if (err == OK && record->brands != 0)
		err = find_brands(edit, &brand_codes);
	if (err != OK)
		return err;
	if (record->hotels != 0)
		write_names(&who, record->hotels, "hotel", &hotels);
	if (record->hotels != 0 && record->brands != 0)
		buf_add(&who, STR(" and "));
	if (record->brands != 0)
		write_names(&who, record->brands, "brand", &brand_codes);
	return fail(edit->cx, ERR_CONFLICT, "in_use", STR_FMT " " STR_FMT " is named by " STR_FMT,
		    STR_ARG(edit->kind->name), STR_ARG(record->chain.code), STR_ARG(buf_str(&who)));
}

static enum err apply(const struct chain_plan *plan, struct chain_edit *edit, struct result *result)
{
	const struct chain *chain = &edit->record.chain;

	(void)plan;
	if (edit->record.hotels != 0 || edit->record.brands != 0)
		return refuse_in_use(edit);
	result->body = shape_text(edit->cx->arena, edit->kind->shape, chain);
	result->etag = STR("");
	chain_record_delete(&edit->batch, edit->kind, &edit->record);
	return chain->chain.len != 0 ? chain_edit_leave(edit, chain->chain) : OK;
}

enum err delete_chain(struct app *app, struct cx *cx, const struct command *command,
		      const struct chain_kind *kind, struct str code, struct result *result)
{
	static const struct chain_plan plan = { apply, false };

	return chain_edit_run(app, cx, command, kind, code, &plan, result);
}
