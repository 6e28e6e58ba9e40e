#include "adapter/sqlite_rows.h"

#include <errno.h>

#include "adapter/sqlite_db.h"

#define WHERE_KEY " WHERE code=?1 AND itemType=?2"
#define AND_REV " AND rev=?5"
/* Attributes that are damaged have no token: without the question the engine would end the statement, and with it the group. */
#define AND_TOKEN " AND CASE WHEN json_valid(attrs) THEN json_extract(attrs,'$.wt') END=?6"

/* Each write is one statement that is its own condition: what it changed tells whether it held. */
static const char *const sql[ROWS_STATEMENTS] = {
	[ROWS_BEGIN] = "BEGIN IMMEDIATE",
	[ROWS_COMMIT] = "COMMIT",
	[ROWS_ROLLBACK] = "ROLLBACK",
	[ROWS_MARK] = "SAVEPOINT member",
	[ROWS_KEEP] = "RELEASE member",
	[ROWS_UNDO] = "ROLLBACK TO member",
	[ROWS_INSERT] = "INSERT OR IGNORE INTO item(code,itemType,rev,attrs) VALUES(?1,?2,?3,?4)",
	[ROWS_REPLACE] = "INSERT OR REPLACE INTO item(code,itemType,rev,attrs) VALUES(?1,?2,?3,?4)",
	[ROWS_UPDATE] = "UPDATE item SET rev=?3,attrs=?4" WHERE_KEY AND_REV,
	[ROWS_UPDATE_TOKEN] = "UPDATE item SET rev=?3,attrs=?4" WHERE_KEY AND_REV AND_TOKEN,
	[ROWS_DELETE] = "DELETE FROM item" WHERE_KEY,
	[ROWS_DELETE_REV] = "DELETE FROM item" WHERE_KEY AND_REV,
	[ROWS_DELETE_TOKEN] = "DELETE FROM item" WHERE_KEY AND_REV AND_TOKEN,
	[ROWS_SELECT_REV] = "SELECT rev FROM item" WHERE_KEY,
	[ROWS_SELECT_TOKEN] = "SELECT rev FROM item" WHERE_KEY AND_TOKEN,
};

enum err sqlite_rows_open(struct sqlite_rows *rows, struct cx *cx, const char *path)
{
	enum err err = sqlite_db_open_writer(cx, path, &rows->db);

	for (int i = 0; err == OK && i < ROWS_STATEMENTS; i++)
		err = sqlite_db_prepare(cx, rows->db, sql[i], &rows->stmt[i]);
	return err;
}

/* The engine's own record of errno misses what fails in a commit. */
static int step(struct sqlite_rows *rows, sqlite3_stmt *stmt)
{
	int rc;

	errno = 0;
	rc = sqlite3_step(stmt);
	rows->error = errno;
	sqlite3_reset(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int sqlite_rows_do(struct sqlite_rows *rows, enum sqlite_rows_statement statement)
{
	return step(rows, rows->stmt[statement]);
}

void sqlite_rows_roll_back(struct sqlite_rows *rows)
{
	/* An error may have ended it already, or have made it impossible to end in order. */
	if (!sqlite3_get_autocommit(rows->db))
		step(rows, rows->stmt[ROWS_ROLLBACK]);
}

static int bind_text(sqlite3_stmt *stmt, int at, struct str text)
{
	return sqlite3_bind_text64(stmt, at, text.len == 0 ? "" : text.ptr, text.len, SQLITE_STATIC,
				   SQLITE_UTF8);
}

static int bind_key(sqlite3_stmt *stmt, const struct sqlite_job_write *write)
{
	int rc = bind_text(stmt, 1, write->code);

	return rc == SQLITE_OK ? bind_text(stmt, 2, write->item_type) : rc;
}

/* The rev and the token of the statements that compare them. */
static int bind_condition(sqlite3_stmt *stmt, const struct sqlite_job_write *write)
{
	int rc = sqlite3_bind_int64(stmt, 5, (sqlite3_int64)write->if_rev);

	return rc == SQLITE_OK && write->if_token.len != 0 ? bind_text(stmt, 6, write->if_token)
							   : rc;
}

static int put(struct sqlite_rows *rows, const struct sqlite_job_write *write)
{
	enum sqlite_rows_statement which = write->if_rev == REV_ABSENT ? ROWS_INSERT
					   : write->if_rev == REV_ANY  ? ROWS_REPLACE
					   : write->if_token.len != 0  ? ROWS_UPDATE_TOKEN
								       : ROWS_UPDATE;
	sqlite3_stmt *stmt = rows->stmt[which];
	int rc = bind_key(stmt, write);

	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int64(stmt, 3, (sqlite3_int64)write->rev);
	if (rc == SQLITE_OK)
		rc = bind_text(stmt, 4, write->attrs);
	if (rc == SQLITE_OK && (which == ROWS_UPDATE || which == ROWS_UPDATE_TOKEN))
		rc = bind_condition(stmt, write);
	return rc == SQLITE_OK ? step(rows, stmt) : rc;
}

static int check(struct sqlite_rows *rows, const struct sqlite_job_write *write, bool *holds)
{
	bool token = write->if_token.len != 0;
	sqlite3_stmt *stmt = rows->stmt[token ? ROWS_SELECT_TOKEN : ROWS_SELECT_REV];
	int rc = bind_key(stmt, write);

	if (rc == SQLITE_OK && token)
		rc = bind_text(stmt, 6, write->if_token);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		*holds = (uint64_t)sqlite3_column_int64(stmt, 0) == write->if_rev;
	else
		*holds = write->if_rev == REV_ABSENT;
	sqlite3_reset(stmt);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int delete (struct sqlite_rows *rows, const struct sqlite_job_write *write)
{
	bool any = write->if_rev == REV_ANY;
	sqlite3_stmt *stmt = rows->stmt[any                        ? ROWS_DELETE
					: write->if_token.len != 0 ? ROWS_DELETE_TOKEN
								   : ROWS_DELETE_REV];
	int rc = bind_key(stmt, write);

	if (rc == SQLITE_OK && !any)
		rc = bind_condition(stmt, write);
	return rc == SQLITE_OK ? step(rows, stmt) : rc;
}

int sqlite_rows_apply(struct sqlite_rows *rows, const struct sqlite_job_write *write, bool *holds)
{
	int rc;

	*holds = true;
	if (write->op == WRITE_PUT)
		rc = put(rows, write);
	else if (write->if_rev == REV_ANY && write->op == WRITE_CHECK)
		return SQLITE_OK;
	else if (write->op == WRITE_CHECK || write->if_rev == REV_ABSENT)
		return check(rows, write,
			     holds); /* to delete what is absent is to check that it is */
	else
		rc = delete (rows, write);
	if (rc == SQLITE_OK && write->if_rev != REV_ANY)
		*holds = sqlite3_changes(rows->db) == 1;
	return rc;
}

void sqlite_rows_close(struct sqlite_rows *rows)
{
	for (int i = 0; i < ROWS_STATEMENTS; i++)
		sqlite3_finalize(rows->stmt[i]);
	sqlite3_close(rows->db);
	*rows = (struct sqlite_rows){ .db = NULL };
}
