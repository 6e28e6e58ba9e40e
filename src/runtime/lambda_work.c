#include "runtime/lambda_work.h"

#include "api/seed_event.h"
#include "base/clock.h"
#include "runtime/lambda_loop.h"

/* An answer that does not fit is replaced by one that says so. */
#define REFUSAL_BYTES_MAX ((size_t)256 * 1024)

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* The platform kills what is late, and a commit on its way with it. */
static void set_deadline(const struct lambda_work *work, struct cx *cx, int64_t wanted_ms)
{
	int64_t left_ms = smaller(wanted_ms, LAMBDA_HANDLER_MAX_MS);

	if (work->deadline_wall_ms != 0)
		left_ms = smaller(left_ms, work->deadline_wall_ms - clock_wall_ms(cx->clock) -
						   LAMBDA_SPARE_MS);
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
		api_refuse(work->api, cx, NULL, refusal->status, refusal->code, refusal->detail,
			   &work->answer);
	else if (api_begin(work->api, cx, request, &work->answer) == API_ANSWERED)
		return;
	else if (request->body.len > max_bytes)
		refuse_body(work, cx, max_bytes);
	else
		api_handle(work->api, cx, request, &work->answer);
}

static void answer_event(struct lambda_work *work, struct cx *cx, struct str id)
{
	work->answer = (struct api_answer){ .route = "", .use_case = "", .code = "" };
	switch (work->event.kind) {
	case LAMBDA_EVENT_REST:
	case LAMBDA_EVENT_HTTP:
		work->event.request.invocation_id = id;
		answer_request(work, cx);
		break;
	case LAMBDA_EVENT_SEED:
		cx->request_id = id;
		set_deadline(work, cx, LAMBDA_HANDLER_MAX_MS);
		api_handle_seed(work->api, cx, &work->event.seed, &work->answer);
		break;
	case LAMBDA_EVENT_STREAM:
	case LAMBDA_EVENT_SCHEDULE:
		cx->request_id = id;
		work->answer.status = 501;
		work->answer.code = "not_implemented";
		break;
	}
}

enum err lambda_work_run(struct lambda_work *work, struct cx *cx, struct str id, struct str text,
			 struct str *out)
{
	enum err err = lambda_event_read(cx, text, &work->event);

	if (err != OK)
		return err;
	answer_event(work, cx, id);
	*out = lambda_event_answer(cx, &work->event, &work->answer);
	if (out->len != 0)
		return OK;
	/* Too long as JSON, though not as bytes, or there was no memory for it. */
	arena_extend(cx->arena, REFUSAL_BYTES_MAX);
	api_refuse(work->api, cx, &work->event.request, 413, "too_large",
		   "the answer is longer than Lambda takes", &work->answer);
	*out = lambda_event_answer(cx, &work->event, &work->answer);
	return out->len != 0 ? OK : cx_check_memory(cx);
}
