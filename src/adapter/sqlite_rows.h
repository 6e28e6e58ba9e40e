/* adapter/sqlite_rows.h - the statements of the connection that writes: a commit's rows, and the
 * transaction around them.
 *
 * Owner:   the writer; zeroed it may be closed.
 * Threads: the writer's.
 * Errors:  the engine's extended result codes.
 */
#ifndef INNKEEPER_ADAPTER_SQLITE_ROWS_H
#define INNKEEPER_ADAPTER_SQLITE_ROWS_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#include "adapter/sqlite_job.h"
#include "base/cx.h"
#include "base/err.h"

enum sqlite_rows_statement {
	ROWS_BEGIN,
	ROWS_COMMIT,
	ROWS_ROLLBACK,
	ROWS_MARK, /* a savepoint */
	ROWS_KEEP,
	ROWS_UNDO,
	ROWS_INSERT, /* only where there is none */
	ROWS_REPLACE,
	ROWS_UPDATE,       /* only the rev named */
	ROWS_UPDATE_TOKEN, /* only the rev and the token named */
	ROWS_DELETE,
	ROWS_DELETE_REV,
	ROWS_DELETE_TOKEN,
	ROWS_SELECT_REV,
	ROWS_SELECT_TOKEN, /* the rev, where the token is the one named */
	ROWS_STATEMENTS,
};

struct sqlite_rows {
	sqlite3 *db;
	sqlite3_stmt *stmt[ROWS_STATEMENTS];
	int error; /* errno as the last statement left it; 0: no call of the system failed */
};

MUST_CHECK enum err sqlite_rows_open(struct sqlite_rows *rows, struct cx *cx, const char *path);

/* One of those without parameters. */
MUST_CHECK int sqlite_rows_do(struct sqlite_rows *rows, enum sqlite_rows_statement statement);

/* Ends the transaction, if there still is one, and all that it wrote. */
void sqlite_rows_roll_back(struct sqlite_rows *rows);

/* Writes or checks one row; *holds tells whether its condition did, else nothing was written. */
MUST_CHECK int sqlite_rows_apply(struct sqlite_rows *rows, const struct sqlite_job_write *write,
				 bool *holds);

void sqlite_rows_close(struct sqlite_rows *rows);

#endif
