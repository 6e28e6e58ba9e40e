#include "runtime/http_answer.h"

#include <assert.h>
#include <string.h>

/* Status line, the front's own fields and the empty line. */
#define FIXED_MAX_BYTES 256

struct status {
	unsigned number;
	struct str line;
};

static const struct status statuses[] = {
	{ 200, STR_INIT("HTTP/1.1 200 OK\r\n") },
	{ 201, STR_INIT("HTTP/1.1 201 Created\r\n") },
	{ 202, STR_INIT("HTTP/1.1 202 Accepted\r\n") },
	{ 204, STR_INIT("HTTP/1.1 204 No Content\r\n") },
	{ 302, STR_INIT("HTTP/1.1 302 Found\r\n") },
	{ 303, STR_INIT("HTTP/1.1 303 See Other\r\n") },
	{ 304, STR_INIT("HTTP/1.1 304 Not Modified\r\n") },
	{ 307, STR_INIT("HTTP/1.1 307 Temporary Redirect\r\n") },
	{ 308, STR_INIT("HTTP/1.1 308 Permanent Redirect\r\n") },
	{ 400, STR_INIT("HTTP/1.1 400 Bad Request\r\n") },
	{ 401, STR_INIT("HTTP/1.1 401 Unauthorized\r\n") },
	{ 403, STR_INIT("HTTP/1.1 403 Forbidden\r\n") },
	{ 404, STR_INIT("HTTP/1.1 404 Not Found\r\n") },
	{ 405, STR_INIT("HTTP/1.1 405 Method Not Allowed\r\n") },
	{ 406, STR_INIT("HTTP/1.1 406 Not Acceptable\r\n") },
	{ 408, STR_INIT("HTTP/1.1 408 Request Timeout\r\n") },
	{ 409, STR_INIT("HTTP/1.1 409 Conflict\r\n") },
	{ 410, STR_INIT("HTTP/1.1 410 Gone\r\n") },
	{ 412, STR_INIT("HTTP/1.1 412 Precondition Failed\r\n") },
	{ 413, STR_INIT("HTTP/1.1 413 Content Too Large\r\n") },
	{ 414, STR_INIT("HTTP/1.1 414 URI Too Long\r\n") },
	{ 415, STR_INIT("HTTP/1.1 415 Unsupported Media Type\r\n") },
	{ 417, STR_INIT("HTTP/1.1 417 Expectation Failed\r\n") },
	{ 421, STR_INIT("HTTP/1.1 421 Misdirected Request\r\n") },
	{ 422, STR_INIT("HTTP/1.1 422 Unprocessable Content\r\n") },
	{ 428, STR_INIT("HTTP/1.1 428 Precondition Required\r\n") },
	{ 429, STR_INIT("HTTP/1.1 429 Too Many Requests\r\n") },
	{ 431, STR_INIT("HTTP/1.1 431 Request Header Fields Too Large\r\n") },
	{ 500, STR_INIT("HTTP/1.1 500 Internal Server Error\r\n") },
	{ 501, STR_INIT("HTTP/1.1 501 Not Implemented\r\n") },
	{ 503, STR_INIT("HTTP/1.1 503 Service Unavailable\r\n") },
	{ 504, STR_INIT("HTTP/1.1 504 Gateway Timeout\r\n") },
	{ 505, STR_INIT("HTTP/1.1 505 HTTP Version Not Supported\r\n") },
	{ 507, STR_INIT("HTTP/1.1 507 Insufficient Storage\r\n") },
};

size_t http_answer_max(const struct api_answer *answer)
{
	size_t max = FIXED_MAX_BYTES;

	for (size_t i = 0; i < answer->nheaders; i++)
		max += answer->headers[i].name.len + answer->headers[i].value.len + 4;
	return max;
}

static char *add(char *at, struct str s)
{
	if (s.len != 0)
		memcpy(at, s.ptr, s.len);
	return at + s.len;
}

static char *add_status(char *at, unsigned status)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		if (statuses[i].number == status)
			return add(at, statuses[i].line);
	}
	assert(status >= 200 && status <= 599);
	at = add(at, STR("HTTP/1.1 "));
	*at++ = (char)('0' + status / 100);
	*at++ = (char)('0' + status / 10 % 10);
	*at++ = (char)('0' + status % 10);
	return add(at, STR(" \r\n"));
}

static char *add_number(char *at, size_t number)
{
	char digits[20];
	size_t first = sizeof(digits);

	do {
		digits[--first] = (char)('0' + number % 10);
		number /= 10;
	} while (number != 0);
	return add(at, (struct str){ digits + first, sizeof(digits) - first });
}

static bool has_no_body(const struct api_answer *answer)
{
	return answer->status == 204 || answer->status == 304;
}

size_t http_answer_write(const struct api_answer *answer, struct str date, enum http_answer_end end,
			 char *out)
{
	char *at = add_status(out, answer->status);

	at = add(at, STR("Server: innkeeper\r\nDate: "));
	at = add(at, date);
	for (size_t i = 0; i < answer->nheaders; i++) {
		at = add(at, STR("\r\n"));
		at = add(at, answer->headers[i].name);
		at = add(at, STR(": "));
		at = add(at, answer->headers[i].value);
	}
	if (!has_no_body(answer)) {
		at = add(at, STR("\r\nContent-Length: "));
		at = add_number(at, answer->body.len);
	}
	if (end == HTTP_ANSWER_CLOSED)
		at = add(at, STR("\r\nConnection: close"));
	else if (end == HTTP_ANSWER_KEPT)
		at = add(at, STR("\r\nConnection: keep-alive"));
	at = add(at, STR("\r\n\r\n"));
	return (size_t)(at - out);
}

struct str http_answer_body(const struct api_answer *answer, bool is_head)
{
	if (is_head || has_no_body(answer))
		return (struct str){ NULL, 0 };
	return answer->body;
}
