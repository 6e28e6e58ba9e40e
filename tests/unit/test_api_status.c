/* layer: api */
#include "cx_fixture.h"

#include <dirent.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "api/problem.h"
#include "api/status.h"
#include "disagree.h"

/* The table of errors of the HTTP contract, by hand. */
static void every_code_has_the_status_of_the_contract(void **state)
{
	static const struct {
		const char *code;
		unsigned status;
	} contract[] = {
		{ "invalid", 400 },
		{ "unauthenticated", 401 },
		{ "forbidden", 403 },
		{ "not_found", 404 },
		{ "method_not_allowed", 405 },
		{ "not_acceptable", 406 },
		{ "timeout", 408 },
		{ "exists", 409 },
		{ "in_use", 409 },
		{ "in_flight", 409 },
		{ "stale", 412 },
		{ "too_large", 413 },
		{ "unsupported_media_type", 415 },
		{ "expectation_failed", 417 },
		{ "misdirected", 421 },
		{ "key_reused", 422 },
		{ "precondition_required", 428 },
		{ "internal", 500 },
		{ "not_implemented", 501 },
		{ "unavailable", 503 },
		{ "uncertain", 504 },
		{ "http_version", 505 },
		{ "storage_full", 507 },
	};
	size_t rows = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(contract) / sizeof(contract[0]); i++) {
		assert_string_equal(status_of(contract[i].code)->code, contract[i].code);
		assert_int_equal(status_of(contract[i].code)->status, contract[i].status);
	}
	while (status_rows[rows].code)
		rows++;
	/* The front alone makes 414 and 431 of `too_large`. */
	assert_int_equal(rows, sizeof(contract) / sizeof(contract[0]) + 2);
	assert_int_equal(status_of("no such code")->status, 500);
}

static void rows_are_told_apart_and_have_titles(void **state)
{
	(void)state;
	for (const struct status_row *row = status_rows; row->code; row++) {
		assert_int_not_equal(strlen(row->title), 0);
		assert_in_range(row->status, 400, 599);
		for (const struct status_row *other = row + 1; other->code; other++)
			assert_true(row->status < other->status ||
				    strcmp(row->code, other->code) != 0);
		/* The documents group them by status. */
		assert_true(!row[1].code || row->status <= row[1].status);
	}
}

/* The whole of a file of the sources in memory. */
static char *read_source(struct cx *cx, const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = arena_alloc(cx->arena, 200000);

	assert_non_null(file);
	assert_true(fread(text, 1, 199999, file) < 199999);
	fclose(file);
	return text;
}

/* `fail(cx, ERR_X, "code"` : code and error must be those of one row. Returns how many were seen. */
static unsigned check_calls(const char *path, const char *text)
{
	static const char *const errors[] = { "OK",        "INVALID",   "UNAUTHENTICATED",
					      "FORBIDDEN", "NOT_FOUND", "CONFLICT",
					      "STALE",     "LIMIT",     "UNAVAILABLE",
					      "UNCERTAIN", "INTERNAL" };
	regmatch_t found[3];
	unsigned calls = 0;
	regex_t pattern;

	assert_int_equal(regcomp(&pattern, "fail\\([^;\"]*ERR_([A-Z_]+),[ \t\n]*\"([a-z_]+)\"",
				 REG_EXTENDED),
			 0);
	for (; regexec(&pattern, text, 3, found, 0) == 0; text += found[0].rm_eo, calls++) {
		struct str error = { text + found[1].rm_so,
				     (size_t)(found[1].rm_eo - found[1].rm_so) };
		char code[64];
		const struct status_row *row;

		snprintf(code, sizeof(code), "%.*s", (int)(found[2].rm_eo - found[2].rm_so),
			 text + found[2].rm_so);
		row = status_of(code);
		/* What opening a store finds is for the command line: no request meets it. */
		if (strcmp(code, "damaged") == 0 && strncmp(path, "src/adapter/", 12) == 0)
			continue;
		if (strcmp(row->code, code) != 0)
			disagree("%s: code %s has no row", path, code);
		if (row->err != OK && !str_eq(error, str_of(errors[row->err])))
			disagree("%s: code %s goes with %s, not ERR_" STR_FMT, path, code,
				 errors[row->err], STR_ARG(error));
	}
	regfree(&pattern);
	return calls;
}

static unsigned check_folder(struct cx *cx, const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	unsigned calls = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		size_t len = strlen(entry->d_name);
		char path[512];

		if (len < 3 || strcmp(entry->d_name + len - 2, ".c") != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		calls += check_calls(path, read_source(cx, path));
		arena_reset(cx->arena, 0);
	}
	closedir(dir);
	return calls;
}

/* Reads the sources: test programs run in the top of the project. */
static void every_code_that_is_noted_has_its_row(void **state)
{
	static const char *const folders[] = { "src/base",    "src/codec",  "src/port",
					       "src/model",   "src/record", "src/audit",
					       "src/usecase", "src/api",    "src/adapter",
					       "src/runtime" };
	unsigned calls = 0;

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		calls += check_folder(*state, folders[i]);
	assert_in_range(calls, 50, 1000);
}

static void a_problem_says_what_the_contract_says(void **state)
{
	struct cx *cx = *state;
	struct api_answer answer = { .status = 0 };

	cx->request_id = STR("r-1");
	fail_field(cx, BLAME_POINTER, STR("/name"), "is required");
	fail_field(cx, BLAME_PARAMETER, STR("limit"), "must be from %d", 1);
	fail_field(cx, BLAME_HEADER, STR("If-Match"), "is odd");
	problem_write(cx, 0, PROBLEM_WRAPPED, &answer);
	assert_int_equal(answer.status, 400);
	assert_string_equal(answer.code, "invalid");
	assert_says(
		cx, answer.body,
		"{\"type\":\"/problems/invalid\",\"title\":\"Invalid request\",\"status\":400,"
		"\"detail\":\"the request has fields that are not valid\",\"instance\":\"r-1\","
		"\"code\":\"invalid\",\"errors\":[{\"pointer\":\"/name\",\"detail\":\"is required\"},"
		"{\"parameter\":\"limit\",\"detail\":\"must be from 1\"},{\"header\":\"If-Match\","
		"\"detail\":\"is odd\"}],\"error\":{\"code\":\"invalid\",\"msg\":\"the request has "
		"fields that are not valid\"},\"subFunction\":\"\",\"response\":[]}");
}

static void every_code_fits_into_the_seeds_wrapper_alone(void **state)
{
	struct cx *cx = *state;

	for (const struct status_row *row = status_rows; row->code; row++) {
		struct api_answer answer = { .status = 0 };
		const char *msg =
			row->status == 500 ? "something went wrong on our side" : "\\\"why\\\"";

		cx_clear(cx);
		fail(cx, ERR_INVALID, row->code, "\"why\"");
		problem_write(cx, row->status, PROBLEM_SEED, &answer);
		assert_int_equal(answer.status, row->status);
		assert_string_equal(answer.code, row->code);
		assert_says(
			cx, answer.body,
			str_c(cx->arena, str_printf(cx->arena,
						    "{\"error\":{\"code\":\"%s\",\"msg\":\"%s\"},"
						    "\"subFunction\":\"\",\"response\":[]}",
						    row->code, msg)));
		assert_text(answer.headers[0].value, STR("application/json"));
	}
}

static void the_seeds_message_names_every_field(void **state)
{
	struct cx *cx = *state;
	struct api_answer answer = { .status = 0 };

	fail_field(cx, BLAME_POINTER, STR("/name"), "is required");
	fail_field(cx, BLAME_PARAMETER, STR("subFunction"), "is odd");
	fail_field(cx, BLAME_POINTER, STR(""), "must be an object");
	problem_write(cx, 0, PROBLEM_SEED, &answer);
	assert_says(
		cx, answer.body,
		"{\"error\":{\"code\":\"invalid\",\"msg\":\"the request has fields that are not valid: "
		"/name: is required; subFunction: is odd; the request must be an object\"},"
		"\"subFunction\":\"\",\"response\":[]}");
}

static void what_is_our_fault_is_not_told(void **state)
{
	struct cx *cx = *state;
	struct api_answer answer = { .status = 0 };

	assert_int_equal(fail(cx, ERR_INTERNAL, "internal", "secret of the house"), ERR_INTERNAL);
	problem_write(cx, 0, PROBLEM_PLAIN, &answer);
	assert_int_equal(answer.status, 500);
	assert_null(strstr(str_c(cx->arena, answer.body), "secret"));
	assert_null(strstr(str_c(cx->arena, answer.body), "subFunction"));
}

static void a_full_arena_is_told_all_the_same(void **state)
{
	struct cx *cx = *state;
	struct api_answer answer = { .status = 0 };

	arena_reset(cx->arena, 100);
	while (arena_bytes(cx->arena, 10))
		;
	assert_int_equal(cx_check_memory(cx), ERR_LIMIT);
	problem_write(cx, 0, PROBLEM_WRAPPED, &answer);
	assert_int_equal(answer.status, 413);
	assert_true(str_starts(answer.body, STR("{\"type\":\"/problems/too_large\"")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cx, close_cx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_code_has_the_status_of_the_contract),
		TEST(rows_are_told_apart_and_have_titles),
		TEST(every_code_that_is_noted_has_its_row),
		TEST(a_problem_says_what_the_contract_says),
		TEST(every_code_fits_into_the_seeds_wrapper_alone),
		TEST(the_seeds_message_names_every_field),
		TEST(what_is_our_fault_is_not_told),
		TEST(a_full_arena_is_told_all_the_same),
	};

	return cmocka_run_group_tests_name("api_status", tests, NULL, NULL);
}
