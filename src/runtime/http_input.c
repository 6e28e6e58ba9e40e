#include "runtime/http_input.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "net/http_parser.h"

struct str http_input_str(const struct http_input *input)
{
	return (struct str){ input->bytes + input->start, input->end - input->start };
}

void http_input_use(struct http_input *input, size_t n)
{
	assert(n <= input->end - input->start);
	input->start += n;
	if (input->start == input->end)
		input->start = input->end = 0;
}

enum http_read http_input_read_to(struct http_input *input, struct http_loop *loop, char *to,
				  size_t room, size_t *got)
{
	ssize_t n;

	if (!input->is_readable)
		return HTTP_READ_LATER;
	n = recv(input->fd, to, room, 0);
	if (n <= 0) {
		input->is_readable = false;
		return n < 0 && errno == EAGAIN ? HTTP_READ_LATER : HTTP_READ_END;
	}
	/* A short read has emptied the socket: what comes later is an event. */
	if ((size_t)n < room && !input->has_ended)
		input->is_readable = false;
	metrics_count(loop->metrics, METRICS_RECEIVED, (uint64_t)n);
	*got = (size_t)n;
	return HTTP_READ_SOME;
}

enum http_read http_input_read(struct http_input *input, struct http_loop *loop)
{
	enum http_read result;
	size_t got;

	if (!input->is_readable)
		return HTTP_READ_LATER;
	if (!input->bytes)
		input->bytes = http_loop_take_buffer(loop);
	if (input->start != 0) {
		memmove(input->bytes, input->bytes + input->start, input->end - input->start);
		input->end -= input->start;
		input->start = 0;
	}
	assert(input->end < HTTP_HEAD_MAX);
	result = http_input_read_to(input, loop, input->bytes + input->end,
				    HTTP_HEAD_MAX - input->end, &got);
	if (result == HTTP_READ_SOME)
		input->end += got;
	return result;
}

void http_input_drop(struct http_input *input, struct http_loop *loop)
{
	if (input->bytes)
		http_loop_give_buffer(loop, input->bytes);
	input->bytes = NULL;
	input->start = input->end = 0;
}
