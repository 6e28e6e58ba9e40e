/* net/local_answer.h - one answer as its bytes come: the head, then the body by its length, in chunks, or until the connection ends.
 *
 * Who reads asks where the next bytes go, puts them there and says how many: a function over bytes, whatever pieces they come in.
 * Owner:   the window is the caller's and lasts as long as the answer is read; what `reply` holds lives in the arena.
 * Errors:  `problem` is a sentence; the connection must close. Where the arena is `refused` that is the reason, and no other is looked at.
 */
#ifndef INNKEEPER_NET_LOCAL_ANSWER_H
#define INNKEEPER_NET_LOCAL_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "net/answer_parser.h"
#include "net/http_chunked.h"
#include "net/http_client.h"

#define LOCAL_ANSWER_WINDOW ANSWER_HEAD_MAX

struct local_answer {
	struct arena *arena;
	char *window; /* LOCAL_ANSWER_WINDOW bytes */
	size_t used;  /* of it, while the head is read */
	size_t body_max;
	struct answer_parser head;
	struct http_chunked chunked;
	struct buf body;
	struct http_client_reply
		reply; /* its head once that is complete, its body with `is_done` */
	bool is_done;
	bool keeps_alive;    /* with `is_done`: the connection is as good as before */
	const char *problem; /* NULL = none so far */
	bool is_too_long;    /* the problem: longer than the caller takes, or than a limit */
};

/* `is_to_head`: what was asked is HEAD. `body_max`: bytes; 0 = no body is taken. */
void local_answer_init(struct local_answer *answer, struct arena *arena, char *window,
		       bool is_to_head, size_t body_max);

/* Where the next bytes go, at least one; while neither is_done nor problem nor the arena's refusal ends it. */
char *local_answer_room(struct local_answer *answer, size_t *room_bytes);

/* So many have come. */
void local_answer_take(struct local_answer *answer, size_t nbytes);

/* None will come any more: the connection has ended in order. */
void local_answer_end(struct local_answer *answer);

#endif
