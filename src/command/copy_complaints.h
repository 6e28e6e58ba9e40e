/* command/copy_complaints.h - what a copy complains of, kept until it is known that no later pass settles it.
 *
 * Threads: one at a time.
 */
#ifndef INNKEEPER_COMMAND_COPY_COMPLAINTS_H
#define INNKEEPER_COMMAND_COPY_COMPLAINTS_H

#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/str.h"

struct complaints {
	struct arena arena;
	struct complaint *first, **last;
	uint64_t n;
};

void complaints_open(struct complaints *complaints);

/* Forgets all. */
void complaints_clear(struct complaints *complaints);

/* Lines of printable ASCII, whatever stands in a damaged record. */
__attribute__((format(printf, 2, 3))) void complaints_add(struct complaints *complaints,
							  const char *format, ...);

void complaints_print(const struct complaints *complaints, FILE *out);

void complaints_close(struct complaints *complaints);

#endif
