/* bench/bound_text.h - the texts of the bound front: answer heads, request ids, access log lines.
 *
 * Written by hand instead of by printf, as the real front does it. No allocation, no state but
 * struct bound_times, which one event thread owns. Buffers must be large enough: 1,024 B a head,
 * 512 B a log line (longer paths are cut).
 */
#ifndef BENCH_BOUND_TEXT_H
#define BENCH_BOUND_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "bound_http.h"

enum { BOUND_ID_BYTES = 32 };

/* The two renderings of the current second, made once a second. */
struct bound_times {
	time_t second;
	char http[32]; /* Sun, 22 Nov 2026 16:00:00 GMT */
	char log[32];  /* 2026-11-22T16:00:00. */
};

/* Renders the second unless it is the one that is there. */
void bound_times_update(struct bound_times *t, time_t second);

/* Fills id with 32 hexadecimal digits, not terminated. */
void bound_id(char *id, uint64_t high, uint64_t low);

/* Writes the head of the answer and gives its length. */
size_t bound_head(char *to, const struct bound_times *t, const struct bound_exchange *x,
		  const char *id);

/* Writes one JSON line and gives its length. */
size_t bound_log_line(char *to, const struct bound_times *t, const struct bound_exchange *x,
		      const char *id, const struct timespec *start, const struct timespec *end);

#endif
