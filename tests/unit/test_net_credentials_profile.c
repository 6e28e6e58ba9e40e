/* layer: net */
/* The profile files: what is read, what is refused and how that is said; the region. */
#include "aws_fixture.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "disagree.h"
#include "net/credentials_file.h"

#define KEYS(name) "aws_access_key_id=" name "\naws_secret_access_key=SECRET/" name "\n"

struct profile_case {
	const char *credentials; /* of the files; NULL = missing */
	const char *config;
	const char *profile; /* AWS_PROFILE */
	const char *outcome; /* what aws_fetch says, or a part of it */
};

static const struct profile_case cases[] = {
	{ "[default]\n" KEYS("a"), NULL, NULL, "profile default a" },
	{ NULL, "[default]\n" KEYS("a"), NULL, "profile default a" },
	{ NULL, "[profile default]\n" KEYS("a"), NULL, "profile default a" },
	{ "[x]\n" KEYS("b") "[default]\n" KEYS("a"), NULL, NULL, "profile default a" },
	{ "[x]\n" KEYS("b") "[default]\n" KEYS("a"), NULL, "x", "profile x b" },
	{ NULL, "[profile x]\n" KEYS("b"), "x", "profile x b" },
	{ NULL, "[profile\tx]\n" KEYS("b"), "x", "profile x b" },
	{ NULL, "[ profile  \"x y\" ]\n" KEYS("b"), "x y", "profile x y b" },
	{ "[a]\n" KEYS("a"), "[profile a]\n" KEYS("b"), "a", "profile a a" },
	{ "[a]\nregion=r\n", "[profile a]\n" KEYS("b"), "a", "profile a b" },
	/* How a line may look. */
	{ "\xef\xbb\xbf[default]\r\naws_access_key_id = a \r\n\r\naws_secret_access_key\t=\tSECRET/+=a\r\n",
	  NULL, NULL, "profile default a" },
	{ "# [default]\n;x\n  # y\n[default] ; z\n" KEYS("a") "#aws_access_key_id=b\n", NULL, NULL,
	  "profile default a" },
	{ "[default]#\n" KEYS("a") "#no line feed behind", NULL, NULL, "profile default a" },
	{ "[default]\nAWS_Access_Key_ID=a\nAws_Secret_Access_Key=SECRET/a", NULL, NULL,
	  "profile default a" },
	{ "[default]\n  aws_access_key_id=a\n  aws_secret_access_key=SECRET/a\n", NULL, NULL,
	  "profile default a" },
	{ "[default]\n" KEYS("a") "s3 =\n  aws_access_key_id = b\n  region\n\n  x=y\nz=1\n", NULL,
	  NULL, "profile default a" },
	{ "[default]\naws_access_key_id=a\n[x]\n" KEYS(
		  "b") "[default]\naws_secret_access_key=SECRET/a\n",
	  NULL, NULL, "profile default a" },
	{ "[x]\nanything\n=\n  [y\n[default]\n" KEYS("a"), NULL, NULL, "profile default a" },
	{ "[default]\n" KEYS("a") "aws_session_token=\n", NULL, NULL, "profile default a" },
	/* Not configured there. */
	{ NULL, NULL, NULL, "no place is configured" },
	{ "", "", NULL, "no place is configured" },
	{ "[x]\n" KEYS("a"), "[x]\n" KEYS("a") "[profilex]\n" KEYS("a") "[profile]\n", NULL,
	  "no place is configured" },
	{ "[default]\nregion=r\n", "[default]\noutput=json\n", NULL, "no place is configured" },
	{ "[default]\naws_access_key_id=\naws_secret_access_key=\n", NULL, NULL,
	  "no place is configured" },
	/* Configured, and wrong. */
	{ "[x]\n" KEYS("a"), NULL, "y", "profile y: no profile file has it" },
	{ "[x y]\n" KEYS("a"), NULL, "x", "profile x: no profile file has it" },
	{ NULL, "[x]\n" KEYS("a"), "x", "profile x: no profile file has it" },
	{ "[profile x]\n" KEYS("a"), NULL, "x", "profile x: no profile file has it" },
	{ "[x]\n", NULL, "x", "profile x: it has no keys" },
	{ NULL, "[profile x]\nregion=r\n", "x", "profile x: it has no keys" },
	{ "[default]\naws_access_key_id=a\n", NULL, NULL, "profile default: it has no secret key" },
	{ "[default]\naws_access_key_id=a\n", "[default]\n" KEYS("b"), NULL,
	  "it has no secret key" },
	{ "[default]\naws_secret_access_key=SECRET/a\n", NULL, NULL, "it has no access key" },
	{ "[default]\naws_session_token=SECRET/a\n", NULL, NULL, "it has no access key" },
	{ "[default]\naws_access_key_id=a b\naws_secret_access_key=SECRET/a\n", NULL, NULL,
	  "it has no access key that can be one" },
	{ "[default]\naws_access_key_id=a/b\naws_secret_access_key=SECRET/a\n", NULL, NULL,
	  "it has no access key that can be one" },
	{ "[default]\naws_access_key_id=a\naws_secret_access_key=SECRET/a # mine\n", NULL, NULL,
	  "it has no secret key that can be one" },
	{ "[default]\naws_access_key_id=a\naws_secret_access_key=SECRET/\xc3\xa9\n", NULL, NULL,
	  "it has no secret key that can be one" },
	{ "[default]\naws_access_key_id=a\naws_secret_access_key=SECRET/a\rb\n", NULL, NULL,
	  "it has no secret key that can be one" },
	{ "[default]\n" KEYS("a") "aws_session_token=SECRET/ \x01\n", NULL, NULL,
	  "it has a session token that can not be one" },
	{ "[default]\n" KEYS("a") "aws_access_key_id=SECRET/b\n", NULL, NULL,
	  "line 4 of ~/.aws/credentials names a setting again" },
	{ "[default]\n" KEYS("a") "[x]\n[default]\n" KEYS("b"), NULL, NULL,
	  "line 6 of ~/.aws/credentials names a setting again" },
	{ NULL, "[default]\n" KEYS("a") "[profile default]\n" KEYS("b"), NULL,
	  "line 5 of ~/.aws/config names a setting again" },
	{ "[default]\n" KEYS("a") "\n\n  SECRET/more\n", NULL, NULL,
	  "line 6 of ~/.aws/credentials goes on with the value" },
	{ "[default]\nSECRET/a\n", NULL, NULL, "line 2 of ~/.aws/credentials is neither" },
	{ "[default]\n=SECRET/a\n", NULL, NULL, "line 2 of ~/.aws/credentials is neither" },
	{ "[default]\n" KEYS("a"), "[default]\nregion\n", NULL,
	  "line 2 of ~/.aws/config is neither" },
	{ "[default\n" KEYS("a"), NULL, NULL, "line 1 of ~/.aws/credentials begins a section" },
	{ "[]\n" KEYS("a"), NULL, NULL, "begins a section and does not name it" },
	{ "[", NULL, NULL, "begins a section and does not name it" },
	{ "[default] x\n" KEYS("a"), NULL, NULL, "begins a section and does not name it" },
	/* Ways that are not built. */
	{ NULL, "[profile x]\nrole_arn=arn:x\nsource_profile=default\n", "x",
	  "profile x: source_profile is a way that is not built" },
	{ "[x]\n" KEYS("a"), "[profile x]\nRole_ARN=arn:x\n", "x",
	  "profile x: Role_ARN is a way that is not built" },
	{ "[default]\ncredential_process=SECRET/run\n", NULL, NULL,
	  "profile default: credential_process is a way" },
	{ NULL, "[default]\nsso_session=s\n", NULL, "profile default: sso_session is a way" },
	{ NULL, "[default]\ncredential_source=Environment\n", NULL, "credential_source is a way" },
	{ NULL, "[default]\nweb_identity_token_file=/t\n", NULL,
	  "web_identity_token_file is a way" },
	{ NULL, "[default]\nlogin_session=s\n", NULL, "login_session is a way" },
};

/* With ~ for the home folder of the test. */
static bool says(struct aws *aws, const char *text, const char *wanted)
{
	const char *home = aws_write(aws, "none", NULL), *tilde = strchr(wanted, '~');
	char whole[1024];

	if (!tilde)
		return strstr(text, wanted) != NULL;
	snprintf(whole, sizeof(whole), "%.*s%.*s%s", (int)(tilde - wanted), wanted,
		 (int)(strrchr(home, '/') - home), home, tilde + 1);
	return strstr(text, whole) != NULL;
}

static void a_profile_is_read_or_refused_with_its_place(void **state)
{
	struct aws *aws = aws_open();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct profile_case *it = &cases[i];
		const char *said;

		aws_write(aws, ".aws/credentials", it->credentials);
		aws_write(aws, ".aws/config", it->config);
		aws_set(aws, "AWS_PROFILE", it->profile);
		said = aws_fetch(aws);
		if (!says(aws, said, it->outcome))
			disagree("case %zu: '%s', not '%s'", i, said, it->outcome);
	}
	aws_close(aws);
}

static void files_that_are_named_count_and_must_be_there(void **state)
{
	struct aws *aws = aws_open();
	const char *path;

	(void)state;
	aws_write(aws, ".aws/credentials", "[default]\n" KEYS("home"));
	path = aws_write(aws, "other/credentials", "[default]\n" KEYS("other"));
	aws_set(aws, "AWS_SHARED_CREDENTIALS_FILE", path);
	assert_string_equal(aws_fetch(aws), "profile default other");
	aws_write(aws, "other/credentials", NULL);
	assert_non_null(strstr(aws_fetch(aws), "credentials can not be read: No such file"));
	aws_set(aws, "AWS_SHARED_CREDENTIALS_FILE", NULL);
	aws_set(aws, "AWS_CONFIG_FILE", path);
	assert_non_null(strstr(aws_fetch(aws), "credentials can not be read: No such file"));
	aws_set(aws, "AWS_CONFIG_FILE", NULL);
	assert_string_equal(aws_fetch(aws), "profile default home");
	/* Without a home there are no files but named ones. */
	aws_set(aws, "HOME", NULL);
	assert_non_null(strstr(aws_fetch(aws), "no place is configured"));
	aws_close(aws);
}

static void a_file_that_is_none_is_refused(void **state)
{
	struct aws *aws = aws_open();
	const char *path = aws_write(aws, "fifo", NULL);
	char *text = calloc(1, CREDENTIALS_FILE_BYTES_MAX + 2);

	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	aws_set(aws, "AWS_CONFIG_FILE", path);
	assert_non_null(strstr(aws_fetch(aws), "it is no regular file"));
	aws_set(aws, "AWS_CONFIG_FILE", "/");
	assert_non_null(strstr(aws_fetch(aws), "it is no regular file"));
	/* The longest file, and one that is a byte longer. */
	memset(text, '#', CREDENTIALS_FILE_BYTES_MAX);
	aws_set(aws, "AWS_CONFIG_FILE", aws_write(aws, "long", text));
	assert_non_null(strstr(aws_fetch(aws), "no place is configured"));
	text[CREDENTIALS_FILE_BYTES_MAX] = '#';
	aws_write(aws, "long", text);
	assert_non_null(strstr(aws_fetch(aws), "it is longer than 1 MiB"));
	free(text);
	aws_close(aws);
}

static void a_file_that_may_not_be_read_is_refused_where_it_is(void **state)
{
	struct aws *aws = aws_open();
	char name[300];

	(void)state;
	/* Too long a name: root may read whatever there is, this it may not. */
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	aws_set(aws, "AWS_CONFIG_FILE", name);
	assert_non_null(strstr(aws_fetch(aws), "File name too long"));
	/* Not a missing file, though it is not named. */
	aws_set(aws, "AWS_CONFIG_FILE", NULL);
	aws_set(aws, "HOME", name);
	assert_non_null(strstr(aws_fetch(aws), "File name too long"));
	aws_close(aws);
}

struct region_case {
	const char *region;
	const char *default_region;
	const char *config;
	const char *credentials;
	const char *outcome;
};

static const struct region_case region_cases[] = {
	{ NULL, NULL, NULL, NULL, "" },
	{ "eu-west-1", "us-east-1", "[default]\nregion=x", NULL, "eu-west-1" },
	{ NULL, "us-east-1", "[default]\nregion=x", NULL, "us-east-1" },
	{ "", "", "[default]\nregion = ap-1\n", "[default]\nregion=x", "ap-1" },
	{ NULL, NULL, "[default]\noutput=json\n", "[default]\nregion=x", "x" },
	{ NULL, NULL, "[default]\nrole_arn=y\nregion=x\n", NULL, "x" },
	{ NULL, NULL, "[profile p]\nregion=x", NULL, "" },
	/* What is not asked for is not looked at. */
	{ "eu-west-1", NULL, "[", NULL, "eu-west-1" },
	{ NULL, NULL, "[", NULL, "line 1 of ~/.aws/config begins a section" },
	{ NULL, NULL, "[default]\nregion=x\nregion=y", NULL, "names a setting again" },
	{ NULL, NULL, "[default]\nregion=\n  x\n", NULL, "goes on with the value" },
	{ "eu west", NULL, NULL, NULL, "AWS_REGION is no AWS region" },
	{ "evil.example/", NULL, NULL, NULL, "AWS_REGION is no AWS region" },
	{ NULL, "EU", NULL, NULL, "AWS_DEFAULT_REGION is no AWS region" },
	{ NULL, NULL, "[default]\nregion=x # y\n", NULL, "the profile's region is no AWS region" },
};

static void the_region_is_the_environments_or_the_profiles(void **state)
{
	struct aws *aws = aws_open();

	(void)state;
	for (size_t i = 0; i < sizeof(region_cases) / sizeof(region_cases[0]); i++) {
		const struct region_case *it = &region_cases[i];
		struct cx *cx = aws_cx(aws);
		struct str region;
		const char *said;

		cx_clear(cx);
		aws_set(aws, "AWS_REGION", it->region);
		aws_set(aws, "AWS_DEFAULT_REGION", it->default_region);
		aws_write(aws, ".aws/config", it->config);
		aws_write(aws, ".aws/credentials", it->credentials);
		if (credentials_find_region(cx, aws_options(aws), &region) == OK) {
			said = str_c(cx->arena, region);
			if (strcmp(said, it->outcome) != 0)
				disagree("case %zu: '%s', not '%s'", i, said, it->outcome);
			continue;
		}
		said = aws_failure(cx);
		if (it->outcome[0] == '\0' || !says(aws, said, it->outcome))
			disagree("case %zu: '%s', not '%s'", i, said, it->outcome);
	}
	aws_set(aws, "AWS_PROFILE", "gone");
	aws_set(aws, "AWS_DEFAULT_REGION", NULL);
	cx_clear(aws_cx(aws));
	aws_write(aws, ".aws/config", "[default]\nregion=x");
	assert_int_equal(credentials_find_region(aws_cx(aws), aws_options(aws), &(struct str){ 0 }),
			 ERR_UNAVAILABLE);
	assert_non_null(strstr(aws_failure(aws_cx(aws)), "profile gone"));
	aws_close(aws);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_profile_is_read_or_refused_with_its_place),
		cmocka_unit_test(files_that_are_named_count_and_must_be_there),
		cmocka_unit_test(a_file_that_is_none_is_refused),
		cmocka_unit_test(a_file_that_may_not_be_read_is_refused_where_it_is),
		cmocka_unit_test(the_region_is_the_environments_or_the_profiles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
