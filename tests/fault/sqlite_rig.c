#include "sqlite_rig.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapter/sqlite_pages.h"
#include "adapter/store_sqlite.h"
#include "vfs_fault.h"

void sqlite_rig_close(struct sqlite_rig *rig)
{
	store_close(rig->store);
	rig->store = NULL;
}

int sqlite_rig_set_up(void **state)
{
	struct sqlite_rig *rig = calloc(1, sizeof(*rig));
	const char *tmp = getenv("TMPDIR");

	if (!rig)
		return -1;
	snprintf(rig->folder, sizeof(rig->folder), "%.40s/fault-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(rig->folder))
		return -1;
	snprintf(rig->path, sizeof(rig->path), "%s/store.db", rig->folder);
	arena_init(&rig->arena, 0);
	cx_init(&rig->cx, &rig->arena);
	*state = rig;
	return 0;
}

static void remove_files(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[384];

	while (dir && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		unlink(path);
	}
	if (dir)
		closedir(dir);
}

int sqlite_rig_tear_down(void **state)
{
	struct sqlite_rig *rig = *state;

	vfs_fault_plan(NULL);
	sqlite_rig_close(rig);
	remove_files(rig->folder);
	rmdir(rig->folder);
	arena_close(&rig->arena);
	free(rig);
	return 0;
}

enum err sqlite_rig_open(struct sqlite_rig *rig)
{
	cx_clear(&rig->cx);
	return store_sqlite_open(&rig->cx, str_of(rig->path), &rig->store);
}

int sqlite_rig_set_up_open(void **state)
{
	int result = sqlite_rig_set_up(state);

	vfs_fault_plan(NULL);
	return result == 0 && sqlite_rig_open(*state) == OK ? 0 : -1;
}

sqlite3 *sqlite_rig_connect(const struct sqlite_rig *rig)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open_v2(rig->path, &db, SQLITE_OPEN_READWRITE, sqlite_pages_vfs()),
			 SQLITE_OK);
	return db;
}

sqlite3 *sqlite_rig_hold_write_lock(const struct sqlite_rig *rig)
{
	sqlite3 *db = sqlite_rig_connect(rig);

	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	return db;
}

struct str sqlite_rig_read_file(struct arena *arena, const char *path)
{
	struct stat st;
	char *bytes;
	int fd = open(path, O_RDONLY);

	assert_true(fd >= 0 && fstat(fd, &st) == 0);
	bytes = arena_bytes(arena, (size_t)st.st_size + 1);
	assert_int_equal(read(fd, bytes, (size_t)st.st_size), st.st_size);
	close(fd);
	return (struct str){ bytes, (size_t)st.st_size };
}

void sqlite_rig_write_file(const char *path, struct str bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.ptr, bytes.len), bytes.len);
	close(fd);
}

static struct key step_key(struct arena *arena, uint64_t i)
{
	return (struct key){ STR("h"), str_printf(arena, "step-%06llu", (unsigned long long)i) };
}

/* Text that neither the commit before it nor the one behind it has. */
static struct str step_text(struct arena *arena, uint64_t i, size_t len)
{
	char *bytes = arena_bytes(arena, len);

	memset(bytes, 'a' + (int)(i % 26), len);
	return (struct str){ bytes, len };
}

enum err sqlite_rig_commit(struct store *store, struct cx *cx, unsigned i, size_t text_bytes)
{
	struct attr attr = { STR("text"), { .kind = VALUE_TEXT } };
	struct write writes[2] = {
		{ WRITE_PUT, { STR("h"), STR("ctl") }, i - 1, i, { NULL, 0 }, { NULL, 0 } },
		{ WRITE_PUT, step_key(cx->arena, i), REV_ABSENT, i, { &attr, 1 }, { NULL, 0 } },
	};
	struct commit commit = { writes, 2, STR("token") };
	size_t conflict;

	attr.value.text = step_text(cx->arena, i, text_bytes);
	return store_commit(store, cx, &commit, &conflict);
}

uint64_t sqlite_rig_rev(struct store *store, struct cx *cx)
{
	struct item item;
	enum err err = store_get(store, cx, (struct key){ STR("h"), STR("ctl") }, &item);

	return err == OK ? item.rev : err == ERR_NOT_FOUND ? 0 : UINT64_MAX;
}

static bool is_step(struct cx *cx, const struct item *item, uint64_t i)
{
	const struct value *text = attrs_find(&item->attrs, STR("text"));

	return item->rev == i && str_eq(item->key.item_type, step_key(cx->arena, i).item_type) &&
	       text && str_eq(text->text, step_text(cx->arena, i, text->text.len));
}

const char *sqlite_rig_check(struct store *store, struct cx *cx)
{
	struct query query = { .code = STR("h"), .from = STR("step-") };
	struct page page = { .more = true };
	uint64_t rev = sqlite_rig_rev(store, cx), n = 0;

	if (rev == UINT64_MAX)
		return "ctl can not be read";
	while (page.more) {
		if (store_query(store, cx, &query, &page) != OK)
			return "the steps can not be read";
		for (size_t i = 0; i < page.n; i++) {
			if (!is_step(cx, &page.items[i], ++n))
				return "a step is not what was committed";
		}
		if (page.n != 0)
			query.after = page.items[page.n - 1].key.item_type;
	}
	return n == rev ? NULL : "ctl and the steps do not agree";
}

int sqlite_rig_play(struct sqlite_rig *rig, struct sqlite_rig_report *report,
		    void (*play)(struct sqlite_rig *, struct sqlite_rig_report *))
{
	pid_t child;
	int status;

	memset(report, 0, sizeof(*report));
	remove_files(rig->folder);
	child = fork();
	if (child == 0) {
		play(rig, report);
		_exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return -1;
	return status;
}

bool sqlite_rig_run_until(struct sqlite_rig *rig, void (*play)(struct sqlite_rig *), unsigned n)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
			_exit(2);
		raise(SIGSTOP);
		play(rig);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSTOPPED(status));
	for (unsigned i = 0; i < n; i++) {
		assert_int_equal(ptrace(PTRACE_SYSCALL, child, NULL, NULL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		if (WIFEXITED(status)) {
			assert_int_equal(WEXITSTATUS(status), 0);
			return false;
		}
		assert_true(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTRAP);
	}
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	return true;
}

struct sqlite_rig_report *sqlite_rig_report_open(void)
{
	void *memory = mmap(NULL, sizeof(struct sqlite_rig_report), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}
