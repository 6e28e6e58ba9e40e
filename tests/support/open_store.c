#include "open_store.h"

#include "adapter/store_sqlite.h"
#include "main/storage.h"

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
