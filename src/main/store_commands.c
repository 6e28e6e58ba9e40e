#include "main/store_commands.h"

#include <stdio.h>
#include <string.h>

#include "adapter/sqlite_restore.h"
#include "adapter/sqlite_verify.h"
#include "adapter/store_sqlite.h"
#include "base/str.h"
#include "command/check.h"
#include "command/progress.h"
#include "main/settings.h"
#include "main/storage.h"

#define HASH_DIGITS 64

static bool is_hash(const char *text)
{
	return strlen(text) == HASH_DIGITS && strspn(text, "0123456789abcdef") == HASH_DIGITS;
}

static bool is_silent(const struct command_options *options)
{
	return options->json || options->quiet;
}

bool store_commands_open(const struct invocation *invocation, enum storage_makes makes,
			 struct storage *storage, int *code)
{
	struct settings settings;

	if (settings_read(invocation->cx, &invocation->flags, &settings) != OK ||
	    storage_check(invocation->cx, &settings) != OK)
		*code = invocation_refuse(invocation, EXIT_USAGE);
	else if (storage_open(invocation->cx, &settings, makes, storage) != OK)
		*code = invocation_refuse(invocation, EXIT_FAILED);
	else
		return true;
	return false;
}

/* The pages first: one that is cut reads as if nothing stood there. Without a path there are none: the store is no file. */
static enum err check_all(struct cx *cx, const struct check_job *job, struct str path,
			  struct check_result *result)
{
	struct str problem = STR("");
	enum err err = path.len != 0 ? sqlite_verify(cx, path, &problem) : OK;

	if (err != OK)
		return err;
	if (problem.len != 0)
		check_report_pages(cx->arena, job, result, problem);
	err = check_run(cx, job, result);
	/* Behind a damaged page there may be no end to reach. */
	if ((err == ERR_UNAVAILABLE || err == ERR_INTERNAL) && problem.len != 0) {
		cx_clear(cx);
		err = OK;
	}
	return err;
}

/* A backup must be a whole store: what is wrong in it is said on stderr, one line a finding. */
static enum err check_backup(struct cx *cx, const char *made, const char *from)
{
	struct check_result result = { .findings = 0 };
	struct progress progress;
	struct check_job job = { .out = stderr, .progress = &progress };
	enum err err = store_sqlite_open(cx, str_of(made), &job.store);

	if (err != OK)
		return err;
	progress_init(&progress, cx->clock, "restore", "partitions", true);
	err = check_all(cx, &job, str_of(made), &result);
	store_close(job.store);
	if (err == OK && check_found_damage(&job, &result))
		err = fail(cx, ERR_INVALID, "damaged", "%s is damaged: nothing was restored", from);
	return err;
}

static enum err restore(struct cx *cx, const char *from, struct str to, bool replaces)
{
	const char *path = str_c(cx->arena, to);
	char made[PATH_MAX];
	enum err err;

	if (!path)
		return cx_check_memory(cx);
	if (!replaces && sqlite_restore_has_store(path))
		return fail(cx, ERR_CONFLICT, "exists",
			    "there is a store %s: --replace puts the backup over it", path);
	err = sqlite_restore_copy(cx, from, path, made);
	if (err != OK)
		return err;
	err = check_backup(cx, made, from);
	if (err == OK)
		err = sqlite_restore_place(cx, made, path);
	if (err != OK)
		sqlite_restore_drop(made);
	return err;
}

int store_commands_restore(const struct invocation *invocation)
{
	struct storage storage = { .store = NULL };
	struct cx *cx = invocation->cx;
	struct settings settings;
	int code = EXIT_DONE;

	if (settings_read(cx, &invocation->flags, &settings) != OK ||
	    storage_check(cx, &settings) != OK)
		return invocation_refuse(invocation, EXIT_USAGE);
	if (storage_exclude(cx, &settings, &storage) != OK ||
	    restore(cx, invocation->words[0], storage.embedded.path, invocation->options.replace) !=
		    OK)
		code = invocation_refuse(invocation, EXIT_FAILED);
	else if (invocation->options.json)
		puts("{\"ok\":true}");
	storage_close(&storage);
	return code;
}

int store_commands_check(const struct invocation *invocation)
{
	const struct command_options *options = &invocation->options;
	struct storage storage = { .store = NULL };
	struct check_result result = { .findings = 0 };
	struct progress progress;
	struct check_job job = { .out = stdout,
				 .is_json = options->json,
				 .repairs = options->repair,
				 .head = str_of(options->head),
				 .progress = &progress };
	int code = EXIT_DONE;

	if (options->head && !is_hash(options->head)) {
		fprintf(stderr, "innkeeper check: --head must be 64 digits of 0-9 and a-f\n");
		return EXIT_USAGE;
	}
	if (!store_commands_open(invocation, STORAGE_MAKES_NOTHING, &storage, &code)) {
		const char *why = invocation->cx->failure.code;

		return why && strcmp(why, "damaged") == 0 ? EXIT_DAMAGE : code;
	}
	job.store = storage.store;
	progress_init(&progress, invocation->cx->clock, "check", "partitions", is_silent(options));
	if (check_all(invocation->cx, &job, storage.embedded.path, &result) != OK)
		code = invocation_refuse(invocation, EXIT_FAILED);
	else if (check_found_damage(&job, &result))
		code = EXIT_DAMAGE;
	else if (result.unchecked != 0)
		code = EXIT_FAILED;
	if (code != EXIT_FAILED || result.unchecked != 0)
		check_print_sum(&job, invocation->cx->arena, &result);
	storage_close(&storage);
	return code;
}

int store_commands_backup(const struct invocation *invocation)
{
	struct storage storage = { .store = NULL };
	const char *path = invocation->words[0];
	int code = EXIT_DONE;

	if (!store_commands_open(invocation, STORAGE_MAKES_NOTHING, &storage, &code))
		return code;
	if (store_backup(storage.store, invocation->cx, str_of(path)) != OK)
		code = invocation_refuse(invocation, EXIT_FAILED);
	else if (invocation->options.json)
		puts("{\"ok\":true}");
	storage_close(&storage);
	return code;
}
