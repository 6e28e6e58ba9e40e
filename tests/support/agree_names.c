#include "agree_names.h"

#include <stdio.h>
#include <stdlib.h>

#include "record/hotel_record.h"
#include "record/item.h"
#include "record/key.h"

static void check_name(struct cx *cx, struct store *store, const struct item *item)
{
	struct str code = item_text(item, STR("hotel"));
	struct head head;

	if (record_get_head(cx, store, code, &head) != OK) {
		fprintf(stderr, "hotel " STR_FMT ": has a name and no head\n", STR_ARG(code));
		exit(1);
	}
	if (!str_eq(key_name(cx->arena, head.owner, head.hotel.name).item_type,
		    item->key.item_type)) {
		fprintf(stderr, "hotel " STR_FMT ": has a name that is not its own\n",
			STR_ARG(code));
		exit(1);
	}
}

void agree_names(struct cx *cx, struct store *store, struct str partition)
{
	struct query query = { .code = partition };
	struct page page = { .more = true };

	while (page.more) {
		if (store_query(store, cx, &query, &page) != OK) {
			fprintf(stderr, STR_FMT ": can not be read\n", STR_ARG(partition));
			exit(1);
		}
		for (size_t i = 0; i < page.n; i++) {
			check_name(cx, store, &page.items[i]);
			query.after = page.items[i].key.item_type;
		}
	}
}
