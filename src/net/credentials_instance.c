#include "net/credentials_instance.h"

#include "codec/url.h"
#include "net/credentials_call.h"
#include "net/credentials_reply.h"
#include "net/http_chars.h"

#define TIMEOUT_MS 1000
#define TRIES 1

#define DISABLED "AWS_EC2_METADATA_DISABLED"
#define ENDPOINT "AWS_EC2_METADATA_SERVICE_ENDPOINT"
#define ROLES_PATH "/latest/meta-data/iam/security-credentials/"

/* IAM's own limit. */
#define ROLE_BYTES_MAX 64

static const struct str place = STR_INIT("instance metadata (no other place is configured)");

static enum err find_endpoint(const struct credentials_options *options, struct cx *cx,
			      struct str *out)
{
	struct str url = credentials_env(options, ENDPOINT), host;
	enum err err;

	*out = STR("http://169.254.169.254");
	if (url.len == 0)
		return OK;
	err = credentials_call_check_url(cx, place, ENDPOINT, url, &host);
	if (err == OK && str_index(url, '?') != url.len)
		return credentials_refuse(cx, place, ENDPOINT " has a query");
	if (url.ptr[url.len - 1] == '/')
		url.len--;
	*out = url;
	return err;
}

static enum err get_token(const struct credentials_options *options, struct cx *cx,
			  struct str endpoint, struct str *token)
{
	const struct str_pair header = { STR("x-aws-ec2-metadata-token-ttl-seconds"),
					 STR("21600") };
	struct http_client_call call = {
		.method = STR("PUT"),
		.url = str_printf(cx->arena, STR_FMT "/latest/api/token", STR_ARG(endpoint)),
		.headers = &header,
		.nheaders = 1,
		.timeout_ms = TIMEOUT_MS,
	};
	struct http_client_reply reply;
	enum err err = credentials_call(options, cx, place, &call, TRIES, &reply);

	if (err != OK)
		return err;
	if (reply.status != 200 || !credentials_is_token(reply.body))
		return credentials_refuse(cx, place,
					  "it does not speak IMDSv2: no session token, status %u",
					  reply.status);
	*token = reply.body;
	return OK;
}

/* The body below the path of the roles. */
static enum err get_below(const struct credentials_options *options, struct cx *cx,
			  struct str endpoint, struct str token, struct str name, struct str *body)
{
	const struct str_pair header = { STR("x-aws-ec2-metadata-token"), token };
	struct http_client_call call = {
		.method = STR("GET"),
		.url = str_printf(cx->arena, STR_FMT ROLES_PATH STR_FMT, STR_ARG(endpoint),
				  STR_ARG(url_encode(cx->arena, name))),
		.headers = &header,
		.nheaders = 1,
		.timeout_ms = TIMEOUT_MS,
	};
	struct http_client_reply reply;
	enum err err = credentials_call(options, cx, place, &call, TRIES, &reply);

	if (err != OK)
		return err;
	if (reply.status == 404 && name.len == 0)
		return credentials_refuse(cx, place, "the instance has no role");
	if (reply.status != 200)
		return credentials_refuse(cx, place, "asked for the %s it answered with status %u",
					  name.len == 0 ? "role" : "role's credentials",
					  reply.status);
	*body = reply.body;
	return OK;
}

/* One line, whether or not it is ended. */
static struct str first_line(struct str body)
{
	return str_sub(body, 0, str_index(body, '\n'));
}

static bool is_role(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		const char byte = name.ptr[i];

		if (!is_host_char(byte) && byte != '+' && byte != '=' && byte != ',' && byte != '@')
			return false;
	}
	return name.len != 0 && name.len <= ROLE_BYTES_MAX;
}

enum err credentials_instance_fetch(const struct credentials_options *options, struct cx *cx,
				    struct credentials_found *out)
{
	struct str endpoint = STR(""), token = STR(""), body = STR("");
	enum err err;

	if (str_eq_nocase(credentials_env(options, DISABLED), STR("true")))
		return OK;
	out->place = place;
	err = find_endpoint(options, cx, &endpoint);
	if (err == OK)
		err = get_token(options, cx, endpoint, &token);
	if (err == OK)
		err = get_below(options, cx, endpoint, token, STR(""), &body);
	if (err != OK)
		return err;
	body = first_line(body);
	if (!is_role(body))
		return credentials_refuse(cx, place, "the name of the instance's role is none");
	err = get_below(options, cx, endpoint, token, body, &body);
	return err == OK ? credentials_reply_parse(cx, body, out) : err;
}
