/* command/import_queue.h - hotels on their way into the store: several to a commit, and alone where that is refused.
 *
 * Owner: what is queued lives in its cx's arena, which import_queue_reset empties when nothing waits.
 */
#ifndef INNKEEPER_COMMAND_IMPORT_QUEUE_H
#define INNKEEPER_COMMAND_IMPORT_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/vec.h"
#include "command/record_text.h"
#include "record/batch.h"
#include "usecase/app.h"
#include "usecase/import_check.h"

#define IMPORT_MEMORY_BYTES_MAX ((size_t)1 << 30)

struct import_job {
	struct app *app; /* store and gates */
	FILE *in;
	FILE *complaints; /* a line for whatever does not come in, and why */
	bool replace;     /* hotels, chains and brands that exist */
	/* Called after each commit; NULL = nobody watches. */
	void (*watch)(void *watcher, uint64_t bytes_read, uint64_t hotels);
	void *watcher;
};

struct import_result {
	struct record_counts counts; /* that came in, or were there already */
	uint64_t complaints;         /* not 0: not everything came in */
};

struct import_queue {
	const struct import_job *job;
	struct import_result *result;
	struct cx cx; /* with an arena for what waits, and for the hotel to come */
	struct batch batch;
	struct vec pending;  /* of struct imported: in the batch */
	size_t bytes;        /* of their lines */
	uint64_t bytes_read; /* of the file, for who watches */
};

/* Writes a line for people, which begins with that of the file. */
__attribute__((format(printf, 3, 4))) void
import_queue_complain(struct import_queue *queue, uint64_t line, const char *format, ...);

/* Says why a hotel or a chain does not come in, and returns OK; an err that is not of its own, but of the store, is returned. */
MUST_CHECK enum err import_queue_refuse(struct import_queue *queue, uint64_t line, const char *what,
					struct str code, enum err err);

/* A hotel that was checked, `bytes` in the file: committed now or later, or complained about. */
MUST_CHECK enum err import_queue_add(struct import_queue *queue, const struct imported *hotel,
				     size_t bytes);

/* Commits what waits. */
MUST_CHECK enum err import_queue_commit(struct import_queue *queue);

/* Gives memory back where nothing waits: between two hotels. */
void import_queue_reset(struct import_queue *queue);

#endif
