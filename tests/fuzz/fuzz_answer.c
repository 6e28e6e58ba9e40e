/* Any bytes as a server's answer. Cutting the input anywhere changes nothing. The first byte says into what pieces to cut, and whether what
 * was asked was HEAD. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/http_chars.h"
#include "net/local_answer.h"

#define BODY_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What came of the input. */
struct outcome {
	struct local_answer answer;
	size_t used;
};

static void run(struct outcome *outcome, struct arena *arena, struct str in, bool is_to_head,
		size_t piece)
{
	struct local_answer *answer = &outcome->answer;
	char *window = arena_bytes(arena, LOCAL_ANSWER_WINDOW);

	outcome->used = 0;
	local_answer_init(answer, arena, window, is_to_head, BODY_MAX);
	while (outcome->used < in.len && !answer->is_done && !answer->problem) {
		size_t room, n = in.len - outcome->used;
		char *at = local_answer_room(answer, &room);

		assert(room > 0);
		n = n < piece ? n : piece;
		n = n < room ? n : room;
		memcpy(at, in.ptr + outcome->used, n);
		local_answer_take(answer, n);
		outcome->used += n;
	}
	if (!answer->is_done && !answer->problem)
		local_answer_end(answer);
}

/* What is promised of every answer. */
static void check(const struct outcome *outcome)
{
	const struct local_answer *answer = &outcome->answer;
	const struct http_client_reply *reply = &answer->reply;

	assert(!answer->arena->refused);
	assert(answer->is_done == !answer->problem);
	assert(!answer->is_too_long || answer->problem);
	assert(!answer->is_done || (reply->status >= 200 && reply->status <= 599));
	assert(reply->body.len <= BODY_MAX && reply->nheaders <= HTTP_FIELDS_MAX);
	assert(answer->is_done || reply->body.len == 0);
	for (size_t i = 0; i < reply->nheaders; i++) {
		assert(is_token(reply->headers[i].name));
		for (size_t j = 0; j < reply->headers[i].value.len; j++)
			assert(is_plain_char(reply->headers[i].value.ptr[j]));
	}
}

/* Bytes behind an answer may have been read with it or not: either way the connection is not used again. */
static bool is_kept(const struct outcome *outcome, size_t size)
{
	return outcome->answer.keeps_alive && outcome->used == size;
}

static void compare(const struct outcome *a, const struct outcome *b, size_t size)
{
	const struct http_client_reply *one = &a->answer.reply, *other = &b->answer.reply;

	assert(a->answer.is_done == b->answer.is_done);
	assert(a->answer.problem == b->answer.problem);
	assert(a->answer.is_too_long == b->answer.is_too_long);
	assert(is_kept(a, size) == is_kept(b, size));
	assert(one->status == other->status && one->nheaders == other->nheaders);
	assert(str_eq(one->body, other->body));
	for (size_t i = 0; i < one->nheaders; i++)
		assert(str_eq(one->headers[i].name, other->headers[i].name) &&
		       str_eq(one->headers[i].value, other->headers[i].value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct outcome whole, cut;
	struct arena arena;
	struct str in;

	if (size < 1)
		return 0;
	in = (struct str){ (const char *)data + 1, size - 1 };
	arena_init(&arena, 0);
	run(&whole, &arena, in, data[0] & 1, SIZE_MAX);
	check(&whole);
	run(&cut, &arena, in, data[0] & 1, (size_t)(data[0] >> 1) + 1);
	check(&cut);
	compare(&whole, &cut, in.len);
	arena_close(&arena);
	return 0;
}
