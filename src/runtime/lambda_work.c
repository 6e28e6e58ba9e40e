#include "runtime/lambda_work.h"

#include "api/seed_event.h"
#include "base/clock.h"

#define TOO_LONG "the answer is longer than Lambda takes"

/* A commit is done by then: memory is not what its answer may lack. */
#define ANSWER_BYTES_MAX(body) (4 * (body).len + ((size_t)256 << 10))

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* The platform kills what is late, and a commit on its way with it. */
static void set_deadline(const struct lambda_work *work, struct cx *cx, int64_t wanted_ms)
{
	int64_t left_ms = smaller(wanted_ms, LAMBDA_HANDLER_MAX_MS);

	if (work->deadline_wall_ms != 0) {
		int64_t all_ms = work->deadline_wall_ms - clock_wall_ms(cx->clock);
		int64_t spare_ms = smaller(LAMBDA_SPARE_MS, all_ms - all_ms / 3);

		left_ms = smaller(left_ms, all_ms - spare_ms);
		cx->outcome_ms = spare_ms > 0 ? spare_ms * 4 / 5 : 0;
	}
	/* 0 means none: what has no time left ended a millisecond ago. */
	cx->deadline_mono_ms = clock_mono_ms(cx->clock) + (left_ms > 0 ? left_ms : -1);
}

static void refuse_body(struct lambda_work *work, struct cx *cx, uint64_t max_bytes)
{
	struct str detail = str_printf(cx->arena, "a body may have at most %llu bytes here",
				       (unsigned long long)max_bytes);

	api_refuse(work->api, cx, &work->event.request, 413, "too_large", str_c(cx->arena, detail),
		   &work->answer);
}

/* In the order in which `serve` looks at a request. */
static void answer_request(struct lambda_work *work, struct cx *cx)
{
	const struct api_request *request = &work->event.request;
	const struct http_refusal *refusal = &work->event.refusal;
	uint64_t max_bytes = api_body_max(work->api, request);

	set_deadline(work, cx,
		     api_handler_timeout_ms(work->api, request, work->handler_timeout_ms));
	if (refusal->status != 0)
		api_refuse(work->api, cx, request, refusal->status, refusal->code, refusal->detail,
			   &work->answer);
	else if (api_begin(work->api, cx, request, &work->answer) == API_ANSWERED)
		return;
	else if (request->body.len > max_bytes)
		refuse_body(work, cx, max_bytes);
	else
		api_handle(work->api, cx, request, &work->answer);
}

static void answer_event(struct lambda_work *work, struct cx *cx)
{
	work->answer = (struct api_answer){ .route = "", .use_case = "", .code = "" };
	switch (work->event.kind) {
	case LAMBDA_EVENT_HTTP:
		answer_request(work, cx);
		break;
	case LAMBDA_EVENT_SEED:
		set_deadline(work, cx, LAMBDA_HANDLER_MAX_MS);
		api_handle_seed(work->api, cx, &work->event.seed, &work->answer);
		break;
	case LAMBDA_EVENT_STREAM:
	case LAMBDA_EVENT_SCHEDULE:
		/* For the log alone. */
		work->answer.status = 501;
		work->answer.code = "not_implemented";
		break;
	}
}

static struct str write_answer(const struct lambda_work *work, struct cx *cx)
{
	bool is_built = work->event.kind != LAMBDA_EVENT_STREAM &&
			work->event.kind != LAMBDA_EVENT_SCHEDULE;

	arena_extend(cx->arena, ANSWER_BYTES_MAX(work->answer.body));
	return lambda_event_answer(cx, &work->event, is_built ? &work->answer : NULL);
}

enum err lambda_work_run(struct lambda_work *work, struct cx *cx, struct str text, struct str *out)
{
	enum err err = lambda_event_read(cx, text, &work->event);

	if (err != OK)
		return err;
	answer_event(work, cx);
	*out = write_answer(work, cx);
	if (out->len == 0 && work->event.kind != LAMBDA_EVENT_SEED) {
		/* Longer as JSON than the API's own bound on bytes foresees. */
		api_refuse(work->api, cx, &work->event.request, 413, "too_large", TOO_LONG,
			   &work->answer);
		*out = write_answer(work, cx);
	}
	return out->len != 0 ? OK : fail(cx, ERR_LIMIT, "too_large", TOO_LONG);
}
