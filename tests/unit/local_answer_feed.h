/* local_answer_feed.h - an answer in pieces, without a connection. */
#ifndef INNKEEPER_TESTS_LOCAL_ANSWER_FEED_H
#define INNKEEPER_TESTS_LOCAL_ANSWER_FEED_H

#include "cx_fixture.h"

#include <string.h>

#include "net/local_answer.h"

#define OK_LINE "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK_LINE "Transfer-Encoding: chunked\r\n\r\n"
#define BODY_MAX 20

/* Feeds the text in pieces of that many bytes, then says that nothing more comes. Returns how many bytes were used. */
static inline size_t feed(struct local_answer *answer, struct cx *cx, struct str text, size_t piece)
{
	char *window = arena_bytes(cx->arena, LOCAL_ANSWER_WINDOW);
	size_t used = 0;

	local_answer_init(answer, cx->arena, window, false, BODY_MAX);
	while (used < text.len && !answer->is_done && !answer->problem) {
		size_t room, n = text.len - used < piece ? text.len - used : piece;
		char *at = local_answer_room(answer, &room);

		assert_int_not_equal(room, 0);
		n = n < room ? n : room;
		memcpy(at, text.ptr + used, n);
		local_answer_take(answer, n);
		used += n;
	}
	if (!answer->is_done && !answer->problem)
		local_answer_end(answer);
	return used;
}

#endif
