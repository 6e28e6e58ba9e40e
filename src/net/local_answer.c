#include "net/local_answer.h"

#include <string.h>

void local_answer_init(struct local_answer *answer, struct arena *arena, char *window,
		       bool is_to_head, size_t body_max)
{
	answer->arena = arena;
	answer->window = window;
	answer->used = 0;
	answer->body_max = body_max;
	answer_parser_init(&answer->head, is_to_head);
	buf_init(&answer->body, arena);
	answer->reply = (struct http_client_reply){ .status = 0 };
	answer->is_done = answer->keeps_alive = answer->is_too_long = false;
	answer->problem = NULL;
}

static bool has_head(const struct local_answer *answer)
{
	return answer->reply.status != 0;
}

static void give_up(struct local_answer *answer, const char *problem, bool is_too_long)
{
	answer->problem = problem;
	answer->is_too_long = is_too_long;
}

static void give_up_long(struct local_answer *answer)
{
	give_up(answer, "the answer's body is longer than is taken", true);
}

/* `nleft`: bytes behind its end, of an answer that nobody asked for. */
static void finish(struct local_answer *answer, size_t nleft)
{
	answer->reply.body = buf_take(&answer->body);
	answer->keeps_alive = answer->head.keeps_alive && nleft == 0;
	answer->is_done = !answer->arena->refused;
}

/* The same text of the window in a copy of it. */
static struct str moved(const struct local_answer *answer, struct str text, const char *copy)
{
	if (text.len == 0)
		return (struct str){ NULL, 0 };
	return (struct str){ copy + (text.ptr - answer->window), text.len };
}

/* The window is used for the body after it. */
static void keep_head(struct local_answer *answer)
{
	struct http_client_reply *reply = &answer->reply;
	struct str text =
		str_dup(answer->arena, (struct str){ answer->window, answer->head.head_bytes });

	reply->headers = arena_array(answer->arena, answer->head.nheaders, sizeof(*reply->headers));
	if (answer->arena->refused)
		return;
	for (size_t i = 0; i < answer->head.nheaders; i++) {
		reply->headers[i].name = moved(answer, answer->head.headers[i].name, text.ptr);
		reply->headers[i].value = moved(answer, answer->head.headers[i].value, text.ptr);
	}
	reply->nheaders = answer->head.nheaders;
	reply->status = answer->head.status;
}

static void add_body(struct local_answer *answer, struct str data)
{
	if (data.len > answer->body_max - answer->body.len)
		give_up_long(answer);
	else
		buf_add(&answer->body, data);
}

static void take_chunks(struct local_answer *answer, struct str in)
{
	for (;;) {
		size_t used;
		struct str data;
		enum http_chunked_progress progress =
			http_chunked_feed(&answer->chunked, in, &used, &data);

		in = str_sub(in, used, in.len);
		if (progress == HTTP_CHUNKED_DATA) {
			buf_add(&answer->body, data);
			continue;
		}
		if (progress == HTTP_CHUNKED_DONE)
			finish(answer, in.len);
		else if (progress == HTTP_CHUNKED_REFUSED)
			give_up(answer, answer->chunked.refusal.detail,
				answer->chunked.refusal.status != 400);
		return;
	}
}

/* What came of the body with the head. */
static void take_length(struct local_answer *answer, struct str in)
{
	size_t left = (size_t)answer->head.body_bytes;

	buf_add(&answer->body, str_sub(in, 0, left));
	if (in.len >= left)
		finish(answer, in.len - left);
}

static void take_body(struct local_answer *answer, struct str in)
{
	switch (answer->head.framing) {
	case ANSWER_WITHOUT_BODY:
		finish(answer, in.len);
		break;
	case ANSWER_OF_LENGTH:
		take_length(answer, in);
		break;
	case ANSWER_IN_CHUNKS:
		take_chunks(answer, in);
		break;
	case ANSWER_TO_CLOSE:
		add_body(answer, in);
		break;
	}
}

static void begin_body(struct local_answer *answer)
{
	http_chunked_init(&answer->chunked, answer->body_max);
	if (answer->head.framing != ANSWER_OF_LENGTH)
		return;
	if (answer->head.body_bytes > answer->body_max)
		give_up_long(answer);
	else
		buf_reserve(&answer->body, (size_t)answer->head.body_bytes);
}

static void take_head(struct local_answer *answer)
{
	struct str in = { answer->window, answer->used };
	enum http_progress progress = answer_parser_feed(&answer->head, in);

	if (progress == HTTP_REFUSED)
		give_up(answer, answer->head.refusal, answer->head.is_too_long);
	if (progress != HTTP_DONE)
		return;
	keep_head(answer);
	if (has_head(answer))
		begin_body(answer);
	if (!answer->problem && !answer->arena->refused)
		take_body(answer, str_sub(in, answer->head.head_bytes, in.len));
}

/* The body's own place takes what its length announces, without another copy. */
static bool is_direct(const struct local_answer *answer)
{
	return has_head(answer) && answer->head.framing == ANSWER_OF_LENGTH;
}

char *local_answer_room(struct local_answer *answer, size_t *room_bytes)
{
	if (is_direct(answer)) {
		*room_bytes = (size_t)answer->head.body_bytes - answer->body.len;
		return answer->body.ptr + answer->body.len;
	}
	*room_bytes = LOCAL_ANSWER_WINDOW - answer->used;
	return answer->window + answer->used;
}

void local_answer_take(struct local_answer *answer, size_t nbytes)
{
	if (is_direct(answer)) {
		answer->body.len += nbytes;
		if (answer->body.len == answer->head.body_bytes)
			finish(answer, 0);
	} else if (has_head(answer)) {
		take_body(answer, (struct str){ answer->window, nbytes });
	} else {
		answer->used += nbytes;
		take_head(answer);
		if (has_head(answer))
			answer->used = 0;
	}
}

void local_answer_end(struct local_answer *answer)
{
	if (has_head(answer) && answer->head.framing == ANSWER_TO_CLOSE)
		finish(answer, 0);
	else if (answer->used == 0 && !has_head(answer))
		give_up(answer, "the connection ended before an answer", false);
	else
		give_up(answer, "the connection ended within the answer", false);
}
