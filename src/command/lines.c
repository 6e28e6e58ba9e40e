#include "command/lines.h"

#include <errno.h>
#include <string.h>

bool lines_init(struct lines *lines, struct arena *arena, FILE *file, size_t line_max)
{
	*lines = (struct lines){ .file = file, .room_bytes = line_max + 1 };
	lines->room = arena_bytes(arena, lines->room_bytes);
	return lines->room != NULL;
}

/* Reads behind what is there; false when the file fails. */
static bool read_more(struct lines *lines)
{
	size_t n;

	if (lines->begin != 0) {
		memmove(lines->room, lines->room + lines->begin, lines->end - lines->begin);
		lines->end -= lines->begin;
		lines->begin = 0;
	}
	errno = 0;
	n = fread(lines->room + lines->end, 1, lines->room_bytes - lines->end, lines->file);
	lines->end += n;
	lines->bytes += n;
	lines->ended = n == 0;
	return n != 0 || !ferror(lines->file);
}

enum lines_got lines_next(struct lines *lines, struct str *line)
{
	bool too_long = false;
	size_t looked = 0;

	for (;;) {
		const char *begin = lines->room + lines->begin;
		size_t len = lines->end - lines->begin;
		const char *end = memchr(begin + looked, '\n', len - looked);

		if (end || (lines->ended && (len != 0 || too_long))) {
			*line = (struct str){ begin, end ? (size_t)(end - begin) : len };
			lines->begin += line->len + (end ? 1 : 0);
			lines->number++;
			return too_long ? LINES_TOO_LONG : LINES_LINE;
		}
		if (lines->ended)
			return LINES_END;
		looked = len;
		if (len == lines->room_bytes) {
			too_long = true;
			lines->begin = lines->end = looked = 0;
		}
		if (!read_more(lines))
			return LINES_FAILED;
	}
}
