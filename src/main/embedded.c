#include "main/embedded.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapter/sqlite_file.h"
#include "adapter/sqlite_lift.h"
#include "adapter/sqlite_log.h"
#include "adapter/store_sqlite.h"
#include "base/log.h"

#define MARK_BYTES 64

/* Another process may look at the log first, or restore. */
#define LOCK_TRIES 100
#define LOCK_TRY_US 50000

/* What the lock's file holds: which start of the system a store was opened in last. Empty: none ever was. */
struct mark {
	char text[MARK_BYTES];
	size_t len;
};

static struct mark read_mark(int fd)
{
	struct mark mark = { .len = 0 };
	ssize_t len = fd < 0 ? 0 : pread(fd, mark.text, sizeof(mark.text), 0);

	mark.len = len < 0 ? 0 : (size_t)len;
	return mark;
}

/* The kernel makes a new one at each start; where it can not be read every start is another one. */
static struct mark this_start(void)
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	struct mark mark = read_mark(fd);

	if (fd >= 0)
		close(fd);
	return mark;
}

static bool is_same(const struct mark *a, const struct mark *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

/* Nothing hangs on its being written: without it less is found. */
static void write_mark(const struct embedded *embedded)
{
	struct mark old = read_mark(embedded->lock), now = this_start();

	if (now.len == 0)
		now = (struct mark){ "unknown\n", 8 };
	if (is_same(&old, &now))
		return;
	if (ftruncate(embedded->lock, 0) < 0 ||
	    pwrite(embedded->lock, now.text, now.len, 0) != (ssize_t)now.len)
		log_event(LOG_LEVEL_WARN, "mark_failed", "the lock's file: %s", strerror(errno));
}

static enum err fail_lock(struct cx *cx, const struct embedded *embedded, int how, int error)
{
	if (error != EWOULDBLOCK)
		return fail(cx, ERR_UNAVAILABLE, "unavailable",
			    STR_FMT ".lock can not be locked: %s", STR_ARG(embedded->path),
			    strerror(error));
	if (how == LOCK_EX)
		return fail(cx, ERR_CONFLICT, "in_use",
			    STR_FMT " is open in another innkeeper process: stop it first",
			    STR_ARG(embedded->path));
	return fail(cx, ERR_UNAVAILABLE, "unavailable",
		    STR_FMT " is being restored, or gets its sums", STR_ARG(embedded->path));
}

/* The file stays for good: one that is removed could be locked by two. */
static enum err open_lock(struct cx *cx, struct embedded *out)
{
	char *name = str_c(cx->arena, str_printf(cx->arena, STR_FMT ".lock", STR_ARG(out->path)));
	int fd = name ? open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;

	if (fd < 0)
		return fail(cx, ERR_INVALID, "invalid", "%s can not be made: %s", name,
			    strerror(errno));
	out->lock = fd;
	return OK;
}

static enum err take_lock(struct cx *cx, int how, struct embedded *out)
{
	for (unsigned i = 0; flock(out->lock, how | LOCK_NB) < 0; i++) {
		if (errno != EWOULDBLOCK || how == LOCK_EX || i == LOCK_TRIES)
			return fail_lock(cx, out, how, errno);
		usleep(LOCK_TRY_US);
	}
	return OK;
}

/*
 * What can be looked at and changed only while nobody has the store open. Where others have, they have done it.
 * A store that can not get its sums, as on a full disk, serves without them.
 */
static enum err prepare(struct cx *cx, const struct embedded *embedded, const char *path)
{
	struct mark old, now = this_start();
	enum err err;

	if (flock(embedded->lock, LOCK_EX | LOCK_NB) < 0)
		return OK;
	old = read_mark(embedded->lock);
	err = sqlite_log_check(cx, path, now.len != 0 && is_same(&old, &now));
	if (err != OK)
		return err;
	if (sqlite_lift(cx, path) != OK) {
		log_event(LOG_LEVEL_WARN, "store_without_sums",
			  "%s: the next start tries again, or export it and import it into a new "
			  "store: " STR_FMT,
			  path, STR_ARG(cx->failure.detail));
		cx_clear(cx);
	}
	return OK;
}

/* An empty store in the place of one that is lost would look sound. */
static enum err check_missing(struct cx *cx, const char *path, bool may_make)
{
	const char *name = str_c(cx->arena, str_printf(cx->arena, "%s.lock", path));
	int fd = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
	bool was_there = read_mark(fd).len != 0;
	enum err err = sqlite_file_check_rest(cx, path);

	if (fd >= 0)
		close(fd);
	if (err == OK && was_there)
		err = fail(cx, ERR_INVALID, "damaged",
			   "%s is missing, but %s says that it was there: restore a backup, or "
			   "remove that file to begin with an empty store",
			   path, name);
	if (err == OK && !may_make)
		err = fail(cx, ERR_NOT_FOUND, "not_found", "there is no store %s", path);
	return err;
}

void embedded_close(struct embedded *embedded)
{
	if (embedded->lock != 0)
		close(embedded->lock);
	*embedded = (struct embedded){ .lock = 0 };
}

enum err embedded_open(struct cx *cx, struct str path, bool may_make, struct embedded *out,
		       struct store **store)
{
	char *name = str_c(cx->arena, path);
	enum err err = OK;

	*out = (struct embedded){ .path = path };
	if (!name)
		return cx_check_memory(cx);
	if (access(name, F_OK) != 0)
		err = check_missing(cx, name, may_make);
	if (err == OK)
		err = open_lock(cx, out);
	if (err == OK)
		err = prepare(cx, out, name);
	if (err == OK)
		err = take_lock(cx, LOCK_SH, out);
	if (err == OK)
		err = store_sqlite_open(cx, path, store);
	if (err == OK)
		write_mark(out);
	else
		embedded_close(out);
	return err;
}

enum err embedded_exclude(struct cx *cx, struct str path, struct embedded *out)
{
	enum err err;

	*out = (struct embedded){ .path = path };
	err = open_lock(cx, out);
	return err == OK ? take_lock(cx, LOCK_EX, out) : err;
}
