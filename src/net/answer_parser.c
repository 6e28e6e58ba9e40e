#include "net/answer_parser.h"

#include <string.h>

#include "net/http_chars.h"

void answer_parser_init(struct answer_parser *parser, bool is_to_head)
{
	/* The fields' table is written before it is read. */
	memset(&parser->nheaders, 0, sizeof(*parser) - offsetof(struct answer_parser, nheaders));
	parser->is_to_head = is_to_head;
}

static bool refuse(struct answer_parser *parser, const char *why)
{
	parser->refusal = why;
	return false;
}

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/* `HTTP/1.1 200 OK`; the reason is for people, and some leave out its blank with it. */
static bool parse_status_line(struct answer_parser *parser, struct str line)
{
	const char *text = line.ptr;

	if (line.len < 12 || !str_starts(line, STR("HTTP/1.")) || !is_digit(text[7]) ||
	    text[8] != ' ' || !is_digit(text[9]) || !is_digit(text[10]) || !is_digit(text[11]) ||
	    (line.len > 12 && text[12] != ' '))
		return refuse(parser, "the answer does not begin with HTTP/1.1 and a status");
	parser->is_http10 = text[7] == '0';
	parser->status = (unsigned)((text[9] - '0') * 100 + (text[10] - '0') * 10 + text[11] - '0');
	if (parser->status < 100 || parser->status > 599)
		return refuse(parser, "the answer has a status that is none");
	if (parser->status == 101)
		return refuse(parser, "the answer changes to a protocol that nobody asked for");
	return true;
}

static bool parse_length(struct answer_parser *parser, struct str value)
{
	if (parser->has_length)
		return refuse(parser, "the answer has Content-Length twice");
	parser->has_length = true;
	if (!str_to_u64(value, &parser->body_bytes))
		return refuse(parser, "the answer has a Content-Length that is not one number");
	return true;
}

static bool parse_coding(struct answer_parser *parser, struct str value)
{
	if (parser->has_coding)
		return refuse(parser, "the answer has Transfer-Encoding twice");
	parser->has_coding = true;
	if (!str_eq_nocase(value, STR("chunked")))
		return refuse(parser, "the answer has a transfer coding other than chunked");
	return true;
}

static bool parse_connection(struct answer_parser *parser, struct str value)
{
	struct str element;

	while (http_chars_element(&value, &element)) {
		parser->has_close |= str_eq_nocase(element, STR("close"));
		parser->has_keep |= str_eq_nocase(element, STR("keep-alive"));
	}
	return true;
}

static bool parse_field(struct answer_parser *parser, struct str line)
{
	size_t colon = str_index(line, ':');
	struct str_pair field = { .name = str_sub(line, 0, colon),
				  .value = http_chars_trim(str_sub(line, colon + 1, line.len)) };

	if (++parser->nfields > HTTP_FIELDS_MAX) {
		parser->is_too_long = true;
		return refuse(parser, "the answer has more than 100 fields");
	}
	if (colon == line.len || !is_token(field.name))
		return refuse(parser, "a line of the answer is not a name, a colon and a value");
	parser->headers[parser->nheaders++] = field;
	if (str_eq_nocase(field.name, STR("content-length")))
		return parse_length(parser, field.value);
	if (str_eq_nocase(field.name, STR("transfer-encoding")))
		return parse_coding(parser, field.value);
	if (str_eq_nocase(field.name, STR("connection")))
		return parse_connection(parser, field.value);
	return true;
}

/* A 1xx is over: the next head begins, and nothing of this one counts but against the limits. */
static void forget_interim(struct answer_parser *parser)
{
	parser->nheaders = 0;
	parser->has_line = parser->has_length = parser->has_coding = false;
	parser->has_close = parser->has_keep = false;
}

static enum answer_framing framing(const struct answer_parser *parser)
{
	if (parser->is_to_head || parser->status == 204 || parser->status == 304)
		return ANSWER_WITHOUT_BODY;
	if (parser->has_coding)
		return ANSWER_IN_CHUNKS;
	if (!parser->has_length)
		return ANSWER_TO_CLOSE;
	return parser->body_bytes == 0 ? ANSWER_WITHOUT_BODY : ANSWER_OF_LENGTH;
}

/* The fields of a head are all there. */
static bool finish(struct answer_parser *parser)
{
	if (parser->has_coding && parser->has_length)
		return refuse(parser, "the answer has Content-Length and Transfer-Encoding");
	if (parser->has_coding && parser->is_http10)
		return refuse(parser, "the answer is of HTTP/1.0, which has no Transfer-Encoding");
	if (parser->status < 200) {
		forget_interim(parser);
		return true;
	}
	parser->framing = framing(parser);
	parser->keeps_alive = parser->framing != ANSWER_TO_CLOSE && !parser->has_close &&
			      (!parser->is_http10 || parser->has_keep);
	parser->head_bytes = parser->at;
	return true;
}

/* A line is complete; `at` is behind it. */
static bool take_line(struct answer_parser *parser, struct str line)
{
	if (parser->has_line)
		return line.len == 0 ? finish(parser) : parse_field(parser, line);
	parser->has_line = true;
	return parse_status_line(parser, line);
}

/* What stands at `at` is no plain character. */
static bool take_control(struct answer_parser *parser, struct str in)
{
	struct str line = str_sub(in, parser->line, parser->at - parser->line);

	if (in.ptr[parser->at] != '\r' || in.ptr[parser->at + 1] != '\n')
		return refuse(parser, "the answer's head has a control character");
	parser->at += 2;
	parser->line = parser->at;
	return take_line(parser, line);
}

enum http_progress answer_parser_feed(struct answer_parser *parser, struct str in)
{
	in = str_sub(in, 0, ANSWER_HEAD_MAX);
	while (parser->head_bytes == 0) {
		while (parser->at < in.len && is_plain_char(in.ptr[parser->at]))
			parser->at++;
		if (parser->at == in.len ||
		    (in.ptr[parser->at] == '\r' && parser->at + 1 == in.len))
			break;
		if (!take_control(parser, in))
			return HTTP_REFUSED;
	}
	if (parser->head_bytes != 0)
		return HTTP_DONE;
	if (in.len < ANSWER_HEAD_MAX)
		return HTTP_MORE;
	parser->is_too_long = true;
	refuse(parser, "the answer's head has more than 64 KiB");
	return HTTP_REFUSED;
}
