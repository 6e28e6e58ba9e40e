#include "runtime/http_body.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_BYTES ((size_t)16 * 1024)

#define READS_A_TURN \
	4 /* of one body: what comes as fast as it is read must not keep the others waiting */

bool http_body_is_here(const struct http_exchange *exchange, const struct http_input *input)
{
	const struct http_request *request = &exchange->parser.request;

	return !request->is_chunked && request->body_bytes <= http_input_str(input).len;
}

void http_body_take(struct http_exchange *exchange, struct http_input *input)
{
	exchange->request.body =
		str_sub(http_input_str(input), 0, (size_t)exchange->parser.request.body_bytes);
	http_input_use(input, exchange->request.body.len);
}

void http_body_open(struct http_exchange *exchange, uint64_t max_bytes)
{
	exchange->body_len = 0;
	http_chunked_init(&exchange->chunked, max_bytes);
}

/* Room for `more` bytes at the end, and some: what is announced is not believed before it comes. */
static void make_room(struct http_exchange *exchange, struct http_shared *shared, size_t more)
{
	size_t cap = exchange->body_cap == 0 ? FIRST_BYTES : exchange->body_cap;
	char *grown;

	while (cap - exchange->body_len < more)
		cap *= 2;
	if (cap == exchange->body_cap)
		return;
	atomic_fetch_add(&shared->held_bytes, cap - exchange->body_cap);
	grown = realloc(exchange->body, cap);
	if (!grown)
		abort();
	exchange->body = grown;
	exchange->body_cap = cap;
}

static void append(struct http_exchange *exchange, struct http_shared *shared, struct str data)
{
	make_room(exchange, shared, data.len);
	if (data.len != 0)
		memcpy(exchange->body + exchange->body_len, data.ptr, data.len);
	exchange->body_len += data.len;
}

static enum http_body_progress finish(struct http_exchange *exchange)
{
	exchange->request.body = (struct str){ exchange->body, exchange->body_len };
	return HTTP_BODY_DONE;
}

static enum http_body_progress when_read(enum http_read result)
{
	return result == HTTP_READ_END ? HTTP_BODY_GONE : HTTP_BODY_LATER;
}

static enum http_body_progress read_chunks(struct http_exchange *exchange, struct http_input *input,
					   struct http_loop *loop, struct http_refusal *refusal)
{
	for (unsigned reads = 0; reads < READS_A_TURN;) {
		enum http_read result;
		struct str data;
		size_t used;

		switch (http_chunked_feed(&exchange->chunked, http_input_str(input), &used,
					  &data)) {
		case HTTP_CHUNKED_DATA:
			append(exchange, loop->shared, data);
			http_input_use(input, used);
			continue;
		case HTTP_CHUNKED_DONE:
			http_input_use(input, used);
			return finish(exchange);
		case HTTP_CHUNKED_REFUSED:
			*refusal = exchange->chunked.refusal;
			return HTTP_BODY_REFUSED;
		case HTTP_CHUNKED_MORE:
			http_input_use(input, used);
		}
		result = http_input_read(input, loop);
		if (result != HTTP_READ_SOME)
			return when_read(result);
		reads++;
	}
	return HTTP_BODY_PAUSED;
}

static enum http_body_progress read_length(struct http_exchange *exchange, struct http_input *input,
					   struct http_loop *loop)
{
	size_t announced = (size_t)exchange->parser.request.body_bytes;
	struct str here = str_sub(http_input_str(input), 0, announced - exchange->body_len);

	append(exchange, loop->shared, here);
	http_input_use(input, here.len);
	for (unsigned reads = 0; exchange->body_len < announced; reads++) {
		enum http_read result;
		size_t room, got;

		if (reads == READS_A_TURN)
			return HTTP_BODY_PAUSED;
		make_room(exchange, loop->shared, 1);
		room = exchange->body_cap - exchange->body_len;
		if (room > announced - exchange->body_len)
			room = announced - exchange->body_len;
		result = http_input_read_to(input, loop, exchange->body + exchange->body_len, room,
					    &got);
		if (result != HTTP_READ_SOME)
			return when_read(result);
		exchange->body_len += got;
	}
	return finish(exchange);
}

enum http_body_progress http_body_read(struct http_exchange *exchange, struct http_input *input,
				       struct http_loop *loop, struct http_refusal *refusal)
{
	if (exchange->parser.request.is_chunked)
		return read_chunks(exchange, input, loop, refusal);
	return read_length(exchange, input, loop);
}

void http_body_close(struct http_exchange *exchange, struct http_loop *loop)
{
	if (exchange->body)
		atomic_fetch_sub(&loop->shared->held_bytes, exchange->body_cap);
	free(exchange->body);
	exchange->body = NULL;
	exchange->body_len = exchange->body_cap = 0;
}
