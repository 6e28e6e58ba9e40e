#include "adapter/store_sqlite.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapter/sqlite_backup.h"
#include "adapter/sqlite_file.h"
#include "adapter/sqlite_memo.h"
#include "adapter/sqlite_place.h"
#include "adapter/sqlite_reader.h"
#include "adapter/sqlite_writer.h"
#include "base/heap.h"

struct store_sqlite {
	struct store store;
	char *path;
	struct sqlite_place place;
	struct sqlite_writer *writer;
	struct sqlite_memo *memo;
	struct sqlite_reader *readers[CX_THREADS_MAX]; /* each touched by its own thread only */
};

static enum err find_reader(struct store *store, struct cx *cx, struct sqlite_reader **out)
{
	struct store_sqlite *self = (struct store_sqlite *)store;
	struct sqlite_reader **at;
	enum err err = OK;

	assert(cx->thread < CX_THREADS_MAX);
	at = &self->readers[cx->thread];
	/* Where the log is missing the engine would make an empty one for this reader alone. */
	if (!*at && !sqlite_place_is_kept(&self->place)) {
		cx->failure.retry_after_s = 1;
		err = fail(cx, ERR_UNAVAILABLE, "unavailable",
			   "the database is not where it was opened");
	} else if (!*at) {
		err = sqlite_reader_open(cx, self->path, self->memo, at);
	}
	*out = *at;
	return err;
}

static enum err get(struct store *store, struct cx *cx, struct key key, struct item *out)
{
	struct sqlite_reader *reader;
	enum err err = find_reader(store, cx, &reader);

	return err == OK ? sqlite_reader_get(reader, cx, key, out) : err;
}

static enum err query(struct store *store, struct cx *cx, const struct query *query,
		      struct page *out)
{
	struct sqlite_reader *reader;
	enum err err = find_reader(store, cx, &reader);

	return err == OK ? sqlite_reader_query(reader, cx, query, out) : err;
}

static enum err partitions(struct store *store, struct cx *cx, struct str after, size_t limit,
			   struct codes *out)
{
	struct sqlite_reader *reader;
	enum err err = find_reader(store, cx, &reader);

	return err == OK ? sqlite_reader_partitions(reader, cx, after, limit, out) : err;
}

static bool has_put(const struct commit *commit)
{
	for (size_t i = 0; i < commit->n; i++) {
		if (commit->writes[i].op == WRITE_PUT)
			return true;
	}
	return false;
}

static enum err commit(struct store *store, struct cx *cx, const struct commit *commit,
		       size_t *conflict)
{
	struct store_sqlite *self = (struct store_sqlite *)store;
	struct sqlite_memo_stamp before;
	bool stamped = sqlite_memo_now(self->memo, &before);
	enum err err = sqlite_writer_commit(self->writer, cx, commit, conflict);

	if (err == OK && stamped && has_put(commit))
		sqlite_memo_check(self->memo, &before);
	return err;
}

/* With a folder in it always: a name that stands alone could mean something else to the engine. */
static char *full_path(struct str path)
{
	bool has_folder = str_index(path, '/') < path.len;
	char *full;

	if (asprintf(&full, "%s" STR_FMT, has_folder ? "" : "./", STR_ARG(path)) < 0)
		heap_exhausted();
	return full;
}

static bool is_path(struct str path)
{
	return path.len != 0 && str_index(path, '\0') == path.len;
}

static enum err backup(struct store *store, struct cx *cx, struct str path)
{
	struct store_sqlite *self = (struct store_sqlite *)store;
	char *full;
	enum err err;

	if (!is_path(path))
		return fail(cx, ERR_INVALID, "invalid", "the path of the backup is none");
	full = full_path(path);
	err = sqlite_backup(cx, self->path, full);
	free(full);
	return err;
}

static void stats(struct store *store, struct store_stats *out)
{
	const struct store_sqlite *self = (struct store_sqlite *)store;

	sqlite_writer_stats(self->writer, out);
}

/* The writer's connection is the last one, which moves the log into the file; the memo's descriptor goes after it. */
static void close_all(struct store *store)
{
	struct store_sqlite *self = (struct store_sqlite *)store;

	sqlite_writer_stop(self->writer);
	for (unsigned i = 0; i < CX_THREADS_MAX; i++)
		sqlite_reader_close(self->readers[i]);
	sqlite_writer_close(self->writer);
	sqlite_memo_close(self->memo);
	sqlite_place_close(&self->place);
	free(self->path);
	free(self);
}

static const struct store_api api = {
	.name = "sqlite",
	.max_writes = SQLITE_WRITER_WRITES_MAX,
	.max_bytes = SIZE_MAX,
	.is_local = true,
	.get = get,
	.query = query,
	.commit = commit,
	.partitions = partitions,
	.backup = backup,
	.stats = stats,
	.close = close_all,
};

enum err store_sqlite_open(struct cx *cx, struct str path, struct store **out)
{
	struct store_sqlite *self;
	enum err err;

	if (!is_path(path))
		return fail(cx, ERR_INVALID, "invalid", "the path of the database is none");
	/* Counting the engine's memory takes a lock for each piece; refused, which is no harm, once it runs. */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	self = heap_alloc(sizeof(*self));
	self->store.api = &api;
	self->path = full_path(path);
	err = sqlite_file_ensure(cx, self->path);
	if (err == OK)
		err = sqlite_writer_open(cx, self->path, &self->place, &self->writer);
	if (err == OK)
		self->memo = sqlite_memo_open(self->path);
	if (err == OK)
		*out = &self->store;
	else
		close_all(&self->store);
	return err;
}
