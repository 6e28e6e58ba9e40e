#include "main/copy_command.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "command/copy.h"
#include "command/progress.h"
#include "main/storage.h"
#include "main/store_url.h"
#include "usecase/app.h"
#include "usecase/gate.h"

/* Hotels at a time: as many as keep a disk, or a network, busy. */
#define THREADS_LOCAL 4
#define THREADS_REMOTE 16

#define THREAD_BYTES ((size_t)64 << 20)

static bool may_be_same_text(struct str a, struct str b)
{
	return a.len == 0 || b.len == 0 || str_eq(a, b);
}

static bool is_same_file(struct cx *cx, struct str a, struct str b)
{
	const char *names[] = { str_c(cx->arena, a), str_c(cx->arena, b) };
	struct stat first, second;

	if (!names[0] || !names[1] || stat(names[0], &first) != 0 || stat(names[1], &second) != 0)
		return str_eq(a, b);
	return first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

/* What environment and profile say of a region or endpoint that is not in the URL is not known here. */
static bool may_be_same(struct cx *cx, const struct store_url *a, const struct store_url *b)
{
	if (a->engine != b->engine)
		return false;
	if (a->engine == STORE_ENGINE_SQLITE)
		return is_same_file(cx, a->path, b->path);
	return str_eq(a->table, b->table) && may_be_same_text(a->region, b->region) &&
	       may_be_same_text(a->endpoint, b->endpoint);
}

static enum err check_urls(const struct invocation *invocation)
{
	const struct command_options *options = &invocation->options;
	struct cx *cx = invocation->cx;
	struct store_url from, to;
	enum err err;

	if (!options->from || !options->to)
		return fail(cx, ERR_INVALID, "invalid",
			    "something is missing: innkeeper copy --from URL --to URL");
	err = store_url_parse(cx, "--from", str_of(options->from), &from);
	if (err == OK)
		err = store_url_parse(cx, "--to", str_of(options->to), &to);
	if (err == OK && may_be_same(cx, &from, &to))
		err = fail(cx, ERR_INVALID, "invalid",
			   "--from and --to are the same store, or could be: name the region and "
			   "the endpoint of a table in both");
	return err;
}

static const char *verdict_of(const struct copy_result *result)
{
	if (result->is_equal)
		return "source and target are equal";
	if (result->complaints != 0)
		return "source and target are not equal";
	return "source and target were written all the time: what is not equal is not known";
}

static void print_sum(const struct invocation *invocation, const struct copy_result *result)
{
	unsigned long long hotels = result->hotels, chains = result->chains;
	unsigned long long copied = result->copied, records = result->records;
	unsigned long long complaints = result->complaints;

	if (invocation->options.json)
		printf("{\"hotels\":%llu,\"chains\":%llu,\"copied\":%llu,\"records\":%llu,"
		       "\"passes\":%u,\"complaints\":%llu,\"equal\":%s}\n",
		       hotels, chains, copied, records, result->passes, complaints,
		       result->is_equal ? "true" : "false");
	else
		printf("%llu hotels, %llu chains and brands; %llu hotels copied, %llu records "
		       "compared, %llu complaints in %u passes: %s\n",
		       hotels, chains, copied, records, complaints, result->passes,
		       verdict_of(result));
}

static int run(const struct invocation *invocation, struct store *from, struct store *to)
{
	const struct command_options *options = &invocation->options;
	struct cx *cx = invocation->cx;
	struct app app = { .store = to };
	struct copy_result result;
	struct progress progress;
	const struct copy_job job = {
		.from = from,
		.to = &app,
		.complaints = stderr,
		.replace = options->replace,
		.threads =
			from->api->is_local && to->api->is_local ? THREADS_LOCAL : THREADS_REMOTE,
		.thread_bytes = THREAD_BYTES,
		.progress = &progress,
	};
	enum err err;

	app.gates = gates_open(cx->arena);
	app.chain_gates = gates_open(cx->arena);
	progress_init(&progress, cx->clock, "copy", "hotels", options->json || options->quiet);
	err = copy_store(cx, &job, &result);
	gates_close(app.chain_gates);
	gates_close(app.gates);
	if (err != OK)
		return invocation_refuse(invocation, EXIT_FAILED);
	print_sum(invocation, &result);
	return result.is_equal ? EXIT_DONE : EXIT_FAILED;
}

static int refuse_open(const struct invocation *invocation, const char *name)
{
	const struct failure *failure = &invocation->cx->failure;
	bool unbuilt = failure->code && strcmp(failure->code, "not_implemented") == 0;

	fprintf(stderr, "innkeeper copy: %s: " STR_FMT "\n", name, STR_ARG(failure->detail));
	return unbuilt ? EXIT_USAGE : EXIT_FAILED;
}

int copy_command(const struct invocation *invocation)
{
	const struct command_options *options = &invocation->options;
	struct storage from = { .store = NULL }, to = { .store = NULL };
	struct cx *cx = invocation->cx;
	int code;

	if (check_urls(invocation) != OK)
		return invocation_refuse(invocation, EXIT_USAGE);
	if (storage_open_url(cx, "--from", str_of(options->from), STORAGE_MAKES_NOTHING, &from) !=
	    OK)
		code = refuse_open(invocation, "--from");
	else if (storage_open_url(cx, "--to", str_of(options->to), STORAGE_MAKES_FILE, &to) != OK)
		code = refuse_open(invocation, "--to");
	else
		code = run(invocation, from.store, to.store);
	storage_close(&to);
	storage_close(&from);
	return code;
}
