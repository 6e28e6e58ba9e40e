/* base/buf.h - text that grows in an arena.
 *
 * Write freely, look once at the end: past the arena's cap, or past `max_bytes`, the buffer stays
 * `failed` and drops what follows.
 */
#ifndef INNKEEPER_BASE_BUF_H
#define INNKEEPER_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct buf {
	struct arena *arena;
	char *ptr;
	size_t len;
	size_t cap_bytes;
	size_t max_bytes; /* 0 = the arena's cap is the only limit */
	bool failed;
};

void buf_init(struct buf *buf, struct arena *arena);

void buf_add(struct buf *buf, struct str s);

void buf_add_char(struct buf *buf, char byte);

void buf_add_u64(struct buf *buf, uint64_t value);

void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Room for `len` more bytes to be written by the caller, who then adds them to buf->len; NULL when failed. */
char *buf_reserve(struct buf *buf, size_t len);

/* A view of what was written, valid until the next write. */
struct str buf_str(const struct buf *buf);

/* The same for good: the room that was not used goes back to the arena, and the buffer is written no more. */
struct str buf_take(struct buf *buf);

#endif
