/* command/migrate.h - `innkeeper migrate`: what other programs wrote becomes ours (usecase/adopt_hotel.h), hotel by hotel.
 *
 * Beside running servers, as often as one likes: what is ours already is left alone, and one that was stopped goes on.
 */
#ifndef INNKEEPER_COMMAND_MIGRATE_H
#define INNKEEPER_COMMAND_MIGRATE_H

#include <stdint.h>
#include <stdio.h>

#include "base/cx.h"
#include "base/err.h"
#include "command/progress.h"
#include "usecase/app.h"

struct migrate_job {
	struct app *app;           /* store and gates */
	FILE *complaints;          /* a line for each that is left as it is, and why */
	struct progress *progress; /* hotels */
};

struct migrate_result {
	uint64_t hotels;    /* that are ours now */
	uint64_t adopted;   /* of them: had no control record */
	uint64_t taken;     /* of them: had records that another program wrote */
	uint64_t no_hotels; /* codes with records and no head: left, and said */
	uint64_t
		failed; /* left, and said: a record that can not be read, a hotel too large or written all the time */
};

/* UNAVAILABLE, UNCERTAIN, LIMIT `storage_full`: the store fails; what was done stays. */
MUST_CHECK enum err migrate_store(struct cx *cx, const struct migrate_job *job,
				  struct migrate_result *result);

#endif
