#include "runtime/http_intake.h"

#include <assert.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "api/api.h"
#include "net/http_parser.h"
#include "runtime/http_body.h"
#include "runtime/http_input.h"
#include "runtime/http_reply.h"
#include "runtime/worker_pool.h"

/* On a worker. */
static void handle(struct worker_job *job, unsigned thread)
{
	struct http_exchange *exchange = (struct http_exchange *)job; /* its first member */
	struct http_loop *loop = exchange->connection->loop;

	exchange->cx.thread = thread;
	api_handle(loop->shared->api, &exchange->cx, &exchange->request, &exchange->answer);
	http_loop_return(loop, exchange);
}

#define TOO_BUSY "too many requests wait; try again"

/* What is looked at goes away again: hundreds may wait in the queue for their turn, and memory is for those that are handled. */
static bool is_refused(const struct http_shared *shared, const struct http_exchange *exchange)
{
	struct api_answer answer;
	struct arena scratch;
	struct cx cx = exchange->cx;
	enum api_next next;

	arena_init(&scratch, exchange->arena.cap_bytes);
	cx.arena = &scratch;
	next = api_check(shared->api, &cx, &exchange->request, &answer);
	arena_close(&scratch);
	return next == API_ANSWERED;
}

/* On a worker for reads: a write for which no worker is free, and that need not wait for one to be refused. */
static void check(struct worker_job *job, unsigned thread)
{
	struct http_exchange *exchange = (struct http_exchange *)job; /* its first member */
	struct http_loop *loop = exchange->connection->loop;
	struct http_shared *shared = loop->shared;
	struct api_answer *answer = &exchange->answer;

	exchange->cx.thread = thread;
	/* What is refused is looked at once more, for an answer that stays. */
	if (!is_refused(shared, exchange) ||
	    api_check(shared->api, &exchange->cx, &exchange->request, answer) == API_READ_BODY) {
		exchange->job.run = handle;
		if (worker_pool_put(shared->writes, &exchange->job))
			return;
		exchange->cx.failure.retry_after_s = 1;
		api_refuse(shared->api, &exchange->cx, &exchange->request, 503, "unavailable",
			   TOO_BUSY, answer);
	}
	http_loop_return(loop, exchange);
}

/* Sets what is to be done, and says by whom. */
static struct worker_pool *choose_pool(const struct http_shared *shared,
				       struct http_exchange *exchange)
{
	bool is_apart = shared->writes && !api_is_read(&exchange->request);

	exchange->job.run = handle;
	if (is_apart && worker_pool_is_free(shared->writes, exchange->job.lane))
		return shared->writes;
	if (is_apart)
		exchange->job.run = check;
	return shared->reads;
}

static bool hand_to_worker(struct http_connection *connection)
{
	static const struct http_refusal too_busy = { 503, "unavailable", TOO_BUSY };
	struct http_exchange *exchange = connection->exchange;
	struct http_shared *shared = connection->loop->shared;

	exchange->arena.cap_bytes = HTTP_EXCHANGE_ARENA_BYTES + 4 * exchange->request.body.len;
	exchange->cx.deadline_mono_ms = connection->loop->now_ms +
					api_handler_timeout_ms(shared->api, &exchange->request,
							       shared->options.handler_timeout_ms);
	exchange->connection = connection;
	exchange->job.lane = api_lane(shared->api, &exchange->request);
	http_connection_enter(connection, HTTP_WORK);
	return worker_pool_put(choose_pool(shared, exchange), &exchange->job) ||
	       http_reply_refuse(connection, &too_busy);
}

static void fill_request(struct http_exchange *exchange)
{
	const struct http_request *parsed = &exchange->parser.request;

	exchange->request = (struct api_request){
		.method = parsed->method,
		.path = parsed->path,
		.query = parsed->query,
		.host = parsed->host,
		.headers = parsed->headers,
		.nheaders = parsed->nheaders,
		.body_bytes = parsed->body_bytes,
		.has_body = parsed->has_body,
	};
}

/* The buffer is needed for the body: the head moves to the request's arena and is parsed again there. */
static void move_head(struct http_exchange *exchange, struct str head)
{
	struct str copy = str_dup(&exchange->arena, head);

	assert(copy.len == head.len); /* a fresh arena has room for a head */
	http_parser_init(&exchange->parser);
	if (http_parser_feed(&exchange->parser, copy) != HTTP_DONE)
		abort();
}

static bool begin_body(struct http_connection *connection)
{
	static const struct http_refusal too_large = { 413, "too_large", "" };
	struct http_exchange *exchange = connection->exchange;
	uint64_t max_bytes = api_body_max(connection->loop->shared->api, &exchange->request);
	struct http_refusal refusal = too_large;

	if (exchange->request.body_bytes > max_bytes) {
		refusal.detail = str_c(&exchange->arena, str_printf(&exchange->arena,
								    "a body may have at most "
								    "%llu bytes here",
								    (unsigned long long)max_bytes));
		return http_reply_refuse_and_close(connection, &refusal);
	}
	if (http_body_is_here(exchange, &connection->input)) {
		http_body_take(exchange, &connection->input);
		return hand_to_worker(connection);
	}
	if (exchange->parser.request.expects_continue &&
	    http_input_str(&connection->input).len == 0) {
		struct str go_on = STR("HTTP/1.1 100 Continue\r\n\r\n");

		/* Nothing else is unsent: no room for this is no client. */
		if (send(connection->input.fd, go_on.ptr, go_on.len, MSG_NOSIGNAL) !=
		    (ssize_t)go_on.len)
			return http_connection_give_up(connection);
	}
	http_body_open(exchange, max_bytes);
	http_connection_enter(connection, HTTP_BODY);
	http_connection_hold(connection);
	return true;
}

/* The head is complete. */
static bool begin_request(struct http_connection *connection)
{
	struct http_exchange *exchange = connection->exchange;
	struct str head =
		str_sub(http_input_str(&connection->input), 0, exchange->parser.head_bytes);

	http_input_use(&connection->input, head.len);
	if (exchange->parser.request.has_body && !http_body_is_here(exchange, &connection->input))
		move_head(exchange, head);
	fill_request(exchange);
	connection->closes = !exchange->parser.request.keeps_alive;
	if (api_begin(connection->loop->shared->api, &exchange->cx, &exchange->request,
		      &exchange->answer) == API_READ_BODY)
		return exchange->request.has_body ? begin_body(connection)
						  : hand_to_worker(connection);
	if (http_body_is_here(exchange, &connection->input))
		http_body_take(exchange, &connection->input);
	else
		connection->closes = true; /* rather than read what nobody wants */
	return http_reply_begin(connection);
}

/* A client that writes in pieces may hold the next one back until the last is acknowledged, which the kernel delays by
 * 40 ms in the hope of an answer to send it with. There is none yet. */
static void acknowledge(struct http_connection *connection)
{
	int on = 1;

	setsockopt(connection->input.fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
}

static bool read_more(struct http_connection *connection)
{
	/* A head that moves is parsed from its beginning. */
	if (connection->exchange && connection->input.start != 0)
		http_parser_init(&connection->exchange->parser);
	switch (http_input_read(&connection->input, connection->loop)) {
	case HTTP_READ_SOME:
		connection->is_fresh = false;
		return true;
	case HTTP_READ_LATER:
		if (connection->exchange)
			acknowledge(connection);
		else
			http_input_drop(&connection->input, connection->loop);
		return false;
	default:
		return http_connection_give_up(connection);
	}
}

bool http_intake_head(struct http_connection *connection)
{
	struct str in = http_input_str(&connection->input);
	struct http_loop *loop = connection->loop;

	if (in.len == 0)
		return read_more(connection);
	if (!connection->exchange) {
		connection->exchange = http_exchange_open(&loop->exchanges, loop->thread);
		connection->since_ms = loop->now_ms;
		metrics_count(loop->metrics, METRICS_BEGUN, 1);
	}
	switch (http_parser_feed(&connection->exchange->parser, in)) {
	case HTTP_DONE:
		return begin_request(connection);
	case HTTP_REFUSED:
		return http_reply_refuse_and_close(connection,
						   &connection->exchange->parser.refusal);
	default:
		return read_more(connection);
	}
}

bool http_intake_body(struct http_connection *connection)
{
	static const struct http_refusal too_busy = {
		503, "unavailable", "too many bodies are being handled; try again"
	};
	struct http_refusal refusal;
	enum http_body_progress progress = http_body_read(connection->exchange, &connection->input,
							  connection->loop, &refusal);

	http_connection_hold(connection);
	if (progress != HTTP_BODY_GONE && progress != HTTP_BODY_REFUSED &&
	    !http_reply_make_room(connection))
		return http_reply_refuse_and_close(connection, &too_busy);
	switch (progress) {
	case HTTP_BODY_DONE:
		return hand_to_worker(connection);
	case HTTP_BODY_LATER:
		acknowledge(connection);
		return false;
	case HTTP_BODY_PAUSED:
		return http_connection_go_on_later(connection);
	case HTTP_BODY_REFUSED:
		return http_reply_refuse_and_close(connection, &refusal);
	default:
		return http_connection_give_up(connection);
	}
}
