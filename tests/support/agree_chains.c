#include "agree_chains.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/chain.h"
#include "record/chain_record.h"
#include "record/hotel_record.h"
#include "record/key.h"

__attribute__((format(printf, 3, 4), noreturn)) static void
disagree(const struct chain_kind *kind, struct str code, const char *format, ...)
{
	va_list args;

	fprintf(stderr, STR_FMT " " STR_FMT ": ", STR_ARG(kind->name), STR_ARG(code));
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

/* Zeroed for an empty code. */
static struct chain_record find(struct cx *cx, struct store *store, const struct chain_kind *kind,
				struct str code, const char *who)
{
	struct chain_record record = { .rev = 0 };

	if (code.len != 0 && chain_record_get(cx, store, kind, code, &record) != OK)
		disagree(kind, code, "named by %s, and can not be read", who);
	return record;
}

void agree_hotel_chain(struct cx *cx, struct store *store, const struct hotel *hotel)
{
	struct chain_record brand = find(cx, store, &brands, hotel->brand, "a hotel");

	(void)find(cx, store, &chains, hotel->chain, "a hotel");
	if (brand.rev != 0 && !str_eq(brand.chain.chain, hotel->chain))
		disagree(&brands, hotel->brand,
			 "of chain " STR_FMT ", but hotel " STR_FMT " is of " STR_FMT,
			 STR_ARG(brand.chain.chain), STR_ARG(hotel->code), STR_ARG(hotel->chain));
}

/* Hotels in the listing of one chain or brand. */
static uint64_t count_hotels(struct cx *cx, struct store *store, const struct chain_kind *kind,
			     struct str code)
{
	struct query query = { .code = key_list_chain(cx->arena, kind->name, code) };
	struct page page = { .more = true };
	uint64_t count = 0;

	while (page.more) {
		if (store_query(store, cx, &query, &page) != OK)
			disagree(kind, code, "its listing can not be read");
		for (size_t i = 0; i < page.n; i++, count++) {
			struct str hotel = page.items[i].key.item_type;
			struct head head;

			if (record_get_head(cx, store, hotel, &head) != OK ||
			    !str_eq(chain_of_hotel(kind, &head.hotel), code))
				disagree(kind, code, "lists hotel " STR_FMT ", which is not there",
					 STR_ARG(hotel));
		}
		if (page.n != 0)
			query.after = page.items[page.n - 1].key.item_type;
	}
	return count;
}

static void read_all(struct cx *cx, struct store *store, const struct chain_kind *kind,
		     struct vec *out)
{
	struct chain_page page = { .more = true };
	struct str after = STR("");

	while (page.more) {
		if (chain_record_list(cx, store, kind, after, 1000, &page) != OK)
			disagree(kind, after, "what follows can not be read");
		for (size_t i = 0; i < page.n; i++) {
			*(struct chain_record *)vec_push(out, cx->arena, sizeof(*page.records)) =
				page.records[i];
			after = page.records[i].chain.code;
		}
	}
}

static void check_counts(struct cx *cx, struct store *store, const struct chain_kind *kind,
			 const struct chain_record *record, const struct vec *all_brands)
{
	uint64_t hotels = count_hotels(cx, store, kind, record->chain.code), belong = 0;

	for (size_t i = 0; kind == &chains && i < all_brands->n; i++) {
		const struct chain_record *brand = vec_at(all_brands, i, sizeof(*brand));

		belong += str_eq(brand->chain.chain, record->chain.code);
	}
	if (hotels != record->hotels || belong != record->brands)
		disagree(kind, record->chain.code,
			 "counts %llu hotels and %llu brands, there are %llu and %llu",
			 (unsigned long long)record->hotels, (unsigned long long)record->brands,
			 (unsigned long long)hotels, (unsigned long long)belong);
}

void agree_chains(struct cx *cx, struct store *store)
{
	struct vec all_chains = { NULL, 0, 0 }, all_brands = { NULL, 0, 0 };

	read_all(cx, store, &chains, &all_chains);
	read_all(cx, store, &brands, &all_brands);
	for (size_t i = 0; i < all_chains.n; i++)
		check_counts(cx, store, &chains,
			     vec_at(&all_chains, i, sizeof(struct chain_record)), &all_brands);
	for (size_t i = 0; i < all_brands.n; i++) {
		const struct chain_record *brand = vec_at(&all_brands, i, sizeof(*brand));

		(void)find(cx, store, &chains, brand->chain.chain, "a brand");
		check_counts(cx, store, &brands, brand, &all_brands);
	}
}
