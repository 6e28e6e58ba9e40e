#include "command/check.h"

#include "base/buf.h"
#include "codec/json_writer.h"
#include "record/findings.h"
#include "record/intent.h"
#include "usecase/check_hotel.h"
#include "usecase/check_shared.h"

/* A repair that others are faster than is tried so often. */
#define REPAIRS_MAX 3

struct run {
	const struct check_job *job;
	struct check_result *result;
	uint64_t done; /* partitions */
};

bool check_found_damage(const struct check_job *job, const struct check_result *result)
{
	return result->findings != result->repaired + result->harmless ||
	       (job->head.len != 0 && !result->has_head);
}

/* What stands in a damaged record goes to a terminal, and into JSON. */
static struct str printable(struct arena *arena, struct str text)
{
	char *copy = arena_bytes(arena, text.len);

	for (size_t i = 0; copy && i < text.len; i++)
		copy[i] = text.ptr[i] >= 0x20 && text.ptr[i] < 0x7f ? text.ptr[i] : '?';
	return (struct str){ copy, copy ? text.len : 0 };
}

static void add_member(struct json_writer *json, struct str name, struct str value)
{
	json_name(json, name);
	json_string(json, value);
}

static void print_json(const struct run *run, struct arena *arena, const struct finding *finding,
		       bool repaired)
{
	struct json_writer json;
	struct buf buf;

	buf_init(&buf, arena);
	json_writer_init(&json, &buf);
	json_begin_object(&json);
	add_member(&json, STR("kind"), finding_name(finding->kind));
	add_member(&json, STR("code"), printable(arena, finding->key.code));
	add_member(&json, STR("itemType"), printable(arena, finding->key.item_type));
	add_member(&json, STR("detail"), printable(arena, finding->detail));
	json_name(&json, STR("repaired"));
	json_bool(&json, repaired);
	json_end_object(&json);
	fprintf(run->job->out, STR_FMT "\n", STR_ARG(buf_str(&buf)));
}

static void print_text(const struct run *run, struct arena *arena, const struct finding *finding,
		       bool repaired)
{
	struct str code = printable(arena, finding->key.code);
	struct str item_type = printable(arena, finding->key.item_type);
	struct str detail = printable(arena, finding->detail);
	struct str kind = finding_name(finding->kind);

	fprintf(run->job->out, STR_FMT ": " STR_FMT "%s" STR_FMT " " STR_FMT "%s\n", STR_ARG(kind),
		STR_ARG(code), item_type.len == 0 ? "" : "/", STR_ARG(item_type), STR_ARG(detail),
		repaired ? " (repaired)" : "");
}

static bool has(const struct findings *findings, const struct finding *finding)
{
	for (size_t i = 0; i < findings->list.n; i++) {
		const struct finding *other = findings_at(findings, i);

		if (other->kind == finding->kind && str_eq(other->key.code, finding->key.code) &&
		    str_eq(other->key.item_type, finding->key.item_type))
			return true;
	}
	return false;
}

/* What was found first; what is no longer there has been repaired. */
static void report(struct run *run, struct arena *arena, const struct findings *found,
		   const struct findings *left)
{
	if (found->list.n != 0)
		progress_hide(run->job->progress);
	for (size_t i = 0; i < found->list.n; i++) {
		const struct finding *finding = findings_at(found, i);
		bool repaired = finding_is_derived(finding->kind) && !has(left, finding);

		run->result->findings++;
		run->result->repaired += repaired;
		run->result->harmless += !repaired && finding_is_harmless(finding->kind);
		if (run->job->is_json)
			print_json(run, arena, finding, repaired);
		else
			print_text(run, arena, finding, repaired);
	}
}

static bool has_derived(const struct findings *findings)
{
	for (size_t i = 0; i < findings->list.n; i++) {
		if (finding_is_derived(findings_at(findings, i)->kind))
			return true;
	}
	return false;
}

/* What is wrong with it check_hotel finds. */
static enum err settle(struct run *run, struct cx *cx, struct str code)
{
	struct ctl ctl;
	enum err err = run->job->repairs ? intent_settle(cx, run->job->store, code, &ctl) : OK;

	if (err == ERR_INTERNAL)
		cx_clear(cx);
	return err == ERR_INTERNAL || err == ERR_NOT_FOUND ? OK : err;
}

static enum err check_one_hotel(struct run *run, struct cx *cx, struct str code)
{
	struct hotel_check check = { .seek = run->job->head };
	struct store *store = run->job->store;
	struct findings found;
	enum err err = settle(run, cx, code);

	if (err == OK)
		err = check_hotel(cx, store, code, &check);
	found = check.findings;
	for (unsigned i = 0; err == OK && run->job->repairs && i < REPAIRS_MAX; i++) {
		if (!has_derived(&check.findings))
			break;
		err = check_hotel_repair(cx, store, code, &check);
		if (err == OK || err == ERR_CONFLICT)
			err = check_hotel(cx, store, code, &check);
	}
	if (err != OK)
		return err;
	report(run, cx->arena, &found, &check.findings);
	run->result->hotels++;
	run->result->revisions += check.ctl.rev;
	run->result->objects += check.objects;
	run->result->has_head = run->result->has_head || check.found;
	return OK;
}

static enum err repair_shared(struct run *run, struct cx *cx, const struct findings *findings)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < findings->list.n; i++) {
		err = check_shared_repair(cx, run->job->store, findings_at(findings, i));
		if (err == ERR_CONFLICT)
			err = OK; /* the next look tells */
	}
	return err;
}

static enum err check_one_shared(struct run *run, struct cx *cx, struct str partition)
{
	struct store *store = run->job->store;
	struct findings found, left;
	enum err err;

	findings_init(&found, cx->arena);
	err = check_shared(cx, store, partition, &found);
	left = found;
	for (unsigned i = 0; err == OK && run->job->repairs && i < REPAIRS_MAX; i++) {
		if (!has_derived(&left))
			break;
		err = repair_shared(run, cx, &left);
		findings_init(&left, cx->arena);
		if (err == OK)
			err = check_shared(cx, store, partition, &left);
	}
	if (err == OK)
		report(run, cx->arena, &found, &left);
	return err;
}

/* Everything that a partition needs goes with it. */
static enum err check_partition(struct run *run, struct cx *cx, struct str code)
{
	struct arena arena;
	struct cx own = *cx;
	enum err err;

	arena_init(&arena, 0);
	own.arena = &arena;
	err = str_starts(code, STR("~")) ? check_one_shared(run, &own, code)
					 : check_one_hotel(run, &own, code);
	if (err == ERR_STALE) {
		progress_hide(run->job->progress);
		fprintf(stderr, "innkeeper check: " STR_FMT "\n", STR_ARG(own.failure.detail));
		run->result->unchecked++;
		err = OK;
	}
	if (err != OK)
		fail_as(cx, err, &own.failure);
	arena_close(&arena);
	progress_show(run->job->progress, ++run->done);
	return err;
}

/* All partitions, page by page; `run` NULL: they are only counted. */
static enum err walk(struct cx *cx, struct store *store, struct run *run, uint64_t *n)
{
	struct codes codes = { .more = true };
	struct str after = STR("");
	struct arena pages[2];
	unsigned at = 0;
	enum err err = OK;

	arena_init(&pages[0], 0);
	arena_init(&pages[1], 0);
	for (*n = 0; err == OK && codes.more; at = 1 - at) {
		struct cx page = *cx;

		arena_reset(&pages[at], 0); /* the other one has `after` */
		page.arena = &pages[at];
		err = store_partitions(store, &page, after, 0, &codes);
		*n += codes.n;
		for (size_t i = 0; err == OK && run && i < codes.n; i++)
			err = check_partition(run, cx, codes.items[i]);
		if (codes.n != 0)
			after = codes.items[codes.n - 1];
		if (err != OK && page.failure.code)
			fail_as(cx, err, &page.failure);
	}
	arena_close(&pages[0]);
	arena_close(&pages[1]);
	return err;
}

void check_print_sum(const struct check_job *job, struct arena *arena,
		     const struct check_result *result)
{
	const struct {
		struct str name;
		uint64_t number;
	} sums[] = {
		{ STR("hotels"), result->hotels },     { STR("revisions"), result->revisions },
		{ STR("objects"), result->objects },   { STR("findings"), result->findings },
		{ STR("repaired"), result->repaired }, { STR("unchecked"), result->unchecked },
	};
	struct json_writer json;
	struct buf buf;

	if (!job->is_json && job->head.len != 0 && !result->has_head)
		fprintf(job->out, "head: no hotel's history has " STR_FMT "\n", STR_ARG(job->head));
	if (!job->is_json) {
		fprintf(job->out,
			"%llu hotels, %llu revisions, %llu objects: %llu findings, %llu "
			"repaired\n",
			(unsigned long long)result->hotels, (unsigned long long)result->revisions,
			(unsigned long long)result->objects, (unsigned long long)result->findings,
			(unsigned long long)result->repaired);
		return;
	}
	buf_init(&buf, arena);
	json_writer_init(&json, &buf);
	json_begin_object(&json);
	for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++) {
		json_name(&json, sums[i].name);
		json_u64(&json, sums[i].number);
	}
	if (job->head.len != 0) {
		json_name(&json, STR("headFound"));
		json_bool(&json, result->has_head);
	}
	json_end_object(&json);
	fprintf(job->out, STR_FMT "\n", STR_ARG(buf_str(&buf)));
}

enum err check_run(struct cx *cx, const struct check_job *job, struct check_result *result)
{
	struct run run = { .job = job, .result = result };
	uint64_t n;
	enum err err = walk(cx, job->store, NULL, &job->progress->total);

	if (err == OK)
		err = walk(cx, job->store, &run, &n);
	progress_hide(job->progress);
	return err;
}

void check_report_pages(struct arena *arena, const struct check_job *job,
			struct check_result *result, struct str problem)
{
	struct run run = { .job = job, .result = result };
	const struct key none = { STR(""), STR("") };
	struct findings findings;

	findings_init(&findings, arena);
	findings_add(&findings, FINDING_PAGE, none, STR_FMT, STR_ARG(problem));
	report(&run, arena, &findings, &findings);
}
