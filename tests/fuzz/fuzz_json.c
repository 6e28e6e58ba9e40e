/* fuzz_json.c: the reader takes any bytes; what it accepts, the writer writes so that it reads as
 * the same again.
 */
#include <stdint.h>
#include <stdlib.h>

#include "json_copy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* Where a text is refused must always be sayable. */
static void check_refusal(struct arena *arena, struct str text)
{
	struct json_reader reader;

	json_reader_init(&reader, arena, text, 0);
	require(!json_skip(&reader) || !json_reader_finish(&reader));
	require(reader.problem && json_offset(&reader) <= text.len);
	json_pointer(&reader, arena);
	require(json_peek(&reader) == JSON_NONE && !json_skip(&reader));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size }, first, second;
	struct arena arena;
	const char *problem;

	arena_init(&arena, 0);
	problem = json_copy(&arena, text, &first);
	require(!problem == !json_copy_skip(&arena, text));
	if (problem) {
		check_refusal(&arena, text);
	} else {
		require(!json_copy(&arena, first, &second));
		require(str_eq(first, second));
	}
	arena_close(&arena);
	return 0;
}
