#include "api/cursor.h"

#include <string.h>

#include "base/buf.h"
#include "codec/base64.h"
#include "codec/hash.h"

/* Enough to notice an edited or borrowed cursor; not a signature: whoever may list may also forge a place to begin. */
#define CHECK_BYTES 8

static void check_bytes(struct arena *arena, struct str query, struct str after,
			uint8_t out[HASH_SHA256_BYTES])
{
	struct buf buf;

	buf_init(&buf, arena);
	buf_add(&buf, query);
	buf_add_char(&buf, '\n');
	buf_add(&buf, after);
	hash_sha256(buf_str(&buf), out);
}

struct str cursor_write(struct arena *arena, struct str query, struct str after)
{
	uint8_t check[HASH_SHA256_BYTES];
	struct buf buf;

	check_bytes(arena, query, after, check);
	buf_init(&buf, arena);
	buf_add(&buf, (struct str){ (const char *)check, CHECK_BYTES });
	buf_add(&buf, after);
	return base64url_write(arena, buf_str(&buf));
}

enum err cursor_parse(struct cx *cx, struct str cursor, struct str query, struct str *after)
{
	uint8_t check[HASH_SHA256_BYTES];
	struct str bytes;

	if (base64url_parse(cx->arena, cursor, &bytes) && bytes.len > CHECK_BYTES) {
		*after = str_sub(bytes, CHECK_BYTES, bytes.len);
		check_bytes(cx->arena, query, *after, check);
		if (memcmp(check, bytes.ptr, CHECK_BYTES) == 0)
			return OK;
	}
	return fail_field(cx, BLAME_PARAMETER, STR("cursor"),
			  "is not one that this listing with these filters gave");
}
