#include "api/problem.h"

#include <assert.h>

#include "api/status.h"
#include "base/buf.h"
#include "base/log.h"
#include "codec/json_writer.h"
#include "codec/utf8.h"

/* An answer that reports a full arena needs some room of its own. */
#define ANSWER_BYTES_MAX ((size_t)64 * 1024)

static void write_text(struct json_writer *json, struct str name, struct str value)
{
	json_name(json, name);
	json_string(json, value);
}

static struct str blame_member(const struct blame *blame)
{
	switch (blame->kind) {
	case BLAME_POINTER:
		return STR("pointer");
	case BLAME_PARAMETER:
		return STR("parameter");
	case BLAME_HEADER:
		return STR("header");
	}
	return STR("pointer");
}

static void write_blames(struct json_writer *json, const struct failure *failure)
{
	if (failure->nblames == 0)
		return;
	json_name(json, STR("errors"));
	json_begin_array(json);
	for (unsigned i = 0; i < failure->nblames; i++) {
		json_begin_object(json);
		write_text(json, blame_member(&failure->blames[i]), failure->blames[i].where);
		write_text(json, STR("detail"), failure->blames[i].detail);
		json_end_object(json);
	}
	json_end_array(json);
}

static void write_seed_members(struct json_writer *json, struct str code, struct str text)
{
	json_name(json, STR("error"));
	json_begin_object(json);
	write_text(json, STR("code"), code);
	write_text(json, STR("msg"), text);
	json_end_object(json);
	write_text(json, STR("subFunction"), STR(""));
	json_name(json, STR("response"));
	json_begin_array(json);
	json_end_array(json);
}

/* The seed has no place for the fields to blame. */
static struct str name_fields(struct cx *cx, struct str detail)
{
	const struct failure *failure = &cx->failure;
	struct buf buf;

	buf_init(&buf, cx->arena);
	buf_add(&buf, detail);
	for (unsigned i = 0; i < failure->nblames; i++) {
		const struct blame *blame = &failure->blames[i];

		buf_add(&buf, i == 0 ? STR(": ") : STR("; "));
		buf_add(&buf, blame->where.len != 0 ? blame->where : STR("the request"));
		buf_add(&buf, blame->where.len != 0 ? STR(": ") : STR(" "));
		buf_add(&buf, blame->detail);
	}
	return buf_str(&buf);
}

static void write_problem(struct cx *cx, const struct status_row *row, unsigned status,
			  struct str detail, struct json_writer *json)
{
	write_text(json, STR("type"), str_printf(cx->arena, "/problems/%s", row->code));
	write_text(json, STR("title"), str_of(row->title));
	json_name(json, STR("status"));
	json_u64(json, status);
	write_text(json, STR("detail"), detail);
	write_text(json, STR("instance"), cx->request_id);
	write_text(json, STR("code"), str_of(row->code));
	write_blames(json, &cx->failure);
}

static void write_body(struct cx *cx, const struct status_row *row, unsigned status,
		       struct str detail, enum problem_form form, struct buf *buf)
{
	struct json_writer json;

	json_writer_init(&json, buf);
	json_begin_object(&json);
	if (form != PROBLEM_SEED)
		write_problem(cx, row, status, detail, &json);
	if (form != PROBLEM_PLAIN)
		write_seed_members(&json, str_of(row->code),
				   form == PROBLEM_SEED ? name_fields(cx, detail) : detail);
	json_end_object(&json);
}

static void add_header(struct api_answer *answer, struct str name, struct str value)
{
	assert(answer->nheaders < API_HEADERS_MAX);
	answer->headers[answer->nheaders++] = (struct str_pair){ name, value };
}

/* What is our fault or our machine's is for the operator to see; what the caller did wrong is for the caller. */
static void log_failure(const struct cx *cx, unsigned status)
{
	if (status < 500 || status == 501)
		return;
	log_request(cx, LOG_LEVEL_ERROR, "request_failed", "%s: " STR_FMT, cx->failure.code,
		    STR_ARG(cx->failure.detail));
}

static struct str shown_detail(const struct failure *failure, unsigned status)
{
	if (status == 500)
		return STR("something went wrong on our side");
	if (failure->is_private)
		return status == 504
			       ? STR("the store gave no answer in time: it may have been written")
			       : STR("the store can not do it now");
	return failure->detail;
}

void problem_write(struct cx *cx, unsigned status, enum problem_form form,
		   struct api_answer *answer)
{
	const struct status_row *row;
	struct str detail;
	struct buf buf;

	if (!cx->failure.code)
		fail(cx, ERR_INTERNAL, "internal", "an error was returned but not noted");
	row = status_of(cx->failure.code);
	answer->status = status != 0 ? status : row->status;
	answer->code = row->code;
	log_failure(cx, answer->status);
	detail = shown_detail(&cx->failure, answer->status);
	/* It may name the key of a damaged item. */
	if (!utf8_is_valid(detail))
		detail = STR("what is damaged has a name that is no text: see the log");
	arena_extend(cx->arena, ANSWER_BYTES_MAX);
	buf_init(&buf, cx->arena);
	write_body(cx, row, answer->status, detail, form, &buf);
	answer->body = buf.failed ? STR("") : buf_str(&buf);
	add_header(answer, STR("Content-Type"),
		   form == PROBLEM_SEED ? STR("application/json")
					: STR("application/problem+json"));
	if (cx->failure.retry_after_s != 0 || answer->status == 503)
		add_header(
			answer, STR("Retry-After"),
			str_printf(cx->arena, "%u",
				   cx->failure.retry_after_s != 0 ? cx->failure.retry_after_s : 1));
}
