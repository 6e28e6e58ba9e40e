/* command/progress.h - how far long work is, on stderr: a bar on a terminal, else a line each 5 s.
 *
 * A bar has colour unless NO_COLOR is set. Nothing is shown before the first second is over.
 */
#ifndef INNKEEPER_COMMAND_PROGRESS_H
#define INNKEEPER_COMMAND_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

struct progress {
	const struct clock *clock;
	const char *what; /* `check` */
	const char *unit; /* `partitions` */
	uint64_t total;   /* 0 = not known */
	enum progress_form { PROGRESS_SILENT, PROGRESS_LINES, PROGRESS_BAR } form;
	bool has_colour;
	bool is_drawn; /* a bar stands on the terminal */
	int64_t next_ms;
};

/* Looks at stderr and the environment. */
void progress_init(struct progress *progress, const struct clock *clock, const char *what,
		   const char *unit, bool is_silent);

/* So much is done; shows it when it is time. */
void progress_show(struct progress *progress, uint64_t done);

/* Takes the bar away, for other output or for good; the next progress_show draws it again. */
void progress_hide(struct progress *progress);

#endif
