#include "main/storage.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapter/store_sqlite.h"

#define SQLITE_SCHEME STR("sqlite:")

enum err storage_check(struct cx *cx, const struct settings *settings)
{
	struct str url = str_of(settings->store);

	if (url.len == 0 || (str_starts(url, SQLITE_SCHEME) && url.len > SQLITE_SCHEME.len))
		return OK;
	return fail(cx, ERR_INVALID, "not_implemented", "--store %s: only sqlite:PATH is built yet",
		    settings->store);
}

static struct str path_of(struct cx *cx, const struct settings *settings)
{
	struct str url = str_of(settings->store);

	struct str path = str_sub(url, SQLITE_SCHEME.len, url.len);

	if (url.len == 0)
		return str_printf(cx->arena, "%s/innkeeper.db", settings->data);
	if (str_index(path, '/') == path.len)
		return str_printf(cx->arena, "./" STR_FMT, STR_ARG(path));
	return path;
}

static enum err make_folder(struct cx *cx, const struct settings *settings)
{
	if (settings->store[0] != '\0' || mkdir(settings->data, 0700) == 0 || errno == EEXIST)
		return OK;
	return fail(cx, ERR_INVALID, "invalid", "--data %s: %s", settings->data, strerror(errno));
}

/* The lock's file stays for good: one that is removed could be locked by two. */
static enum err take_lock(struct cx *cx, int how, struct storage *out)
{
	char *name = str_c(cx->arena, str_printf(cx->arena, STR_FMT ".lock", STR_ARG(out->path)));
	int fd = name ? open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
	int error;

	if (fd < 0)
		return fail(cx, ERR_INVALID, "invalid", "%s can not be made: %s", name,
			    strerror(errno));
	if (flock(fd, how | LOCK_NB) == 0) {
		out->lock = fd;
		return OK;
	}
	error = errno;
	close(fd);
	if (error != EWOULDBLOCK)
		return fail(cx, ERR_UNAVAILABLE, "unavailable", "%s can not be locked: %s", name,
			    strerror(error));
	if (how == LOCK_EX)
		return fail(cx, ERR_CONFLICT, "in_use",
			    STR_FMT " is open in another innkeeper process: stop it first",
			    STR_ARG(out->path));
	return fail(cx, ERR_UNAVAILABLE, "unavailable", STR_FMT " is being restored",
		    STR_ARG(out->path));
}

void storage_close(struct storage *storage)
{
	store_close(storage->store);
	if (storage->lock != 0)
		close(storage->lock);
	*storage = (struct storage){ .store = NULL };
}

enum err storage_open(struct cx *cx, const struct settings *settings, bool may_make,
		      struct storage *out)
{
	enum err err = storage_check(cx, settings);
	char *path;

	if (err != OK)
		return err;
	out->path = path_of(cx, settings);
	path = str_c(cx->arena, out->path);
	if (!may_make && (!path || access(path, F_OK) != 0))
		return fail(cx, ERR_NOT_FOUND, "not_found", "there is no store %s", path);
	if (may_make)
		err = make_folder(cx, settings);
	if (err == OK)
		err = take_lock(cx, LOCK_SH, out);
	if (err == OK)
		err = store_sqlite_open(cx, out->path, &out->store);
	if (err != OK)
		storage_close(out);
	return err;
}

enum err storage_exclude(struct cx *cx, const struct settings *settings, struct storage *out)
{
	enum err err = storage_check(cx, settings);

	if (err != OK)
		return err;
	out->path = path_of(cx, settings);
	err = make_folder(cx, settings);
	return err == OK ? take_lock(cx, LOCK_EX, out) : err;
}
