#include "net/http_curl_answer.h"

#include <stdint.h>

#include "net/http_chars.h"

void http_curl_answer_init(struct http_curl_answer *answer, struct arena *arena,
			   const struct curl_library *library, void *curl, size_t body_max)
{
	*answer = (struct http_curl_answer){
		.arena = arena, .library = library, .curl = curl, .body_max = body_max
	};
	buf_init(&answer->body, arena);
	answer->headers = arena_array(arena, HTTP_CURL_ANSWER_FIELDS_MAX, sizeof(*answer->headers));
}

/* `HTTP/1.1 200 OK`; libcurl has looked at its form. */
static void begin_head(struct http_curl_answer *answer, struct str line)
{
	struct str status = str_sub(line, str_index(line, ' ') + 1, 3);

	answer->is_in_head = true;
	answer->is_final = status.len != 0 && status.ptr[0] != '1';
	answer->nheaders = 0;
}

static void end_head(struct http_curl_answer *answer)
{
	answer->is_in_head = false;
	answer->is_complete = answer->is_final;
}

/* A line that is no field tells nothing: it is dropped, the folded ones of old among them. */
static void take_field(struct http_curl_answer *answer, struct str line)
{
	size_t colon = str_index(line, ':');
	struct str name = str_sub(line, 0, colon);

	if (++answer->nfields > HTTP_CURL_ANSWER_FIELDS_MAX) {
		answer->is_too_long = true;
		return;
	}
	/* After the final head come trailers. */
	if (!answer->is_in_head || colon == line.len || !is_token(name))
		return;
	answer->headers[answer->nheaders++] = (struct str_pair){
		.name = str_dup(answer->arena, name),
		.value =
			str_dup(answer->arena, http_chars_trim(str_sub(line, colon + 1, line.len))),
	};
}

static struct str without_end(struct str line)
{
	while (line.len != 0 && (line.ptr[line.len - 1] == '\n' || line.ptr[line.len - 1] == '\r'))
		line.len--;
	return line;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): as libcurl has it */
size_t http_curl_answer_take_line(char *bytes, size_t one, size_t n, void *user)
{
	struct http_curl_answer *answer = user;
	struct str line = without_end((struct str){ bytes, n });

	(void)one;
	answer->head_bytes += n;
	if (answer->head_bytes > HTTP_CURL_ANSWER_HEAD_MAX)
		answer->is_too_long = true;
	else if (line.len == 0)
		end_head(answer);
	else if (!answer->is_in_head && !answer->is_final)
		begin_head(answer, line);
	else
		take_field(answer, line);
	return answer->is_too_long || answer->arena->refused ? 0 : n;
}

/* Room for what is announced, if the caller takes it: a head may lie, but not past that. */
static void expect_body(struct http_curl_answer *answer)
{
	curl_off_t announced = -1;

	answer->library->easy_getinfo(answer->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
	if (announced > 0 && (uintmax_t)announced <= answer->body_max)
		buf_reserve(&answer->body, (size_t)announced);
}

/* NOLINTNEXTLINE(readability-non-const-parameter): as libcurl has it */
size_t http_curl_answer_take_body(char *bytes, size_t one, size_t n, void *user)
{
	struct http_curl_answer *answer = user;

	(void)one;
	if (n > answer->body_max - answer->body.len) {
		answer->is_too_long = true;
		return 0;
	}
	if (answer->body.len == 0)
		expect_body(answer);
	buf_add(&answer->body, (struct str){ bytes, n });
	return answer->body.failed ? 0 : n;
}
