/* command/lines.h - a file line by line, in memory of a fixed size. */
#ifndef INNKEEPER_COMMAND_LINES_H
#define INNKEEPER_COMMAND_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/str.h"

struct lines {
	FILE *file;
	char *room;
	size_t room_bytes;
	size_t begin, end; /* what was read and not taken yet */
	bool ended;        /* the file */
	uint64_t number;   /* of the line taken last, from 1 */
	uint64_t bytes;    /* read so far */
};

enum lines_got { LINES_LINE, LINES_TOO_LONG, LINES_END, LINES_FAILED };

/* The file stays the caller's. A line holds at most line_max bytes. False: the arena has refused. */
bool lines_init(struct lines *lines, struct arena *arena, FILE *file, size_t line_max);

/* The next line without its end, valid until the next call; the last one need not end. One that is too long is passed over. FAILED: errno
 * tells. */
enum lines_got lines_next(struct lines *lines, struct str *line);

#endif
