/* layer: net */
/* Every case of tests/vectors/framing against the parser and the chunk decoder, fed whole and in pieces. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/http_chars.h"
#include "net/http_chunked.h"
#include "net/http_parser.h"

#define FOLDER "tests/vectors/framing"
#define BYTES_MAX 65536
#define ANSWERS_MAX 16
#define AGAIN_MAX 500
#define BYTEWISE_MAX 9500 /* bytes of a case that are fed one by one */

struct expected {
	unsigned status; /* that the front refuses with; 0 = the request is well-formed */
	char code[32];
	bool has_body;
	char body[256];
	size_t body_len;
};

struct vector {
	char bytes[BYTES_MAX];
	size_t len;
	struct expected answers[ANSWERS_MAX];
	size_t nanswers;
	bool is_closed;
};

static void put(char *out, size_t max, size_t *len, char byte)
{
	assert_true(*len < max);
	out[(*len)++] = byte;
}

static char unescape_one(const char **at)
{
	char kind = *(*at)++;

	switch (kind) {
	case 'r':
		return '\r';
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case '0':
		return '\0';
	case '\\':
		return '\\';
	case 'x':
		*at += 2;
		return (char)(http_chars_hex((*at)[-2]) * 16 + http_chars_hex((*at)[-1]));
	default:
		fail_msg("no escape: \\%c", kind);
		return 0;
	}
}

/* `\*N{bytes}`; at is behind the star. */
static void repeat(const char **at, char *out, size_t max, size_t *len)
{
	char *open;
	unsigned long times = strtoul(*at, &open, 10);
	size_t start = *len;

	assert_int_equal(*open, '{');
	for (*at = open + 1; **at != '}';) {
		if (**at == '\\' && (*at)++)
			put(out, max, len, unescape_one(at));
		else
			put(out, max, len, *(*at)++);
	}
	(*at)++;
	for (size_t unit = *len - start; times > 1; times--) {
		for (size_t i = 0; i < unit; i++)
			put(out, max, len, out[start + i]);
	}
}

static void unescape(const char *text, char *out, size_t max, size_t *len)
{
	while (*text != '\0') {
		if (*text != '\\') {
			put(out, max, len, *text++);
		} else if (text[1] == '*') {
			text += 2;
			repeat(&text, out, max, len);
		} else {
			text++;
			put(out, max, len, unescape_one(&text));
		}
	}
}

static void read_answer(const char *text, struct expected *answer)
{
	const char *blank = strchr(text, ' ');

	*answer = (struct expected){ .status = 0 };
	if (strncmp(text, "refused ", 8) == 0) {
		char *end;

		answer->status = (unsigned)strtoul(text + 8, &end, 10);
		snprintf(answer->code, sizeof(answer->code), "%s", end + 1);
		return;
	}
	assert_true(text[0] == '*' || (text[0] >= '2' && text[0] <= '5'));
	answer->has_body = blank != NULL;
	if (blank)
		unescape(blank + 1, answer->body, sizeof(answer->body), &answer->body_len);
}

static void read_vector(const char *name, struct vector *vector)
{
	char path[512], line[4096];
	FILE *file;

	memset(vector, 0, sizeof(*vector));
	snprintf(path, sizeof(path), FOLDER "/%s", name);
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '>')
			unescape(line + 2, vector->bytes, BYTES_MAX, &vector->len);
		else if (line[0] == '<' && vector->nanswers < ANSWERS_MAX)
			read_answer(line + 2, &vector->answers[vector->nanswers++]);
		else if (line[0] == '=')
			vector->is_closed = strcmp(line + 2, "closed") == 0;
		else
			assert_int_equal(line[0], '#');
	}
	fclose(file);
	assert_true(vector->nanswers > 0);
}

/* The bytes arrive `step` at a time; what has arrived is a copy of its own, so that reading past it shows. */
struct wire {
	const struct vector *vector;
	size_t step;
	size_t start;   /* of the current request */
	size_t arrived; /* of all bytes */
};

static char *copy_arrived(const struct wire *wire, size_t from)
{
	size_t len = wire->arrived - from;
	char *copy = malloc(len + 1);

	assert_non_null(copy);
	copy[len] = 'Z'; /* not to be read as an end */
	return memcpy(copy, wire->vector->bytes + from, len);
}

static bool arrive(struct wire *wire)
{
	if (wire->arrived == wire->vector->len)
		return false;
	wire->arrived += wire->step;
	if (wire->arrived > wire->vector->len)
		wire->arrived = wire->vector->len;
	return true;
}

static enum http_progress feed_head(struct wire *wire, struct http_parser *parser)
{
	struct http_parser again;
	enum http_progress progress = HTTP_MORE;

	http_parser_init(parser);
	do {
		char *copy = copy_arrived(wire, wire->start);
		struct str in = { copy, wire->arrived - wire->start };

		progress = http_parser_feed(parser, in);
		if (in.len < AGAIN_MAX) { /* from the beginning, it is the same */
			http_parser_init(&again);
			assert_int_equal(http_parser_feed(&again, in), progress);
			assert_int_equal(again.at, parser->at);
		}
		free(copy);
	} while (progress == HTTP_MORE && arrive(wire));
	return progress;
}

static void take_body(struct wire *wire, size_t len, char *body, size_t *body_len)
{
	while (wire->arrived - wire->start < len)
		assert_true(arrive(wire));
	assert_true(len <= BYTES_MAX);
	memcpy(body, wire->vector->bytes + wire->start, len);
	wire->start += len;
	*body_len = len;
}

static const struct http_refusal *take_chunks(struct wire *wire, struct http_chunked *chunked,
					      char *body, size_t *body_len)
{
	enum http_chunked_progress progress;
	struct str data;
	size_t used;

	http_chunked_init(chunked, BYTES_MAX);
	*body_len = 0;
	do {
		char *copy = copy_arrived(wire, wire->start);

		progress = http_chunked_feed(
			chunked, (struct str){ copy, wire->arrived - wire->start }, &used, &data);
		if (progress == HTTP_CHUNKED_DATA) {
			memcpy(body + *body_len, data.ptr, data.len);
			*body_len += data.len;
		}
		free(copy);
		wire->start += used;
		if (progress == HTTP_CHUNKED_MORE)
			assert_true(arrive(wire));
	} while (progress == HTTP_CHUNKED_MORE || progress == HTTP_CHUNKED_DATA);
	return progress == HTTP_CHUNKED_REFUSED ? &chunked->refusal : NULL;
}

static void expect_refusal(const struct expected *expected, const struct http_refusal *refusal)
{
	assert_int_equal(refusal->status, expected->status);
	assert_string_equal(refusal->code, expected->code);
	assert_non_null(refusal->detail);
}

/* Reads one request and compares it with what is expected; false when the connection ends with it. */
static bool run_request(struct wire *wire, const struct expected *expected)
{
	static const struct http_refusal too_large = { 413, "too_large", "" };
	const struct http_refusal *refusal = NULL;
	struct http_parser parser;
	struct http_chunked chunked;
	static char body[BYTES_MAX];
	size_t body_len = 0;

	if (feed_head(wire, &parser) == HTTP_REFUSED) {
		expect_refusal(expected, &parser.refusal);
		return false;
	}
	assert_true(parser.head_bytes != 0);
	wire->start += parser.head_bytes;
	if (parser.request.is_chunked)
		refusal = take_chunks(wire, &chunked, body, &body_len);
	else if (parser.request.body_bytes > BYTES_MAX)
		refusal = &too_large; /* that part is the server's */
	else
		take_body(wire, (size_t)parser.request.body_bytes, body, &body_len);
	if (refusal) {
		expect_refusal(expected, refusal);
		return false;
	}
	assert_int_equal(expected->status, 0);
	if (expected->has_body) {
		assert_int_equal(body_len, expected->body_len);
		assert_memory_equal(body, expected->body, body_len);
	}
	return parser.request.keeps_alive;
}

static void run_vector(const struct vector *vector, size_t step)
{
	struct wire wire = { .vector = vector, .step = step };
	bool is_open = true;

	arrive(&wire);
	for (size_t i = 0; i < vector->nanswers; i++) {
		assert_true(is_open);
		is_open = run_request(&wire, &vector->answers[i]);
	}
	assert_int_equal(is_open, !vector->is_closed);
	if (is_open)
		assert_int_equal(wire.start, vector->len);
}

static void holds_however_it_arrives(void **state)
{
	static const size_t steps[] = { BYTES_MAX, 1, 2, 3, 7, 61, 1000 };
	static struct vector vector;

	read_vector(*state, &vector);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		run_vector(&vector, vector.len > BYTEWISE_MAX ? steps[i] + 250 : steps[i]);
}

static int is_case(const struct dirent *entry)
{
	return strstr(entry->d_name, ".txt") != NULL;
}

int main(void)
{
	struct dirent **names;
	int n = scandir(FOLDER, &names, is_case, alphasort);
	struct CMUnitTest *tests;
	int failed;

	if (n < 70) {
		fprintf(stderr, "%s has %d cases, of more than 200\n", FOLDER, n);
		return 1;
	}
	tests = calloc((size_t)n, sizeof(*tests));
	for (int i = 0; i < n && tests; i++)
		tests[i] = (struct CMUnitTest){ .name = names[i]->d_name,
						.test_func = holds_however_it_arrives,
						.initial_state = names[i]->d_name };
	failed = _cmocka_run_group_tests("framing", tests, (size_t)n, NULL, NULL);
	for (int i = 0; i < n; i++)
		free(names[i]);
	free(names);
	free(tests);
	return failed;
}
