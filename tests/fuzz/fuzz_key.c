/* fuzz_key.c: any id comes back from its key, in its order; any text that is decoded is what the encoder makes; a
 * history key is what the encoder makes of what it says.
 */
#include <stdint.h>
#include <stdlib.h>

#include "model/code.h"
#include "record/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_id(struct arena *arena, struct str id)
{
	struct str escaped = key_escape(arena, id), back;

	require(str_index(escaped, '-') == escaped.len);
	require(key_unescape(arena, escaped, &back) && str_eq(back, id));
}

static void check_text(struct arena *arena, struct str text)
{
	struct str id;

	if (key_unescape(arena, text, &id))
		require(str_eq(key_escape(arena, id), text));
}

static void check_history(struct arena *arena, struct str text)
{
	uint64_t revision = 0;
	unsigned part = 0;

	if (key_parse_history(text, &revision, &part))
		require(str_eq(key_history(arena, revision, part), text));
}

/* Two ids, apart at the first line feed: codes keep their order. */
static void check_order(struct arena *arena, struct str both)
{
	struct str a = str_sub(both, 0, str_index(both, '\n'));
	struct str b = str_sub(both, a.len + 1, both.len);

	if (code_is_valid(a) && code_is_valid(b))
		require((str_cmp(a, b) < 0) ==
			(str_cmp(key_escape(arena, a), key_escape(arena, b)) < 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct arena arena;

	arena_init(&arena, 0);
	check_id(&arena, text);
	check_text(&arena, text);
	check_history(&arena, text);
	check_order(&arena, text);
	arena_close(&arena);
	return 0;
}
