#include "bound_text.h"

#include <string.h>

#define TEXT(at, s) put(at, s, sizeof(s) - 1)

enum { PATH_MAX_LOGGED = 200 };

static char *put(char *at, const char *s, size_t len)
{
	memcpy(at, s, len);
	return at + len;
}

static char *put_number(char *at, uint64_t n)
{
	char digits[20];
	size_t i = sizeof(digits);

	do
		digits[--i] = (char)('0' + n % 10);
	while (n /= 10);
	return put(at, digits + i, sizeof(digits) - i);
}

void bound_times_update(struct bound_times *t, time_t second)
{
	struct tm tm;

	if (t->second == second)
		return;
	t->second = second;
	gmtime_r(&second, &tm);
	strftime(t->http, sizeof(t->http), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	strftime(t->log, sizeof(t->log), "%Y-%m-%dT%H:%M:%S.", &tm);
}

void bound_id(char *id, uint64_t high, uint64_t low)
{
	for (int i = 0; i < 16; i++, high >>= 4, low >>= 4) {
		id[15 - i] = "0123456789abcdef"[high & 15];
		id[31 - i] = "0123456789abcdef"[low & 15];
	}
}

size_t bound_head(char *to, const struct bound_times *t, const struct bound_exchange *x,
		  const char *id)
{
	char *at = to;

	at = x->status == 200 ? TEXT(at, "HTTP/1.1 200 OK\r\nServer: bound\r\nDate: ")
			      : TEXT(at, "HTTP/1.1 409 Conflict\r\nServer: bound\r\nDate: ");
	at = put(at, t->http, strlen(t->http));
	at = TEXT(at, "\r\nContent-Type: application/json\r\nContent-Length: ");
	at = put_number(at, x->body_len);
	at = TEXT(at,
		  "\r\nConnection: keep-alive\r\nETag: \"000000000007-0-draft\"\r\nX-Request-Id: ");
	at = put(at, id, BOUND_ID_BYTES);
	at = TEXT(at, "\r\nAccess-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: "
		      "ETag,Location,Link,X-Request-Id,Retry-After,RateLimit,RateLimit-Policy,"
		      "Idempotency-Replayed\r\n\r\n");
	return (size_t)(at - to);
}

size_t bound_log_line(char *to, const struct bound_times *t, const struct bound_exchange *x,
		      const char *id, const struct timespec *start, const struct timespec *end)
{
	long ms = start->tv_nsec / 1000000;
	int64_t us =
		(end->tv_sec - start->tv_sec) * 1000000 + (end->tv_nsec - start->tv_nsec) / 1000;
	char *at = to;

	at = TEXT(at, "{\"ts\":\"");
	at = put(at, t->log, strlen(t->log));
	*at++ = (char)('0' + ms / 100);
	*at++ = (char)('0' + ms / 10 % 10);
	*at++ = (char)('0' + ms % 10);
	at = TEXT(at, "Z\",\"id\":\"");
	at = put(at, id, BOUND_ID_BYTES);
	at = TEXT(at, "\",\"method\":\"");
	at = put(at, x->method, x->method_len < 16 ? x->method_len : 16);
	at = TEXT(at, "\",\"path\":\"");
	at = put(at, x->path, x->path_len < PATH_MAX_LOGGED ? x->path_len : PATH_MAX_LOGGED);
	at = TEXT(at, "\",\"status\":");
	at = put_number(at, (uint64_t)x->status);
	at = TEXT(at, ",\"bytes\":");
	at = put_number(at, x->body_len);
	at = TEXT(at, ",\"us\":");
	at = put_number(at, us > 0 ? (uint64_t)us : 0);
	at = TEXT(at, "}\n");
	return (size_t)(at - to);
}
