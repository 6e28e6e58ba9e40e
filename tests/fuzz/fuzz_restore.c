/* fuzz_restore.c: a backup whose bytes somebody has changed is restored. A line is an edit: `OFFSET BYTE` sets a byte, `cut SIZE` takes the
 * end away, `add SIZE` puts zeros there. A file that is not as long as its header says is refused, and nothing is left of it; a copy is
 * the file; what can be opened is read, or says why not.
 */
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapter/sqlite_restore.h"
#include "adapter/store_sqlite.h"
#include "base/buf.h"
#include "port/store.h"

#define ADD_MAX 100000
#define ITEMS 40

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[64];
static char *backup;
static size_t backup_bytes;

static void require(bool holds)
{
	if (!holds)
		abort();
}

static struct str path_of(struct arena *arena, const char *name)
{
	return str_printf(arena, "%s/%s", folder, name);
}

static size_t read_file(const char *path, char **out)
{
	FILE *file = fopen(path, "re");
	struct stat st;

	require(file && fstat(fileno(file), &st) == 0);
	*out = malloc((size_t)st.st_size + 1);
	require(fread(*out, 1, (size_t)st.st_size, file) == (size_t)st.st_size);
	fclose(file);
	return (size_t)st.st_size;
}

static void write_file(const char *path, struct str bytes)
{
	FILE *file = fopen(path, "we");

	require(file && fwrite(bytes.ptr, 1, bytes.len, file) == bytes.len);
	require(fclose(file) == 0);
}

static void commit(struct cx *cx, struct store *store, unsigned n)
{
	struct attr attr = { STR("text"), { .kind = VALUE_TEXT } };
	struct write write = { .op = WRITE_PUT, .if_rev = REV_ABSENT, .rev = 1 };
	const struct commit one = { .writes = &write, .n = 1, .token = STR("token") };
	size_t conflict;

	attr.value.text = str_printf(cx->arena, "%0*u", (int)(n * 50), n);
	write.attrs = (struct attrs){ &attr, 1 };
	write.key = (struct key){ str_printf(cx->arena, "%u", n % 3),
				  str_printf(cx->arena, "item-%03u", n) };
	require(store_commit(store, cx, &one, &conflict) == OK);
}

static void remove_folder(void)
{
	static const char *const names[] = { "backup",        "from",         "store.db",
					     "store.db.lock", "store.db-wal", "store.db-shm" };
	char path[128];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
	free(backup);
}

/* The backup of a small store, once a process. */
static void make_backup(void)
{
	const char *tmp = getenv("TMPDIR");
	struct store *store;
	struct arena arena;
	struct cx cx;

	snprintf(folder, sizeof(folder), "%.40s/restore-XXXXXX", tmp ? tmp : "/tmp");
	require(mkdtemp(folder) != NULL);
	require(atexit(remove_folder) == 0);
	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	require(store_sqlite_open(&cx, path_of(&arena, "store.db"), &store) == OK);
	for (unsigned i = 0; i < ITEMS; i++)
		commit(&cx, store, i);
	require(store_backup(store, &cx, path_of(&arena, "backup")) == OK);
	store_close(store);
	backup_bytes = read_file(path_of(&arena, "backup").ptr, &backup);
	arena_close(&arena);
}

static uint64_t take_number(struct str *line)
{
	struct str word = str_sub(*line, 0, str_index(*line, ' '));
	uint64_t number;

	*line = str_sub(*line, word.len + 1, line->len);
	return str_to_u64(word, &number) ? number : 0;
}

static struct str edited(struct arena *arena, struct str edits)
{
	char *bytes = arena_bytes(arena, backup_bytes + ADD_MAX);
	size_t len = backup_bytes;

	memcpy(bytes, backup, len);
	memset(bytes + len, 0, ADD_MAX);
	while (edits.len != 0) {
		struct str line = str_sub(edits, 0, str_index(edits, '\n'));
		bool cuts = str_starts(line, STR("cut ")), adds = str_starts(line, STR("add "));
		uint64_t number;

		edits = str_sub(edits, line.len + 1, edits.len);
		if (cuts || adds)
			line = str_sub(line, 4, line.len);
		number = take_number(&line);
		if (cuts)
			len = number < len ? (size_t)number : len;
		else if (adds)
			len += number < backup_bytes + ADD_MAX - len ? (size_t)number : 0;
		else if (number < len)
			bytes[number] = (char)take_number(&line);
	}
	return (struct str){ bytes, len };
}

/* By the format's description: the page's size stands at 16, 1 for 65,536; how many there are at 28. */
static bool is_whole(struct str file)
{
	const unsigned char *head = (const unsigned char *)file.ptr;
	uint64_t page, pages = 0;

	if (file.len < 32)
		return false;
	page = (uint64_t)(head[16] * 256 + head[17]);
	for (unsigned i = 28; i < 32; i++)
		pages = pages * 256 + head[i];
	return (page == 1 ? 65536 : page) * pages == file.len;
}

static void read_partition(struct cx *cx, struct store *store, struct str code)
{
	struct query query = { .code = code };
	struct page page;
	struct item item;
	enum err err = store_query(store, cx, &query, &page);

	require(err == OK || cx->failure.code);
	for (size_t i = 0; err == OK && i < page.n; i++) {
		err = store_get(store, cx, page.items[i].key, &item);
		require(err == OK || err == ERR_NOT_FOUND || cx->failure.code);
	}
	cx_clear(cx);
}

static void read_store(struct cx *cx, const char *path, bool unchanged)
{
	struct store *store = NULL;
	struct codes codes;
	enum err err = store_sqlite_open(cx, str_of(path), &store);

	require(err == OK || (cx->failure.code && !store && !unchanged));
	if (err != OK)
		return;
	err = store_partitions(store, cx, STR(""), 100, &codes);
	require(err == OK || (cx->failure.code && !unchanged));
	cx_clear(cx);
	for (size_t i = 0; err == OK && i < codes.n; i++)
		read_partition(cx, store, codes.items[i]);
	require(!unchanged || codes.n == 3);
	store_close(store);
}

static void restore(struct cx *cx, struct str file)
{
	bool unchanged = str_eq(file, (struct str){ backup, backup_bytes });
	struct str from = path_of(cx->arena, "from"), path = path_of(cx->arena, "restored");
	char made[PATH_MAX], *copied;
	size_t len;

	write_file(from.ptr, file);
	if (sqlite_restore_copy(cx, from.ptr, path.ptr, made) != OK) {
		require(!is_whole(file) && cx->failure.err == ERR_INVALID &&
			cx->failure.detail.len != 0);
		require(access(path_of(cx->arena, "restored.restore").ptr, F_OK) != 0);
		return;
	}
	require(is_whole(file));
	len = read_file(made, &copied);
	require(str_eq(file, (struct str){ copied, len }));
	free(copied);
	read_store(cx, made, unchanged);
	sqlite_restore_drop(made);
	require(access(made, F_OK) != 0);
	unlink(str_c(cx->arena, str_printf(cx->arena, "%s.lock", made)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct cx cx;

	if (!backup)
		make_backup();
	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	restore(&cx, edited(&arena, (struct str){ (const char *)data, size }));
	arena_close(&arena);
	return 0;
}
