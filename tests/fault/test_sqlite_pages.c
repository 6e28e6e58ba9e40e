/* Whatever byte of a store's file is another one: each answer is right, or an error that is logged with its page; none is missing. */
#include "sqlite_stock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "adapter/sqlite_pages.h"
#include "adapter/sqlite_sum.h"
#include "adapter/sqlite_verify.h"

#define PAGE ((size_t)SQLITE_PAGES_BYTES)

enum { STEPS = SQLITE_STOCK_STEPS, ROUNDS = 100 };

static bool has(struct str text, const char *part)
{
	return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

/* Opens the file as it is, reads it all, closes it; false: it was refused, in words. */
static bool use(struct sqlite_rig *rig, const struct sqlite_stock *stock, unsigned *refused)
{
	bool opened = sqlite_rig_open(rig) == OK;

	if (opened) {
		*refused += sqlite_stock_read(rig, stock);
	} else {
		assert_int_equal(rig->cx.failure.err, ERR_INVALID);
		assert_true(has(rig->cx.failure.detail, rig->path));
	}
	sqlite_rig_close(rig);
	arena_reset(&rig->arena, 0);
	return opened;
}

static int set_up(void **state)
{
	int result = sqlite_rig_set_up(state);

	if (result == 0)
		sqlite_stock_fill(*state);
	return result;
}

static void a_flipped_byte_in_any_page_is_named_and_never_served(void **state)
{
	/* Head of the file and of a page, cells and their places, keys, texts, and the sums themselves. */
	static const size_t places[] = { 0,   5,    8,    17,   20,   31,   60,  100,
					 105, 1500, 2900, 3900, 4087, 4088, 4095 };
	static const unsigned char masks[] = { 0x01, 0x80, 0xff };
	struct sqlite_rig *rig = *state;
	unsigned refused = 0, closed = 0;
	struct sqlite_stock stock;
	size_t n = 0;

	sqlite_stock_take_file(rig, &stock);
	for (size_t page = 0; page < stock.file.len / PAGE; page++) {
		unsigned before = refused;

		for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++, n++) {
			char *byte = (char *)(uintptr_t)stock.file.ptr + page * PAGE + places[i];
			char name[32];
			struct str problem;

			*byte ^= (char)masks[n % 3];
			sqlite_rig_write_file(rig->path, stock.file);
			*byte ^= (char)masks[n % 3];
			if (!use(rig, &stock, &refused)) {
				closed++;
				continue;
			}
			if (n % 4 != 0)
				continue;
			snprintf(name, sizeof(name), "page %zu is not", page + 1);
			assert_int_equal(sqlite_verify(&rig->cx, str_of(rig->path), &problem), OK);
			assert_true(has(problem, name));
		}
		if (page > 2 && page < 8)
			assert_true(refused > before); /* pages that are surely in use */
	}
	assert_int_equal(closed, sizeof(places) / sizeof(places[0])); /* the first page */
	sqlite_rig_write_file(rig->path, stock.file);
	refused = 0;
	assert_true(use(rig, &stock, &refused));
	assert_int_equal(refused, 0);
	arena_close(&stock.arena);
}

static uint64_t seed(void)
{
	const char *given = getenv("INNKEEPER_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);

	printf("# INNKEEPER_SEED=%" PRIu64 "\n", seed);
	return seed;
}

static size_t below(uint64_t *dice, size_t n)
{
	*dice = *dice * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(*dice >> 33) % n;
}

/* Bytes here and there, a run of rubbish, or pages wiped. */
static void harm(uint64_t *dice, char *bytes, size_t len)
{
	size_t n = 1 + below(dice, 40), at;

	switch (below(dice, 3)) {
	case 0:
		for (size_t i = 0; i < n; i++)
			bytes[below(dice, len)] ^= (char)(1 + below(dice, 255));
		break;
	case 1:
		at = below(dice, len - 512);
		for (size_t i = 0; i < 512; i++)
			bytes[at + i] = (char)below(dice, 256);
		break;
	default:
		at = below(dice, len / PAGE) * PAGE;
		memset(bytes + at, 0, PAGE);
	}
}

static void random_damage_is_never_served(void **state)
{
	struct sqlite_rig *rig = *state;
	unsigned refused = 0, closed = 0;
	uint64_t dice = seed();
	struct sqlite_stock stock;

	sqlite_stock_take_file(rig, &stock);
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct str bytes = str_dup(&rig->arena, stock.file);

		harm(&dice, (char *)(uintptr_t)bytes.ptr, bytes.len);
		sqlite_rig_write_file(rig->path, bytes);
		closed += !use(rig, &stock, &refused);
	}
	assert_true(refused + closed > ROUNDS / 2);
	arena_close(&stock.arena);
}

static void a_file_that_is_cut_anywhere_is_never_served(void **state)
{
	struct sqlite_rig *rig = *state;
	unsigned refused = 0;
	struct sqlite_stock stock;

	sqlite_stock_take_file(rig, &stock);
	for (size_t len = 0; len < stock.file.len; len += len % PAGE == 0 ? 1777 : PAGE - 1777) {
		sqlite_rig_write_file(rig->path, str_sub(stock.file, 0, len));
		/* The engine counts a page that is cut as one: it is found when it is read. */
		assert_true(!use(rig, &stock, &refused) || len > stock.file.len - PAGE);
	}
	arena_close(&stock.arena);
}

static void flip(FILE *file, long at)
{
	int byte;

	assert_int_equal(fseek(file, at, SEEK_SET), 0);
	byte = fgetc(file);
	assert_true(byte != EOF);
	assert_int_equal(fseek(file, at, SEEK_SET), 0);
	assert_int_equal(fputc(byte ^ 0x10, file), byte ^ 0x10);
	assert_int_equal(fflush(file), 0);
}

/* Each reader is a thread of its own number: what others keep in memory is right. */
static void a_flipped_byte_in_the_log_under_readers_is_never_served(void **state)
{
	enum { HEAD = 32, FRAME = 24 + 4096, FLIPS = 200 };
	struct sqlite_rig *rig = *state;
	struct sqlite_stock stock;
	unsigned refused = 0;
	char name[128];
	FILE *log;
	long size;

	sqlite_stock_take(rig, &stock);
	snprintf(name, sizeof(name), "%s-wal", rig->path);
	log = fopen(name, "r+");
	assert_non_null(log);
	assert_int_equal(fseek(log, 0, SEEK_END), 0);
	size = ftell(log);
	assert_true(size > 50L * FRAME);
	for (unsigned i = 0; i < FLIPS; i++) {
		/* From the end: what was written last is what is read. */
		long at = size - (long)i * FRAME / 2 - 1 - (long)(i * 977 % (FRAME / 2));

		if (at < HEAD)
			break;
		flip(log, at);
		rig->cx.thread = 1 + i;
		refused += sqlite_stock_read(rig, &stock);
		flip(log, at);
		assert_int_equal(sqlite_stock_read(rig, &stock), 0);
		arena_reset(&rig->arena, 0);
	}
	fclose(log);
	rig->cx.thread = 0;
	assert_true(refused > 20);
	arena_close(&stock.arena);
}

/* Writes each step anew; what was refused is left at its old rev. */
static unsigned write_steps(struct sqlite_rig *rig, uint64_t revs[STEPS + 1])
{
	unsigned refused = 0;

	for (unsigned i = 1; i <= STEPS; i++) {
		struct key key = { sqlite_stock_codes[0], str_printf(&rig->arena, "step-%06u", i) };
		struct write write = { .op = WRITE_PUT, .key = key, .if_rev = i, .rev = 1000 };
		struct commit commit = { &write, 1, STR("token") };
		size_t conflict;
		enum err err;

		cx_clear(&rig->cx);
		err = store_commit(rig->store, &rig->cx, &commit, &conflict);
		refused += sqlite_stock_is_damage(rig, err);
		revs[i] = err == OK ? 1000 : i;
	}
	return refused;
}

/* The byte as it was, unless its page was written anew as a whole. */
static void mend(struct sqlite_rig *rig, size_t at)
{
	struct str file = sqlite_rig_read_file(&rig->arena, rig->path);
	char *page = (char *)(uintptr_t)file.ptr + at / PAGE * PAGE;
	uint32_t sums[2] = { 0, 0 };

	sqlite_sum_add(sums, page, PAGE - sizeof(sums));
	if (memcmp(page + PAGE - sizeof(sums), sums, sizeof(sums)) == 0)
		return;
	page[at % PAGE] ^= 1;
	sqlite_rig_write_file(rig->path, file);
}

static void a_write_that_needs_a_damaged_page_is_refused_and_writes_nothing(void **state)
{
	struct sqlite_rig *rig = *state;
	unsigned refused = 0, pages = 0;
	struct sqlite_stock stock;

	sqlite_stock_take_file(rig, &stock);
	for (size_t at = PAGE + 2000; at < stock.file.len; at += PAGE) {
		char *byte = (char *)(uintptr_t)stock.file.ptr + at;
		uint64_t revs[STEPS + 1];
		struct item item;
		unsigned n;

		*byte ^= 1;
		sqlite_rig_write_file(rig->path, stock.file);
		*byte ^= 1;
		assert_int_equal(sqlite_rig_open(rig), OK);
		n = write_steps(rig, revs);
		sqlite_rig_close(rig);
		refused += n;
		pages += n != 0 && n != STEPS;
		mend(rig, at);
		assert_int_equal(sqlite_rig_open(rig), OK);
		for (unsigned i = 1; i <= STEPS; i++) {
			struct key key = { sqlite_stock_codes[0],
					   str_printf(&rig->arena, "step-%06u", i) };

			assert_int_equal(store_get(rig->store, &rig->cx, key, &item), OK);
			assert_int_equal(item.rev, revs[i]);
		}
		sqlite_rig_close(rig);
		arena_reset(&rig->arena, 0);
	}
	assert_true(refused > 10);
	assert_true(pages > 2); /* that stopped some writes and let others pass */
	arena_close(&stock.arena);
}

/* Little-endian words in pairs, as SQLite's checksum VFS has them. */
static void the_sums_are_those_of_sqlites_own_tool(void **state)
{
	struct sqlite_rig *rig = *state;
	uint32_t sums[2] = { 0, 0 };
	unsigned char page[PAGE];
	struct sqlite_stock stock;

	for (size_t i = 0; i < sizeof(page); i++)
		page[i] = (unsigned char)(i * 37 + i / 256);
	sqlite_sum_add(sums, page, PAGE - sizeof(sums));
	assert_int_equal(sums[0], 0x9f024f21u);
	assert_int_equal(sums[1], 0x2409fb35u);
	sqlite_stock_take_file(rig, &stock);
	assert_int_equal(stock.file.ptr[20], sizeof(sums));
	for (const char *at = stock.file.ptr; at < stock.file.ptr + stock.file.len; at += PAGE) {
		sums[0] = sums[1] = 0;
		sqlite_sum_add(sums, at, PAGE - sizeof(sums));
		assert_memory_equal(at + PAGE - sizeof(sums), sums, sizeof(sums));
	}
	arena_close(&stock.arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, sqlite_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_flipped_byte_in_any_page_is_named_and_never_served),
		TEST(random_damage_is_never_served),
		TEST(a_file_that_is_cut_anywhere_is_never_served),
		TEST(a_flipped_byte_in_the_log_under_readers_is_never_served),
		TEST(a_write_that_needs_a_damaged_page_is_refused_and_writes_nothing),
		TEST(the_sums_are_those_of_sqlites_own_tool),
	};

	/* The disk is not what is tested: memory, where there is some, takes a tenth of the time. */
	if (access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 1);
	return cmocka_run_group_tests_name("sqlite_pages", tests, NULL, NULL);
}
