#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "main/build.h"
#include "main/completion.h"
#include "main/config.h"
#include "main/copy_command.h"
#include "main/help.h"
#include "main/invocation.h"
#include "main/lambda.h"
#include "main/man.h"
#include "main/migrate_command.h"
#include "main/openapi_command.h"
#include "main/serve.h"
#include "main/store_commands.h"
#include "main/suggest.h"
#include "main/transfer.h"

static int version(const struct invocation *invocation)
{
	if (invocation->options.json)
		printf("{\"version\":\"%s\",\"sqlite\":\"%s\",\"compiler\":\"%s\"}\n",
		       BUILD_VERSION, sqlite3_libversion(), BUILD_COMPILER);
	else
		puts("innkeeper " BUILD_VERSION);
	return EXIT_DONE;
}

/* Everything that the program can be asked: help, the manual and completion are told from it. */
static const struct command_row commands[] = {
	{ .name = "serve",
	  .meaning = "answer HTTP until SIGTERM",
	  .example = "innkeeper serve --data ./data --cache-size 1G",
	  .run = serve },
	{ .name = "lambda",
	  .meaning = "answer what AWS Lambda invokes; it does so under the name `bootstrap`, too",
	  .example = "LAMBDA_ENV=prod innkeeper lambda",
	  .run = lambda },
	{ .name = "export",
	  .arguments = "FILE",
	  .meaning = "write hotels, history, chains and brands as lines of JSON; - is stdout",
	  .example = "innkeeper export hotels.ndjson --data ./data",
	  .takes = TAKES_JSON | TAKES_QUIET | TAKES_ONLY,
	  .words = 1,
	  .run = transfer_export },
	{ .name = "import",
	  .arguments = "FILE",
	  .meaning = "take over what export wrote, each hotel whole; - is stdin",
	  .example = "innkeeper import hotels.ndjson --data ./data --replace",
	  .takes = TAKES_JSON | TAKES_QUIET | TAKES_REPLACE | TAKES_ONLY,
	  .words = 1,
	  .run = transfer_import },
	{ .name = "copy",
	  .meaning = "bring what a store holds into another one, while both are in use",
	  .example = "innkeeper copy --from sqlite:./data/innkeeper.db --to "
		     "'dynamodb:hotels?region=eu-west-1'",
	  .takes = TAKES_JSON | TAKES_QUIET | TAKES_REPLACE | TAKES_STORES,
	  .no_settings = true,
	  .run = copy_command },
	{ .name = "migrate",
	  .meaning = "make the table where it is missing, and hotels of what other programs wrote",
	  .example = "innkeeper migrate --store 'dynamodb:hotels?region=eu-west-1'",
	  .takes = TAKES_JSON | TAKES_QUIET,
	  .run = migrate_command },
	{ .name = "check",
	  .meaning = "look at the whole store, beside a running server: exit 3 for damage",
	  .example = "innkeeper check --data ./data --repair",
	  .takes = TAKES_JSON | TAKES_QUIET | TAKES_REPAIR | TAKES_HEAD,
	  .run = store_commands_check },
	{ .name = "backup",
	  .arguments = "FILE",
	  .meaning = "copy the embedded store into a new file, beside a running server",
	  .example = "innkeeper backup /backups/innkeeper-monday.db --data ./data",
	  .takes = TAKES_JSON,
	  .words = 1,
	  .run = store_commands_backup },
	{ .name = "restore",
	  .arguments = "FILE",
	  .meaning = "make the embedded store of a backup; no server may run on it",
	  .example = "innkeeper restore /backups/innkeeper-monday.db --data ./data",
	  .takes = TAKES_JSON | TAKES_REPLACE,
	  .words = 1,
	  .run = store_commands_restore },
	{ .name = "config",
	  .arguments = "show|check",
	  .meaning = "print every setting as a file takes them; say whether serve takes them",
	  .example = "innkeeper config show --origin --config /etc/innkeeper.conf",
	  .takes = TAKES_JSON | TAKES_ORIGIN,
	  .words = 1,
	  .run = config },
	{ .name = "openapi",
	  .meaning = "print the OpenAPI 3.1 document of the HTTP interface",
	  .example = "innkeeper openapi > openapi.json",
	  .run = openapi_command },
	{ .name = "completion",
	  .arguments = "bash|zsh|fish",
	  .meaning = "print what completes these commands in that shell",
	  .example = "innkeeper completion bash > /etc/bash_completion.d/innkeeper",
	  .words = 1,
	  .no_settings = true,
	  .run = completion },
	{ .name = "man",
	  .meaning = "print the manual page, as roff",
	  .example = "innkeeper man | man -l -",
	  .no_settings = true,
	  .run = man },
	{ .name = "version",
	  .meaning = "print the version",
	  .example = "innkeeper version --json",
	  .takes = TAKES_JSON,
	  .no_settings = true,
	  .run = version },
	{ .name = "demo" },
	{ .name = "keys" },
};

static const struct command_table table = { commands, sizeof(commands) / sizeof(commands[0]) };

static const struct command_row *find(const char *name)
{
	for (size_t i = 0; i < table.n; i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	return NULL;
}

static enum err fail_unknown(struct cx *cx, const char *name)
{
	struct suggestion near = { .word = str_of(name) };
	struct str hint;

	for (size_t i = 0; i < table.n; i++)
		suggest_consider(&near, commands[i].name);
	hint = suggest_text(&near, cx->arena, "");
	return fail(cx, ERR_INVALID, "invalid",
		    "there is no command %s" STR_FMT ": see innkeeper --help", name, STR_ARG(hint));
}

static int refuse_unknown(const char *name)
{
	struct arena arena;
	struct cx cx;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	if (fail_unknown(&cx, name) != OK)
		fprintf(stderr, "innkeeper: " STR_FMT "\n", STR_ARG(cx.failure.detail));
	arena_close(&arena);
	return EXIT_USAGE;
}

static int run(const struct command_row *row, int argc, char **argv)
{
	struct invocation invocation = { .table = &table, .row = row };
	struct arena arena;
	struct cx cx;
	int code;

	if (!row->run) {
		fprintf(stderr, "innkeeper: %s is not built yet\n", row->name);
		return EXIT_USAGE;
	}
	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	invocation.cx = &cx;
	if (invocation_read(&invocation, argc, argv) == OK)
		code = row->run(&invocation);
	else
		code = invocation_refuse(&invocation, EXIT_USAGE);
	arena_close(&arena);
	return code;
}

static bool is_help(const char *argument)
{
	return strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0;
}

static int dispatch(int argc, char **argv)
{
	bool asks = strcmp(argv[1], "help") == 0 || is_help(argv[1]);
	const char *name = asks && argc > 2 ? argv[2] : argv[1];
	const struct command_row *row = find(strcmp(name, "--version") == 0 ? "version" : name);

	for (int i = 2; i < argc; i++)
		asks = asks || is_help(argv[i]);
	if (asks && (is_help(name) || strcmp(name, "help") == 0)) {
		help_print(stdout, &table);
		return EXIT_DONE;
	}
	if (!row)
		return refuse_unknown(name);
	if (!asks || !row->run)
		return run(row, argc - 2, argv + 2);
	help_print_of(row);
	return EXIT_DONE;
}

/* Lambda starts its program under this name, without a command. */
static bool is_bootstrap(const char *path)
{
	const char *slash = strrchr(path, '/');

	return strcmp(slash ? slash + 1 : path, "bootstrap") == 0;
}

int main(int argc, char **argv)
{
	char command[] = "lambda";
	char *lambda_argv[] = { argv[0], command, NULL };
	int code;

	/* What may follow is the handler's name, which says nothing to us. */
	if (argc > 0 && is_bootstrap(argv[0]))
		return dispatch(2, lambda_argv);
	if (argc < 2) {
		help_print(stderr, &table);
		return EXIT_USAGE;
	}
	code = dispatch(argc, argv);
	/* What could not be printed was not done: a full disk behind stdout, a closed pipe. */
	if (fflush(stdout) != 0 && code == EXIT_DONE) {
		perror("innkeeper: standard output");
		return EXIT_FAILED;
	}
	return code;
}
