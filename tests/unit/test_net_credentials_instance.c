/* layer: net */
/* The instance metadata: IMDSv2 alone. */
#include "credentials_replies.h"

#include <string.h>

#include "disagree.h"
#include "patience.h"

static void an_instance_gives_its_roles_credentials_for_a_session_token(void **state)
{
	struct aws *aws = open_instance();

	(void)state;
	assert_non_null(strstr(aws_fetch(aws), " i"));
	assert_int_equal(aws_count(aws, ""), 3);
	assert_non_null(strstr(aws_last(aws), "x-aws-ec2-metadata-token: SECRET-session==\r\n"));
	aws_answer(aws, "GET " INSTANCE_ROLES " ", 200, "my+role@x\nother\n");
	assert_non_null(strstr(aws_fetch(aws), " i"));
	aws_set(aws, "AWS_EC2_METADATA_DISABLED", "True");
	assert_non_null(strstr(aws_fetch(aws), "no place is configured"));
	aws_close(aws);
}

static void what_an_instance_answers_is_checked(void **state)
{
	struct aws *aws = open_instance();

	(void)state;
	check_json_replies(aws, "GET " INSTANCE_ROLES "my%2Brole%40x ");
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

		aws_answer(aws, "GET " INSTANCE_ROLES " ", answers[i].status, answers[i].body);
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
	struct stopwatch watch;

	(void)state;
	aws_limit_calls(aws);
	aws_answer(aws, "PUT /latest/api/token ", 1, "");
	stopwatch_begin(&watch);
	assert_non_null(strstr(aws_fetch(aws), "instance metadata (no other place is configured): "
					       "no answer"));
	assert_in_range(stopwatch_end_ms(&watch), 0, 5000);
	assert_true(clock_system_us() - began_us >= 900000);
	aws_set(aws, "AWS_EC2_METADATA_SERVICE_ENDPOINT", "169.254.169.254");
	assert_non_null(strstr(aws_fetch(aws), "AWS_EC2_METADATA_SERVICE_ENDPOINT is no http"));
	aws_set(aws, "AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1/?x");
	assert_non_null(strstr(aws_fetch(aws), "AWS_EC2_METADATA_SERVICE_ENDPOINT has a query"));
	aws_close(aws);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_instance_gives_its_roles_credentials_for_a_session_token),
		cmocka_unit_test(what_an_instance_answers_is_checked),
		cmocka_unit_test(a_server_without_session_tokens_is_refused_and_asked_no_more),
		cmocka_unit_test(an_instance_without_a_sound_role_is_refused),
		cmocka_unit_test(an_instance_that_says_nothing_costs_a_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
