#include "main/migrate_command.h"

#include <stdio.h>

#include "command/migrate.h"
#include "command/progress.h"
#include "main/store_commands.h"
#include "usecase/app.h"
#include "usecase/gate.h"

static void print_sum(const struct invocation *invocation, const struct migrate_result *result)
{
	unsigned long long hotels = result->hotels, adopted = result->adopted;
	unsigned long long taken = result->taken, none = result->no_hotels;
	unsigned long long failed = result->failed;

	if (invocation->options.json)
		printf("{\"hotels\":%llu,\"adopted\":%llu,\"takenOver\":%llu,\"noHotels\":%llu,"
		       "\"failed\":%llu}\n",
		       hotels, adopted, taken, none, failed);
	else
		printf("%llu hotels: %llu adopted, records taken over in %llu; left: %llu that "
		       "are no hotels, %llu that failed\n",
		       hotels, adopted, taken, none, failed);
}

static int run(const struct invocation *invocation, struct store *store)
{
	const struct command_options *options = &invocation->options;
	struct cx *cx = invocation->cx;
	struct app app = { .store = store };
	struct migrate_result result;
	struct progress progress;
	const struct migrate_job job = { &app, stderr, &progress };
	enum err err;

	app.gates = gates_open(cx->arena);
	app.chain_gates = gates_open(cx->arena);
	progress_init(&progress, cx->clock, "migrate", "hotels", options->json || options->quiet);
	err = migrate_store(cx, &job, &result);
	gates_close(app.chain_gates);
	gates_close(app.gates);
	if (err != OK)
		return invocation_refuse(invocation, EXIT_FAILED);
	print_sum(invocation, &result);
	return result.failed != 0 ? EXIT_FAILED : EXIT_DONE;
}

int migrate_command(const struct invocation *invocation)
{
	struct storage storage = { .store = NULL };
	int code = EXIT_DONE;

	if (store_commands_open(invocation, STORAGE_MAKES_ALL, &storage, &code))
		code = run(invocation, storage.store);
	storage_close(&storage);
	return code;
}
