#include "adapter/sqlite_backup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapter/sqlite_db.h"
#include "adapter/sqlite_file.h"
#include "adapter/sqlite_pages.h"

/* Copied between two looks at the deadline: 4 MiB. */
#define STEP_PAGES 1024

/* The name is not given before the copy is whole and synced, so the engine need not be careful with it. */
static const char copy_setup[] = "PRAGMA journal_mode=MEMORY;PRAGMA synchronous=OFF;";

/*
 * Reading under one transaction of ours, a copy in steps is of one moment and never begins anew, however much is
 * committed meanwhile. Readers do not hold up the writer, only the moving of its log: hence the engine's backup, which
 * copies pages as they are, and not VACUUM INTO, which encodes every row again before the log may be moved.
 * *error: errno as the last step left it.
 */
static int copy_pages(struct cx *cx, sqlite3 *from, sqlite3 *to, enum err *late, int *error)
{
	sqlite3_backup *backup;
	int rc = sqlite3_exec(from, "BEGIN;SELECT 1 FROM item LIMIT 1", NULL, NULL, NULL);

	if (rc != SQLITE_OK)
		return rc;
	rc = sqlite3_exec(to, copy_setup, NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		return rc;
	backup = sqlite3_backup_init(to, "main", from, "main");
	if (!backup)
		return sqlite3_extended_errcode(to);
	do {
		errno = 0;
		rc = sqlite3_backup_step(backup, STEP_PAGES);
		*error = errno;
		*late = cx_check_deadline(cx);
	} while (rc == SQLITE_OK && *late == OK);
	sqlite3_backup_finish(backup);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static enum err fail_copy(struct cx *cx, const char *path, int rc, int error)
{
	if (sqlite_db_is_full(rc, error))
		return sqlite_file_fail(cx, path, "written", ENOSPC);
	return sqlite_db_fail(cx, rc, "the backup can not be written");
}

/* A store whose pages have no room for sums is copied as it is. */
static int open_copy(const char *made, sqlite3 *from, sqlite3 **to)
{
	bool has_sums = false;
	int rc = sqlite_pages_has_sums(from, &has_sums);

	if (rc == SQLITE_OK && !has_sums)
		return sqlite3_open_v2(made, to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE,
				       NULL);
	return rc == SQLITE_OK ? sqlite_db_connect(made, SQLITE_OPEN_READWRITE, to) : rc;
}

static enum err copy(struct cx *cx, const char *from_path, const char *made, const char *path)
{
	sqlite3 *from = NULL, *to = NULL;
	enum err late = OK, err = sqlite_db_open_reader(cx, from_path, &from);
	int rc = SQLITE_OK, error = 0;

	if (err == OK)
		rc = open_copy(made, from, &to);
	if (err == OK && rc == SQLITE_OK)
		rc = copy_pages(cx, from, to, &late, &error);
	sqlite3_close(to);
	sqlite3_close(from);
	if (err != OK || late != OK)
		return err != OK ? err : late;
	return rc == SQLITE_OK ? OK : fail_copy(cx, path, rc, error);
}

static enum err fail_taken(struct cx *cx, const char *path)
{
	return fail(cx, ERR_INVALID, "invalid", "%s is there already", path);
}

enum err sqlite_backup(struct cx *cx, const char *from, const char *path)
{
	char made[PATH_MAX];
	bool taken = false;
	struct stat st;
	enum err err;

	if (strlen(path) > PATH_MAX - 32)
		return fail(cx, ERR_INVALID, "invalid", "the path of the backup is too long");
	if (lstat(path, &st) == 0)
		return fail_taken(cx, path);
	err = sqlite_file_begin(cx, path, made);
	if (err != OK)
		return err;
	err = copy(cx, from, made, path);
	if (err == OK)
		err = sqlite_file_sync(cx, made, path);
	if (err != OK) {
		unlink(made);
		return err;
	}
	err = sqlite_file_place(cx, made, path, &taken);
	if (err != OK || taken)
		return err != OK ? err : fail_taken(cx, path);
	err = sqlite_file_sync_folder(cx, path);
	if (err != OK)
		unlink(path);
	return err;
}
