/* fuzz_cursor.c: a cursor that is taken is the one that is made for its place; every place comes back. */
#include <stdint.h>
#include <stdlib.h>

#include "api/cursor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str query = STR("listHotels");
	struct str text = { (const char *)data, size }, after;
	struct arena arena;
	struct cx cx;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	if (cursor_parse(&cx, text, query, &after) == OK)
		require(str_eq(cursor_write(&arena, query, after), text));
	else
		require(cx.failure.nblames == 1);
	cx_clear(&cx);
	if (size != 0) {
		struct str cursor = cursor_write(&arena, query, text);

		require(cursor_parse(&cx, cursor, query, &after) == OK && str_eq(after, text));
		require(cursor_parse(&cx, cursor, STR("listTags"), &after) == ERR_INVALID);
	}
	arena_close(&arena);
	return 0;
}
