/* layer: net */
/* Which place counts. */
#include "credentials_replies.h"

#include <string.h>

#define STS_ANSWER                                                             \
	"<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult>" \
	"<Credentials><AccessKeyId>w</AccessKeyId><SecretAccessKey>SECRET/w"   \
	"</SecretAccessKey><SessionToken>SECRET-t</SessionToken>"              \
	"<Expiration>2026-11-23T01:00:00Z</Expiration></Credentials>"          \
	"</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"

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
	aws_answer(aws, "POST / ", 200, STS_ANSWER);
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
		cmocka_unit_test(the_first_place_that_is_configured_counts),
		cmocka_unit_test(a_place_that_is_wrong_is_never_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
