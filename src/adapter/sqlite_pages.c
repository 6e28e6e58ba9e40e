#include "adapter/sqlite_pages.h"

#include <string.h>
#include <unistd.h>

#include "adapter/sqlite_sum.h"
#include "base/heap.h"
#include "base/log.h"

#define NAME "innkeeper-pages"
#define PAGE SQLITE_PAGES_BYTES
#define SUMMED (PAGE - SQLITE_PAGES_SUM_BYTES)

/* The head of a database: what it begins with, and where it says that there is room for the sums, and whose it is. */
#define MAGIC "SQLite format 3"
#define HEAD_BYTES 100
#define HEAD_RESERVED 20
#define HEAD_VERSION 60
#define HEAD_APPLICATION 68
#define VERSION_WITHOUT_SUMS 1

/* The log: a head, then frames of a head and a page. A frame's sums go on from those of the one before, the first one's from the head's. */
#define LOG_HEAD_BYTES 32
#define FRAME_HEAD_BYTES 24
#define FRAME_BYTES (FRAME_HEAD_BYTES + PAGE)
#define FRAME_SUMS 16
#define FRAME_SUMMED 8 /* of its head: the page's number, the size of the database */

/* A call that the engine passes on to the file: which page was damaged? */
#define CONTROL_DAMAGED 0x696e6b01

/* Looks at a page that somebody may be writing at the moment. */
#define LOOKS 4
#define LOOK_AGAIN_US 1000u /* four times as long each time */

struct vfs {
	sqlite3_vfs base;
	sqlite3_vfs *below;
};

struct file {
	sqlite3_file base;
	const char *name; /* lives as long as the file is open */
	bool has_sums;    /* a database: its pages end with sums */
	uint32_t damaged; /* a database: the page found damaged last, from 1 */
	sqlite3_int64
		uncertain; /* a log: from here on this connection has written what it has not synced */
	sqlite3_file real[];
};

static uint32_t big_endian(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

static sqlite3_file *real(sqlite3_file *file)
{
	return ((struct file *)file)->real;
}

static bool is_right(const unsigned char page[PAGE])
{
	uint32_t sums[2] = { 0, 0 };

	sqlite_sum_add(sums, page, SUMMED);
	return memcmp(page + SUMMED, sums, sizeof(sums)) == 0;
}

/*
 * A store of schema 1 says so at one place and that it has no room at another: no single damage makes a store
 * with sums look like one. What is no database, or another program's, the engine and sqlite_db.c say better.
 */
static bool says_sums(const unsigned char head[HEAD_BYTES])
{
	if (memcmp(head, MAGIC, sizeof(MAGIC)) != 0)
		return false;
	if (head[HEAD_RESERVED] == SQLITE_PAGES_SUM_BYTES)
		return true;
	return big_endian(head + HEAD_APPLICATION) == SQLITE_PAGES_APPLICATION_ID &&
	       (head[HEAD_RESERVED] != 0 ||
		big_endian(head + HEAD_VERSION) != VERSION_WITHOUT_SUMS);
}

static int fail_page(struct file *file, sqlite3_int64 at)
{
	file->damaged = (uint32_t)(at / PAGE) + 1;
	log_event(LOG_LEVEL_ERROR, "page_damaged", "%s: page %u is not what was written",
		  file->name, file->damaged);
	return SQLITE_IOERR_DATA;
}

/* A new database, which is empty, says nothing yet: it is one of ours. */
static int read_database(sqlite3_file *base, void *out, int len, sqlite3_int64 at)
{
	struct file *file = (struct file *)base;
	int rc = real(base)->pMethods->xRead(real(base), out, len, at);

	if (len == HEAD_BYTES && at == 0 && rc == SQLITE_OK)
		file->has_sums = says_sums(out);
	if (!file->has_sums || len <= HEAD_BYTES ||
	    (rc != SQLITE_OK && rc != SQLITE_IOERR_SHORT_READ))
		return rc;
	if (len != PAGE || at % PAGE != 0) /* a damaged head names another size */
		return fail_page(file, 0);
	return is_right(out) ? rc : fail_page(file, at);
}

/* The engine's own page is not to be changed. */
static int write_database(sqlite3_file *base, const void *bytes, int len, sqlite3_int64 at)
{
	struct file *file = (struct file *)base;
	unsigned char page[PAGE];
	uint32_t sums[2] = { 0, 0 };

	if (at == 0 && len == PAGE)
		file->has_sums = says_sums(bytes);
	if (!file->has_sums || len != PAGE)
		return real(base)->pMethods->xWrite(real(base), bytes, len, at);
	memcpy(page, bytes, SUMMED);
	sqlite_sum_add(sums, page, SUMMED);
	memcpy(page + SUMMED, sums, sizeof(sums));
	return real(base)->pMethods->xWrite(real(base), page, len, at);
}

static int control(sqlite3_file *base, int op, void *arg)
{
	if (op != CONTROL_DAMAGED)
		return real(base)->pMethods->xFileControl(real(base), op, arg);
	*(uint32_t *)arg = ((struct file *)base)->damaged;
	return SQLITE_OK;
}

/* The page that ends a frame. The engine looks at its sums only when it makes the index over the log anew. */
static int read_frame(struct file *file, void *out, sqlite3_int64 frame)
{
	sqlite3_file *real = file->real;
	unsigned char bytes[FRAME_BYTES], before[2 * sizeof(uint32_t)];
	bool is_first = frame == LOG_HEAD_BYTES;
	uint32_t sums[2];
	int rc = real->pMethods->xRead(real, bytes, FRAME_BYTES, frame);

	if (rc == SQLITE_OK)
		rc = real->pMethods->xRead(real, before, sizeof(before),
					   is_first ? LOG_HEAD_BYTES - (int)sizeof(before)
						    : frame - FRAME_BYTES + FRAME_SUMS);
	if (rc != SQLITE_OK)
		return rc;
	for (size_t i = 0; i < 2; i++)
		sums[i] = big_endian(before + 4 * i);
	sqlite_sum_add(sums, bytes, FRAME_SUMMED);
	sqlite_sum_add(sums, bytes + FRAME_HEAD_BYTES, PAGE);
	memcpy(out, bytes + FRAME_HEAD_BYTES, PAGE);
	if (sums[0] == big_endian(bytes + FRAME_SUMS) &&
	    sums[1] == big_endian(bytes + FRAME_SUMS + 4))
		return SQLITE_OK;
	log_event(LOG_LEVEL_ERROR, "page_damaged",
		  "%s: frame %lld, page %u is not what was written", file->name,
		  (long long)((frame - LOG_HEAD_BYTES) / FRAME_BYTES) + 1, big_endian(bytes));
	return SQLITE_IOERR_DATA;
}

/* What this connection has not committed yet has no sums that count: a page that is written again stays under its old ones until then. */
static int read_log(sqlite3_file *base, void *out, int len, sqlite3_int64 at)
{
	struct file *file = (struct file *)base;
	sqlite3_int64 frame = at - FRAME_HEAD_BYTES;

	if (len == PAGE && frame >= LOG_HEAD_BYTES && (frame - LOG_HEAD_BYTES) % FRAME_BYTES == 0 &&
	    frame < file->uncertain)
		return read_frame(file, out, frame);
	return real(base)->pMethods->xRead(real(base), out, len, at);
}

static int write_log(sqlite3_file *base, const void *bytes, int len, sqlite3_int64 at)
{
	struct file *file = (struct file *)base;

	if (at < file->uncertain)
		file->uncertain = at;
	return real(base)->pMethods->xWrite(real(base), bytes, len, at);
}

/* A log is synced at its head, and at the end of each commit. */
static int sync_file(sqlite3_file *base, int flags)
{
	int rc = real(base)->pMethods->xSync(real(base), flags);

	if (rc == SQLITE_OK)
		((struct file *)base)->uncertain = INT64_MAX;
	return rc;
}

static int pass_close(sqlite3_file *file)
{
	return real(file)->pMethods->xClose(real(file));
}

static int pass_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	return real(file)->pMethods->xTruncate(real(file), size);
}

static int pass_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return real(file)->pMethods->xFileSize(real(file), size);
}

static int pass_lock(sqlite3_file *file, int level)
{
	return real(file)->pMethods->xLock(real(file), level);
}

static int pass_unlock(sqlite3_file *file, int level)
{
	return real(file)->pMethods->xUnlock(real(file), level);
}

static int pass_check_lock(sqlite3_file *file, int *out)
{
	return real(file)->pMethods->xCheckReservedLock(real(file), out);
}

static int pass_sector_size(sqlite3_file *file)
{
	return real(file)->pMethods->xSectorSize(real(file));
}

/* Pages are to be read whole. */
static int pass_traits(sqlite3_file *file)
{
	const int subpage_read = 0x8000; /* SQLITE_IOCAP_SUBPAGE_READ, of newer versions */

	return real(file)->pMethods->xDeviceCharacteristics(real(file)) & ~subpage_read;
}

static int pass_shm_map(sqlite3_file *file, int at, int size, int extend, void volatile **out)
{
	return real(file)->pMethods->xShmMap(real(file), at, size, extend, out);
}

static int pass_shm_lock(sqlite3_file *file, int at, int n, int flags)
{
	return real(file)->pMethods->xShmLock(real(file), at, n, flags);
}

static void pass_shm_barrier(sqlite3_file *file)
{
	real(file)->pMethods->xShmBarrier(real(file));
}

static int pass_shm_unmap(sqlite3_file *file, int remove_it)
{
	return real(file)->pMethods->xShmUnmap(real(file), remove_it);
}

/* What the database and its log have in common. */
#define OTHER_METHODS                                                         \
	.xClose = pass_close, .xTruncate = pass_truncate, .xSync = sync_file, \
	.xFileSize = pass_size, .xLock = pass_lock, .xUnlock = pass_unlock,   \
	.xCheckReservedLock = pass_check_lock, .xFileControl = control,       \
	.xSectorSize = pass_sector_size, .xDeviceCharacteristics = pass_traits

/* Version 2: without those that map the file into memory, past every look at it. */
static const sqlite3_io_methods database_methods = {
	.iVersion = 2,
	.xRead = read_database,
	.xWrite = write_database,
	OTHER_METHODS,
	.xShmMap = pass_shm_map,
	.xShmLock = pass_shm_lock,
	.xShmBarrier = pass_shm_barrier,
	.xShmUnmap = pass_shm_unmap,
};

static const sqlite3_io_methods log_methods = {
	.iVersion = 1,
	.xRead = read_log,
	.xWrite = write_log,
	OTHER_METHODS,
};

static int open_file(sqlite3_vfs *self, const char *name, sqlite3_file *out, int flags,
		     int *out_flags)
{
	sqlite3_vfs *vfs = ((struct vfs *)self)->below;
	struct file *file = (struct file *)out;
	int rc;

	if ((flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) == 0)
		return vfs->xOpen(vfs, name, out, flags, out_flags);
	*file = (struct file){ .name = name, .has_sums = true, .uncertain = INT64_MAX };
	rc = vfs->xOpen(vfs, name, file->real, flags, out_flags);
	if (file->real->pMethods)
		out->pMethods = flags & SQLITE_OPEN_WAL ? &log_methods : &database_methods;
	return rc;
}

/* The engine keeps it for good, and finds the newest. Two threads that make it at once make two, which is no harm. */
const char *sqlite_pages_vfs(void)
{
	struct vfs *vfs = (struct vfs *)sqlite3_vfs_find(NAME);
	sqlite3_vfs *below = sqlite3_vfs_find(NULL);

	if (vfs && vfs->below == below)
		return NAME;
	vfs = heap_alloc(sizeof(*vfs));
	vfs->below = below;
	vfs->base = *below;
	vfs->base.zName = NAME;
	vfs->base.pNext = NULL;
	vfs->base.szOsFile += (int)sizeof(struct file);
	vfs->base.xOpen = open_file;
	sqlite3_vfs_register(&vfs->base, 0);
	return NAME;
}

int sqlite_pages_reserve(sqlite3 *db)
{
	int bytes = SQLITE_PAGES_SUM_BYTES;

	return sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes);
}

int sqlite_pages_has_sums(sqlite3 *db, bool *out)
{
	int bytes = -1; /* asks */
	int rc = sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes);

	*out = bytes == SQLITE_PAGES_SUM_BYTES;
	return rc;
}

uint32_t sqlite_pages_damaged(sqlite3 *db)
{
	uint32_t page = 0;

	sqlite3_file_control(db, "main", CONTROL_DAMAGED, &page);
	return page;
}

/* A page that is being written while it is read looks damaged for a moment. */
static int scan_page(sqlite3_file *file, sqlite3_int64 at)
{
	unsigned char page[PAGE];
	int rc = SQLITE_IOERR_DATA;

	for (unsigned i = 0; rc == SQLITE_IOERR_DATA && i < LOOKS; i++) {
		if (i != 0)
			usleep(LOOK_AGAIN_US << (2 * i - 2));
		rc = real(file)->pMethods->xRead(real(file), page, PAGE, at);
		if (rc == SQLITE_OK || rc == SQLITE_IOERR_SHORT_READ)
			rc = is_right(page) ? SQLITE_OK : SQLITE_IOERR_DATA;
	}
	return rc;
}

int sqlite_pages_scan(sqlite3 *db, uint32_t *page)
{
	sqlite3_file *file = NULL;
	sqlite3_int64 size = 0;
	int rc = sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);

	*page = 0;
	if (rc == SQLITE_OK && ((struct file *)file)->has_sums)
		rc = pass_size(file, &size);
	for (sqlite3_int64 at = 0; rc == SQLITE_OK && at < size; at += PAGE) {
		rc = scan_page(file, at);
		if (rc == SQLITE_IOERR_DATA)
			*page = (uint32_t)(at / PAGE) + 1;
	}
	return *page == 0 ? rc : SQLITE_OK;
}
