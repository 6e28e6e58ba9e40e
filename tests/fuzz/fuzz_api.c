/* fuzz_api.c: any text as requests one after the other, on an empty store. Between two stands a line `==`; a request is its first line,
 * its header lines, an empty line, its body. $E is the last ETag, $L the hotel created last, $N the last `next`.
 *
 * Beside what holds of every answer (api_world.h): HEAD is GET; a tag that was given is not modified; the cache has what a fresh reading
 * has; what was written is what is read; a document that was read can be sent back and changes nothing; a key has one effect; and at
 * the end `check` finds nothing wrong in the store.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "api_world.h"
#include "base/buf.h"
#include "codec/json_reader.h"
#include "command/check.h"
#include "memory_store.h"
#include "net/http_parser.h"

#define REQUESTS_MAX 12

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What the placeholders stand for. */
struct given {
	struct str etag, location, next;
};

/* Up to the separator, which goes too. */
static struct str take_piece(struct str *rest, struct str separator)
{
	size_t end = 0;
	struct str piece;

	while (end < rest->len && !str_starts(str_sub(*rest, end, rest->len), separator))
		end++;
	piece = str_sub(*rest, 0, end);
	*rest = str_sub(*rest, end + separator.len, rest->len);
	return piece;
}

static void add_line(struct buf *out, struct str line, const struct given *given)
{
	for (size_t i = 0; i < line.len; i++) {
		char next = i + 1 < line.len ? line.ptr[i + 1] : '\0';

		if (line.ptr[i] == '$' && (next == 'E' || next == 'L' || next == 'N')) {
			buf_add(out, next == 'E'   ? given->etag
				     : next == 'L' ? given->location
						   : given->next);
			i++;
		} else {
			buf_add_char(out, line.ptr[i]);
		}
	}
}

/* The head as a client sends it; what nearly every request has need not be there. */
static struct str head_of(struct arena *arena, struct str text, struct str body,
			  const struct given *given)
{
	bool has_host = false, has_type = false;
	struct buf out;

	buf_init(&out, arena);
	add_line(&out, take_piece(&text, STR("\n")), given);
	buf_add(&out, STR(" HTTP/1.1\r\n"));
	while (text.len != 0) {
		struct str line = take_piece(&text, STR("\n"));

		has_host |= str_eq_nocase(str_sub(line, 0, 5), STR("Host:"));
		has_type |= str_eq_nocase(str_sub(line, 0, 13), STR("Content-Type:"));
		add_line(&out, line, given);
		buf_add(&out, STR("\r\n"));
	}
	if (!has_host)
		buf_add(&out, STR("Host: localhost\r\n"));
	if (!has_type && body.len != 0)
		buf_add(&out, STR("Content-Type: application/json\r\n"));
	buf_add(&out, STR("\r\n"));
	return buf_str(&out);
}

static bool is(const struct api_request *request, const char *method)
{
	return str_eq(request->method, str_of(method));
}

/* The first of `response` in a wrapper, else the whole. */
static struct str resource_of(struct arena *arena, struct str body)
{
	struct json_reader json;
	struct str name = STR("");

	json_reader_init(&json, arena, body, SIZE_MAX);
	require(json_enter_object(&json));
	while (json_next_member(&json, &name)) {
		if (str_eq(name, STR("response")) && json_enter_array(&json)) {
			size_t start;

			require(json_next_element(&json) && json_peek(&json) != JSON_NONE);
			start = json_offset(&json);
			require(json_skip(&json));
			return str_sub(body, start, json_offset(&json) - start);
		}
		require(json_skip(&json));
	}
	return body;
}

/* The two answers differ at most in their request's id. */
static void check_alike(const struct api_answer *a, const struct api_answer *b)
{
	require(a->status == b->status && a->nheaders == b->nheaders);
	require(a->status >= 400 || str_eq(a->body, b->body));
	for (size_t i = 0; i < a->nheaders; i++) {
		require(str_eq(a->headers[i].name, b->headers[i].name));
		if (!str_eq(a->headers[i].name, STR("X-Request-Id")))
			require(str_eq(a->headers[i].value, b->headers[i].value));
	}
}

static void check_read(struct api_world *world, const struct api_request *request,
		       const struct api_answer *answer)
{
	struct str etag = api_world_header(answer, STR("ETag"));
	const struct str_pair condition = { STR("If-None-Match"), etag };
	struct api_request other = *request;
	struct api_answer again;

	other.method = STR("HEAD");
	again = api_world_ask(world, world->api, &other);
	check_alike(answer, &again);
	again = api_world_ask(world, world->fresh, request);
	check_alike(answer, &again);
	if (answer->status != 200 || etag.len == 0)
		return;
	other.method = STR("GET");
	other.headers = &condition;
	other.nheaders = 1;
	again = api_world_ask(world, world->api, &other);
	require(again.status == 304 && str_eq(api_world_header(&again, STR("ETag")), etag));
}

/* Reads a resource from the cache and afresh, and writes it back: nothing has changed. */
static void check_stands(struct api_world *world, struct str path, struct str etag,
			 struct str written)
{
	struct api_answer read = api_world_call(world, world->api, STR("GET"), path, STR(""));
	struct api_answer fresh = api_world_call(world, world->fresh, STR("GET"), path, STR(""));
	uint64_t before = memory_store_changes(world->store);
	struct api_answer back;

	check_alike(&read, &fresh);
	require(read.status == 200);
	require(etag.len == 0 || str_eq(api_world_header(&read, STR("ETag")), etag));
	require(written.len == 0 || str_eq(read.body, written));
	back = api_world_call(world, world->api, STR("PUT"), path,
			      resource_of(&world->arena, read.body));
	require(back.status == 200 && memory_store_changes(world->store) == before);
	require(str_eq(api_world_header(&back, STR("ETag")), api_world_header(&read, STR("ETag"))));
}

static void check_written(struct api_world *world, const struct api_request *request,
			  const struct api_answer *answer)
{
	struct str location = api_world_header(answer, STR("Location"));
	struct str etag = api_world_header(answer, STR("ETag"));

	if (is(request, "DELETE")) {
		require(api_world_call(world, world->api, STR("GET"), request->path, STR(""))
				.status == 404);
	} else if (is(request, "PUT") || is(request, "PATCH")) {
		bool wrapped = str_starts(answer->body, STR("{\"error\":"));

		check_stands(world, request->path, etag, wrapped ? STR("") : answer->body);
	} else if (location.len != 0) {
		check_stands(world, location, etag, STR(""));
	}
}

/* The same key and request again: the same answer, and nothing else. */
static void check_replay(struct api_world *world, const struct api_request *request,
			 const struct api_answer *answer)
{
	uint64_t before = memory_store_changes(world->store);
	struct api_answer again = api_world_ask(world, world->api, request);

	require(memory_store_changes(world->store) == before);
	require(again.status == answer->status && str_eq(again.body, answer->body));
	require(str_eq(api_world_header(&again, STR("Idempotency-Replayed")), STR("true")));
}

static bool has_key(const struct api_request *request)
{
	for (size_t i = 0; i < request->nheaders; i++) {
		if (str_eq_nocase(request->headers[i].name, STR("Idempotency-Key")))
			return true;
	}
	return false;
}

static void note_given(const struct api_answer *answer, struct given *given)
{
	struct str link = api_world_header(answer, STR("Link"));
	struct str etag = api_world_header(answer, STR("ETag"));
	struct str location = api_world_header(answer, STR("Location"));

	if (etag.len != 0)
		given->etag = etag;
	if (str_starts(location, STR("/config/")) &&
	    str_index(str_sub(location, 8, location.len), '/') == location.len - 8)
		given->location = location;
	if (link.len == 0)
		return;
	take_piece(&link, STR("&cursor="));
	given->next = take_piece(&link, STR(">"));
}

static void ask(struct api_world *world, const struct api_request *request, struct given *given)
{
	struct api_answer answer = api_world_ask(world, world->api, request);

	note_given(&answer, given);
	if (is(request, "GET"))
		check_read(world, request, &answer);
	else if (is(request, "HEAD") || is(request, "OPTIONS") || answer.status >= 300)
		return;
	else if (api_world_header(&answer, STR("Idempotency-Replayed")).len == 0)
		check_written(world, request, &answer);
	if (is(request, "POST") && has_key(request))
		check_replay(world, request, &answer);
}

/* The front's own refusal of what the parser does not take. */
static void check_refusal(struct api_world *world, const struct http_refusal *refusal)
{
	struct api_answer answer;
	struct cx cx;

	cx_init(&cx, &world->arena);
	api_refuse(world->api, &cx, NULL, refusal->status, refusal->code, refusal->detail, &answer);
	require(answer.status == refusal->status && answer.body.len != 0);
}

static void take_request(struct api_world *world, struct str body, struct given *given)
{
	struct str head = take_piece(&body, STR("\n\n"));
	struct http_parser parser;
	struct api_request request;

	head = head_of(&world->arena, head, body, given);
	http_parser_init(&parser);
	if (http_parser_feed(&parser, head) != HTTP_DONE) {
		check_refusal(world, &parser.refusal);
		return;
	}
	request = (struct api_request){
		.method = parser.request.method,
		.path = parser.request.path,
		.query = parser.request.query,
		.host = parser.request.host,
		.headers = parser.request.headers,
		.nheaders = parser.request.nheaders,
		.body_bytes = body.len,
		.has_body = body.len != 0,
		.body = body,
	};
	ask(world, &request, given);
}

static void check_store(struct api_world *world)
{
	struct progress progress;
	struct check_job job = { .store = world->store, .progress = &progress };
	struct check_result result = { 0 };
	char *said = NULL;
	size_t said_bytes;
	struct cx cx;

	progress_init(&progress, &world->clock, "check", "partitions", true);
	job.out = open_memstream(&said, &said_bytes);
	cx_init(&cx, &world->arena);
	require(check_run(&cx, &job, &result) == OK);
	fclose(job.out);
	if (result.findings != 0 || result.unchecked != 0)
		fputs(said, stderr);
	require(result.findings == 0 && result.unchecked == 0);
	free(said);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct given given = { STR(""), STR(""), STR("") };
	struct api_world world;

	api_world_open(&world);
	for (unsigned i = 0; i < REQUESTS_MAX && text.len != 0; i++)
		take_request(&world, take_piece(&text, STR("\n==\n")), &given);
	check_store(&world);
	api_world_close(&world);
	return 0;
}
