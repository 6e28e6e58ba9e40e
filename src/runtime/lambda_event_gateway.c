#include "runtime/lambda_event_gateway.h"

#include "codec/base64.h"
#include "codec/url.h"
#include "runtime/lambda_event_caller.h"
#include "runtime/lambda_event_head.h"

enum context_member { ELB, HTTP, STAGE, CONTEXT_PATH, AUTHORIZER, IDENTITY, CONTEXTS };

/* What both versions say, each in its own members. */
struct gateway {
	const struct lambda_member *members;
	struct lambda_member context[CONTEXTS];
	struct str method, path, query;
	struct str mount;
	struct vec fields; /* struct str_pair */
	struct str cookie; /* empty = `fields` has it */
};

static enum err read_context(struct cx *cx, struct gateway *gateway)
{
	static const char *const names[CONTEXTS] = {
		[ELB] = "elb",
		[HTTP] = "http",
		[STAGE] = "stage",
		[CONTEXT_PATH] = "path",
		[AUTHORIZER] = "authorizer",
		[IDENTITY] = "identity",
	};

	for (size_t i = 0; i < CONTEXTS; i++)
		gateway->context[i].name = names[i];
	return lambda_members_read(cx, "requestContext",
				   gateway->members[LAMBDA_GATEWAY_CONTEXT].text, gateway->context,
				   CONTEXTS);
}

/* An HTTP API's paths begin with the stage that the client named. */
static enum err strip_stage(struct cx *cx, struct gateway *gateway)
{
	struct str path = gateway->path, stage;
	enum err err = lambda_members_text(cx, &gateway->context[STAGE], &stage);
	bool leads;

	if (err != OK)
		return err;
	leads = stage.len != 0 && !str_eq(stage, STR("$default")) && path.len > stage.len &&
		path.ptr[0] == '/' && str_eq(str_sub(path, 1, stage.len), stage) &&
		(path.len == stage.len + 1 || path.ptr[stage.len + 1] == '/');
	if (!leads)
		return OK;
	gateway->mount = str_sub(path, 0, stage.len + 1);
	gateway->path = str_sub(path, stage.len + 1, path.len);
	if (gateway->path.len == 0)
		gateway->path = STR("/");
	return OK;
}

/* A REST API's `path` lacks the stage, requestContext has the whole; an HTTP API in a REST API's format, or a custom domain, has the stage in both. */
static enum err place_rest(struct cx *cx, struct gateway *gateway)
{
	struct str whole;
	size_t before;
	enum err err = lambda_members_text(cx, &gateway->context[CONTEXT_PATH], &whole);

	if (err != OK)
		return err;
	if (str_eq(whole, gateway->path))
		return strip_stage(cx, gateway);
	before = whole.len - gateway->path.len;
	if (whole.len > gateway->path.len && whole.ptr[0] == '/' &&
	    str_eq(str_sub(whole, before, whole.len), gateway->path))
		gateway->mount = str_sub(whole, 0, before);
	return OK;
}

/* `one` is there twice, with all its values and with the last: the former counts, unless it is empty. */
static enum err read_pairs(struct cx *cx, const struct gateway *gateway,
			   enum lambda_event_gateway_member one,
			   enum lambda_event_gateway_member many, struct vec *out)
{
	enum err err = lambda_members_pairs(cx, &gateway->members[many], out);

	if (err == OK && out->n == 0)
		err = lambda_members_pairs(cx, &gateway->members[one], out);
	return err;
}

static enum err write_query(struct cx *cx, const struct vec *pairs, struct str *out)
{
	struct buf buf;

	buf_init(&buf, cx->arena);
	for (size_t i = 0; i < pairs->n; i++) {
		const struct str_pair *pair = vec_at(pairs, i, sizeof(*pair));

		if (i != 0)
			buf_add_char(&buf, '&');
		buf_add(&buf, url_encode(cx->arena, pair->name));
		buf_add_char(&buf, '=');
		buf_add(&buf, url_encode(cx->arena, pair->value));
	}
	*out = buf_str(&buf);
	return cx_check_memory(cx);
}

static enum err read_rest(struct cx *cx, struct gateway *gateway)
{
	const struct lambda_member *members = gateway->members;
	struct vec pairs = { 0 };
	enum err err = lambda_members_text(cx, &members[LAMBDA_GATEWAY_METHOD], &gateway->method);

	if (err == OK)
		err = lambda_members_text(cx, &members[LAMBDA_GATEWAY_PATH], &gateway->path);
	if (err == OK)
		err = place_rest(cx, gateway);
	if (err == OK)
		err = read_pairs(cx, gateway, LAMBDA_GATEWAY_QUERY, LAMBDA_GATEWAY_MULTI_QUERY,
				 &pairs);
	if (err == OK)
		err = write_query(cx, &pairs, &gateway->query);
	if (err == OK)
		err = read_pairs(cx, gateway, LAMBDA_GATEWAY_HEADERS, LAMBDA_GATEWAY_MULTI_HEADERS,
				 &gateway->fields);
	return err;
}

static enum err read_cookies(struct cx *cx, const struct lambda_member *member, struct str *out)
{
	struct vec cookies = { 0 };
	enum err err = lambda_members_list(cx, member, &cookies);
	struct buf buf;

	buf_init(&buf, cx->arena);
	for (size_t i = 0; i < cookies.n; i++) {
		const struct str_pair *cookie = vec_at(&cookies, i, sizeof(*cookie));

		buf_add(&buf, i != 0 ? STR("; ") : STR(""));
		buf_add(&buf, cookie->value);
	}
	*out = buf_str(&buf);
	return err != OK ? err : cx_check_memory(cx);
}

/* AWS sends the query as it came; who writes an event by hand gives its parameters alone. */
static enum err read_query(struct cx *cx, struct gateway *gateway)
{
	const struct lambda_member *members = gateway->members;
	struct vec pairs = { 0 };
	enum err err = lambda_members_text(cx, &members[LAMBDA_GATEWAY_RAW_QUERY], &gateway->query);

	if (err != OK || gateway->query.len != 0)
		return err;
	err = lambda_members_pairs(cx, &members[LAMBDA_GATEWAY_QUERY], &pairs);
	return err != OK ? err : write_query(cx, &pairs, &gateway->query);
}

static enum err read_http(struct cx *cx, struct gateway *gateway)
{
	const struct lambda_member *members = gateway->members;
	struct lambda_member method = { "method", STR("") };
	enum err err = lambda_members_read(cx, "requestContext.http", gateway->context[HTTP].text,
					   &method, 1);

	if (err == OK)
		err = lambda_members_text(cx, &method, &gateway->method);
	if (err == OK)
		err = lambda_members_text(cx, &members[LAMBDA_GATEWAY_RAW_PATH], &gateway->path);
	if (err == OK)
		err = strip_stage(cx, gateway);
	if (err == OK)
		err = read_query(cx, gateway);
	if (err == OK)
		err = lambda_members_pairs(cx, &members[LAMBDA_GATEWAY_HEADERS], &gateway->fields);
	if (err == OK)
		err = read_cookies(cx, &members[LAMBDA_GATEWAY_COOKIES], &gateway->cookie);
	return err;
}

static enum err write_head(struct cx *cx, const struct gateway *gateway,
			   struct api_request *request, struct http_refusal *refusal)
{
	struct lambda_event_head head;

	lambda_event_head_begin(&head, cx, gateway->method, gateway->path, gateway->query);
	for (size_t i = 0; i < gateway->fields.n; i++) {
		const struct str_pair *field = vec_at(&gateway->fields, i, sizeof(*field));

		if (gateway->cookie.len == 0 || !str_eq_nocase(field->name, STR("cookie")))
			lambda_event_head_add(&head, field->name, field->value);
	}
	if (gateway->cookie.len != 0)
		lambda_event_head_add(&head, STR("cookie"), gateway->cookie);
	request->mount = lambda_event_head_path(cx->arena, gateway->mount);
	return lambda_event_head_finish(&head, request, refusal);
}

static enum err read_body(struct cx *cx, const struct lambda_member *members,
			  struct api_request *request)
{
	bool is_base64 = false;
	enum err err = lambda_members_text(cx, &members[LAMBDA_GATEWAY_BODY], &request->body);

	if (err == OK)
		err = lambda_members_flag(cx, &members[LAMBDA_GATEWAY_IS_BASE64], &is_base64);
	if (err != OK)
		return err;
	if (is_base64 && !base64_parse(cx->arena, request->body, &request->body)) {
		err = cx_check_memory(cx);
		return err != OK ? err : fail(cx, ERR_INVALID, "invalid", "the body is not base64");
	}
	request->body_bytes = request->body.len;
	request->has_body = request->body.len != 0;
	return OK;
}

/* Which format the members are of. */
static enum err tell(struct cx *cx, const struct gateway *gateway, bool *is_http)
{
	struct str version;
	enum err err = lambda_members_text(cx, &gateway->members[LAMBDA_GATEWAY_VERSION], &version);

	if (err != OK)
		return err;
	*is_http = str_eq(version, STR("2.0"));
	if (gateway->context[ELB].text.len != 0)
		return fail(cx, ERR_INVALID, "invalid",
			    "events of load balancers are not supported: use API Gateway or a "
			    "Function URL");
	if (!*is_http && version.len != 0 && !str_eq(version, STR("1.0")))
		return fail(cx, ERR_INVALID, "invalid",
			    "the event's payload format is neither 1.0 nor 2.0");
	if (*is_http && gateway->context[HTTP].text.len == 0)
		return fail(cx, ERR_INVALID, "invalid", "requestContext.http is missing");
	if (!*is_http && gateway->members[LAMBDA_GATEWAY_METHOD].text.len == 0)
		return fail(cx, ERR_INVALID, "invalid", "httpMethod is missing");
	return OK;
}

enum err lambda_event_gateway_read(struct cx *cx, const struct lambda_member *members,
				   struct api_request *request, struct http_refusal *refusal)
{
	struct gateway gateway = { .members = members };
	bool is_http = false;
	enum err err = read_context(cx, &gateway);

	if (err == OK)
		err = tell(cx, &gateway, &is_http);
	if (err == OK)
		err = is_http ? read_http(cx, &gateway) : read_rest(cx, &gateway);
	if (err == OK)
		err = write_head(cx, &gateway, request, refusal);
	if (err == OK)
		err = read_body(cx, members, request);
	if (err == OK)
		err = lambda_event_caller_read(cx, gateway.context[AUTHORIZER].text,
					       gateway.context[IDENTITY].text, &request->user);
	return err;
}
