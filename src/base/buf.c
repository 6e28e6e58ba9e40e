#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FIRST_BYTES 256

void buf_init(struct buf *buf, struct arena *arena)
{
	*buf = (struct buf){ .arena = arena };
}

char *buf_reserve(struct buf *buf, size_t len)
{
	size_t wanted, cap;
	char *grown;

	if (buf->failed)
		return NULL;
	if (__builtin_add_overflow(buf->len, len, &wanted) || wanted > SIZE_MAX / 2 ||
	    (buf->max_bytes != 0 && wanted > buf->max_bytes)) {
		buf->failed = true;
		return NULL;
	}
	if (wanted <= buf->cap_bytes)
		return buf->ptr + buf->len;
	cap = buf->cap_bytes == 0 ? FIRST_BYTES : buf->cap_bytes;
	while (cap < wanted)
		cap *= 2;
	grown = arena_grow(buf->arena, buf->ptr, buf->cap_bytes, cap);
	if (!grown) {
		buf->failed = true;
		return NULL;
	}
	buf->ptr = grown;
	buf->cap_bytes = cap;
	return buf->ptr + buf->len;
}

void buf_add(struct buf *buf, struct str s)
{
	char *room = s.len != 0 ? buf_reserve(buf, s.len) : NULL;

	if (!room)
		return;
	memcpy(room, s.ptr, s.len);
	buf->len += s.len;
}

void buf_add_char(struct buf *buf, char byte)
{
	char *room = buf_reserve(buf, 1);

	if (!room)
		return;
	*room = byte;
	buf->len++;
}

void buf_add_u64(struct buf *buf, uint64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value != 0);
	buf_add(buf, (struct str){ digits + at, sizeof(digits) - at });
}

void buf_printf(struct buf *buf, const char *format, ...)
{
	va_list args;
	char *room;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	room = len < 0 ? NULL : buf_reserve(buf, (size_t)len + 1);
	if (!room) {
		buf->failed = true;
		return;
	}
	va_start(args, format);
	vsnprintf(room, (size_t)len + 1, format, args);
	va_end(args);
	buf->len += (size_t)len;
}

struct str buf_str(const struct buf *buf)
{
	return (struct str){ buf->ptr, buf->len };
}

struct str buf_take(struct buf *buf)
{
	arena_trim(buf->arena, buf->ptr, buf->cap_bytes, buf->len);
	buf->cap_bytes = buf->len;
	return buf_str(buf);
}
