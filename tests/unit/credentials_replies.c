#include "credentials_replies.h"

#include <string.h>

#include "disagree.h"

#define EXPIRES "\"Expiration\":\"2026-11-23T06:00:00Z\""
#define KEYS "\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"SECRET/a\""
#define TOKEN "\"Token\":\"SECRET-t\""
#define GOOD "{" KEYS "," TOKEN "," EXPIRES "}"

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

void check_replies(struct aws *aws, const char *start, const struct reply_case *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *said;

		aws_answer(aws, start, list[i].status, list[i].body);
		said = aws_fetch(aws);
		if (!strstr(said, list[i].outcome))
			disagree("%s: %u %s: '%s', not '%s'", start, list[i].status, list[i].body,
				 said, list[i].outcome);
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

void check_json_replies(struct aws *aws, const char *start)
{
	check_replies(aws, start, json_cases, sizeof(json_cases) / sizeof(json_cases[0]));
	check_hostile_replies(aws, start);
}

struct aws *open_instance(void)
{
	struct aws *aws = aws_open();

	aws_set(aws, "AWS_EC2_METADATA_DISABLED", "false");
	aws_set(aws, "AWS_EC2_METADATA_SERVICE_ENDPOINT", "%s/");
	aws_answer(aws, "PUT /latest/api/token ", 200, "SECRET-session==");
	aws_answer(aws, "GET " INSTANCE_ROLES " ", 200, "my+role@x");
	aws_answer_keys(aws, "GET " INSTANCE_ROLES "my%2Brole%40x ", "i", MINUTES(60));
	return aws;
}
