#include "net/local_client.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/heap.h"
#include "net/http_chars.h"
#include "net/http_field.h"
#include "net/http_target.h"
#include "net/local_answer.h"
#include "net/local_socket.h"

struct local_client {
	struct local_socket socket;
	size_t address_len;
	char window[LOCAL_ANSWER_WINDOW];
	char address[];
};

/* One request and its answer. */
struct exchange {
	struct local_client *client;
	struct cx *cx;
	struct iovec parts[2]; /* what has not left: of the head, and of the body */
	bool has_left;         /* any of it */
	bool is_cut;           /* the connection took no more of it */
	int64_t deadline_mono_ms;
	struct local_answer answer;
	const char *why; /* the connection failed; NULL = it did not */
};

struct local_client *local_client_open(struct str address)
{
	struct local_client *client = heap_array(1, sizeof(*client) + address.len);

	local_socket_init(&client->socket);
	client->address_len = address.len;
	memcpy(client->address, address.ptr, address.len);
	return client;
}

void local_client_close(struct local_client *client)
{
	local_socket_destroy(&client->socket);
	free(client);
}

void local_client_stop(struct local_client *client)
{
	local_socket_stop(&client->socket);
}

bool local_client_is_stopped(struct local_client *client)
{
	return local_socket_is_stopped(&client->socket);
}

static struct str address_of(const struct local_client *client)
{
	return (struct str){ client->address, client->address_len };
}

static bool has_body(const struct http_client_call *call)
{
	return call->body.len != 0 || str_eq(call->method, STR("POST")) ||
	       str_eq(call->method, STR("PUT")) || str_eq(call->method, STR("PATCH"));
}

static void add_field(struct buf *head, struct str name, struct str value)
{
	buf_add(head, name);
	buf_add(head, STR(": "));
	buf_add(head, value);
	buf_add(head, STR("\r\n"));
}

static MUST_CHECK enum err check_call(struct cx *cx, const struct http_client_call *call)
{
	struct http_target target;

	if (!is_token(call->method))
		return fail(cx, ERR_INVALID, "invalid", "a method that can not be sent");
	if (!str_starts(call->url, STR("/")) ||
	    !http_target_parse(call->method, call->url, &target))
		return fail(cx, ERR_INVALID, "invalid", "a target that can not be asked for");
	for (size_t i = 0; i < call->nheaders; i++) {
		if (!http_field_check(call->headers[i].name, call->headers[i].value) ||
		    str_eq_nocase(call->headers[i].name, STR("host")))
			return fail(cx, ERR_INVALID, "invalid", "a header that can not be sent");
	}
	return OK;
}

static struct str write_head(const struct local_client *client, struct arena *arena,
			     const struct http_client_call *call)
{
	struct buf head;

	buf_init(&head, arena);
	buf_add(&head, call->method);
	buf_add_char(&head, ' ');
	buf_add(&head, call->url);
	buf_add(&head, STR(" HTTP/1.1\r\n"));
	add_field(&head, STR("Host"), address_of(client));
	for (size_t i = 0; i < call->nheaders; i++)
		add_field(&head, call->headers[i].name, call->headers[i].value);
	if (has_body(call)) {
		buf_add(&head, STR("Content-Length: "));
		buf_add_u64(&head, call->body.len);
		buf_add(&head, STR("\r\n"));
	}
	buf_add(&head, STR("\r\n"));
	return buf_take(&head);
}

static bool has_unsent(const struct exchange *exchange)
{
	return !exchange->is_cut && exchange->parts[0].iov_len + exchange->parts[1].iov_len != 0;
}

static void note_sent(struct exchange *exchange, size_t nbytes)
{
	exchange->has_left |= nbytes != 0;
	for (size_t i = 0; i < 2; i++) {
		struct iovec *part = &exchange->parts[i];
		size_t n = nbytes < part->iov_len ? nbytes : part->iov_len;

		part->iov_base = (char *)part->iov_base + n;
		part->iov_len -= n;
		nbytes -= n;
	}
}

/* As much as the connection takes now. */
static void send_some(struct exchange *exchange)
{
	struct msghdr message = { .msg_iov = exchange->parts, .msg_iovlen = 2 };
	ssize_t n = sendmsg(exchange->client->socket.fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n >= 0)
		note_sent(exchange, (size_t)n);
	else if (errno != EAGAIN && errno != EINTR)
		exchange->is_cut = true;
	/* Where some of it has left an answer may be there all the same. */
	if (exchange->is_cut && !exchange->has_left)
		exchange->why = strerror(errno);
}

static void receive_some(struct exchange *exchange, int flags)
{
	size_t room;
	char *at = local_answer_room(&exchange->answer, &room);
	ssize_t n = recv(exchange->client->socket.fd, at, room, flags);

	if (n > 0)
		local_answer_take(&exchange->answer, (size_t)n);
	else if (n == 0)
		local_answer_end(&exchange->answer);
	else if (errno != EAGAIN && errno != EINTR)
		exchange->why = strerror(errno);
}

static bool is_over(const struct exchange *exchange)
{
	return exchange->answer.is_done || exchange->answer.problem || exchange->why ||
	       exchange->cx->arena->refused;
}

/* Sends what is left, and takes what comes meanwhile. Waits in poll only where recv alone would wait for too little or too long. */
static void take_turn(struct exchange *exchange)
{
	const struct local_socket *socket = &exchange->client->socket;
	bool polls = exchange->deadline_mono_ms != LOCAL_CLIENT_FOREVER;
	short events = POLLIN, come = POLLIN;

	if (has_unsent(exchange))
		send_some(exchange);
	if (exchange->why)
		return;
	if (has_unsent(exchange)) {
		events |= POLLOUT;
		polls = true;
	}
	if (polls)
		come = local_socket_wait(socket, exchange->cx->clock, events,
					 exchange->deadline_mono_ms);
	if (come == 0)
		exchange->why = "no answer in time";
	else if (come != POLLOUT)
		receive_some(exchange, polls ? MSG_DONTWAIT : 0);
}

/* What is waited for without an end is given up then. */
static bool is_stopped(const struct exchange *exchange)
{
	return exchange->deadline_mono_ms == LOCAL_CLIENT_FOREVER &&
	       local_socket_is_stopped(&exchange->client->socket);
}

/* What came of it; the connection stays where it is as good as before. */
static MUST_CHECK enum err finish(struct exchange *exchange, struct http_client_reply *out)
{
	struct local_answer *answer = &exchange->answer;
	struct str address = address_of(exchange->client);
	const char *why = exchange->why ? exchange->why : answer->problem;

	*out = answer->reply;
	if (answer->is_done && answer->keeps_alive && !exchange->is_cut && !has_unsent(exchange))
		return OK;
	local_socket_drop(&exchange->client->socket);
	if (answer->is_done)
		return OK;
	if (exchange->cx->arena->refused)
		return cx_check_memory(exchange->cx);
	if (answer->is_too_long)
		return fail(exchange->cx, ERR_LIMIT, "too_large", STR_FMT ": %s", STR_ARG(address),
			    why);
	if (is_stopped(exchange))
		why = "stopped";
	return fail(exchange->cx, exchange->has_left ? ERR_UNCERTAIN : ERR_UNAVAILABLE,
		    exchange->has_left ? "uncertain" : "unavailable", STR_FMT ": %s",
		    STR_ARG(address), why);
}

static int64_t after(const struct clock *clock, int64_t ms)
{
	int64_t sum;

	return __builtin_add_overflow(clock_mono_ms(clock), ms, &sum) ? LOCAL_CLIENT_FOREVER : sum;
}

static MUST_CHECK enum err connect_for(struct exchange *exchange,
				       const struct http_client_call *call)
{
	struct local_client *client = exchange->client;
	struct cx *cx = exchange->cx;
	int64_t connect_mono_ms = exchange->deadline_mono_ms;

	if (is_stopped(exchange) || local_socket_is_kept(&client->socket))
		return OK;
	if (call->connect_ms != 0 && after(cx->clock, call->connect_ms) < connect_mono_ms)
		connect_mono_ms = after(cx->clock, call->connect_ms);
	return local_socket_connect(&client->socket, cx, address_of(client), connect_mono_ms);
}

enum err local_client_call(struct local_client *client, struct cx *cx,
			   const struct http_client_call *call, struct http_client_reply *out)
{
	struct exchange exchange = { .client = client, .cx = cx };
	struct str head;
	enum err err = check_call(cx, call);

	assert(call->timeout_ms > 0);
	*out = (struct http_client_reply){ .status = 0 };
	if (err != OK)
		return err;
	exchange.deadline_mono_ms = after(cx->clock, call->timeout_ms);
	err = connect_for(&exchange, call);
	if (is_stopped(&exchange)) {
		cx_clear(cx);
		return finish(&exchange, out);
	}
	if (err != OK)
		return err;
	head = write_head(client, cx->arena, call);
	exchange.parts[0] = (struct iovec){ (char *)(uintptr_t)head.ptr, head.len };
	exchange.parts[1] = (struct iovec){ (char *)(uintptr_t)call->body.ptr, call->body.len };
	local_answer_init(&exchange.answer, cx->arena, client->window,
			  str_eq(call->method, STR("HEAD")), call->reply_bytes_max);
	while (!is_over(&exchange))
		take_turn(&exchange);
	return finish(&exchange, out);
}
