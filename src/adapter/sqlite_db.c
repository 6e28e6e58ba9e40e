#include "adapter/sqlite_db.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "adapter/sqlite_pages.h"

/*
 * No mmap: a file that is cut while mapped would end the process with SIGBUS instead of an error.
 * A reader's cache is dropped at each commit of the writer, so it is worth little memory; the
 * writer's stays, because nobody else commits.
 */
static const char reader_setup[] = "PRAGMA query_only=ON;"
				   "PRAGMA cache_size=-1024;"
				   "PRAGMA mmap_size=0;"
				   "PRAGMA cell_size_check=ON;";

/*
 * secure_delete=FAST overwrites what was deleted only on pages that are written anyway. The log is
 * moved into the file by the writer (sqlite_writer.c), between two groups.
 */
static const char writer_setup[] = "PRAGMA synchronous=FULL;"
				   "PRAGMA cache_size=-32768;"
				   "PRAGMA mmap_size=0;"
				   "PRAGMA cell_size_check=ON;"
				   "PRAGMA secure_delete=FAST;"
				   "PRAGMA journal_size_limit=67108864;"
				   "PRAGMA wal_autocheckpoint=0;";

int sqlite_db_connect(const char *path, int flags, sqlite3 **out)
{
	int rc = sqlite3_open_v2(path, out,
				 flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
					 SQLITE_OPEN_EXRESCODE,
				 sqlite_pages_vfs());

	if (rc != SQLITE_OK)
		return rc;
	sqlite3_db_config(*out, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(*out, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	return sqlite3_busy_timeout(*out, SQLITE_DB_BUSY_MS);
}

int sqlite_db_get_int(sqlite3 *db, const char *sql, int *out)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		*out = sqlite3_column_int(stmt, 0);
	sqlite3_finalize(stmt);
	return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

bool sqlite_db_is_full(int rc, int error)
{
	if ((rc & 0xff) == SQLITE_FULL)
		return true;
	return rc == SQLITE_IOERR_WRITE && (error == ENOSPC || error == EDQUOT);
}

bool sqlite_db_is_sync(int rc)
{
	return rc == SQLITE_IOERR_FSYNC || rc == SQLITE_IOERR_DIR_FSYNC;
}

bool sqlite_db_is_damaged(int rc)
{
	switch (rc) {
	case SQLITE_IOERR_READ:
	case SQLITE_IOERR_SHORT_READ:
	case SQLITE_IOERR_CORRUPTFS:
	case SQLITE_IOERR_DATA:
		return true;
	default:
		return (rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_NOTADB;
	}
}

struct str sqlite_db_shown(struct str code, struct str item_type)
{
	return str_starts(code, STR("~")) ? STR("(not shown)") : item_type;
}

enum err sqlite_db_damage(int rc)
{
	return rc == SQLITE_IOERR_READ ? ERR_UNAVAILABLE : ERR_INTERNAL;
}

enum err sqlite_db_fail(struct cx *cx, int rc, const char *doing)
{
	if (sqlite_db_is_damaged(rc) && sqlite_db_damage(rc) == ERR_INTERNAL)
		return fail(cx, ERR_INTERNAL, "internal", "%s: the database is damaged: %s (%d)",
			    doing, sqlite3_errstr(rc), rc);
	cx->failure.retry_after_s = 1;
	return fail(cx, ERR_UNAVAILABLE, "unavailable", "%s: %s (%d)", doing, sqlite3_errstr(rc),
		    rc);
}

static enum err fail_damaged(struct cx *cx, sqlite3 *db, const char *path)
{
	uint32_t page = sqlite_pages_damaged(db);

	if (page != 0)
		return fail(cx, ERR_INVALID, "damaged",
			    "%s is damaged: page %u is not what was written: restore a backup",
			    path, page);
	return fail(cx, ERR_INVALID, "damaged", "%s is a damaged database: %s: restore a backup",
		    path, sqlite3_errmsg(db));
}

/* What the operator has to change is INVALID, what may pass by itself is not. */
static enum err fail_open(struct cx *cx, sqlite3 *db, const char *path, int rc)
{
	int error = sqlite3_system_errno(db);

	if (rc == SQLITE_IOERR_DATA)
		return fail_damaged(cx, db, path);
	switch (rc & 0xff) {
	case SQLITE_NOTADB:
		return fail(cx, ERR_INVALID, "damaged",
			    "%s is not a database, or its start is damaged: restore a backup",
			    path);
	case SQLITE_CORRUPT:
		return fail_damaged(cx, db, path);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return fail(cx, ERR_UNAVAILABLE, "unavailable",
			    "%s is locked by another process for more than %d s", path,
			    SQLITE_DB_BUSY_MS / 1000);
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
	case SQLITE_READONLY:
		return fail(cx, ERR_INVALID, "invalid",
			    "%s, or the folder it is in, can not be opened for writing: %s", path,
			    error != 0 ? strerror(error) : sqlite3_errstr(rc));
	default:
		return fail(cx, ERR_UNAVAILABLE, "unavailable", "%s can not be opened: %s (%d)%s%s",
			    path, sqlite3_errstr(rc), rc, error != 0 ? ": " : "",
			    error != 0 ? strerror(error) : "");
	}
}

/* Reads only, so that a file that is not ours stays as it was. */
static enum err check_identity(struct cx *cx, sqlite3 *db, const char *path)
{
	int id = 0, version = 0, tables = 0, rc;
	bool has_sums = false;

	rc = sqlite_db_get_int(db, "PRAGMA application_id", &id);
	if (rc == SQLITE_OK)
		rc = sqlite_db_get_int(db, "PRAGMA user_version", &version);
	if (rc == SQLITE_OK)
		rc = sqlite_db_get_int(db, "SELECT count(*) FROM sqlite_schema WHERE name='item'",
				       &tables);
	if (rc == SQLITE_OK)
		rc = sqlite_pages_has_sums(db, &has_sums);
	if (rc != SQLITE_OK)
		return fail_open(cx, db, path, rc);
	if (id != SQLITE_PAGES_APPLICATION_ID)
		return fail(cx, ERR_INVALID, "invalid", "%s is a database of another program",
			    path);
	if (version > SQLITE_DB_VERSION)
		return fail(
			cx, ERR_INVALID, "invalid",
			"%s has schema %d, written by a newer innkeeper; this one knows up to %d",
			path, version, SQLITE_DB_VERSION);
	if (version < SQLITE_DB_VERSION_WITHOUT_SUMS || tables != 1)
		return fail(cx, ERR_INVALID, "damaged", "%s is damaged: its schema is not complete",
			    path);
	if (has_sums != (version == SQLITE_DB_VERSION))
		return fail(cx, ERR_INVALID, "damaged",
			    "%s is damaged: its head does not agree with its pages", path);
	if (sqlite3_db_readonly(db, "main") == 1)
		return fail(cx, ERR_INVALID, "invalid", "%s is read-only", path);
	return OK;
}

/*
 * What a process left in the log when it ended on a failed sync may be in the kernel's memory only, clean
 * as far as the kernel knows. Before anything is added behind it, it goes through the file's own sync.
 */
static int settle_log(sqlite3 *db)
{
	int rc = sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);

	return (rc & 0xff) == SQLITE_BUSY ? SQLITE_OK
					  : rc; /* another process lives, so nothing was left */
}

/* The pragma answers the mode that it could have: another one is no error to the engine. */
static int switch_to_wal(sqlite3 *db)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, "PRAGMA journal_mode=WAL", -1, &stmt, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		rc = strcmp((const char *)sqlite3_column_text(stmt, 0), "wal") == 0
			     ? SQLITE_OK
			     : SQLITE_CANTOPEN;
	sqlite3_finalize(stmt);
	return rc;
}

static int set_up_writer(sqlite3 *db)
{
	int rc = switch_to_wal(db);

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, writer_setup, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = settle_log(db);
	return rc;
}

enum err sqlite_db_open_writer(struct cx *cx, const char *path, sqlite3 **out)
{
	int rc = sqlite_db_connect(path, SQLITE_OPEN_READWRITE, out);
	enum err err;

	if (rc != SQLITE_OK)
		return fail_open(cx, *out, path, rc);
	err = check_identity(cx, *out, path);
	if (err != OK)
		return err;
	rc = set_up_writer(*out);
	return rc == SQLITE_OK ? OK : fail_open(cx, *out, path, rc);
}

enum err sqlite_db_open_reader(struct cx *cx, const char *path, sqlite3 **out)
{
	int rc = sqlite_db_connect(path, SQLITE_OPEN_READONLY, out);

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(*out, reader_setup, NULL, NULL, NULL);
	return rc == SQLITE_OK ? OK : sqlite_db_fail(cx, rc, "the database can not be opened");
}

enum err sqlite_db_prepare(struct cx *cx, sqlite3 *db, const char *sql, sqlite3_stmt **out)
{
	int rc = sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL);

	return rc == SQLITE_OK ? OK : sqlite_db_fail(cx, rc, "a statement can not be prepared");
}
