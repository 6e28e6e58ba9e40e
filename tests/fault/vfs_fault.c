#include "vfs_fault.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { IMAGES = 8 };

/* A file as it would be after a power cut. */
struct image {
	char *name;
	char *bytes;
	size_t len;
	bool deleted;
};

struct file {
	sqlite3_file base;
	const char *name; /* lives as long as the file is open; NULL = temporary */
	sqlite3_file real[];
};

static sqlite3_vfs vfs;
static sqlite3_vfs *system_vfs;
static struct vfs_fault_plan plan;
static atomic_uint seen, failed;
static atomic_bool remembering;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards images */
static struct image images[IMAGES];

static sqlite3_file *real_of(sqlite3_file *file)
{
	return ((struct file *)file)->real;
}

static bool ends_so(const char *name, const char *suffix)
{
	size_t len = name ? strlen(name) : 0;

	return !suffix || (len >= strlen(suffix) && strcmp(name + len - strlen(suffix), suffix) == 0);
}

/* SQLITE_OK when the call is to go on. */
static int meet(enum vfs_fault_call call, const char *name)
{
	unsigned count = plan.count == 0 ? 1 : plan.count, at;

	if ((plan.calls & call) == 0 || !ends_so(name, plan.suffix))
		return SQLITE_OK;
	at = atomic_fetch_add(&seen, 1) + 1;
	if (plan.nth == 0 || at < plan.nth || at - plan.nth >= count)
		return SQLITE_OK;
	if (plan.delay_ms != 0)
		usleep(plan.delay_ms * 1000);
	if (plan.rc == SQLITE_OK)
		return SQLITE_OK;
	atomic_fetch_add(&failed, 1);
	errno = plan.error;
	return plan.rc;
}

static struct image *find_image(const char *name)
{
	for (struct image *image = images; image < images + IMAGES; image++) {
		if (!image->name)
			image->name = strdup(name);
		if (strcmp(image->name, name) == 0)
			return image;
	}
	abort(); /* a test with more files than that */
}

static void remember(const char *name)
{
	struct image *image;
	struct stat st;
	int fd;

	if (!atomic_load(&remembering) || !name)
		return;
	pthread_mutex_lock(&lock);
	image = find_image(name);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	image->deleted = fd < 0;
	if (fd >= 0) {
		if (fstat(fd, &st) < 0)
			abort();
		image->bytes = realloc(image->bytes, (size_t)st.st_size + 1);
		if (pread(fd, image->bytes, (size_t)st.st_size, 0) != st.st_size)
			abort();
		image->len = (size_t)st.st_size;
		/* The test holds no other lock on this file than the engine's, which ends with it: see the caller. */
		close(fd);
	}
	pthread_mutex_unlock(&lock);
}

static int file_close(sqlite3_file *file)
{
	return real_of(file)->pMethods->xClose(real_of(file));
}

static int file_read(sqlite3_file *file, void *out, int len, sqlite3_int64 at)
{
	int rc = meet(VFS_FAULT_READ, ((struct file *)file)->name);

	return rc != SQLITE_OK ? rc : real_of(file)->pMethods->xRead(real_of(file), out, len, at);
}

static int file_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
	int rc = meet(VFS_FAULT_WRITE, ((struct file *)file)->name);

	if (rc != SQLITE_OK && plan.torn)
		real_of(file)->pMethods->xWrite(real_of(file), bytes, len / 2, at);
	if (rc != SQLITE_OK)
		errno = plan.error;
	return rc != SQLITE_OK ? rc : real_of(file)->pMethods->xWrite(real_of(file), bytes, len, at);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	int rc = meet(VFS_FAULT_TRUNCATE, ((struct file *)file)->name);

	return rc != SQLITE_OK ? rc : real_of(file)->pMethods->xTruncate(real_of(file), size);
}
