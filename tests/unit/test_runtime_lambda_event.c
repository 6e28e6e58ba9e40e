/* layer: runtime */
/* What is read of an invocation's event: its shape, its path and mount, its fields, who asks. */
#include "lambda_rows.h"

#include "base/buf.h"

static void events_of_every_documented_shape_are_read(void **state)
{
	struct cx *cx = *state;

	for (size_t i = 0; i < lambda_events_sample_count; i++) {
		const struct lambda_events_sample *sample = &lambda_events_samples[i];
		struct row row = { sample->event, sample->summary };

		assert_rows(cx, &row, 1);
	}
}

#define REST(path, context) "{'httpMethod':'GET','path':'" path "','requestContext':{" context "}}"

static void what_leads_a_rest_path_is_its_mount(void **state)
{
	static const struct row rows[] = {
		{ REST("/config", "'path':'/prod/config','stage':'prod'"),
		  "http GET /config mount=/prod" },
		{ REST("/config", "'path':'/v1/x/config'"), "http GET /config mount=/v1/x" },
		{ REST("/config/1", "'path':'/config/config/1','stage':'config'"),
		  "http GET /config/1 mount=/config" },
		/* a custom domain, with and without a stage in its path */
		{ REST("/shop/config", "'path':'/shop/config','stage':'prod'"),
		  "http GET /shop/config" },
		{ REST("/prod/config", "'path':'/prod/config','stage':'prod'"),
		  "http GET /config mount=/prod" },
		/* what says something else says nothing */
		{ REST("/config", "'path':'/prod/chains','stage':'prod'"), "http GET /config" },
		{ REST("/config", "'path':'prod/config'"), "http GET /config" },
		{ REST("/config", "'path':'/conf'"), "http GET /config" },
		{ REST("/config", "'path':null,'stage':'config'"), "http GET /config" },
		{ REST("/x", "'path':'/a b\\r\\nLink: y/x'"),
		  "http GET /x mount=/a%20b%0D%0ALink:%20y" },
	};

	ASSERT_ROWS(*state, rows);
}

#define HTTP(raw, stage)                                                                  \
	"{'version':'2.0','rawPath':'" raw "','requestContext':{'http':{'method':'GET'}," \
	"'stage':'" stage "'}}"

static void a_named_stage_leads_the_paths_of_an_http_api(void **state)
{
	static const struct row rows[] = {
		{ HTTP("/dev/config/1", "dev"), "http GET /config/1 mount=/dev" },
		{ HTTP("/dev", "dev"), "http GET / mount=/dev" },
		{ HTTP("/dev/", "dev"), "http GET / mount=/dev" },
		{ HTTP("/devil/config", "dev"), "http GET /devil/config" },
		{ HTTP("/config/dev", "dev"), "http GET /config/dev" },
		{ HTTP("/dev/dev/config", "dev"), "http GET /dev/config mount=/dev" },
		{ HTTP("/$default/config", "$default"), "http GET /$default/config" },
		{ HTTP("/config", ""), "http GET /config" },
		{ HTTP("//config", ""), "http GET //config" },
	};

	ASSERT_ROWS(*state, rows);
}

static void bytes_that_no_path_has_are_escaped_and_escapes_stay(void **state)
{
	static const struct row rows[] = {
		{ HTTP("/config/a%20b", ""), "http GET /config/a%20b" },
		{ HTTP("/config/a b", ""), "http GET /config/a%20b" },
		{ HTTP("/a?b#c", ""), "http GET /a%3Fb%23c" },
		{ HTTP("/é|[x]", ""), "http GET /%C3%A9%7C%5Bx%5D" },
		{ HTTP("/100%", ""), "http GET /100%25" },
		{ HTTP("/%4", ""), "http GET /%254" },
		{ HTTP("/%zz%C3", ""), "http GET /%25zz%C3" },
		{ HTTP("/\\u0000\\n\\u007f", ""), "http GET /%00%0A%7F" },
	};

	ASSERT_ROWS(*state, rows);
}

#define REST_OF(members) "{'httpMethod':'GET','path':'/'," members "}"

static void a_query_that_comes_as_parameters_is_escaped_anew(void **state)
{
	static const struct row rows[] = {
		{ REST_OF("'queryStringParameters':{'a':'1','b':'x=y&z','é':'#+ %41'}"),
		  "http GET /?a=1&b=x%3Dy%26z&%C3%A9=%23%2B%20%2541" },
		{ REST_OF("'queryStringParameters':{'a':null,'b':''}"), "http GET /?b=" },
		{ REST_OF("'queryStringParameters':{}"), "http GET /" },
		{ REST_OF("'queryStringParameters':{'a':'2'},'multiValueQueryStringParameters':"
			  "{'a':['1',null,'2']}"),
		  "http GET /?a=1&a=2" },
		{ REST_OF("'queryStringParameters':{'a':'2'},'multiValueQueryStringParameters':{}"),
		  "http GET /?a=2" },
		{ "{'version':'2.0','rawPath':'/','queryStringParameters':{'a':'x=y'},"
		  "'requestContext':{'http':{'method':'GET'}}}",
		  "http GET /?a=x%3Dy" },
		{ "{'version':'2.0','rawPath':'/','rawQueryString':'a=1&a=2','queryStringParameters':"
		  "{'a':'1,2'},'requestContext':{'http':{'method':'GET'}}}",
		  "http GET /?a=1&a=2" },
	};

	ASSERT_ROWS(*state, rows);
}

static void fields_are_those_that_the_client_sent(void **state)
{
	static const struct row rows[] = {
		{ REST_OF("'headers':{'A':' x ','B':null,'C':''}"), "http GET / [A|x] [C|]" },
		{ REST_OF("'headers':{'A':'1'},'multiValueHeaders':{'A':['1','2'],'b':'3'}"),
		  "http GET / [A|1] [A|2] [b|3]" },
		/* what lies between the client and the gateway */
		{ REST_OF("'headers':{'Transfer-Encoding':'chunked','Content-Length':'7','Expect':"
			  "'100-continue','Connection':'close'}"),
		  "http GET / [Content-Length|7] [Expect|100-continue] [Connection|close]" },
		{ "{'version':'2.0','rawPath':'/','cookies':['a=1',null,'b=2'],'headers':{'Cookie':"
		  "'a=1; b=2'},'requestContext':{'http':{'method':'GET'}}}",
		  "http GET / [cookie|a=1; b=2]" },
		{ "{'version':'2.0','rawPath':'/','cookies':[],'headers':{'Cookie':'c=3'},"
		  "'requestContext':{'http':{'method':'GET'}}}",
		  "http GET / [Cookie|c=3]" },
		{ "{'version':'2.0','rawPath':'/','headers':{'Host':'a.example:443'},"
		  "'requestContext':{'http':{'method':'GET'},'domainName':'b.example'}}",
		  "http GET / host=a.example:443 [Host|a.example:443]" },
		/* as AWS's own example has it */
		{ "{'version':'2.0','rawPath':'/','requestContext':{'http':{'method':'GET'},"
		  "'domainName':'<url-id>.lambda-url.us-west-2.on.aws'}}",
		  "http GET /" },
		{ REST_OF("'headers':{'A':'1'},'multiValueHeaders':{}"), "http GET / [A|1]" },
	};

	ASSERT_ROWS(*state, rows);
}

static void a_body_is_text_or_base64(void **state)
{
	static const struct row rows[] = {
		{ REST_OF("'body':'a\\u00e9\\n'"), "http GET / body=aé\n" },
		{ REST_OF("'body':''"), "http GET /" },
		{ REST_OF("'body':null,'isBase64Encoded':true"), "http GET /" },
		{ REST_OF("'body':'Zg==','isBase64Encoded':true"), "http GET / body=f" },
		{ REST_OF("'body':'Zm8\\u003d','isBase64Encoded':true"), "http GET / body=fo" },
		{ REST_OF("'body':'Zg==','isBase64Encoded':null"), "http GET / body=Zg==" },
		{ REST_OF("'body':'Zg','isBase64Encoded':true"),
		  "failed: invalid invalid, the body is not base64" },
		{ REST_OF("'body':'_w==','isBase64Encoded':true"),
		  "failed: invalid invalid, the body is not base64" },
	};

	ASSERT_ROWS(*state, rows);
}

#define ASKED_BY(context) REST("/", context)

static void who_asks_is_whom_the_authorizer_names(void **state)
{
	static const struct row rows[] = {
		{ ASKED_BY(
			  "'authorizer':{'claims':{'sub':'s','username':'u','cognito:username':'c'}}"),
		  "http GET / user=c" },
		{ ASKED_BY("'authorizer':{'claims':{'sub':'s','username':'u'}}"),
		  "http GET / user=u" },
		{ ASKED_BY(
			  "'authorizer':{'claims':{'sub':'s','username':'','cognito:username':7}}"),
		  "http GET / user=s" },
		{ ASKED_BY("'authorizer':{'principalId':'p','claims':{'email':'e'}}"),
		  "http GET / user=p" },
		{ ASKED_BY("'authorizer':{'principalId':'p','claims':'{}','jwt':[],'iam':7}"),
		  "http GET / user=p" },
		{ ASKED_BY("'authorizer':{'jwt':{'claims':{'sub':'s'},'scopes':null}}"),
		  "http GET / user=s" },
		{ ASKED_BY("'authorizer':{'jwt':{'claims':null}}"), "http GET /" },
		{ ASKED_BY("'authorizer':{'lambda':{'principalId':'p','userArn':'x'}}"),
		  "http GET / user=p" },
		{ ASKED_BY("'authorizer':{'lambda':{'isAdmin':true}}"), "http GET /" },
		{ ASKED_BY("'authorizer':{'iam':{'userArn':'a','userId':'x'}}"),
		  "http GET / user=a" },
		{ ASKED_BY("'authorizer':{'iam':{'userArn':'a','cognitoIdentity':{'amr':['x'],"
			   "'identityId':'i','identityPoolId':'q'}}}"),
		  "http GET / user=i" },
		{ ASKED_BY("'authorizer':{'iam':{'userArn':'a','cognitoIdentity':null}}"),
		  "http GET / user=a" },
		{ ASKED_BY("'authorizer':{'principalId':'p'},'identity':{'userArn':'a'}"),
		  "http GET / user=p" },
		{ ASKED_BY("'identity':{'userArn':'a','caller':'x','user':'y'}"),
		  "http GET / user=a" },
		{ ASKED_BY("'identity':{'userArn':'a','cognitoIdentityId':'i'}"),
		  "http GET / user=i" },
		{ ASKED_BY("'identity':{'userArn':null,'sourceIp':'192.0.2.1'}"), "http GET /" },
		{ ASKED_BY("'authorizer':'x','identity':[]"), "http GET /" },
	};

	ASSERT_ROWS(*state, rows);
}

static void batches_of_other_records_and_other_events_are_told_apart(void **state)
{
	static const struct row rows[] = {
		{ "", "failed: invalid invalid, the event is of no shape that is known" },
		{ "{}", "failed: invalid invalid, the event is of no shape that is known" },
		{ "{'subFunction':null,'id':'1'}",
		  "failed: invalid invalid, the event is of no shape that is known" },
		{ "{'source':'aws.s3','detail-type':'Object Created'}",
		  "failed: invalid invalid, the event is of no shape that is known" },
		{ "[]", "failed: invalid invalid, event: an object is expected here" },
		{ "{'a':1", "failed: invalid invalid, event: the text ends too early" },
		{ "{} {}", "failed: invalid invalid, event: something follows the value" },
		{ "{'Records':[]}", "failed: invalid invalid, Records: there is none" },
		{ "{'Records':[{'eventSource':'aws:sqs','body':'x'}]}",
		  "failed: invalid invalid, the records are not of a DynamoDB stream" },
		{ "{'Records':[{'EventSource':'aws:sns'}]}",
		  "failed: invalid invalid, the records are not of a DynamoDB stream" },
		{ "{'Records':[{'eventSource':'aws:dynamodb'}]}",
		  "failed: invalid invalid, the first record has no SequenceNumber" },
		{ "{'requestContext':{'elb':{'targetGroupArn':'arn'}},'httpMethod':'GET','path':'/'}",
		  "failed: invalid invalid, events of load balancers are not supported: use API Gateway "
		  "or a Function URL" },
		{ "{'requestContext':{'connectionId':'x'},'isBase64Encoded':false}",
		  "failed: invalid invalid, httpMethod is missing" },
		{ "{'version':'2.0','requestContext':{}}",
		  "failed: invalid invalid, requestContext.http is missing" },
		{ "{'version':'3.0','requestContext':{},'httpMethod':'GET'}",
		  "failed: invalid invalid, the event's payload format is neither 1.0 nor 2.0" },
	};

	ASSERT_ROWS(*state, rows);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cx, close_cx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(events_of_every_documented_shape_are_read),
		TEST(what_leads_a_rest_path_is_its_mount),
		TEST(a_named_stage_leads_the_paths_of_an_http_api),
		TEST(bytes_that_no_path_has_are_escaped_and_escapes_stay),
		TEST(a_query_that_comes_as_parameters_is_escaped_anew),
		TEST(fields_are_those_that_the_client_sent),
		TEST(a_body_is_text_or_base64),
		TEST(who_asks_is_whom_the_authorizer_names),
		TEST(batches_of_other_records_and_other_events_are_told_apart),
	};

	return cmocka_run_group_tests_name("runtime_lambda_event", tests, NULL, NULL);
}
