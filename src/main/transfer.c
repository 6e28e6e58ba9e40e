#include "main/transfer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/export.h"
#include "command/import.h"
#include "command/progress.h"
#include "main/storage.h"
#include "main/store_commands.h"
#include "usecase/app.h"
#include "usecase/gate.h"

static bool is_stream(const struct invocation *invocation)
{
	return strcmp(invocation->words[0], "-") == 0;
}

/* Of --only there is the store alone yet. */
static enum err check_only(const struct invocation *invocation)
{
	const char *only = invocation->options.only;
	struct str rest = str_of(only);

	while (only && rest.ptr < only + strlen(only)) {
		struct str name = str_sub(rest, 0, str_index(rest, ','));

		if (str_eq(name, STR("sales")) || str_eq(name, STR("blob")))
			return fail(invocation->cx, ERR_INVALID, "not_implemented",
				    "--only " STR_FMT " is not built yet", STR_ARG(name));
		if (!str_eq(name, STR("store")))
			break;
		rest = str_sub(rest, name.len + 1, rest.len);
	}
	if (!only || (only[0] != '\0' && rest.len == 0))
		return OK;
	return fail(invocation->cx, ERR_INVALID, "invalid",
		    "--only must be of store, sales, blob, not \"%s\"", only);
}

static void start_progress(const struct invocation *invocation, const char *unit,
			   struct progress *progress)
{
	progress_init(progress, invocation->cx->clock, invocation->row->name, unit,
		      invocation->options.json || invocation->options.quiet);
}

static void print_sum(const struct invocation *invocation, const struct record_counts *counts,
		      uint64_t left_out)
{
	unsigned long long hotels = counts->hotels, records = counts->records;
	unsigned long long chains = counts->chains, out = left_out;

	if (invocation->options.json)
		printf("{\"hotels\":%llu,\"records\":%llu,\"chains\":%llu,\"leftOut\":%llu}\n",
		       hotels, records, chains, out);
	else
		printf("%llu hotels of %llu records, %llu chains and brands; %llu left out\n",
		       hotels, records, chains, out);
}

static int refuse_file(const struct invocation *invocation)
{
	fprintf(stderr, "innkeeper %s: %s: %s\n", invocation->row->name, invocation->words[0],
		strerror(errno));
	return EXIT_FAILED;
}

static void watch_export(void *watcher, uint64_t hotels)
{
	progress_show(watcher, hotels);
}

/* On disk before it is called done; a file that is not whole does not stay. */
static int finish_file(const struct invocation *invocation, FILE *file, int code)
{
	if (code == EXIT_DONE && fsync(fileno(file)) < 0)
		code = refuse_file(invocation);
	if (fclose(file) != 0 && code == EXIT_DONE)
		code = refuse_file(invocation);
	if (code != EXIT_DONE)
		unlink(invocation->words[0]);
	return code;
}

static int export_to(const struct invocation *invocation, struct store *store, FILE *out)
{
	struct export_result result = { .left_out = 0 };
	struct progress progress;
	const struct export_job job = { .store = store,
					.out = out,
					.complaints = stderr,
					.watch = watch_export,
					.watcher = &progress };
	int code = EXIT_DONE;
	enum err err;

	start_progress(invocation, "hotels", &progress);
	err = export_store(invocation->cx, &job, &result);
	progress_hide(&progress);
	if (err != OK)
		code = invocation_refuse(invocation, EXIT_FAILED);
	if (out == stdout)
		return result.left_out != 0 ? EXIT_FAILED : code;
	code = finish_file(invocation, out, code);
	if (code != EXIT_DONE)
		return code;
	print_sum(invocation, &result.counts, result.left_out);
	return result.left_out != 0 ? EXIT_FAILED : EXIT_DONE;
}

int transfer_export(const struct invocation *invocation)
{
	struct storage storage = { .store = NULL };
	FILE *out = stdout;
	int code = EXIT_DONE;

	if (check_only(invocation) != OK)
		return invocation_refuse(invocation, EXIT_USAGE);
	if (!store_commands_open(invocation, STORAGE_MAKES_NOTHING, &storage, &code))
		return code;
	if (!is_stream(invocation))
		out = fopen(invocation->words[0], "wxe");
	code = out ? export_to(invocation, storage.store, out) : refuse_file(invocation);
	storage_close(&storage);
	return code;
}

static void watch_import(void *watcher, uint64_t bytes_read, uint64_t hotels)
{
	(void)hotels;
	progress_show(watcher, bytes_read);
}

static int import_from(const struct invocation *invocation, struct app *app, FILE *in)
{
	struct import_result result = { .complaints = 0 };
	struct progress progress;
	const struct import_job job = { .app = app,
					.in = in,
					.complaints = stderr,
					.replace = invocation->options.replace,
					.watch = watch_import,
					.watcher = &progress };
	struct stat st;
	enum err err;

	start_progress(invocation, "bytes", &progress);
	if (fstat(fileno(in), &st) == 0 && S_ISREG(st.st_mode))
		progress.total = (uint64_t)st.st_size;
	err = import_store(invocation->cx, &job, &result);
	progress_hide(&progress);
	if (err != OK)
		return invocation_refuse(invocation, EXIT_FAILED);
	print_sum(invocation, &result.counts, result.complaints);
	return result.complaints != 0 ? EXIT_FAILED : EXIT_DONE;
}

int transfer_import(const struct invocation *invocation)
{
	struct storage storage = { .store = NULL };
	struct app app = { .store = NULL };
	FILE *in = stdin;
	int code = EXIT_DONE;

	if (check_only(invocation) != OK)
		return invocation_refuse(invocation, EXIT_USAGE);
	if (!is_stream(invocation))
		in = fopen(invocation->words[0], "re");
	if (!in)
		return refuse_file(invocation);
	if (store_commands_open(invocation, STORAGE_MAKES_FILE, &storage, &code)) {
		app.store = storage.store;
		app.gates = gates_open(invocation->cx->arena);
		app.chain_gates = gates_open(invocation->cx->arena);
		code = import_from(invocation, &app, in);
		gates_close(app.chain_gates);
		gates_close(app.gates);
	}
	storage_close(&storage);
	if (in != stdin)
		fclose(in);
	return code;
}
