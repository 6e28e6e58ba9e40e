/* A file that is not what was written is found and named; the rest is read, and nothing crashes. */
#include "sqlite_rig.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE_BYTES ((size_t)4096)

enum { STEPS = 60, TEXT_BYTES = 700 };

static void run_sql(const struct sqlite_rig *rig, const char *sql)
{
	sqlite3 *db = sqlite_rig_connect(rig);

	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* A closed store with STEPS commits in its file and no log. */
static void make_store(struct sqlite_rig *rig)
{
	assert_int_equal(sqlite_rig_open(rig), OK);
	for (unsigned i = 1; i <= STEPS; i++)
		assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, i, TEXT_BYTES), OK);
	sqlite_rig_close(rig);
	arena_reset(&rig->arena, 0);
}

static int set_up(void **state)
{
	int result = sqlite_rig_set_up(state);

	if (result == 0)
		make_store(*state);
	return result;
}

static bool detail_has(const struct sqlite_rig *rig, const char *part)
{
	struct str detail = rig->cx.failure.detail;

	return memmem(detail.ptr, detail.len, part, strlen(part)) != NULL;
}

static void is_refused(struct sqlite_rig *rig, enum err err, const char *because)
{
	assert_int_equal(sqlite_rig_open(rig), err);
	assert_null(rig->store);
	assert_true(detail_has(rig, because));
}

static enum err get_step(struct sqlite_rig *rig, unsigned i, struct item *out)
{
	struct key key = { STR("h"), str_printf(&rig->arena, "step-%06u", i) };

	cx_clear(&rig->cx);
	return store_get(rig->store, &rig->cx, key, out);
}

static void an_item_whose_attributes_are_damaged_is_named_and_the_others_are_read(void **state)
{
	static const char *const damages[] = {
		"attrs='{\"text\":\"ab'",
		"attrs='[1]'",
		"attrs='{}x'",
		"attrs=x'7b22ff223a317d'",
		"attrs=''",
		"attrs='{\"text\":nul}'",
		"rev=0",
		"rev='seven'",
		"attrs=7",
	};
	struct sqlite_rig *rig = *state;
	struct str whole = sqlite_rig_read_file(&rig->arena, rig->path);
	struct page page;
	struct item item;
	char sql[128];

	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		sqlite_rig_write_file(rig->path, whole);
		snprintf(sql, sizeof(sql), "UPDATE item SET %s WHERE itemType='step-000007'",
			 damages[i]);
		run_sql(rig, sql);
		assert_int_equal(sqlite_rig_open(rig), OK);
		assert_int_equal(get_step(rig, 7, &item), ERR_INTERNAL);
		assert_string_equal(rig->cx.failure.code, "internal");
		assert_true(detail_has(rig, "h/step-000007"));
		assert_int_equal(get_step(rig, 6, &item), OK);
		assert_int_equal(store_query(rig->store, &rig->cx,
					     &(struct query){ .code = STR("h") }, &page),
				 ERR_INTERNAL);
		assert_true(detail_has(rig, "h/step-000007"));
		sqlite_rig_close(rig);
	}
}

static void a_damaged_item_is_named_in_the_log(void **state)
{
	struct sqlite_rig *rig = *state;
	struct item item;
	struct str log;
	char path[128];
	int saved = dup(STDERR_FILENO), fd;

	snprintf(path, sizeof(path), "%s/log", rig->folder);
	run_sql(rig, "UPDATE item SET attrs='{' WHERE itemType='step-000011'");
	assert_int_equal(sqlite_rig_open(rig), OK);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0 && saved >= 0 && dup2(fd, STDERR_FILENO) >= 0);
	assert_int_equal(get_step(rig, 11, &item), ERR_INTERNAL);
	assert_true(dup2(saved, STDERR_FILENO) >= 0);
	close(fd);
	close(saved);
	log = sqlite_rig_read_file(&rig->arena, path);
	assert_non_null(memmem(log.ptr, log.len, "item_damaged", 12));
	assert_non_null(memmem(log.ptr, log.len, "h/step-000011", 13));
}

/* Reads everything, whatever comes of it, and writes a little; counts what was refused. */
static unsigned use_all(struct sqlite_rig *rig)
{
	unsigned refused = 0;
	struct item item;
	struct page page;

	for (unsigned i = 1; i <= STEPS; i++) {
		enum err err = get_step(rig, i, &item);

		assert_true(err == OK || err == ERR_NOT_FOUND || err == ERR_INTERNAL);
		refused += err != OK;
	}
	for (int backwards = 0; backwards < 2; backwards++) {
		struct query query = { .code = STR("h"), .backwards = backwards };

		cx_clear(&rig->cx);
		refused += store_query(rig->store, &rig->cx, &query, &page) != OK;
	}
	cx_clear(&rig->cx);
	refused += sqlite_rig_commit(rig->store, &rig->cx, STEPS + 1, TEXT_BYTES) != OK;
	cx_clear(&rig->cx);
	return refused;
}

static void a_flipped_byte_anywhere_is_never_a_crash(void **state)
{
	static const unsigned char masks[] = { 0x01, 0x80, 0xff };
	struct sqlite_rig *rig = *state;
	struct arena file_arena;
	struct str whole;
	unsigned found = 0;
	char *bytes;

	arena_init(&file_arena, 0);
	whole = sqlite_rig_read_file(&file_arena, rig->path);
	bytes = (char *)(uintptr_t)whole.ptr;
	for (size_t at = 0; at < whole.len; at += at < 200 || at % PAGE_BYTES < 16 ? 1 : 173) {
		char mask = (char)masks[at % sizeof(masks)];

		bytes[at] ^= mask;
		sqlite_rig_write_file(rig->path, whole);
		if (sqlite_rig_open(rig) == OK)
			found += use_all(rig) != 0;
		else
			found += rig->cx.failure.detail.len != 0;
		sqlite_rig_close(rig);
		arena_reset(&rig->arena, 0);
		bytes[at] ^= mask;
	}
	arena_close(&file_arena);
	assert_true(found > 50);
}

struct caller {
	pthread_t thread;
	struct store *store;
	struct key key;
	unsigned number;
	enum err err;
};

static void *put_any(void *arg)
{
	struct caller *caller = arg;
	struct write write = { .op = WRITE_PUT, .key = caller->key, .if_rev = REV_ANY, .rev = 1 };
	struct arena arena;
	struct cx cx;
	size_t conflict;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	cx.thread = caller->number;
	caller->err = store_commit(caller->store, &cx, &(struct commit){ &write, 1, STR("t") },
				   &conflict);
	arena_close(&arena);
	return NULL;
}

/* Held back together by a lock, so that they are of one group: every second one hits the damage. */
static void write_in_one_group(struct sqlite_rig *rig, unsigned damaged_step)
{
	enum { CALLERS = 10 };
	struct caller callers[CALLERS];
	sqlite3 *db = sqlite_rig_connect(rig);

	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	for (unsigned i = 0; i < CALLERS; i++) {
		callers[i] = (struct caller){ .store = rig->store, .number = i + 1 };
		callers[i].key.code = i % 2 ? STR("h") : str_printf(&rig->arena, "other-%u", i);
		callers[i].key.item_type = str_printf(&rig->arena, "step-%06u", damaged_step);
		assert_int_equal(pthread_create(&callers[i].thread, NULL, put_any, &callers[i]), 0);
	}
	usleep(200 * 1000);
	sqlite3_close(db);
	for (unsigned i = 0; i < CALLERS; i++) {
		pthread_join(callers[i].thread, NULL);
		assert_int_equal(callers[i].err, i % 2 ? ERR_INTERNAL : OK);
	}
}

/* A page of the table wiped: its items are refused by name, no other item is lost, other hotels are written. */
static void a_wiped_page_takes_only_its_own_items(void **state)
{
	struct sqlite_rig *rig = *state;
	struct str whole = sqlite_rig_read_file(&rig->arena, rig->path);
	unsigned refused = 0, last_refused = 0;
	struct item item;
	char name[16];

	memset((char *)(uintptr_t)whole.ptr + 4 * PAGE_BYTES, 0, PAGE_BYTES);
	sqlite_rig_write_file(rig->path, whole);
	assert_int_equal(sqlite_rig_open(rig), OK);
	for (unsigned i = 1; i <= STEPS; i++) {
		enum err err = get_step(rig, i, &item);

		snprintf(name, sizeof(name), "step-%06u", i);
		assert_true(err == OK || (err == ERR_INTERNAL && detail_has(rig, name)));
		if (err == OK)
			continue;
		refused++;
		last_refused = i;
	}
	assert_in_range(refused, 1, STEPS / 2);
	write_in_one_group(rig, last_refused);
	cx_clear(&rig->cx);
	assert_int_equal(sqlite_rig_commit(rig->store, &rig->cx, STEPS + 1, 10), OK);
}

static void a_torn_log_gives_a_whole_beginning_of_it(void **state)
{
	struct sqlite_rig *rig = *state;
	struct str file, log, torn;
	char log_path[128];
	pid_t child = fork();
	int status;

	if (child == 0) { /* ends without closing: the log stays */
		if (sqlite_rig_open(rig) != OK)
			_exit(1);
		for (unsigned i = STEPS + 1; i <= STEPS + 20; i++)
			if (sqlite_rig_commit(rig->store, &rig->cx, i, TEXT_BYTES) != OK)
				_exit(1);
		_exit(0);
	}
	assert_true(child > 0 && waitpid(child, &status, 0) == child && status == 0);
	snprintf(log_path, sizeof(log_path), "%s-wal", rig->path);
	file = sqlite_rig_read_file(&rig->arena, rig->path);
	log = sqlite_rig_read_file(&rig->arena, log_path);
	assert_true(log.len > 20 * PAGE_BYTES);
	for (size_t len = 0; len < log.len; len += 1777) {
		sqlite_rig_write_file(rig->path, file);
		torn = str_sub(log, 0, len);
		if (len % 2 == 1) { /* not shorter, but rubbish from there on */
			torn = str_dup(&rig->arena, log);
			memset((char *)(uintptr_t)torn.ptr + len, 0xa5, torn.len - len);
		}
		sqlite_rig_write_file(log_path, torn);
		assert_int_equal(sqlite_rig_open(rig), OK);
		assert_null(sqlite_rig_check(rig->store, &rig->cx));
		assert_in_range(sqlite_rig_rev(rig->store, &rig->cx), STEPS, STEPS + 20);
		sqlite_rig_close(rig);
	}
}

static void a_missing_file_beside_its_log_is_not_a_new_store(void **state)
{
	struct sqlite_rig *rig = *state;
	char log_path[128];

	snprintf(log_path, sizeof(log_path), "%s-wal", rig->path);
	sqlite_rig_write_file(log_path, STR("what a log would hold"));
	unlink(rig->path);
	is_refused(rig, ERR_INVALID, "is missing");
	assert_int_equal(access(rig->path, F_OK), -1);
	assert_int_equal(access(log_path, F_OK), 0);
}

static void an_empty_or_short_file_is_not_a_new_store(void **state)
{
	struct sqlite_rig *rig = *state;
	struct str whole = sqlite_rig_read_file(&rig->arena, rig->path);
	char log_path[128];

	snprintf(log_path, sizeof(log_path), "%s-wal", rig->path);
	sqlite_rig_write_file(log_path, STR("what a log would hold"));
	sqlite_rig_write_file(rig->path, STR(""));
	is_refused(rig, ERR_INVALID, "is empty");
	assert_int_equal(access(log_path, F_OK), 0);
	unlink(log_path);
	for (size_t len = 1; len < PAGE_BYTES; len += 511) {
		sqlite_rig_write_file(rig->path, str_sub(whole, 0, len));
		assert_int_equal(sqlite_rig_open(rig), ERR_INVALID);
	}
	sqlite_rig_write_file(rig->path, str_sub(whole, 0, PAGE_BYTES + 100));
	if (sqlite_rig_open(rig) == OK)
		assert_true(use_all(rig) != 0);
}

static void what_is_not_our_database_is_refused_and_left_as_it_is(void **state)
{
	struct sqlite_rig *rig = *state;
	struct str before, after;
	sqlite3 *db = NULL;

	unlink(rig->path);
	assert_int_equal(sqlite3_open(rig->path, &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(db, "CREATE TABLE item(a); PRAGMA user_version=1", NULL, NULL, NULL),
		SQLITE_OK);
	sqlite3_close(db);
	before = sqlite_rig_read_file(&rig->arena, rig->path);
	is_refused(rig, ERR_INVALID, "another program");
	after = sqlite_rig_read_file(&rig->arena, rig->path);
	assert_true(str_eq(before, after));
	sqlite_rig_write_file(
		rig->path,
		STR("this is a letter, not a database; it is long enough to be taken for "
		    "one, if nobody looked at how it begins, which everybody should do"));
	is_refused(rig, ERR_INVALID, "not a database");
}

static void a_newer_schema_is_refused_in_words(void **state)
{
	struct sqlite_rig *rig = *state;

	run_sql(rig, "PRAGMA user_version=3");
	is_refused(rig, ERR_INVALID, "newer innkeeper");
	run_sql(rig, "PRAGMA user_version=2; ALTER TABLE item RENAME TO items");
	is_refused(rig, ERR_INVALID, "schema");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, sqlite_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_item_whose_attributes_are_damaged_is_named_and_the_others_are_read),
		TEST(a_damaged_item_is_named_in_the_log),
		TEST(a_flipped_byte_anywhere_is_never_a_crash),
		TEST(a_wiped_page_takes_only_its_own_items),
		TEST(a_torn_log_gives_a_whole_beginning_of_it),
		TEST(a_missing_file_beside_its_log_is_not_a_new_store),
		TEST(an_empty_or_short_file_is_not_a_new_store),
		TEST(what_is_not_our_database_is_refused_and_left_as_it_is),
		TEST(a_newer_schema_is_refused_in_words),
	};

	return cmocka_run_group_tests_name("sqlite_damage", tests, NULL, NULL);
}
