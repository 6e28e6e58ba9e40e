#include "base/cx.h"

#include <stdarg.h>
#include <stdio.h>

void cx_init(struct cx *cx, struct arena *arena)
{
	*cx = (struct cx){ .arena = arena,
			   .clock = &clock_system,
			   .rand = &rand_system,
			   .outcome_ms = CX_OUTCOME_MS };
}

/* Where text cut after len bytes ends without half a UTF-8 character: it goes into a JSON answer. */
static size_t whole_characters(const char *text, size_t len)
{
	while (len != 0 && ((unsigned char)text[len - 1] & 0xc0) == 0x80)
		len--;
	return len != 0 && (unsigned char)text[len - 1] >= 0xc0 ? len - 1 : len;
}

/* Text is cut, not refused, where the arena is full: a failure must be reportable then too. */
__attribute__((format(printf, 2, 0))) static struct str note(struct cx *cx, const char *format,
							     va_list args)
{
	char text[512];
	int len = vsnprintf(text, sizeof(text), format, args);

	if (len < 0)
		return (struct str){ NULL, 0 };
	if ((size_t)len >= sizeof(text))
		len = (int)whole_characters(text, sizeof(text) - 1);
	return str_dup(cx->arena, (struct str){ text, (size_t)len });
}

enum err fail(struct cx *cx, enum err err, const char *code, const char *format, ...)
{
	va_list args;

	if (cx->failure.code)
		return err;
	cx->failure.err = err;
	cx->failure.code = code;
	va_start(args, format);
	cx->failure.detail = note(cx, format, args);
	va_end(args);
	return err;
}

enum err fail_as(struct cx *cx, enum err err, const struct failure *other)
{
	if (cx->failure.code || !other->code)
		return err;
	fail(cx, err, other->code, STR_FMT, STR_ARG(other->detail));
	cx->failure.is_private = other->is_private;
	cx->failure.retry_after_s = other->retry_after_s;
	return err;
}

enum err fail_field(struct cx *cx, enum blame_kind kind, struct str where, const char *format, ...)
{
	struct blame *blame;
	va_list args;

	fail(cx, ERR_INVALID, "invalid", "the request has fields that are not valid");
	if (cx->failure.nblames == CX_BLAMES_MAX)
		return ERR_INVALID;
	blame = &cx->failure.blames[cx->failure.nblames++];
	blame->kind = kind;
	blame->where = str_dup(cx->arena, where);
	va_start(args, format);
	blame->detail = note(cx, format, args);
	va_end(args);
	return ERR_INVALID;
}

enum err cx_check_memory(struct cx *cx)
{
	if (!cx->arena->refused)
		return OK;
	return fail(cx, ERR_LIMIT, "too_large", "the request needs more than %zu bytes of memory",
		    cx->arena->cap_bytes);
}

enum err cx_check_deadline(struct cx *cx)
{
	if (cx->deadline_mono_ms == 0 || clock_mono_ms(cx->clock) < cx->deadline_mono_ms)
		return OK;
	cx->failure.retry_after_s = 1;
	return fail(cx, ERR_UNAVAILABLE, "unavailable", "the request ran out of time");
}

void cx_clear(struct cx *cx)
{
	cx->failure = (struct failure){ .err = OK };
}
