#include "usecase/answer.h"

/* The most that escaping makes of `"` and `\`, and of a control character. */
#define ESCAPED_BYTES 2
#define ESCAPED_CONTROL_BYTES 6

static uint64_t escaped_bytes(struct str body)
{
	uint64_t bytes = body.len;

	for (size_t i = 0; i < body.len; i++) {
		if (body.ptr[i] == '"' || body.ptr[i] == '\\')
			bytes += ESCAPED_BYTES - 1;
		else if ((unsigned char)body.ptr[i] < ' ')
			bytes += ESCAPED_CONTROL_BYTES - 1;
	}
	return bytes;
}

enum err answer_check(struct cx *cx, struct str body, uint64_t max_bytes)
{
	uint64_t escaped_max = max_bytes + max_bytes / 5 * 2;

	if (max_bytes == 0 || body.len <= escaped_max / ESCAPED_CONTROL_BYTES ||
	    (body.len <= max_bytes && escaped_bytes(body) <= escaped_max))
		return OK;
	return fail(cx, ERR_LIMIT, "too_large",
		    "an answer holds at most %llu bytes, %llu with its quotes escaped",
		    (unsigned long long)max_bytes, (unsigned long long)escaped_max);
}
