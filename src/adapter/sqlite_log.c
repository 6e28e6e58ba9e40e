#include "adapter/sqlite_log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapter/sqlite_file.h"
#include "adapter/sqlite_pages.h"
#include "adapter/sqlite_sum.h"

/* SQLite's documents of the log: a head, then frames of a head and a page. Numbers are big-endian, what is summed up little-endian. */
#define HEAD_BYTES 32
#define HEAD_MAGIC 0x377f0682u
#define HEAD_PAGE_BYTES 8
#define HEAD_SALTS 16
#define HEAD_SUMS 24
#define FRAME_HEAD_BYTES 24
#define FRAME_BYTES (FRAME_HEAD_BYTES + SQLITE_PAGES_BYTES)
#define FRAME_COMMIT 4 /* size of the database after a commit that ends here; 0: none ends */
#define FRAME_SALTS 8
#define FRAME_SUMS 16
#define SALTS_BYTES 8

/* The index begins with two copies of a head, then how many frames were moved into the database; native byte order. */
#define INDEX_HEAD_BYTES 48
#define INDEX_VERSION 3007000
#define INDEX_IS_MADE 12
#define INDEX_LAST 16
#define INDEX_SALTS 32
#define INDEX_SUMS 40
#define INDEX_MOVED 96
#define INDEX_BYTES (INDEX_MOVED + 4)

/* What the last process knew. */
struct index {
	bool is_known;
	uint32_t last;  /* frame that was committed, from 1; 0 = none */
	uint32_t moved; /* frames up to this one are in the database too */
	unsigned char salts[SALTS_BYTES];
};

struct log {
	int fd;
	uint64_t frames; /* that have room in the file */
	bool has_head;
	unsigned char salts[SALTS_BYTES];
	uint32_t sums[2];
};

static uint32_t big_endian(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

static uint32_t native(const unsigned char *bytes)
{
	uint32_t number;

	memcpy(&number, bytes, sizeof(number));
	return number;
}

/* The file beside the database; -1 when it is not there. */
static int open_beside(const char *path, const char *suffix)
{
	char name[PATH_MAX];

	snprintf(name, sizeof(name), "%s%s", path, suffix);
	return open(name, O_RDONLY | O_CLOEXEC);
}

static struct index read_index(const char *path)
{
	struct index index = { .is_known = false };
	unsigned char bytes[INDEX_BYTES];
	uint32_t sums[2] = { 0, 0 };
	int fd = open_beside(path, "-shm");
	ssize_t len = fd < 0 ? 0 : pread(fd, bytes, sizeof(bytes), 0);

	if (fd >= 0)
		close(fd);
	if (len != INDEX_BYTES || memcmp(bytes, bytes + INDEX_HEAD_BYTES, INDEX_HEAD_BYTES) != 0 ||
	    native(bytes) != INDEX_VERSION || bytes[INDEX_IS_MADE] != 1)
		return index;
	sqlite_sum_add(sums, bytes, INDEX_SUMS);
	index.is_known = memcmp(bytes + INDEX_SUMS, sums, sizeof(sums)) == 0;
	index.last = native(bytes + INDEX_LAST);
	index.moved = native(bytes + INDEX_MOVED);
	memcpy(index.salts, bytes + INDEX_SALTS, SALTS_BYTES);
	return index;
}

static void read_head(struct log *log)
{
	unsigned char head[HEAD_BYTES];
	uint32_t sums[2] = { 0, 0 };

	if (pread(log->fd, head, sizeof(head), 0) != (ssize_t)sizeof(head))
		return;
	sqlite_sum_add(sums, head, HEAD_SUMS);
	log->has_head = big_endian(head) == HEAD_MAGIC &&
			big_endian(head + HEAD_PAGE_BYTES) == SQLITE_PAGES_BYTES &&
			big_endian(head + HEAD_SUMS) == sums[0] &&
			big_endian(head + HEAD_SUMS + 4) == sums[1];
	memcpy(log->salts, head + HEAD_SALTS, SALTS_BYTES);
	memcpy(log->sums, sums, sizeof(sums));
}

/* Frames from 1; `len` of its first bytes. */
static bool read_frame(const struct log *log, uint64_t frame, unsigned char *out, size_t len)
{
	off_t at = (off_t)(HEAD_BYTES + (frame - 1) * FRAME_BYTES);

	return pread(log->fd, out, len, at) == (ssize_t)len;
}

/* Goes on from the sums of the frame before, which become those of this one. */
static bool is_next(const unsigned char frame[FRAME_BYTES], uint32_t sums[2])
{
	sqlite_sum_add(sums, frame, FRAME_SALTS);
	sqlite_sum_add(sums, frame + FRAME_HEAD_BYTES, SQLITE_PAGES_BYTES);
	return big_endian(frame + FRAME_SUMS) == sums[0] &&
	       big_endian(frame + FRAME_SUMS + 4) == sums[1];
}

/* How many frames the engine would take for right. */
static uint64_t count_right(const struct log *log)
{
	uint32_t sums[2] = { log->sums[0], log->sums[1] };
	unsigned char frame[FRAME_BYTES];
	uint64_t n = 0;

	while (log->has_head && n < log->frames && read_frame(log, n + 1, frame, FRAME_BYTES) &&
	       memcmp(frame + FRAME_SALTS, log->salts, SALTS_BYTES) == 0 && is_next(frame, sums))
		n++;
	return n;
}

/*
 * A commit's last frame is followed by the first of the next commit only when it had been synced, and all before it. So two frames
 * that belong together, the first of which ends a commit, say that whatever is not right up to there was.
 */
static bool was_synced_behind(const struct log *log, uint64_t right)
{
	unsigned char end[FRAME_HEAD_BYTES], next[FRAME_BYTES];

	for (uint64_t at = right + 1; at < log->frames; at++) {
		uint32_t sums[2];

		if (!read_frame(log, at, end, FRAME_HEAD_BYTES))
			return false;
		if (big_endian(end + FRAME_COMMIT) == 0 ||
		    (log->has_head && memcmp(end + FRAME_SALTS, log->salts, SALTS_BYTES) != 0) ||
		    !read_frame(log, at + 1, next, FRAME_BYTES) ||
		    memcmp(end + FRAME_SALTS, next + FRAME_SALTS, SALTS_BYTES) != 0)
			continue;
		sums[0] = big_endian(end + FRAME_SUMS);
		sums[1] = big_endian(end + FRAME_SUMS + 4);
		if (is_next(next, sums))
			return true;
	}
	return false;
}

static enum err fail_lost(struct cx *cx, const char *path, const char *what)
{
	return fail(cx, ERR_INVALID, "damaged",
		    "%s-wal, the log of the database, %s: commits are lost: restore a backup", path,
		    what);
}

/*
 * What the index names must be there, also what was moved: half a log over a database that has it all would bring back old pages.
 * Without a head the engine takes nothing of the log, which is right when all was moved.
 */
static enum err check_frames(struct cx *cx, const char *path, const struct log *log,
			     const struct index *index)
{
	uint64_t right = count_right(log);
	bool is_same = log->has_head && memcmp(log->salts, index->salts, SALTS_BYTES) == 0;

	if (index->is_known && !log->has_head && index->last <= index->moved)
		return OK;
	if (index->is_known && (is_same || !log->has_head) && right < index->last)
		return fail_lost(cx, path,
				 (uint64_t)index->last > log->frames ? "is cut" : "is damaged");
	return was_synced_behind(log, right) ? fail_lost(cx, path, "is damaged") : OK;
}

enum err sqlite_log_check(struct cx *cx, const char *path, bool has_index)
{
	struct index index = { .is_known = false };
	struct log log = { .fd = open_beside(path, "-wal") };
	enum err err = OK;
	struct stat st;

	if (has_index)
		index = read_index(path);
	if (log.fd < 0 && errno != ENOENT)
		return sqlite_file_fail(cx, path, "read with its log", errno);
	if (log.fd < 0)
		return index.is_known && index.last > index.moved
			       ? fail_lost(cx, path, "is missing")
			       : OK;
	if (fstat(log.fd, &st) == 0 && st.st_size >= HEAD_BYTES) {
		log.frames = (uint64_t)(st.st_size - HEAD_BYTES) / FRAME_BYTES;
		read_head(&log);
		err = check_frames(cx, path, &log, &index);
	} else if (index.is_known && index.last > index.moved) {
		err = fail_lost(cx, path, "is cut");
	}
	close(log.fd);
	return err;
}
