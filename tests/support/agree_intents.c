#include "agree_intents.h"

#include <stdio.h>
#include <stdlib.h>

#include "record/intent.h"
#include "record/intent_view.h"
#include "record/key.h"

static void must(struct cx *cx, struct str code, enum err err)
{
	if (err == OK)
		return;
	fprintf(stderr, "hotel " STR_FMT ": its intent: error %d " STR_FMT "\n", STR_ARG(code),
		(int)err, STR_ARG(cx->failure.detail));
	exit(1);
}

static void finish(struct cx *cx, struct store *store, struct str code,
		   void (*look)(struct store *view, const struct item *listing))
{
	const struct key key = { key_list_all(cx->arena, key_list_shard(code)), code };
	struct intent_view view;
	struct item listing;
	struct ctl ctl;

	if (record_get_ctl(cx, store, code, &ctl) != OK) {
		cx_clear(cx); /* those who look at ctl say so */
		return;
	}
	if (ctl.intent.len == 0)
		return;
	must(cx, code, intent_view_open(cx, store, code, &ctl, INTENT_ALL, &view));
	if (!ctl.deleted) {
		must(cx, code, store_get(view.store, cx, key, &listing));
		look(view.store, &listing);
	}
	intent_view_close(&view);
	must(cx, code, intent_finish(cx, store, code, ctl.intent));
}

void agree_intents(struct cx *cx, struct store *store,
		   void (*look)(struct store *view, const struct item *listing))
{
	struct codes codes = { .more = true };
	struct str after = STR("");

	while (codes.more) {
		must(cx, STR("-"), store_partitions(store, cx, after, 0, &codes));
		for (size_t i = 0; i < codes.n; i++) {
			after = codes.items[i];
			if (after.ptr[0] != '~')
				finish(cx, store, after, look);
		}
	}
}
