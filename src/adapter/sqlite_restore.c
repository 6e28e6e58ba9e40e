#include "adapter/sqlite_restore.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapter/sqlite_db.h"
#include "adapter/sqlite_file.h"

#define COPY_BYTES ((size_t)1 << 20)

/* What the engine keeps beside a file, and would take for the new one's. An index without its log would look like damage (sqlite_log.h). */
static const char *const logs[] = { "-shm", "-wal", "-journal" };

#define LOGS (sizeof(logs) / sizeof(logs[0]))

static void beside(const char *path, const char *suffix, char name[PATH_MAX])
{
	snprintf(name, PATH_MAX, "%s%s", path, suffix);
}

/* Names a log that holds something, or returns false. */
static bool find_log(const char *path, char name[PATH_MAX])
{
	struct stat st;

	for (size_t i = 1; i < LOGS; i++) {
		beside(path, logs[i], name);
		if (stat(name, &st) == 0 && st.st_size > 0)
			return true;
	}
	return false;
}

static void remove_logs(const char *path)
{
	char name[PATH_MAX];

	for (size_t i = 0; i < LOGS; i++) {
		beside(path, logs[i], name);
		unlink(name);
	}
}

bool sqlite_restore_has_store(const char *path)
{
	char name[PATH_MAX];

	return access(path, F_OK) == 0 || find_log(path, name);
}

void sqlite_restore_drop(const char *made)
{
	unlink(made);
	remove_logs(made);
}

void sqlite_restore_begin(const char *path, char made[PATH_MAX])
{
	beside(path, ".restore", made);
	sqlite_restore_drop(made);
}

static int write_all(int to, const char *bytes, size_t len)
{
	while (len != 0) {
		ssize_t done = write(to, bytes, len);

		if (done < 0)
			return errno;
		bytes += done;
		len -= (size_t)done;
	}
	return 0;
}

/* Returns 0 or errno. */
static int copy_bytes(int from, int to, char *buffer)
{
	ssize_t n;

	while ((n = read(from, buffer, COPY_BYTES)) > 0) {
		int error = write_all(to, buffer, (size_t)n);

		if (error != 0)
			return error;
	}
	if (n < 0)
		return errno;
	return fsync(to) < 0 ? errno : 0;
}

/* The engine takes what is cut off for zeros. Its header says the page's size and their number. */
static bool has_all_pages(int fd, uint64_t size_bytes)
{
	unsigned char head[32];
	uint64_t page, pages;

	if (pread(fd, head, sizeof(head), 0) != (ssize_t)sizeof(head))
		return false;
	page = (uint64_t)head[16] << 8 | head[17];
	pages = (uint64_t)head[28] << 24 | (uint64_t)head[29] << 16 | (uint64_t)head[30] << 8 |
		head[31];
	return size_bytes == pages * (page == 1 ? 65536 : page);
}

static enum err check_size(struct cx *cx, const char *from)
{
	int fd = open(from, O_RDONLY | O_CLOEXEC);
	struct stat st;
	bool whole;

	if (fd < 0)
		return sqlite_file_fail(cx, from, "read", errno);
	whole = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
		has_all_pages(fd, (uint64_t)st.st_size);
	close(fd);
	return whole ? OK
		     : fail(cx, ERR_INVALID, "invalid",
			    "%s is no backup: it is no database, or was cut off", from);
}

static enum err copy(struct cx *cx, const char *from, const char *made)
{
	char *buffer = arena_bytes(cx->arena, COPY_BYTES);
	int in = open(from, O_RDONLY | O_CLOEXEC), out, error;

	if (in < 0 || !buffer) {
		error = errno;
		if (in >= 0)
			close(in);
		return buffer ? sqlite_file_fail(cx, from, "read", error) : cx_check_memory(cx);
	}
	out = open(made, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	error = out < 0 ? errno : copy_bytes(in, out, buffer);
	if (out >= 0 && close(out) < 0 && error == 0)
		error = errno;
	close(in);
	return error == 0 ? OK : sqlite_file_fail(cx, made, "written", error);
}

enum err sqlite_restore_copy(struct cx *cx, const char *from, const char *path, char made[PATH_MAX])
{
	char log[PATH_MAX];
	enum err err;

	if (strlen(path) > PATH_MAX - 32 || strlen(from) > PATH_MAX - 32)
		return fail(cx, ERR_INVALID, "invalid", "the path of the database is too long");
	err = check_size(cx, from);
	if (err != OK)
		return err;
	if (find_log(from, log))
		return fail(cx, ERR_INVALID, "invalid",
			    "%s is no backup but a store with a log, %s: make a backup of it", from,
			    log);
	sqlite_restore_begin(path, made);
	err = copy(cx, from, made);
	if (err != OK)
		sqlite_restore_drop(made);
	return err;
}

/* Moves the log into the file and ends the use of one: only who is alone can, and the engine sees to it that a kill does no harm. */
static int leave_wal(const char *path)
{
	sqlite3_stmt *stmt = NULL;
	sqlite3 *db = NULL;
	int rc = sqlite_db_connect(path, SQLITE_OPEN_READWRITE, &db);

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, "PRAGMA synchronous=EXTRA", NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(db, "PRAGMA journal_mode=DELETE", -1, &stmt, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		rc = strcmp((const char *)sqlite3_column_text(stmt, 0), "delete") == 0
			     ? SQLITE_OK
			     : SQLITE_BUSY;
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return rc;
}

/* The old store as one file. A damaged one is not to be saved: its log goes without it. */
static enum err settle(struct cx *cx, const char *path)
{
	char log[PATH_MAX];
	int rc = access(path, F_OK) == 0 ? leave_wal(path) : SQLITE_OK;

	if (rc != SQLITE_OK && !sqlite_db_is_damaged(rc))
		return sqlite_db_fail(cx, rc, "the store that is to be replaced can not be closed");
	if (rc == SQLITE_OK && access(path, F_OK) == 0 && find_log(path, log))
		return fail(cx, ERR_UNAVAILABLE, "unavailable", "%s is in use by another program",
			    log);
	remove_logs(path);
	return sqlite_file_sync_folder(cx, path);
}

enum err sqlite_restore_place(struct cx *cx, const char *made, const char *path)
{
	char log[PATH_MAX];
	enum err err;

	if (find_log(made, log))
		return fail(cx, ERR_UNAVAILABLE, "unavailable", "%s is in use by another program",
			    log);
	err = settle(cx, path);
	if (err != OK)
		return err;
	if (rename(made, path) < 0)
		return sqlite_file_fail(cx, path, "put in its place", errno);
	return sqlite_file_sync_folder(cx, path);
}
