#include "net/http_curl_request.h"

#include <curl/curl.h>

#include "base/buf.h"
#include "net/http_chars.h"
#include "net/http_field.h"

struct str http_curl_request_origin(struct str url)
{
	size_t slashes = str_index(url, '/') + 2, len = 0;
	struct str rest = str_sub(url, slashes, url.len);

	while (len < rest.len && rest.ptr[len] != '/' && rest.ptr[len] != '?' &&
	       rest.ptr[len] != '#')
		len++;
	return str_sub(url, 0, slashes + len);
}

static bool is_url(struct str url)
{
	return (str_starts(url, STR("http://")) || str_starts(url, STR("https://"))) &&
	       is_plain_text(url) && str_index(url, ' ') == url.len &&
	       str_index(http_curl_request_origin(url), '@') == http_curl_request_origin(url).len;
}

/* libcurl only reads the list, as long as the call lasts: it lives in the arena. */
static void add_line(struct http_curl_request *request, struct str name, struct str between,
		     struct str value)
{
	struct curl_slist *node = arena_alloc(request->arena, sizeof(*node));
	struct buf line;

	buf_init(&line, request->arena);
	buf_add(&line, name);
	buf_add(&line, between);
	buf_add(&line, value);
	buf_add_char(&line, '\0');
	if (!node || line.failed)
		return;
	node->data = line.ptr;
	buf_take(&line);
	*request->end = node;
	request->end = &node->next;
}

static MUST_CHECK enum err add_header(struct http_curl_request *request, struct cx *cx,
				      struct str name, struct str value)
{
	value = http_chars_trim(value);
	if (!http_field_check(name, value))
		return fail(cx, ERR_INVALID, "invalid", "a header that can not be sent");
	request->has_type |= str_eq_nocase(name, STR("content-type"));
	/* libcurl's form of an empty header; `Name:` would take one away. */
	add_line(request, name, value.len == 0 ? STR(";") : STR(": "), value);
	return OK;
}

static MUST_CHECK enum err add_headers(struct http_curl_request *request, struct cx *cx,
				       const struct str_pair *headers, size_t nheaders)
{
	enum err err = OK;

	for (size_t i = 0; i < nheaders && err == OK; i++)
		err = add_header(request, cx, headers[i].name, headers[i].value);
	if (err == OK && cx->traceparent.len != 0)
		err = add_header(request, cx, STR("traceparent"), cx->traceparent);
	if (err == OK && cx->tracestate.len != 0)
		err = add_header(request, cx, STR("tracestate"), cx->tracestate);
	if (err != OK)
		return err;
	/* What libcurl would add by itself. */
	add_line(request, STR("Expect"), STR(":"), STR(""));
	if (!request->has_type)
		add_line(request, STR("Content-Type"), STR(":"), STR(""));
	return OK;
}

enum err http_curl_request_write(struct http_curl_request *request, struct cx *cx,
				 struct str method, struct str url, const struct str_pair *headers,
				 size_t nheaders, struct str body)
{
	enum err err;

	*request = (struct http_curl_request){ .arena = cx->arena, .body = body };
	request->end = &request->lines;
	if (!is_url(url))
		return fail(cx, ERR_INVALID, "invalid", "a URL that can not be called");
	if (!is_token(method))
		return fail(cx, ERR_INVALID, "invalid", "a method that can not be sent");
	request->has_body = body.len != 0 || str_eq(method, STR("POST")) ||
			    str_eq(method, STR("PUT")) || str_eq(method, STR("PATCH"));
	err = add_headers(request, cx, headers, nheaders);
	if (err != OK)
		return err;
	request->url = str_c(cx->arena, url);
	request->method = str_c(cx->arena, method);
	return cx_check_memory(cx);
}
