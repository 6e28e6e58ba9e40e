#include "adapter/sqlite_lift.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "adapter/sqlite_db.h"
#include "adapter/sqlite_file.h"
#include "adapter/sqlite_pages.h"
#include "adapter/sqlite_restore.h"
#include "base/log.h"

/* Of the head of a database. */
#define HEAD_BYTES 100
#define HEAD_RESERVED 20
#define HEAD_VERSION 60
#define HEAD_APPLICATION 68

/* The file is synced as a whole, before it gets its name. */
static const char copy_items[] =
	"PRAGMA journal_mode=OFF;PRAGMA synchronous=OFF;"
	"INSERT INTO main.item(code,itemType,rev,attrs) "
	"SELECT code,itemType,rev,attrs FROM old.item ORDER BY code,itemType;"
	"DETACH old;";

static unsigned number(const unsigned char *bytes)
{
	return (unsigned)bytes[0] << 24 | (unsigned)bytes[1] << 16 | (unsigned)bytes[2] << 8 |
	       bytes[3];
}

static int attach(sqlite3 *db, const char *path)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, "ATTACH ?1 AS old", -1, &stmt, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_bind_text(stmt, 1, path, -1, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static enum err copy(struct cx *cx, const char *path, const char *made)
{
	sqlite3 *db = NULL;
	int rc = sqlite_db_connect(made, SQLITE_OPEN_READWRITE, &db);
	bool is_full;

	if (rc == SQLITE_OK)
		rc = attach(db, path);
	errno = 0;
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, copy_items, NULL, NULL, NULL);
	is_full = sqlite_db_is_full(rc, errno);
	sqlite3_close(db);
	if (is_full)
		return sqlite_file_fail(cx, made, "written", ENOSPC);
	return rc == SQLITE_OK ? OK : sqlite_db_fail(cx, rc, "the items can not be copied");
}

static enum err make(struct cx *cx, const char *path, const char *made)
{
	int fd = open(made, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	enum err err;

	if (fd < 0)
		return sqlite_file_fail(cx, made, "made", errno);
	close(fd);
	err = sqlite_file_write_schema(cx, made);
	if (err == OK)
		err = copy(cx, path, made);
	return err == OK ? sqlite_file_sync(cx, made, made) : err;
}

static bool needs_sums(const char *path)
{
	unsigned char head[HEAD_BYTES];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? 0 : pread(fd, head, sizeof(head), 0);

	if (fd >= 0)
		close(fd);
	return len == HEAD_BYTES && head[HEAD_RESERVED] == 0 &&
	       number(head + HEAD_APPLICATION) == SQLITE_PAGES_APPLICATION_ID &&
	       number(head + HEAD_VERSION) == SQLITE_DB_VERSION_WITHOUT_SUMS;
}

enum err sqlite_lift(struct cx *cx, const char *path)
{
	char made[PATH_MAX];
	enum err err;

	if (strlen(path) > PATH_MAX - 32 || !needs_sums(path))
		return OK;
	sqlite_restore_begin(path, made);
	log_event(LOG_LEVEL_INFO, "store_lift", "%s: its pages get sums", path);
	err = make(cx, path, made);
	if (err == OK)
		err = sqlite_restore_place(cx, made, path);
	if (err != OK)
		sqlite_restore_drop(made);
	return err;
}
