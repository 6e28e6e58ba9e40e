/* Any bytes as a connection's: heads and bodies one after the other. Cutting the input anywhere changes nothing.
 * The first byte says where to cut. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/http_chars.h"
#include "net/http_chunked.h"
#include "net/http_parser.h"

#define BODY_MAX 1000000
#define REQUESTS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What came of the input, in a form that can be compared. */
struct outcome {
	unsigned requests;
	unsigned status; /* of the refusal that ended it; 0 = the input ended */
	const char *detail;
	uint64_t sum; /* of everything that was understood */
	size_t used;
};

static void note(struct outcome *outcome, struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		outcome->sum = (outcome->sum ^ (unsigned char)s.ptr[i]) * 1099511628211u;
	outcome->sum = (outcome->sum ^ s.len) * 1099511628211u;
}

static void note_refusal(struct outcome *outcome, const struct http_refusal *refusal)
{
	assert(refusal->status >= 400 && refusal->status <= 505 && refusal->code &&
	       refusal->detail);
	outcome->status = refusal->status;
	outcome->detail = refusal->detail;
}

/* What the parser promises about every head that it lets pass. */
static void check_request(const struct http_request *request)
{
	assert(is_token(request->method));
	assert(str_eq(request->path, STR("*")) || request->path.ptr[0] == '/');
	assert(request->host.len != 0 || request->is_http10);
	assert(!request->is_chunked || (request->has_body && request->body_bytes == 0));
	assert(request->has_body == (request->is_chunked || request->body_bytes != 0));
	assert(request->nheaders <= HTTP_FIELDS_MAX);
	for (size_t i = 0; i < request->nheaders; i++) {
		assert(is_token(request->headers[i].name));
		for (size_t j = 0; j < request->headers[i].value.len; j++)
			assert(is_plain_char(request->headers[i].value.ptr[j]));
	}
}

static void note_request(struct outcome *outcome, const struct http_request *request)
{
	check_request(request);
	outcome->requests++;
	note(outcome, request->method);
	note(outcome, request->path);
	note(outcome, request->query);
	note(outcome, request->host);
	for (size_t i = 0; i < request->nheaders; i++) {
		note(outcome, request->headers[i].name);
		note(outcome, request->headers[i].value);
	}
	outcome->sum += request->body_bytes;
	outcome->sum += request->keeps_alive ? 3 : 0;
	outcome->sum += request->expects_continue ? 5 : 0;
}

/* The head that begins at `in`, seen first up to `cut` alone. */
static enum http_progress take_head(struct http_parser *parser, struct str in, size_t cut)
{
	http_parser_init(parser);
	if (cut < in.len) {
		enum http_progress progress = http_parser_feed(parser, str_sub(in, 0, cut));

		if (progress != HTTP_MORE)
			return progress;
	}
	return http_parser_feed(parser, in);
}

static enum http_chunked_progress take_run(struct http_chunked *chunked, struct str in,
					   struct outcome *outcome, size_t *used)
{
	enum http_chunked_progress progress;
	struct str data;
	size_t step;

	*used = 0;
	do {
		progress = http_chunked_feed(chunked, str_sub(in, *used, in.len), &step, &data);
		*used += step;
		for (size_t i = 0; progress == HTTP_CHUNKED_DATA && i < data.len; i++)
			outcome->sum = (outcome->sum ^ (unsigned char)data.ptr[i]) * 1099511628211u;
	} while (progress == HTTP_CHUNKED_DATA);
	assert(*used <= in.len);
	assert(chunked->total_bytes <= BODY_MAX);
	return progress;
}

/* True when the body is complete. */
static bool take_chunks(struct str in, size_t cut, struct outcome *outcome, size_t *used)
{
	enum http_chunked_progress progress = HTTP_CHUNKED_MORE;
	struct http_chunked chunked;
	size_t first = 0;

	http_chunked_init(&chunked, BODY_MAX);
	if (cut < in.len)
		progress = take_run(&chunked, str_sub(in, 0, cut), outcome, &first);
	if (progress == HTTP_CHUNKED_MORE)
		progress = take_run(&chunked, str_sub(in, first, in.len), outcome, used);
	else
		*used = 0;
	*used += first;
	if (progress == HTTP_CHUNKED_REFUSED)
		note_refusal(outcome, &chunked.refusal);
	return progress == HTTP_CHUNKED_DONE;
}

static bool take_request(struct str *in, size_t *cut, struct outcome *outcome)
{
	struct http_parser parser;
	enum http_progress progress = take_head(&parser, *in, *cut);
	size_t used = parser.head_bytes, body = 0;

	if (progress == HTTP_REFUSED)
		note_refusal(outcome, &parser.refusal);
	if (progress != HTTP_DONE)
		return false;
	assert(used <= in->len && used <= HTTP_HEAD_MAX);
	note_request(outcome, &parser.request);
	*in = str_sub(*in, used, in->len);
	*cut = *cut > used ? *cut - used : 0;
	if (parser.request.is_chunked && !take_chunks(*in, *cut, outcome, &body))
		return false;
	if (parser.request.body_bytes > in->len)
		return false;
	body += (size_t)parser.request.body_bytes;
	*in = str_sub(*in, body, in->len);
	*cut = *cut > body ? *cut - body : 0;
	outcome->used += used + body;
	return in->len != 0 && outcome->requests < REQUESTS_MAX;
}

static struct outcome run(struct str in, size_t cut)
{
	struct outcome outcome = { .sum = 14695981039346656037u };

	while (take_request(&in, &cut, &outcome))
		;
	return outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct outcome whole, cut;
	struct str in;

	if (size < 2)
		return 0;
	in = (struct str){ (const char *)data + 2, size - 2 };
	whole = run(in, in.len);
	cut = run(in, ((size_t)data[0] << 8 | data[1]) % (in.len + 1));
	assert(whole.requests == cut.requests);
	assert(whole.status == cut.status);
	assert(whole.detail == cut.detail);
	assert(whole.sum == cut.sum);
	assert(whole.used == cut.used);
	return 0;
}
