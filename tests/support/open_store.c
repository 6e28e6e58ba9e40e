#include "open_store.h"

#include "adapter/store_sqlite.h"
#include "main/storage.h"
#include "record/intent.h"

enum err open_store(struct cx *cx, struct str word, struct store **out)
{
	struct storage storage;
	enum err err;

	if (!str_starts(word, STR("dynamodb:")))
		return store_sqlite_open(cx, word, out);
	err = storage_open_url(cx, "the store", word, STORAGE_MAKES_NOTHING, &storage);
	*out = storage.store;
	return err;
}

enum err settle_store(struct cx *cx, struct store *store)
{
	struct codes codes = { .more = true };
	struct str after = STR("");
	enum err err = OK;

	while (err == OK && codes.more) {
		err = store_partitions(store, cx, after, 0, &codes);
		for (size_t i = 0; err == OK && i < codes.n; i++) {
			struct cx own = *cx;
			struct ctl ctl;

			after = codes.items[i];
			/* What is wrong with a hotel is told where it is looked at. */
			if (after.ptr[0] != '~' && intent_settle(&own, store, after, &ctl) != OK)
				cx_clear(&own);
		}
	}
	return err;
}
