#include "usecase/chain_edit.h"

#include "model/shape_write.h"
#include "record/commit_many.h"
#include "usecase/answer.h"
#include "usecase/etag.h"
#include "usecase/gate.h"

/* As for hotels (domain.md 2.2). */
#define TRIES_MAX 10

/* What an answer takes once its body and ETag are there: headers. */
#define ANSWER_BYTES_MAX 4096

struct run {
	struct app *app;
	struct cx *cx;
	const struct command *command;
	const struct chain_kind *kind;
	struct str code;
	const struct chain_plan *plan;
};

static enum err read_record(const struct run *run, struct chain_edit *edit, struct result *result)
{
	struct str etag = STR("");
	struct cx *cx = run->cx;
	enum err err = chain_record_get(cx, run->app->store, run->kind, run->code, &edit->record);

	if (err == ERR_NOT_FOUND && !run->plan->may_create)
		return fail(cx, ERR_NOT_FOUND, "not_found", "there is no " STR_FMT " " STR_FMT,
			    STR_ARG(run->kind->name), STR_ARG(run->code));
	if (err != OK && err != ERR_NOT_FOUND)
		return err;
	if (err == OK)
		etag = etag_text(cx->arena,
				 shape_text(cx->arena, run->kind->shape, &edit->record.chain));
	return etag_check(cx, run->command, etag, result);
}

static enum err try_once(const struct run *run, struct result *result)
{
	struct chain_edit edit = { .app = run->app, .cx = run->cx, .kind = run->kind };
	const struct key no_witness = { .code = STR("") };
	size_t conflict;
	enum err err;

	*result = (struct result){ .status = 200 };
	batch_init(&edit.batch, run->cx);
	err = read_record(run, &edit, result);
	if (err == OK)
		err = run->plan->apply(run->plan, &edit, result);
	if (err == OK)
		err = cx_check_memory(run->cx);
	if (err == OK)
		err = answer_check(run->cx, result->body, run->command->answer_max_bytes);
	if (err == OK && edit.batch.writes.n != 0)
		err = commit_many(&edit.batch, run->app->store, no_witness, &conflict);
	/* What is written is answered. */
	if (err == OK)
		arena_extend(run->cx->arena, ANSWER_BYTES_MAX);
	return err;
}

static enum err try_alone(const struct run *run, struct result *result)
{
	struct gates *gates = run->app->chain_gates;
	enum err err = gate_enter(gates, run->cx, CHAIN_GATE);

	if (err != OK)
		return err;
	err = try_once(run, result);
	gate_leave(gates, CHAIN_GATE);
	return err;
}

enum err chain_edit_run(struct app *app, struct cx *cx, const struct command *command,
			const struct chain_kind *kind, struct str code,
			const struct chain_plan *plan, struct result *result)
{
	const struct run run = { app, cx, command, kind, code, plan };

	for (unsigned try = 0; try < TRIES_MAX; try++) {
		size_t used_bytes = cx->arena->used_bytes;
		enum err err = try_alone(&run, result);

		if (err != ERR_CONFLICT || cx->failure.code)
			return err;
		/* Others made this try vain: the next one has as much memory. */
		arena_allow(cx->arena, cx->arena->used_bytes - used_bytes);
	}
	cx->failure.retry_after_s = 1;
	return fail(cx, ERR_UNAVAILABLE, "unavailable",
		    STR_FMT " " STR_FMT " is written by too many at once", STR_ARG(kind->name),
		    STR_ARG(code));
}

enum err chain_edit_join(struct chain_edit *edit, struct str chain)
{
	struct chain_record joined;
	enum err err = chain_record_get(edit->cx, edit->app->store, &chains, chain, &joined);

	if (err == ERR_NOT_FOUND)
		return fail_field(edit->cx, BLAME_POINTER, STR("/chain"),
				  "there is no chain " STR_FMT, STR_ARG(chain));
	if (err != OK)
		return err;
	joined.brands++;
	chain_record_put(&edit->batch, &chains, &joined);
	return OK;
}

enum err chain_edit_leave(struct chain_edit *edit, struct str chain)
{
	struct chain_record left;
	enum err err = chain_record_get(edit->cx, edit->app->store, &chains, chain, &left);

	/* What is gone behind our back counts nobody. */
	if (err != OK)
		return err == ERR_NOT_FOUND ? OK : err;
	left.brands -= left.brands != 0 ? 1 : 0;
	chain_record_put(&edit->batch, &chains, &left);
	return OK;
}
