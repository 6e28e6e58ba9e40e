/* layer: net */
/* The places that are asked over HTTP, against servers of our own; and which place counts. */
#include "aws_fixture.h"

#include <string.h>

#include "disagree.h"
#include "net/credentials_container.h"
#include "net/credentials_web.h"

#define EXPIRES "\"Expiration\":\"2026-11-23T06:00:00Z\""
#define KEYS "\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"SECRET/a\""
#define TOKEN "\"Token\":\"SECRET-t\""
#define GOOD "{" KEYS "," TOKEN "," EXPIRES "}"

struct reply_case {
	unsigned status;
	const char *body;
	const char *outcome; /* a part of what aws_fetch says */
};

/* What the container endpoint and the instance metadata may answer. */
static const struct reply_case json_cases[] = {
	{ 200, GOOD, " a" },
	{ 200,
	  "{\"Code\":\"Success\",\"LastUpdated\":\"x\",\"Type\":\"AWS-HMAC\"," KEYS "," TOKEN
	  "," EXPIRES ",\"AccountId\":[{}]}",
	  " a" },
	{ 200, " {" EXPIRES "," TOKEN "," KEYS "}\n", " a" },
	{ 200, "{" KEYS "," TOKEN ",\"Expiration\":\"2026-11-23T00:00:00.001Z\"}", " a" },
	{ 200, "", "no JSON object" },
	{ 200, "null", "no JSON object" },
	{ 200, "[" GOOD "]", "no JSON object" },
	{ 200, GOOD "x", "no JSON object" },
	{ 200, "{" KEYS "," TOKEN "," EXPIRES, "no JSON object" },
	{ 200, "{" KEYS "," TOKEN "," EXPIRES "," TOKEN "}", "no JSON object" },
	{ 200, "{\"AccessKeyId\":1,\"SecretAccessKey\":\"SECRET/a\"," TOKEN "," EXPIRES "}",
	  "no JSON object" },
	{ 200, "{" KEYS ",\"Token\":null," EXPIRES "}", "no JSON object" },
	{ 200, "{" KEYS "," TOKEN "," EXPIRES ",\"x\":\"\xff\"}", "no JSON object" },
	{ 200, "<html>SECRET/a</html>", "no JSON object" },
	{ 200, "{}", "has no AccessKeyId" },
	{ 200, "{\"accesskeyid\":\"a\"}", "has no AccessKeyId" },
	{ 200, "{\"AccessKeyId\":\"a\"," TOKEN "," EXPIRES "}", "has no SecretAccessKey" },
	{ 200, "{" KEYS "," EXPIRES "}", "has no Token" },
	{ 200, "{" KEYS "," TOKEN "}", "has no Expiration" },
	{ 200, "{" KEYS ",\"Token\":\"\"," EXPIRES "}", "has no Token" },
	{ 200, "{" KEYS "," TOKEN ",\"Expiration\":\"tomorrow\"}", "names no instant" },
	{ 200, "{" KEYS "," TOKEN ",\"Expiration\":\"1795413600\"}", "names no instant" },
	{ 200, "{" KEYS "," TOKEN ",\"Expiration\":\"2026-11-23T00:00:00Z\"}",
	  "they expired at 2026-11-23T00:00:00.000Z, by this machine's clock" },
	{ 200, "{" KEYS ",\"Token\":\"SECRET-t\\r\\nHost: x\"," EXPIRES "}",
	  "a session token that can not be one" },
	{ 200, "{" KEYS ",\"Token\":\"SECRET-\xc3\xa9\"," EXPIRES "}",
	  "a session token that can not be one" },
	{ 200, "{" KEYS ",\"Token\":\"SECRET-\\u0000\"," EXPIRES "}",
	  "a session token that can not be one" },
	{ 200, "{\"AccessKeyId\":\"a\\nb\",\"SecretAccessKey\":\"SECRET/a\"," TOKEN "," EXPIRES "}",
	  "no access key that can be one" },
	{ 200, "{\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"SECRET/ a\"," TOKEN "," EXPIRES "}",
	  "no secret key that can be one" },
	{ 200, "{\"Code\":\"AssumeRoleUnauthorizedAccess\",\"Message\":\"SECRET/\"," EXPIRES "}",
	  "says that it is no success" },
	{ 400, GOOD, "status 400" },
	{ 404, "", "status 404" },
	{ 301, GOOD, "status 301" },
	{ 500, GOOD, "status 500" },
	{ 429, "", "status 429" },
	{ 0, "", "no answer: http://127.0.0.1:" },
};

static void check_replies(struct aws *aws, const char *start)
{
	for (size_t i = 0; i < sizeof(json_cases) / sizeof(json_cases[0]); i++) {
		const struct reply_case *it = &json_cases[i];
		const char *said;

		aws_answer(aws, start, it->status, it->body);
		said = aws_fetch(aws);
		if (!strstr(said, it->outcome))
			disagree("%s %u %s: '%s', not '%s'", start, it->status, it->body, said,
				 it->outcome);
	}
}

/* An answer that is long, and one that is deep. */
static void check_hostile_replies(struct aws *aws, const char *start)
{
	char *body = calloc(1, 200000);

	memset(body, ' ', 199999);
	memcpy(body, GOOD, strlen(GOOD));
	aws_answer(aws, start, 200, body);
	assert_non_null(strstr(aws_fetch(aws), "longer than is taken"));
	memset(body, '[', 60000);
	memcpy(body, "{\"x\":", 5);
	body[60000] = '\0';
	aws_answer(aws, start, 200, body);
	assert_non_null(strstr(aws_fetch(aws), "no JSON object"));
	free(body);
}

static void the_container_endpoint_is_asked_with_its_token(void **state)
{
	struct aws *aws = aws_open();

	(void)state;
	aws_set(aws, "AWS_CONTAINER_CREDENTIALS_FULL_URI", "%s/v4?id=1");
	aws_answer_keys(aws, "GET /v4?id=1 ", "c", MINUTES(60));
	assert_string_equal(aws_fetch(aws), "container endpoint c");
	assert_null(strstr(aws_last(aws), "Authorization"));
	aws_set(aws, "AWS_CONTAINER_AUTHORIZATION_TOKEN", "Bearer SECRET-v");
	assert_string_equal(aws_fetch(aws), "container endpoint c");
	assert_non_null(strstr(aws_last(aws), "Authorization: Bearer SECRET-v\r\n"));
	/* The file wins, and is read each time. */
	aws_set(aws, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", aws_write(aws, "token", "SECRET-1"));
	assert_string_equal(aws_fetch(aws), "container endpoint c");
	assert_non_null(strstr(aws_last(aws), "Authorization: SECRET-1\r\n"));
	aws_write(aws, "token", "SECRET-2");
	assert_string_equal(aws_fetch(aws), "container endpoint c");
	assert_non_null(strstr(aws_last(aws), "Authorization: SECRET-2\r\n"));
	aws_close(aws);
}

static void what_the_container_endpoint_answers_is_checked(void **state)
{
	struct aws *aws = aws_open();

	(void)state;
	aws_set(aws, "AWS_CONTAINER_CREDENTIALS_FULL_URI", "%s/v4");
	check_replies(aws, "GET /v4 ");
	check_hostile_replies(aws, "GET /v4 ");
	aws_close(aws);
}

static void a_token_that_no_header_may_have_is_not_sent(void **state)
{
	static const char *const tokens[] = { "",          "SECRET-a\n",  "SECRET-a\r\nHost: x",
					      "SECRET-\t", "SECRET-\x7f", "SECRET-\xc3\xa9" };
	struct aws *aws = aws_open();

	(void)state;
	aws_set(aws, "AWS_CONTAINER_CREDENTIALS_FULL_URI", "%s/v4");
	aws_answer_keys(aws, "GET /v4 ", "c", MINUTES(60));
	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
		aws_set(aws, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
			aws_write(aws, "token", tokens[i]));
		assert_non_null(strstr(aws_fetch(aws), "the file of AWS_CONTAINER_AUTH"));
		aws_set(aws, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", NULL);
		aws_set(aws, "AWS_CONTAINER_AUTHORIZATION_TOKEN", tokens[i]);
		if (i != 0)
			assert_non_null(
				strstr(aws_fetch(aws), "AWS_CONTAINER_AUTHORIZATION_TOKEN has"));
	}
	aws_set(aws, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/nonexistent/token");
	assert_non_null(strstr(aws_fetch(aws), "/nonexistent/token can not be read: No such"));
	assert_int_equal(aws_count(aws, ""), 0);
	aws_close(aws);
}

struct url_case {
	const char *relative;
	const char *full;
	const char *outcome; /* the URL, or a part of the failure */
};

static const struct url_case url_cases[] = {
	{ NULL, NULL, "" },
	{ "/v2/credentials/x", NULL, "http://169.254.170.2/v2/credentials/x" },
	{ "/v2", "http://127.0.0.1/x", "http://169.254.170.2/v2" },
	{ "v2", "http://127.0.0.1/x", "RELATIVE_URI is no path" },
	{ "@evil.example/", NULL, "RELATIVE_URI is no path" },
	{ ".evil.example/", NULL, "RELATIVE_URI is no path" },
	{ "/a b", NULL, "RELATIVE_URI is no http" },
	{ "/a\r\nHost: x", NULL, "RELATIVE_URI is no http" },
	{ NULL, "https://anything.example/x", "https://anything.example/x" },
	{ NULL, "https://10.0.0.1:8443", "https://10.0.0.1:8443" },
	{ NULL, "http://127.0.0.1:80/x", "http://127.0.0.1:80/x" },
	{ NULL, "http://127.255.0.9", "http://127.255.0.9" },
	{ NULL, "http://localhost:1/", "http://localhost:1/" },
	{ NULL, "http://LocalHost", "http://LocalHost" },
	{ NULL, "http://[::1]:1/x", "http://[::1]:1/x" },
	{ NULL, "http://[0:0:0:0:0:0:0:1]/x", "http://[0:0:0:0:0:0:0:1]/x" },
	{ NULL, "http://169.254.170.2/x", "http://169.254.170.2/x" },
	{ NULL, "http://169.254.170.23/v1/credentials", "http://169.254.170.23/v1/credentials" },
	{ NULL, "http://[fd00:ec2::23]/v1", "http://[fd00:ec2::23]/v1" },
	{ NULL, "http://169.254.169.254/x", "neither https nor of this machine" },
	{ NULL, "http://169.254.170.20/x", "neither https nor of this machine" },
	{ NULL, "http://10.0.0.1/x", "neither https nor of this machine" },
	{ NULL, "http://0.0.0.0/x", "neither https nor of this machine" },
	{ NULL, "http://127.1/x", "neither https nor of this machine" },
	{ NULL, "http://0127.0.0.1/x", "neither https nor of this machine" },
	{ NULL, "http://2130706433/x", "neither https nor of this machine" },
	{ NULL, "http://127.0.0.1.evil.example/x", "neither https nor of this machine" },
	{ NULL, "http://localhost.evil.example/x", "neither https nor of this machine" },
	{ NULL, "http://localhost./x", "neither https nor of this machine" },
	{ NULL, "http://evil.example/x", "neither https nor of this machine" },
	{ NULL, "http://[::]/x", "neither https nor of this machine" },
	{ NULL, "http://[::2]/x", "neither https nor of this machine" },
	{ NULL, "http://[::ffff:127.0.0.1]/x", "neither https nor of this machine" },
	{ NULL, "http://[fd00:ec2::254]/x", "neither https nor of this machine" },
	{ NULL, "http://[:::::::::::::::::::::::::::::::::::::::::::::::::1]/",
	  "neither https nor" },
	{ NULL, "http://127.0.0.1@evil.example/x", "FULL_URI is no http" },
	{ NULL, "http://evil.example@127.0.0.1/x", "FULL_URI is no http" },
	{ NULL, "http://127.0.0.1\\@evil.example/x", "FULL_URI is no http" },
	{ NULL, "http://127.0.0.1#@evil.example/x", "FULL_URI is no http" },
	{ NULL, "http://127.0.0.1 .evil.example/x", "FULL_URI is no http" },
	{ NULL, "http://127.0.0.1:0/x", "FULL_URI is no http" },
	{ NULL, "http:///x", "FULL_URI is no http" },
	{ NULL, "http://", "FULL_URI is no http" },
	{ NULL, "ftp://127.0.0.1/x", "FULL_URI is no http" },
	{ NULL, "file:///etc/passwd", "FULL_URI is no http" },
	{ NULL, "/x", "FULL_URI is no http" },
	{ NULL, "127.0.0.1/x", "FULL_URI is no http" },
};

static void the_container_endpoint_is_near_or_encrypted(void **state)
{
	struct aws *aws = aws_open();
	struct cx *cx = aws_cx(aws);

	(void)state;
	for (size_t i = 0; i < sizeof(url_cases) / sizeof(url_cases[0]); i++) {
		const struct url_case *it = &url_cases[i];
		struct str url;
		const char *said;

		cx_clear(cx);
		aws_set(aws, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", it->relative);
		aws_set(aws, "AWS_CONTAINER_CREDENTIALS_FULL_URI", it->full);
		if (credentials_container_url(aws_options(aws), cx, &url) == OK) {
			said = str_c(cx->arena, url);
			if (strcmp(said, it->outcome) != 0)
				disagree("case %zu: '%s', not '%s'", i, said, it->outcome);
			continue;
		}
		said = aws_failure(cx);
		if (it->outcome[0] == '\0' || !strstr(said, it->outcome))
			disagree("case %zu: '%s', not '%s'", i, said, it->outcome);
	}
	aws_close(aws);
}

static void a_place_that_may_recover_is_tried_again_at_once(void **state)
{
	struct aws *aws = aws_open();

	(void)state;
	aws_set(aws, "AWS_CONTAINER_CREDENTIALS_FULL_URI", "%s/v4");
	aws_answer(aws, "GET /v4 ", 503, "");
	assert_non_null(strstr(aws_fetch(aws), "status 503"));
	assert_int_equal(aws_count(aws, "GET /v4 "), 3);
	aws_answer(aws, "GET /v4 ", 403, "");
	assert_non_null(strstr(aws_fetch(aws), "status 403"));
	assert_int_equal(aws_count(aws, "GET /v4 "), 4);
	aws_close(aws);
}

#define ROLES "/latest/meta-data/iam/security-credentials/"

static struct aws *open_instance(void)
{
	struct aws *aws = aws_open();

	aws_set(aws, "AWS_EC2_METADATA_DISABLED", "false");
	aws_set(aws, "AWS_EC2_METADATA_SERVICE_ENDPOINT", "%s/");
	aws_answer(aws, "PUT /latest/api/token ", 200, "SECRET-session==");
	aws_answer(aws, "GET " ROLES " ", 200, "my+role@x");
	aws_answer_keys(aws, "GET " ROLES "my%2Brole%40x ", "i", MINUTES(60));
	return aws;
}

static void an_instance_gives_its_roles_credentials_for_a_session_token(void **state)
{
	struct aws *aws = open_instance();

	(void)state;
	assert_non_null(strstr(aws_fetch(aws), " i"));
	assert_int_equal(aws_count(aws, ""), 3);
	assert_non_null(strstr(aws_last(aws), "x-aws-ec2-metadata-token: SECRET-session==\r\n"));
	aws_answer(aws, "GET " ROLES " ", 200, "my+role@x\nother\n");
	assert_non_null(strstr(aws_fetch(aws), " i"));
	aws_set(aws, "AWS_EC2_METADATA_DISABLED", "True");
	assert_non_null(strstr(aws_fetch(aws), "no place is configured"));
	aws_close(aws);
}

static void what_an_instance_answers_is_checked(void **state)
{
	struct aws *aws = open_instance();

	(void)state;
	check_replies(aws, "GET " ROLES "my%2Brole%40x ");
	check_hostile_replies(aws, "GET " ROLES "my%2Brole%40x ");
	aws_close(aws);
}

/* A server of IMDSv1 alone does not know the token's path, or what PUT is. */
static void a_server_without_session_tokens_is_refused_and_asked_no_more(void **state)
{
	static const struct reply_case answers[] = {
		{ 404, "", "status 404" },  { 405, "", "status 405" },
		{ 403, "", "status 403" },  { 400, "", "status 400" },
		{ 200, "", "status 200" },  { 200, "SECRET-a\n", "status 200" },
		{ 500, "x", "status 500" }, { 0, "", "no answer" },
	};
	struct aws *aws = open_instance();

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		const char *said;

		aws_answer(aws, "PUT /latest/api/token ", answers[i].status, answers[i].body);
		said = aws_fetch(aws);
		if (!strstr(said, answers[i].outcome) ||
		    (answers[i].status != 0 && !strstr(said, "does not speak IMDSv2")))
			disagree("case %zu: '%s'", i, said);
	}
	assert_int_equal(aws_count(aws, "GET "), 0);
	aws_close(aws);
}

static void an_instance_without_a_sound_role_is_refused(void **state)
{
	static const struct reply_case answers[] = {
		{ 404, "", "the instance has no role" },
		{ 200, "", "the name of the instance's role is none" },
		{ 200, "\nrole", "the name of the instance's role is none" },
		{ 200, "../x", "the name of the instance's role is none" },
		{ 200, "a b", "the name of the instance's role is none" },
		{ 200, "<html>", "the name of the instance's role is none" },
		{ 200, "r\r", "the name of the instance's role is none" },
		{ 200, "a1234567890123456789012345678901234567890123456789012345678901234",
		  "the name of the instance's role is none" },
		{ 401, "", "asked for the role it answered with status 401" },
		{ 200, "unknown", "asked for the role's credentials it answered with status 404" },
	};
	struct aws *aws = open_instance();

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		const char *said;

		aws_answer(aws, "GET " ROLES " ", answers[i].status, answers[i].body);
		said = aws_fetch(aws);
		if (!strstr(said, answers[i].outcome))
			disagree("case %zu: '%s'", i, said);
	}
	aws_close(aws);
}

static void an_instance_that_says_nothing_costs_a_second(void **state)
{
	struct aws *aws = open_instance();
	int64_t began_us = clock_system_us();

	(void)state;
	aws_answer(aws, "PUT /latest/api/token ", 1, "");
	assert_non_null(strstr(aws_fetch(aws), "instance metadata (no other place is configured): "
					       "no answer"));
	assert_in_range(clock_system_us() - began_us, 900000, 5000000);
	aws_set(aws, "AWS_EC2_METADATA_SERVICE_ENDPOINT", "169.254.169.254");
	assert_non_null(strstr(aws_fetch(aws), "AWS_EC2_METADATA_SERVICE_ENDPOINT is no http"));
	aws_set(aws, "AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1/?x");
	assert_non_null(strstr(aws_fetch(aws), "AWS_EC2_METADATA_SERVICE_ENDPOINT has a query"));
	aws_close(aws);
}

#define XML(keys)                                                                                   \
	"<AssumeRoleWithWebIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n" \
	"  <AssumeRoleWithWebIdentityResult>\n"                                                     \
	"    <Audience>a</Audience>\n"                                                              \
	"    <Credentials>" keys "</Credentials>\n"                                                 \
	"  </AssumeRoleWithWebIdentityResult>\n"                                                    \
	"  <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>\n"                         \
	"</AssumeRoleWithWebIdentityResponse>"
#define X_TOKEN "<SessionToken>SECRET-t&#43;</SessionToken>"
#define X_SECRET "<SecretAccessKey>SECRET/a</SecretAccessKey>"
#define X_EXPIRES "<Expiration>2026-11-23T01:00:00Z</Expiration>"
#define X_KEY "<AccessKeyId>w</AccessKeyId>"
#define X_ERROR(code)                                                                    \
	"<ErrorResponse><Error><Type>Sender</Type><Code>" code "</Code><Message>SECRET/" \
	"</Message></Error></ErrorResponse>"

static const struct reply_case xml_cases[] = {
	{ 200, XML(X_TOKEN X_SECRET X_EXPIRES X_KEY), "web identity w" },
	{ 200, XML(X_KEY X_SECRET X_TOKEN X_EXPIRES "<New/>"), "web identity w" },
	{ 200, XML(X_TOKEN X_SECRET X_EXPIRES), "STS has no one AccessKeyId" },
	{ 200, XML(X_TOKEN X_KEY X_EXPIRES), "STS has no one SecretAccessKey" },
	{ 200, XML(X_SECRET X_KEY X_EXPIRES), "STS has no one SessionToken" },
	{ 200, XML(X_TOKEN X_SECRET X_KEY), "STS has no one Expiration" },
	{ 200, XML(X_TOKEN X_SECRET X_EXPIRES X_KEY X_KEY), "STS has no one AccessKeyId" },
	{ 200, XML("<AccessKeyId/>" X_TOKEN X_SECRET X_EXPIRES), "STS has no one AccessKeyId" },
	{ 200, XML(X_TOKEN X_SECRET X_KEY "<Expiration>soon</Expiration>"), "names no instant" },
	{ 200, XML(X_TOKEN X_SECRET X_KEY "<Expiration>2026-11-22T00:00:00Z</Expiration>"),
	  "they expired at 2026-11-22T00:00:00.000Z" },
	{ 200, XML("<SessionToken>SECRET-\n</SessionToken>" X_SECRET X_KEY X_EXPIRES),
	  "a session token that can not be one" },
	{ 200,
	  "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>" XML(
		  X_TOKEN X_SECRET X_EXPIRES X_KEY),
	  "STS has no one AccessKeyId" },
	{ 200, "", "STS has no one AccessKeyId" },
	{ 200, GOOD, "STS has no one AccessKeyId" },
	{ 200, X_ERROR("x"), "STS has no one AccessKeyId" },
	{ 400, X_ERROR("ExpiredTokenException"),
	  "STS answered with status 400, ExpiredTokenException" },
	{ 403, X_ERROR("AccessDenied"), "STS answered with status 403, AccessDenied" },
	{ 403, X_ERROR("SECRET/ x"), "STS answered with status 403, no code" },
	{ 403, X_ERROR("x12345678901234567890123456789012345678901234567890123456789012345"),
	  "STS answered with status 403, no code" },
	{ 403, "", "STS answered with status 403, no code" },
	{ 503, "", "STS answered with status 503, no code" },
	{ 0, "", "no answer" },
};

static struct aws *open_web(void)
{
	struct aws *aws = aws_open();

	aws_set(aws, "AWS_WEB_IDENTITY_TOKEN_FILE", aws_write(aws, "jwt", "SECRET-a.b+c=="));
	aws_set(aws, "AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/hotels");
	aws_set(aws, "AWS_ENDPOINT_URL_STS", "%s");
	aws_answer(aws, "POST / ", 200, XML(X_TOKEN X_SECRET X_EXPIRES X_KEY));
	return aws;
}

static void a_web_identity_is_exchanged_at_STS(void **state)
{
	struct aws *aws = open_web();
	const char *sent;

	(void)state;
	assert_string_equal(aws_fetch(aws), "web identity w");
	sent = aws_last(aws);
	assert_non_null(strstr(sent, "Content-Type: application/x-www-form-urlencoded"));
	assert_null(strcasestr(sent, "\r\nauthorization:"));
	assert_non_null(strstr(sent,
			       "\r\n\r\nAction=AssumeRoleWithWebIdentity&Version=2011-06-15&"
			       "RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fhotels&"
			       "RoleSessionName=innkeeper&WebIdentityToken=SECRET-a.b%2Bc%3D%3D"));
	aws_set(aws, "AWS_ROLE_SESSION_NAME", "me&x");
	aws_write(aws, "jwt", "SECRET-new");
	assert_string_equal(aws_fetch(aws), "web identity w");
	sent = aws_last(aws);
	assert_non_null(strstr(sent, "&RoleSessionName=me%26x&WebIdentityToken=SECRET-new"));
	aws_close(aws);
}

static void what_STS_answers_is_checked(void **state)
{
	struct aws *aws = open_web();

	(void)state;
	for (size_t i = 0; i < sizeof(xml_cases) / sizeof(xml_cases[0]); i++) {
		const struct reply_case *it = &xml_cases[i];
		const char *said;

		aws_answer(aws, "POST / ", it->status, it->body);
		said = aws_fetch(aws);
		if (!strstr(said, it->outcome))
			disagree("case %zu: '%s', not '%s'", i, said, it->outcome);
	}
	aws_close(aws);
}

static void half_a_web_identity_is_refused_and_nothing_sent(void **state)
{
	struct aws *aws = open_web();

	(void)state;
	aws_set(aws, "AWS_ROLE_ARN", NULL);
	assert_non_null(
		strstr(aws_fetch(aws), "web identity: AWS_WEB_IDENTITY_TOKEN_FILE is set, and"));
	aws_set(aws, "AWS_ROLE_ARN", "arn:x");
	aws_set(aws, "AWS_WEB_IDENTITY_TOKEN_FILE", NULL);
	assert_non_null(strstr(aws_fetch(aws), "web identity: AWS_ROLE_ARN is set, and"));
	aws_set(aws, "AWS_WEB_IDENTITY_TOKEN_FILE", "/nonexistent/jwt");
	assert_non_null(strstr(aws_fetch(aws), "/nonexistent/jwt can not be read"));
	aws_set(aws, "AWS_WEB_IDENTITY_TOKEN_FILE", aws_write(aws, "jwt", "SECRET-\r\n"));
	assert_non_null(
		strstr(aws_fetch(aws), "the file of AWS_WEB_IDENTITY_TOKEN_FILE is empty, or"));
	aws_write(aws, "jwt", "SECRET-a");
	aws_set(aws, "AWS_ENDPOINT_URL_STS", "sts.example");
	assert_non_null(strstr(aws_fetch(aws), "web identity: AWS_ENDPOINT_URL_STS is no http"));
	assert_int_equal(aws_count(aws, ""), 0);
	aws_close(aws);
}

static void STS_is_the_named_one_or_the_regions(void **state)
{
	static const struct {
		const char *region, *sts, *all, *url;
	} wanted[] = {
		{ "", NULL, NULL, "https://sts.amazonaws.com/" },
		{ NULL, NULL, NULL, "https://sts.amazonaws.com/" },
		{ "eu-west-1", NULL, NULL, "https://sts.eu-west-1.amazonaws.com/" },
		{ "cn-north-1", NULL, NULL, "https://sts.cn-north-1.amazonaws.com.cn/" },
		{ "eu-west-1", NULL, "http://h:1", "http://h:1" },
		{ "eu-west-1", "https://sts.example/x", "http://h:1", "https://sts.example/x" },
		{ "evil.example/", NULL, NULL, NULL },
	};
	struct aws *aws = aws_open();
	struct cx *cx = aws_cx(aws);

	(void)state;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		struct credentials_options options = *aws_options(aws);
		struct str url;

		options.region = wanted[i].region;
		aws_set(aws, "AWS_ENDPOINT_URL_STS", wanted[i].sts);
		aws_set(aws, "AWS_ENDPOINT_URL", wanted[i].all);
		assert_int_equal(credentials_web_url(&options, cx, &url),
				 wanted[i].url ? OK : ERR_UNAVAILABLE);
		if (wanted[i].url)
			assert_says(cx, url, wanted[i].url);
	}
	aws_close(aws);
}

static void the_first_place_that_is_configured_counts(void **state)
{
	struct aws *aws = open_instance();

	(void)state;
	assert_non_null(strstr(aws_fetch(aws), "instance metadata"));
	aws_set(aws, "AWS_CONTAINER_CREDENTIALS_FULL_URI", "%s/v4");
	aws_answer_keys(aws, "GET /v4 ", "c", MINUTES(60));
	assert_string_equal(aws_fetch(aws), "container endpoint c");
	aws_write(aws, ".aws/credentials",
		  "[default]\naws_access_key_id=p\naws_secret_access_key=SECRET/p\n");
	assert_string_equal(aws_fetch(aws), "profile default p");
	aws_set(aws, "AWS_ENDPOINT_URL_STS", "%s");
	aws_answer(aws, "POST / ", 200, XML(X_TOKEN X_SECRET X_EXPIRES X_KEY));
	aws_set(aws, "AWS_ROLE_ARN", "arn:x");
	aws_set(aws, "AWS_WEB_IDENTITY_TOKEN_FILE", aws_write(aws, "jwt", "SECRET-a"));
	assert_string_equal(aws_fetch(aws), "web identity w");
	aws_set(aws, "AWS_ACCESS_KEY_ID", "e");
	aws_set(aws, "AWS_SECRET_ACCESS_KEY", "SECRET/e");
	assert_string_equal(aws_fetch(aws), "environment e");
	aws_close(aws);
}

/* With all places behind it sound, each place that is wrong is what is heard. */
static void a_place_that_is_wrong_is_never_passed_over(void **state)
{
	struct aws *aws = open_instance();

	(void)state;
	aws_set(aws, "AWS_CONTAINER_CREDENTIALS_FULL_URI", "%s/v4");
	assert_non_null(strstr(aws_fetch(aws), "container endpoint: the answer has status 404"));
	aws_answer_keys(aws, "GET /v4 ", "c", MINUTES(60));
	aws_write(aws, ".aws/credentials", "[default]\naws_access_key_id=p\n");
	assert_non_null(strstr(aws_fetch(aws), "profile default: it has no secret key"));
	aws_write(aws, ".aws/credentials",
		  "[default]\naws_access_key_id=p\naws_secret_access_key=SECRET/p\n");
	aws_set(aws, "AWS_ROLE_ARN", "arn:x");
	assert_non_null(strstr(aws_fetch(aws), "web identity: AWS_ROLE_ARN is set"));
	aws_set(aws, "AWS_SECRET_ACCESS_KEY", "SECRET/e");
	assert_non_null(strstr(aws_fetch(aws), "environment: it has no access key"));
	aws_set(aws, "AWS_ACCESS_KEY_ID", "e");
	aws_set(aws, "AWS_SECRET_ACCESS_KEY", "");
	assert_non_null(strstr(aws_fetch(aws), "environment: it has no secret key"));
	aws_set(aws, "AWS_ACCESS_KEY_ID", "");
	aws_set(aws, "AWS_SESSION_TOKEN", "SECRET-t");
	assert_non_null(strstr(aws_fetch(aws), "environment: it has no access key"));
	aws_set(aws, "AWS_SESSION_TOKEN", "");
	aws_set(aws, "AWS_ROLE_ARN", "");
	assert_string_equal(aws_fetch(aws), "profile default p");
	aws_close(aws);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_container_endpoint_is_asked_with_its_token),
		cmocka_unit_test(what_the_container_endpoint_answers_is_checked),
		cmocka_unit_test(a_token_that_no_header_may_have_is_not_sent),
		cmocka_unit_test(the_container_endpoint_is_near_or_encrypted),
		cmocka_unit_test(a_place_that_may_recover_is_tried_again_at_once),
		cmocka_unit_test(an_instance_gives_its_roles_credentials_for_a_session_token),
		cmocka_unit_test(what_an_instance_answers_is_checked),
		cmocka_unit_test(a_server_without_session_tokens_is_refused_and_asked_no_more),
		cmocka_unit_test(an_instance_without_a_sound_role_is_refused),
		cmocka_unit_test(an_instance_that_says_nothing_costs_a_second),
		cmocka_unit_test(a_web_identity_is_exchanged_at_STS),
		cmocka_unit_test(what_STS_answers_is_checked),
		cmocka_unit_test(half_a_web_identity_is_refused_and_nothing_sent),
		cmocka_unit_test(STS_is_the_named_one_or_the_regions),
		cmocka_unit_test(the_first_place_that_is_configured_counts),
		cmocka_unit_test(a_place_that_is_wrong_is_never_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
