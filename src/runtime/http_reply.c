#include "runtime/http_reply.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "api/api.h"
#include "runtime/access_log.h"
#include "runtime/http_answer.h"
#include "runtime/http_body.h"
#include "runtime/http_input.h"

#define LINGER_BYTES ((size_t)1024 * 1024)

static void log_exchange(struct http_loop *loop, const struct http_exchange *exchange)
{
	const struct api_answer *answer = &exchange->answer;
	uint64_t duration_us = http_exchange_age_us(exchange);
	const struct access_entry entry = {
		.wall_ms = loop->wall_ms,
		.method = exchange->parser.request.method,
		.path = exchange->parser.request.path,
		.route = answer->route,
		.status = answer->status,
		.sent_bytes = exchange->sent_bytes,
		.duration_us = duration_us,
		.request_id = exchange->cx.request_id,
		.trace_id = exchange->cx.trace_id,
		.code = answer->code,
	};

	access_log_add(&loop->log, &entry);
	metrics_answer(loop->metrics, answer->route, answer->status, duration_us);
}

/* The request is over, answered or not. */
void http_reply_end(struct http_connection *connection)
{
	struct http_exchange *exchange = connection->exchange;

	if (exchange->is_answered)
		log_exchange(connection->loop, exchange);
	http_body_close(exchange, connection->loop);
	atomic_fetch_sub(&connection->loop->shared->held_bytes, exchange->held_bytes);
	metrics_count(connection->loop->metrics, METRICS_ENDED, 1);
	http_exchange_close(&connection->loop->exchanges, exchange);
	connection->exchange = NULL;
}

/* The answer is filled: makes it bytes. */
bool http_reply_begin(struct http_connection *connection)
{
	struct http_exchange *exchange = connection->exchange;
	const struct http_request *request = &exchange->parser.request;
	size_t max = http_answer_max(&exchange->answer);
	struct str body = http_answer_body(&exchange->answer, str_eq(request->method, STR("HEAD")));
	enum http_answer_end end = request->is_http10 ? HTTP_ANSWER_KEPT : HTTP_ANSWER_OPEN;

	exchange->is_answered = true;
	if (atomic_load_explicit(&connection->loop->shared->is_stopping, memory_order_relaxed))
		connection->closes = true;
	if (exchange->head_cap < max) {
		free(exchange->head);
		exchange->head = malloc(max);
		if (!exchange->head)
			abort();
		exchange->head_cap = max;
	}
	exchange->head_len =
		http_answer_write(&exchange->answer, http_loop_date(connection->loop),
				  connection->closes ? HTTP_ANSWER_CLOSED : end, exchange->head);
	connection->out[0] = (struct iovec){ exchange->head, exchange->head_len };
	connection->out[1] = (struct iovec){ (void *)(uintptr_t)body.ptr, body.len };
	return http_connection_enter(connection, HTTP_WRITE);
}

bool http_reply_refuse(struct http_connection *connection, const struct http_refusal *refusal)
{
	struct http_exchange *exchange = connection->exchange;
	bool has_head = exchange->parser.head_bytes != 0;
	/* What is refused within its head may have said already what it is about. */
	const struct http_request *begun = &exchange->parser.request;
	const struct api_request head = { .method = begun->method,
					  .path = begun->path,
					  .query = begun->query };
	const struct api_request *known = begun->path.len != 0 ? &head : NULL;

	if (refusal->status == 503)
		exchange->cx.failure.retry_after_s = 1;
	api_refuse(connection->loop->shared->api, &exchange->cx,
		   has_head ? &exchange->request : known, refusal->status, refusal->code,
		   refusal->detail, &exchange->answer);
	return http_reply_begin(connection);
}

/* As refuse, where nobody can know any more where the next request begins. */
bool http_reply_refuse_and_close(struct http_connection *connection,
				 const struct http_refusal *refusal)
{
	connection->closes = true;
	return http_reply_refuse(connection, refusal);
}

/* Takes its memory from the client of this thread that did nothing for longest; false when there is none but `asking`. */
static bool evict(const struct http_connection *asking)
{
	static const struct http_refusal too_busy = { 503, "unavailable",
						      "too many bodies are being read; try again" };
	struct http_connection *victim = asking->loop->held_first;

	if (victim == asking)
		victim = victim->held_next;
	if (!victim)
		return false;
	if (victim->phase == HTTP_BODY) {
		http_body_close(victim->exchange, victim->loop);
		http_reply_refuse_and_close(victim, &too_busy);
		http_connection_go_on_later(victim);
	} else {
		http_reply_end(victim);
		http_connection_enter(victim, HTTP_LINGER);
		http_connection_reset(victim);
	}
	return true;
}

bool http_reply_make_room(const struct http_connection *connection)
{
	struct http_shared *shared = connection->loop->shared;

	while (atomic_load(&shared->held_bytes) > shared->options.bodies_max_bytes) {
		if (!evict(connection))
			return false;
	}
	return true;
}

/* The socket took what it could and is full: an event will come. */
static bool wait_for_reader(struct http_connection *connection)
{
	struct http_exchange *exchange = connection->exchange;
	bool was_held = connection->is_held;

	http_connection_hold(connection);
	if (was_held)
		return false;
	exchange->held_bytes = exchange->arena.used_bytes;
	atomic_fetch_add(&connection->loop->shared->held_bytes, exchange->held_bytes);
	/* Where nobody else has any, one answer may be past the limit. */
	http_reply_make_room(connection);
	return false;
}

/* All of the answer went to the kernel. */
static bool end_answer(struct http_connection *connection)
{
	http_reply_end(connection);
	if (!connection->closes)
		return http_connection_enter(connection, HTTP_HEAD);
	http_input_drop(&connection->input, connection->loop);
	shutdown(connection->input.fd, SHUT_WR);
	return http_connection_enter(connection, HTTP_LINGER);
}

bool http_reply_write(struct http_connection *connection)
{
	struct msghdr message = { .msg_iov = connection->out, .msg_iovlen = 2 };
	size_t left = connection->out[0].iov_len + connection->out[1].iov_len;
	ssize_t n = sendmsg(connection->input.fd, &message, MSG_NOSIGNAL);

	if (n < 0 && errno != EAGAIN)
		return http_connection_give_up(connection);
	if (n < 0)
		return connection->is_held ? false : wait_for_reader(connection);
	connection->exchange->sent_bytes += (uint64_t)n;
	metrics_count(connection->loop->metrics, METRICS_SENT, (uint64_t)n);
	if ((size_t)n == left)
		return end_answer(connection);
	for (size_t i = 0; i < 2; i++) {
		struct iovec *out = &connection->out[i];
		size_t cut = (size_t)n < out->iov_len ? (size_t)n : out->iov_len;

		out->iov_base = (char *)out->iov_base + cut;
		out->iov_len -= cut;
		n -= (ssize_t)cut;
	}
	return wait_for_reader(connection);
}

bool http_reply_linger(struct http_connection *connection)
{
	char sink[16384];
	size_t got;

	switch (http_input_read_to(&connection->input, connection->loop, sink, sizeof(sink),
				   &got)) {
	case HTTP_READ_SOME:
		connection->lingered_bytes += got;
		return connection->lingered_bytes <= LINGER_BYTES ||
		       http_connection_give_up(connection);
	case HTTP_READ_LATER:
		return false;
	default:
		return http_connection_give_up(connection);
	}
}
