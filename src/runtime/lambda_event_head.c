#include "runtime/lambda_event_head.h"

#include <assert.h>

#include "net/http_chars.h"

static bool is_escape(struct str text, size_t at)
{
	return text.len - at >= 3 && http_chars_hex(text.ptr[at + 1]) >= 0 &&
	       http_chars_hex(text.ptr[at + 2]) >= 0;
}

/* Whether the byte may stand in a path as it is. */
static bool is_path_char(struct str path, size_t at)
{
	char byte = path.ptr[at];

	return is_uri_char(byte) && byte != '?' && (byte != '%' || is_escape(path, at));
}

struct str lambda_event_head_path(struct arena *arena, struct str path)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t plain = 0;
	struct buf out;

	while (plain < path.len && is_path_char(path, plain))
		plain++;
	if (plain == path.len)
		return path;
	buf_init(&out, arena);
	buf_add(&out, str_sub(path, 0, plain));
	for (size_t i = plain; i < path.len; i++) {
		unsigned char byte = (unsigned char)path.ptr[i];
		char escape[3] = { '%', digits[byte >> 4], digits[byte & 15] };

		if (is_path_char(path, i))
			buf_add_char(&out, path.ptr[i]);
		else
			buf_add(&out, (struct str){ escape, sizeof(escape) });
	}
	return buf_take(&out);
}

static void note(struct lambda_event_head *head, const char *problem)
{
	if (!head->problem)
		head->problem = problem;
}

/* A line feed could make another line of what follows it. */
static struct str take_piece(struct lambda_event_head *head, struct str piece)
{
	if (str_index(piece, '\n') == piece.len)
		return piece;
	note(head, "the head has a control character or a line feed of its own");
	return STR("");
}

/* Only what begins with a slash is no absolute form, whose host would count. */
static struct str take_path(struct lambda_event_head *head, struct str path)
{
	if (path.len != 0 && path.ptr[0] == '/')
		return lambda_event_head_path(head->cx->arena, path);
	note(head, "the request target is not a path, nor an absolute http URI");
	return STR("/");
}

void lambda_event_head_begin(struct lambda_event_head *head, struct cx *cx, struct str method,
			     struct str path, struct str query)
{
	*head = (struct lambda_event_head){ .cx = cx };
	buf_init(&head->text, cx->arena);
	buf_add(&head->text, take_piece(head, method));
	buf_add_char(&head->text, ' ');
	buf_add(&head->text, take_path(head, path));
	if (query.len != 0) {
		buf_add_char(&head->text, '?');
		buf_add(&head->text, take_piece(head, query));
	}
	buf_add(&head->text, STR(" HTTP/1.0\r\n"));
}

void lambda_event_head_add(struct lambda_event_head *head, struct str name, struct str value)
{
	if (str_eq_nocase(name, STR("transfer-encoding")))
		return;
	if (str_index(name, ':') != name.len)
		note(head, "a header line is not a name, a colon and a value");
	buf_add(&head->text, take_piece(head, name));
	buf_add(&head->text, STR(": "));
	buf_add(&head->text, take_piece(head, value));
	buf_add(&head->text, STR("\r\n"));
}

enum err lambda_event_head_finish(struct lambda_event_head *head, struct api_request *request,
				  struct http_refusal *refusal)
{
	struct http_parser *parser = arena_alloc(head->cx->arena, sizeof(*parser));
	enum http_progress progress;
	enum err err;

	buf_add(&head->text, STR("\r\n"));
	err = cx_check_memory(head->cx);
	if (err != OK)
		return err;
	http_parser_init(parser);
	progress = http_parser_feed(parser, buf_str(&head->text));
	assert(progress != HTTP_MORE);
	*refusal = parser->refusal;
	if (head->problem)
		*refusal = (struct http_refusal){ 400, "invalid", head->problem };
	request->method = parser->request.method;
	request->path = parser->request.path;
	request->query = parser->request.query;
	if (refusal->status != 0)
		return OK;
	request->host = parser->request.host;
	request->headers = parser->request.headers;
	request->nheaders = parser->request.nheaders;
	return OK;
}
