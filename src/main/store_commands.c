#include "main/store_commands.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "command/check.h"
#include "command/progress.h"
#include "main/settings.h"
#include "main/storage.h"

#define EXIT_DAMAGE 3

#define HASH_DIGITS 64

static bool is_hash(const char *text)
{
	return strlen(text) == HASH_DIGITS && strspn(text, "0123456789abcdef") == HASH_DIGITS;
}

static bool is_silent(const struct options *options)
{
	return options->json || options->quiet;
}

/* Settings that are wrong are wrong usage; a store that can not be opened is a failure. */
static bool open_storage(const struct invocation *invocation, bool may_make,
			 struct storage *storage, int *code)
{
	struct settings settings;

	if (settings_read(invocation->cx, &invocation->flags, &settings) != OK ||
	    storage_check(invocation->cx, &settings) != OK)
		*code = invocation_refuse(invocation, EXIT_USAGE);
	else if (storage_open(invocation->cx, &settings, may_make, storage) != OK)
		*code = invocation_refuse(invocation, EXIT_FAILED);
	else
		return true;
	return false;
}

int store_commands_check(const struct invocation *invocation)
{
	const struct options *options = &invocation->options;
	struct storage storage = { .store = NULL };
	struct check_result result;
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
	if (!open_storage(invocation, false, &storage, &code))
		return code;
	job.store = storage.store;
	progress_init(&progress, invocation->cx->clock, "check", "partitions", is_silent(options));
	if (check_run(invocation->cx, &job, &result) != OK)
		code = invocation_refuse(invocation, EXIT_FAILED);
	else if (check_found_damage(&job, &result))
		code = EXIT_DAMAGE;
	else if (result.unchecked != 0)
		code = EXIT_FAILED;
	storage_close(&storage);
	return code;
}

int store_commands_backup(const struct invocation *invocation)
{
	struct storage storage = { .store = NULL };
	const char *path = invocation->words[0];
	int code = EXIT_DONE;

	if (!open_storage(invocation, false, &storage, &code))
		return code;
	if (store_backup(storage.store, invocation->cx, str_of(path)) != OK)
		code = invocation_refuse(invocation, EXIT_FAILED);
	else if (invocation->options.json)
		puts("{\"ok\":true}");
	storage_close(&storage);
	return code;
}
