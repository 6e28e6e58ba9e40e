#include "net/credentials_web.h"

#include "codec/url.h"
#include "codec/xml_element.h"
#include "net/credentials_call.h"
#include "net/credentials_file.h"
#include "net/credentials_reply.h"
#include "net/http_chars.h"

#define TIMEOUT_MS 5000
#define TRIES 2

#define TOKEN_FILE "AWS_WEB_IDENTITY_TOKEN_FILE"
#define ROLE "AWS_ROLE_ARN"
#define SESSION "AWS_ROLE_SESSION_NAME"
#define ENDPOINT "AWS_ENDPOINT_URL_STS"
#define ENDPOINT_OF_ALL "AWS_ENDPOINT_URL"

/* Longer names of errors are none. */
#define CODE_BYTES_MAX 64

static const struct str place = STR_INIT("web identity");

static const char *endpoint_variable(const struct credentials_options *options)
{
	return credentials_env(options, ENDPOINT).len != 0 ? ENDPOINT : ENDPOINT_OF_ALL;
}

enum err credentials_web_url(const struct credentials_options *options, struct cx *cx,
			     struct str *url)
{
	const char *variable = endpoint_variable(options);
	struct str region = str_of(options->region), host;

	*url = credentials_env(options, variable);
	if (url->len != 0)
		return credentials_call_check_url(cx, place, variable, *url, &host);
	if (!credentials_is_region(region))
		return credentials_refuse(cx, place, "the region is none");
	*url = region.len == 0
		       ? STR("https://sts.amazonaws.com/")
		       : str_printf(cx->arena, "https://sts." STR_FMT ".amazonaws.com%s/",
				    STR_ARG(region), str_starts(region, STR("cn-")) ? ".cn" : "");
	return OK;
}

static enum err write_body(const struct credentials_options *options, struct cx *cx,
			   struct str *body)
{
	struct str role = credentials_env(options, ROLE), session, token;
	struct str path = credentials_env(options, TOKEN_FILE);
	enum err err;

	if (path.len == 0)
		return credentials_refuse(cx, place, ROLE " is set, and " TOKEN_FILE " is not");
	if (role.len == 0)
		return credentials_refuse(cx, place, TOKEN_FILE " is set, and " ROLE " is not");
	err = credentials_file_token(cx, place, TOKEN_FILE, path, &token);
	if (err != OK)
		return err;
	session = credentials_env(options, SESSION);
	*body = str_printf(
		cx->arena,
		"Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=" STR_FMT
		"&RoleSessionName=" STR_FMT "&WebIdentityToken=" STR_FMT,
		STR_ARG(url_encode(cx->arena, role)),
		STR_ARG(url_encode(cx->arena, session.len != 0 ? session : STR("innkeeper"))),
		STR_ARG(url_encode(cx->arena, token)));
	return OK;
}

enum err credentials_web_parse(struct cx *cx, struct str body, struct credentials_found *out)
{
	static const char *const names[] = { "AccessKeyId", "SecretAccessKey", "SessionToken",
					     "Expiration" };
	struct str values[4];

	for (size_t i = 0; i < 4; i++) {
		struct str path = str_printf(cx->arena,
					     "AssumeRoleWithWebIdentityResponse/"
					     "AssumeRoleWithWebIdentityResult/Credentials/%s",
					     names[i]);

		if (!xml_element_read(cx->arena, body, path, &values[i]) || values[i].len == 0)
			return credentials_refuse(cx, out->place, "the answer of STS has no one %s",
						  names[i]);
	}
	out->keys = (struct sigv4_credentials){ values[0], values[1], values[2] };
	return credentials_reply_expiry(cx, values[3], out);
}

/* The service's name of the error; not its text, which may quote what was sent. */
static enum err refuse(struct cx *cx, const struct http_client_reply *reply)
{
	struct str code;

	if (!xml_element_read(cx->arena, reply->body, STR("ErrorResponse/Error/Code"), &code) ||
	    code.len > CODE_BYTES_MAX || !is_token(code))
		code = STR("no code");
	return credentials_refuse(cx, place, "STS answered with status %u, " STR_FMT, reply->status,
				  STR_ARG(code));
}

enum err credentials_web_fetch(const struct credentials_options *options, struct cx *cx,
			       struct credentials_found *out)
{
	struct str_pair header = { STR("Content-Type"),
				   STR("application/x-www-form-urlencoded; charset=utf-8") };
	struct http_client_call call = {
		.method = STR("POST"),
		.headers = &header,
		.nheaders = 1,
		.timeout_ms = TIMEOUT_MS,
	};
	struct http_client_reply reply;
	enum err err;

	if (credentials_env(options, TOKEN_FILE).len == 0 &&
	    credentials_env(options, ROLE).len == 0)
		return OK;
	out->place = place;
	err = credentials_web_url(options, cx, &call.url);
	if (err == OK)
		err = write_body(options, cx, &call.body);
	if (err == OK)
		err = credentials_call(options, cx, place, &call, TRIES, &reply);
	if (err != OK)
		return err;
	return reply.status == 200 ? credentials_web_parse(cx, reply.body, out)
				   : refuse(cx, &reply);
}
