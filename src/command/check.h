/* command/check.h - `innkeeper check`: looks at everything in a store, says what is wrong, puts right what can be derived.
 *
 * Beside a running server: what is reported was seen twice, under a state that nobody changed.
 */
#ifndef INNKEEPER_COMMAND_CHECK_H
#define INNKEEPER_COMMAND_CHECK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "command/progress.h"
#include "port/store.h"

struct check_job {
	struct store *store;
	FILE *out; /* a line a finding */
	bool is_json;
	bool repairs;
	struct str head; /* a hash that some hotel's history must hold; empty = none */
	struct progress *progress;
};

struct check_result {
	uint64_t hotels, revisions, objects;
	uint64_t findings;
	uint64_t repaired;  /* of them */
	uint64_t harmless;  /* of them: left, and no damage */
	uint64_t unchecked; /* partitions that were written all the time */
	bool has_head;      /* the hash was found */
};

/* Is there damage that is left? */
bool check_found_damage(const struct check_job *job, const struct check_result *result);

/* Says the sums on job->out, and whether the hash was found. */
void check_print_sum(const struct check_job *job, struct arena *arena,
		     const struct check_result *result);

/* Prints a line for each finding and adds to *result, which began zeroed. UNAVAILABLE when the store fails. */
MUST_CHECK enum err check_run(struct cx *cx, const struct check_job *job,
			      struct check_result *result);

/* Reports what the engine says of its own pages. */
void check_report_pages(struct arena *arena, const struct check_job *job,
			struct check_result *result, struct str problem);

#endif
