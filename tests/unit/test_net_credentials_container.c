/* layer: net */
/* The container endpoint: which URLs are taken, which token is sent, what is made of the answer. */
#include "credentials_replies.h"

#include <string.h>

#include "disagree.h"
#include "net/credentials_container.h"

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
	check_json_replies(aws, "GET /v4 ");
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_container_endpoint_is_asked_with_its_token),
		cmocka_unit_test(what_the_container_endpoint_answers_is_checked),
		cmocka_unit_test(a_token_that_no_header_may_have_is_not_sent),
		cmocka_unit_test(the_container_endpoint_is_near_or_encrypted),
		cmocka_unit_test(a_place_that_may_recover_is_tried_again_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
