#include "vfs_fault.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
static struct vfs_fault_plan current;
static atomic_uint seen, failed;
static atomic_bool remembering, sparing, is_released;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards current and images */
static struct image images[IMAGES];

static sqlite3_file *real_of(sqlite3_file *file)
{
	return ((struct file *)file)->real;
}

static bool ends_so(const char *name, const char *suffix)
{
	size_t len = name ? strlen(name) : 0;

	return !suffix ||
	       (len >= strlen(suffix) && strcmp(name + len - strlen(suffix), suffix) == 0);
}

/* What to do with this call: a plan whose rc is SQLITE_OK when it is to go on. */
static struct vfs_fault_plan meet(enum vfs_fault_call call, const char *name)
{
	struct vfs_fault_plan plan;
	unsigned at;

	pthread_mutex_lock(&lock);
	plan = current;
	pthread_mutex_unlock(&lock);
	if ((plan.calls & call) == 0 || !ends_so(name, plan.suffix))
		return (struct vfs_fault_plan){ .rc = SQLITE_OK };
	at = atomic_fetch_add(&seen, 1) + 1;
	if (plan.nth == 0 || at < plan.nth || at - plan.nth >= (plan.count == 0 ? 1 : plan.count))
		return (struct vfs_fault_plan){ .rc = SQLITE_OK };
	if (plan.exit_code != 0)
		_exit(plan.exit_code);
	if (plan.delay_ms != 0)
		usleep(plan.delay_ms * 1000);
	while (plan.is_held && !atomic_load(&is_released))
		usleep(1000);
	if (plan.rc != SQLITE_OK)
		atomic_fetch_add(&failed, 1);
	return plan;
}

/* The rc, with errno beside it where the call is to fail. */
static int answer(const struct vfs_fault_plan *plan)
{
	if (plan->rc != SQLITE_OK)
		errno = plan->error;
	return plan->rc;
}

static int meet_simply(enum vfs_fault_call call, const char *name)
{
	struct vfs_fault_plan plan = meet(call, name);

	return answer(&plan);
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

/* Through the engine's own handle: to open and close the file here would end the locks it holds. */
static void remember(struct file *file)
{
	sqlite3_file *real = file->real;
	struct image *image;
	sqlite3_int64 size;

	if (!atomic_load(&remembering) || !file->name)
		return;
	pthread_mutex_lock(&lock);
	image = find_image(file->name);
	if (real->pMethods->xFileSize(real, &size) != SQLITE_OK)
		abort();
	image->deleted = false;
	image->len = (size_t)size;
	image->bytes = realloc(image->bytes, image->len + 1);
	if (image->len != 0 &&
	    real->pMethods->xRead(real, image->bytes, (int)image->len, 0) != SQLITE_OK)
		abort();
	pthread_mutex_unlock(&lock);
}

static int file_close(sqlite3_file *file)
{
	return real_of(file)->pMethods->xClose(real_of(file));
}

static int file_read(sqlite3_file *file, void *out, int len, sqlite3_int64 at)
{
	int rc = meet_simply(VFS_FAULT_READ, ((struct file *)file)->name);

	return rc != SQLITE_OK ? rc : real_of(file)->pMethods->xRead(real_of(file), out, len, at);
}

static int file_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
	struct vfs_fault_plan plan = meet(VFS_FAULT_WRITE, ((struct file *)file)->name);

	if (plan.rc == SQLITE_OK)
		return real_of(file)->pMethods->xWrite(real_of(file), bytes, len, at);
	if (plan.torn)
		real_of(file)->pMethods->xWrite(real_of(file), bytes, len / 2, at);
	return answer(&plan);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	int rc = meet_simply(VFS_FAULT_TRUNCATE, ((struct file *)file)->name);

	return rc != SQLITE_OK ? rc : real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int file_sync(sqlite3_file *file, int flags)
{
	int rc = meet_simply(VFS_FAULT_SYNC, ((struct file *)file)->name);

	if (rc == SQLITE_OK && !atomic_load(&sparing))
		rc = real_of(file)->pMethods->xSync(real_of(file), flags);
	if (rc == SQLITE_OK)
		remember((struct file *)file);
	return rc;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int file_lock(sqlite3_file *file, int level)
{
	return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
	return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int file_check_lock(sqlite3_file *file, int *out)
{
	return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}

static int file_control(sqlite3_file *file, int op, void *arg)
{
	return real_of(file)->pMethods->xFileControl(real_of(file), op, arg);
}

static int file_sector_size(sqlite3_file *file)
{
	return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int file_traits(sqlite3_file *file)
{
	return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
	int rc = extend ? meet_simply(VFS_FAULT_SHM, ((struct file *)file)->name) : SQLITE_OK;

	return rc != SQLITE_OK
		       ? rc
		       : real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, out);
}

static int file_shm_lock(sqlite3_file *file, int at, int n, int flags)
{
	return real_of(file)->pMethods->xShmLock(real_of(file), at, n, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
	real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int file_shm_unmap(sqlite3_file *file, int remove_it)
{
	return real_of(file)->pMethods->xShmUnmap(real_of(file), remove_it);
}

static const sqlite3_io_methods file_methods = {
	.iVersion = 2,
	.xClose = file_close,
	.xRead = file_read,
	.xWrite = file_write,
	.xTruncate = file_truncate,
	.xSync = file_sync,
	.xFileSize = file_size,
	.xLock = file_lock,
	.xUnlock = file_unlock,
	.xCheckReservedLock = file_check_lock,
	.xFileControl = file_control,
	.xSectorSize = file_sector_size,
	.xDeviceCharacteristics = file_traits,
	.xShmMap = file_shm_map,
	.xShmLock = file_shm_lock,
	.xShmBarrier = file_shm_barrier,
	.xShmUnmap = file_shm_unmap,
};

static int vfs_open(sqlite3_vfs *self, const char *name, sqlite3_file *out, int flags,
		    int *out_flags)
{
	struct file *file = (struct file *)out;
	int rc;

	(void)self;
	file->base.pMethods = NULL;
	file->name = name;
	rc = system_vfs->xOpen(system_vfs, name, file->real, flags, out_flags);
	if (file->real->pMethods)
		file->base.pMethods = &file_methods;
	if (rc == SQLITE_OK)
		remember(file);
	return rc;
}

static int vfs_delete(sqlite3_vfs *self, const char *name, int sync_folder)
{
	int rc = meet_simply(VFS_FAULT_DELETE, name);

	(void)self;
	if (rc != SQLITE_OK)
		return rc;
	if (atomic_load(&remembering)) {
		pthread_mutex_lock(&lock);
		find_image(name)->deleted = true;
		pthread_mutex_unlock(&lock);
	}
	return system_vfs->xDelete(system_vfs, name, sync_folder);
}

void vfs_fault_register(void)
{
	system_vfs = sqlite3_vfs_find(NULL);
	vfs = *system_vfs;
	vfs.zName = "fault";
	vfs.szOsFile = (int)sizeof(struct file) + system_vfs->szOsFile;
	vfs.xOpen = vfs_open;
	vfs.xDelete = vfs_delete;
	if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK)
		abort();
}

void vfs_fault_spare_syncs(void)
{
	atomic_store(&sparing, true);
}

void vfs_fault_release(void)
{
	atomic_store(&is_released, true);
}

void vfs_fault_plan(const struct vfs_fault_plan *plan)
{
	atomic_store(&is_released, false);
	pthread_mutex_lock(&lock);
	current = plan ? *plan : (struct vfs_fault_plan){ .calls = 0 };
	pthread_mutex_unlock(&lock);
	atomic_store(&seen, 0);
	atomic_store(&failed, 0);
}

unsigned vfs_fault_seen(void)
{
	return atomic_load(&seen);
}

unsigned vfs_fault_failed(void)
{
	return atomic_load(&failed);
}

void vfs_fault_remember(void)
{
	atomic_store(&remembering, true);
}

void vfs_fault_cut_power(void)
{
	for (struct image *image = images; image < images + IMAGES && image->name; image++) {
		int fd;

		if (image->deleted) {
			unlink(image->name);
			continue;
		}
		fd = open(image->name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		if (fd < 0 || write(fd, image->bytes, image->len) != (ssize_t)image->len)
			abort();
		close(fd);
	}
}
