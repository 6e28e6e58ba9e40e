/* api/status.h - the one place where an error becomes a number: the codes of api.md and their statuses. */
#ifndef INNKEEPER_API_STATUS_H
#define INNKEEPER_API_STATUS_H

#include "base/err.h"

struct status_row {
	const char *code;
	unsigned status;
	const char *title;
	enum err
		err; /* what the code's failures are for those below; OK where only the front makes it */
};

/* The row of a code, the first where the front has several statuses for it; that of `internal` for a code that has none, which a test rules out. */
const struct status_row *status_of(const char *code);

/* All rows in the order of their statuses, ended by a NULL code. */
extern const struct status_row status_rows[];

#endif
