/* layer: net */
/* Web identity: what is sent to STS, and what is made of the answer. */
#include "credentials_replies.h"

#include <string.h>

#include "net/credentials_web.h"

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
	{ 200, "{\"AccessKeyId\":\"a\"}", "STS has no one AccessKeyId" },
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
	check_replies(aws, "POST / ", xml_cases, sizeof(xml_cases) / sizeof(xml_cases[0]));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_web_identity_is_exchanged_at_STS),
		cmocka_unit_test(what_STS_answers_is_checked),
		cmocka_unit_test(half_a_web_identity_is_refused_and_nothing_sent),
		cmocka_unit_test(STS_is_the_named_one_or_the_regions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
