#include "adapter/sqlite_verify.h"

#include <sqlite3.h>
#include <string.h>

#include "adapter/sqlite_db.h"
#include "adapter/sqlite_pages.h"

/* The first line that is not the database's name. */
static struct str first_problem(struct cx *cx, const char *text)
{
	struct str all = str_of(text);
	size_t end = str_index(all, '\n');

	if (strcmp(text, "ok") == 0)
		return STR("");
	if (str_starts(all, STR("***")) && end < all.len) {
		all = str_sub(all, end + 1, all.len);
		end = str_index(all, '\n');
	}
	return str_dup(cx->arena, str_sub(all, 0, end));
}

/* Free pages too, which the engine has no look at: a backup copies them. */
static enum err scan(struct cx *cx, sqlite3 *db, struct str *problem)
{
	uint32_t page;
	int rc = sqlite_pages_scan(db, &page);

	if (page != 0)
		*problem = str_printf(cx->arena, "page %u is not what was written", page);
	return rc == SQLITE_OK ? OK : sqlite_db_fail(cx, rc, "the database can not be read");
}

enum err sqlite_verify(struct cx *cx, struct str path, struct str *problem)
{
	char *name = str_c(cx->arena, path);
	sqlite3_stmt *stmt = NULL;
	sqlite3 *db = NULL;
	enum err err;
	int rc;

	*problem = STR("");
	if (!name)
		return cx_check_memory(cx);
	err = sqlite_db_open_reader(cx, name, &db);
	if (err == OK)
		err = scan(cx, db, problem);
	if (err == OK && problem->len == 0)
		err = sqlite_db_prepare(cx, db, "PRAGMA integrity_check(1)", &stmt);
	rc = stmt ? sqlite3_step(stmt) : SQLITE_OK;
	if (rc == SQLITE_ROW)
		*problem = first_problem(cx, (const char *)sqlite3_column_text(stmt, 0));
	else if (stmt && sqlite_db_is_damaged(rc))
		*problem = str_dup(cx->arena, str_of(sqlite3_errstr(rc)));
	else if (stmt)
		err = sqlite_db_fail(cx, rc, "the database can not be read");
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return err;
}
