#include "net/http_parser.h"

#include <string.h>

#include "net/http_chars.h"
#include "net/http_target.h"

void http_parser_init(struct http_parser *parser)
{
	/* The fields' table is written before it is read. */
	memset(&parser->refusal, 0, sizeof(*parser) - offsetof(struct http_parser, refusal));
	memset(&parser->request, 0, offsetof(struct http_request, headers));
	memset(&parser->request.nheaders, 0,
	       sizeof(parser->request) - offsetof(struct http_request, nheaders));
}

static bool refuse(struct http_parser *parser, unsigned status, const char *code,
		   const char *detail)
{
	parser->refusal = (struct http_refusal){ status, code, detail };
	return false;
}

static bool refuse_invalid(struct http_parser *parser, const char *detail)
{
	return refuse(parser, 400, "invalid", detail);
}

static bool parse_version(struct http_parser *parser, struct str text)
{
	bool is_version = text.len == 8 && str_starts(text, STR("HTTP/")) && text.ptr[6] == '.' &&
			  text.ptr[5] >= '0' && text.ptr[5] <= '9' && text.ptr[7] >= '0' &&
			  text.ptr[7] <= '9';

	if (!is_version)
		return refuse_invalid(parser, "the request line does not end with an HTTP version");
	if (text.ptr[5] != '1')
		return refuse(parser, 505, "http_version",
			      "this server speaks HTTP/1.1 and HTTP/1.0");
	parser->request.is_http10 = text.ptr[7] == '0';
	return true;
}

static bool parse_target(struct http_parser *parser, struct str text)
{
	struct http_request *request = &parser->request;
	struct http_target target;

	if (!http_target_parse(request->method, text, &target))
		return refuse_invalid(parser,
				      "the request target is not a path, nor an absolute http URI");
	request->path = target.path;
	request->query = target.query;
	request->host = target.host;
	return true;
}

static bool parse_request_line(struct http_parser *parser, struct str line)
{
	size_t first = str_index(line, ' ');
	struct str rest = str_sub(line, first + 1, line.len);
	size_t second = str_index(rest, ' ');

	if (first == line.len || second == rest.len || !is_token(str_sub(line, 0, first)))
		return refuse_invalid(parser,
				      "the request line is not a method, a target and a version");
	parser->request.method = str_sub(line, 0, first);
	if (!parse_version(parser, str_sub(rest, second + 1, rest.len)))
		return false;
	if (first > HTTP_METHOD_MAX || str_eq(parser->request.method, STR("CONNECT")))
		return refuse(parser, 501, "not_implemented", "the method is not known here");
	return parse_target(parser, str_sub(rest, 0, second));
}

static bool parse_host(struct http_parser *parser, struct str value)
{
	if (parser->has_host)
		return refuse_invalid(parser, "Host is given twice");
	parser->has_host = true;
	if (!http_host_check(value))
		return refuse_invalid(parser,
				      "Host is not a name or an address with a port at most");
	if (parser->request.host.len == 0) /* else the absolute form's wins */
		parser->request.host = value;
	return true;
}

static bool parse_length(struct http_parser *parser, struct str value)
{
	if (parser->has_length)
		return refuse_invalid(parser, "Content-Length is given twice");
	parser->has_length = true;
	if (!str_to_u64(value, &parser->request.body_bytes))
		return refuse_invalid(parser, "Content-Length is not one number");
	parser->request.has_body = parser->request.body_bytes != 0;
	return true;
}

/* Anything but `chunked` alone is refused; what is broken is 400, what another server might know is 501. */
static bool refuse_coding(struct http_parser *parser, struct str value)
{
	bool was_chunked = false;
	struct str element;

	while (http_chars_element(&value, &element)) {
		if (!is_token(element))
			return refuse_invalid(parser, "Transfer-Encoding is not a list of codings");
		if (was_chunked)
			return refuse_invalid(
				parser, "Transfer-Encoding has chunked not as its last coding");
		was_chunked = str_eq_nocase(element, STR("chunked"));
	}
	return refuse(parser, 501, "not_implemented",
		      "the only transfer coding known here is chunked");
}

static bool parse_coding(struct http_parser *parser, struct str value)
{
	if (parser->has_coding)
		return refuse_invalid(parser, "Transfer-Encoding is given twice");
	parser->has_coding = true;
	if (!str_eq_nocase(value, STR("chunked")))
		return refuse_coding(parser, value);
	parser->request.is_chunked = true;
	parser->request.has_body = true;
	return true;
}

static bool parse_connection(struct http_parser *parser, struct str value)
{
	struct str element;

	while (http_chars_element(&value, &element)) {
		if (element.len != 0 && !is_token(element))
			return refuse_invalid(parser, "Connection is not a list of options");
		if (str_eq_nocase(element, STR("close")))
			parser->has_close = true;
		else if (str_eq_nocase(element, STR("keep-alive")))
			parser->has_keep = true;
	}
	return true;
}

static bool parse_expect(struct http_parser *parser, struct str value)
{
	if (parser->request.is_http10)
		return true;
	if (!str_eq_nocase(value, STR("100-continue")))
		return refuse(parser, 417, "expectation_failed",
			      "the only expectation known here is 100-continue");
	parser->request.expects_continue = true;
	return true;
}

/* The fields that frame the message, told apart by their length first. */
static bool parse_known_field(struct http_parser *parser, const struct str_pair *field)
{
	switch (field->name.len) {
	case 4:
		return !str_eq_nocase(field->name, STR("Host")) || parse_host(parser, field->value);
	case 6:
		return !str_eq_nocase(field->name, STR("Expect")) ||
		       parse_expect(parser, field->value);
	case 10:
		return !str_eq_nocase(field->name, STR("Connection")) ||
		       parse_connection(parser, field->value);
	case 14:
		return !str_eq_nocase(field->name, STR("Content-Length")) ||
		       parse_length(parser, field->value);
	case 17:
		return !str_eq_nocase(field->name, STR("Transfer-Encoding")) ||
		       parse_coding(parser, field->value);
	default:
		return true;
	}
}

static bool parse_field(struct http_parser *parser, struct str line)
{
	struct http_request *request = &parser->request;
	struct str_pair *field;
	size_t name_len = 0;

	if (request->nheaders == HTTP_FIELDS_MAX)
		return refuse(parser, 431, "too_large",
			      "a request may have at most 100 header fields");
	while (name_len < line.len && is_token_char(line.ptr[name_len]))
		name_len++;
	if (name_len == 0 || name_len == line.len || line.ptr[name_len] != ':')
		return refuse_invalid(parser, "a header line is not a name, a colon and a value");
	field = &request->headers[request->nheaders++];
	field->name = (struct str){ line.ptr, name_len };
	field->value =
		http_chars_trim((struct str){ line.ptr + name_len + 1, line.len - name_len - 1 });
	return parse_known_field(parser, field);
}

/* The fields are all there: what they must be to each other. */
static bool finish(struct http_parser *parser)
{
	struct http_request *request = &parser->request;

	if (!parser->has_host && !request->is_http10)
		return refuse_invalid(parser, "Host is missing");
	if (parser->has_coding && parser->has_length)
		return refuse_invalid(parser,
				      "Content-Length and Transfer-Encoding are both given");
	if (parser->has_coding && request->is_http10)
		return refuse_invalid(parser, "HTTP/1.0 has no Transfer-Encoding");
	request->keeps_alive = !parser->has_close && (!request->is_http10 || parser->has_keep);
	request->expects_continue = request->expects_continue && request->has_body;
	parser->head_bytes = parser->at;
	return true;
}

/* A line is complete; `at` is behind it. */
static bool take_line(struct http_parser *parser, struct str line)
{
	if (parser->has_line)
		return line.len == 0 ? finish(parser) : parse_field(parser, line);
	if (line.len == 0 && !parser->has_blank) {
		parser->has_blank = true;
		return true;
	}
	parser->has_line = true;
	return parse_request_line(parser, line);
}

/* What stands at `at` is no plain character. */
static bool take_control(struct http_parser *parser, struct str in)
{
	struct str line = { in.ptr + parser->line, parser->at - parser->line };

	if (in.ptr[parser->at] != '\r')
		return refuse_invalid(parser,
				      "the head has a control character or a line feed of its own");
	if (in.ptr[parser->at + 1] != '\n')
		return refuse_invalid(parser, "the head has a carriage return without a line feed");
	parser->at += 2;
	parser->line = parser->at;
	return take_line(parser, line);
}

enum http_progress http_parser_feed(struct http_parser *parser, struct str in)
{
	bool taken = true;

	if (in.len > HTTP_HEAD_MAX)
		in.len = HTTP_HEAD_MAX;
	for (;;) {
		while (parser->at < in.len && is_plain_char(in.ptr[parser->at]))
			parser->at++;
		if (!parser->has_line && parser->at - parser->line > HTTP_LINE_MAX)
			taken = refuse(parser, 414, "too_large",
				       "a request line may have at most 8192 bytes");
		else if (parser->at == in.len ||
			 (in.ptr[parser->at] == '\r' && parser->at + 1 == in.len))
			break;
		else
			taken = take_control(parser, in);
		if (!taken)
			return HTTP_REFUSED;
		if (parser->head_bytes != 0)
			return HTTP_DONE;
	}
	if (in.len < HTTP_HEAD_MAX)
		return HTTP_MORE;
	refuse(parser, 431, "too_large", "a request's head may have at most 16384 bytes");
	return HTTP_REFUSED;
}
