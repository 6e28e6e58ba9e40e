#include "adapter/sqlite_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapter/sqlite_db.h"
#include "adapter/sqlite_pages.h"

/*
 * One table for all items: a partition's rows lie side by side, in the order of its sort key. `attrs` is a
 * JSON object, its members in order. The two numbers are those of sqlite_db.h, checked at each opening.
 */
static const char schema[] = "PRAGMA synchronous=FULL;"
			     "PRAGMA auto_vacuum=NONE;"
			     "PRAGMA application_id=0x696e6b70;"
			     "PRAGMA user_version=2;"
			     "CREATE TABLE item("
			     "code TEXT NOT NULL,"
			     "itemType TEXT NOT NULL,"
			     "rev INTEGER NOT NULL,"
			     "attrs TEXT NOT NULL,"
			     "PRIMARY KEY(code,itemType)) WITHOUT ROWID;"
			     "PRAGMA journal_mode=WAL;";

enum err sqlite_file_fail(struct cx *cx, const char *path, const char *doing, int error)
{
	bool full = error == ENOSPC || error == EDQUOT;

	return fail(cx, full ? ERR_LIMIT : ERR_INVALID, full ? "storage_full" : "invalid",
		    "%s can not be %s: %s", path, doing, strerror(error));
}

static bool is_there(const char *path, const char *suffix)
{
	char name[PATH_MAX];
	struct stat st;

	snprintf(name, sizeof(name), "%s%s", path, suffix);
	return stat(name, &st) == 0 && st.st_size > 0;
}

enum err sqlite_file_sync(struct cx *cx, const char *made, const char *path)
{
	int fd = open(made, O_RDONLY | O_CLOEXEC);
	int error = fd < 0 || fsync(fd) < 0 ? errno : 0;

	if (fd >= 0)
		close(fd);
	return error == 0 ? OK : sqlite_file_fail(cx, path, "written", error);
}

enum err sqlite_file_sync_folder(struct cx *cx, const char *path)
{
	char folder[PATH_MAX];
	char *slash;
	int fd, error;

	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	slash[slash == folder] = '\0'; /* there is one: see store_sqlite_open */
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	error = fd < 0 || fsync(fd) < 0 ? errno : 0;
	if (fd >= 0)
		close(fd);
	return error == 0 ? OK : sqlite_file_fail(cx, path, "put in its place", error);
}

enum err sqlite_file_write_schema(struct cx *cx, const char *path)
{
	sqlite3 *db = NULL;
	int rc = sqlite_db_connect(path, SQLITE_OPEN_READWRITE, &db);

	if (rc == SQLITE_OK)
		rc = sqlite_pages_reserve(db);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, schema, NULL, NULL, NULL);
	if (sqlite3_close(db) != SQLITE_OK && rc == SQLITE_OK)
		rc = SQLITE_BUSY;
	if (rc == SQLITE_FULL)
		return sqlite_file_fail(cx, path, "made", ENOSPC);
	return rc == SQLITE_OK ? OK : sqlite_db_fail(cx, rc, "the schema can not be written");
}

enum err sqlite_file_place(struct cx *cx, const char *made, const char *path, bool *taken)
{
	int error;

	*taken = false;
	if (renameat2(AT_FDCWD, made, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
		return OK;
	error = errno;
	unlink(made);
	*taken = error == EEXIST;
	return *taken ? OK : sqlite_file_fail(cx, path, "put in its place", error);
}

enum err sqlite_file_begin(struct cx *cx, const char *path, char made[PATH_MAX])
{
	int fd;

	snprintf(made, PATH_MAX, "%s.new-XXXXXX", path);
	fd = mkostemp(made, O_CLOEXEC); /* mode 0600 */
	if (fd < 0)
		return sqlite_file_fail(cx, path, "made", errno);
	close(fd);
	return OK;
}

enum err sqlite_file_check_rest(struct cx *cx, const char *path)
{
	static const char *const rests[] = { "-wal", "-shm", "-journal" };

	for (size_t i = 0; i < sizeof(rests) / sizeof(rests[0]); i++) {
		if (is_there(path, rests[i]))
			return fail(cx, ERR_INVALID, "damaged",
				    "%s is missing, but %s%s is there: the database was removed: "
				    "restore a backup",
				    path, path, rests[i]);
	}
	return OK;
}

/* Of two processes that make it at once the second keeps what the first made. */
static enum err make_file(struct cx *cx, const char *path)
{
	char made[PATH_MAX];
	bool taken;
	enum err err = sqlite_file_check_rest(cx, path);

	if (err != OK)
		return err;
	err = sqlite_file_begin(cx, path, made);
	if (err != OK)
		return err;
	err = sqlite_file_write_schema(cx, made);
	if (err != OK) {
		unlink(made);
		return err;
	}
	err = sqlite_file_place(cx, made, path, &taken);
	return err == OK && !taken ? sqlite_file_sync_folder(cx, path) : err;
}

enum err sqlite_file_ensure(struct cx *cx, const char *path)
{
	struct stat st;

	if (strlen(path) > PATH_MAX - 32)
		return fail(cx, ERR_INVALID, "invalid", "the path of the database is too long");
	if (stat(path, &st) < 0)
		return errno == ENOENT ? make_file(cx, path)
				       : sqlite_file_fail(cx, path, "reached", errno);
	if (!S_ISREG(st.st_mode))
		return fail(cx, ERR_INVALID, "invalid", "%s is not a file", path);
	if (st.st_size == 0)
		return fail(cx, ERR_INVALID, "damaged",
			    "%s is empty: the database was cut or replaced: restore a backup",
			    path);
	return OK;
}
