#include "lambda_events.h"

#include "base/buf.h"

const struct lambda_events_sample lambda_events_samples[] = {
	{
		"a REST API's, with all it may have",
		"{'resource':'/{proxy+}','path':'/config/1/tags','httpMethod':'POST',"
		"'headers':{'Host':'last.example','Content-Type':'text/last','X-Two':'b'},"
		"'multiValueHeaders':{'Host':['abc.execute-api.eu-west-1.amazonaws.com'],"
		"'Content-Type':['application/json'],'X-Two':['a','b']},"
		"'queryStringParameters':{'q':'last'},"
		"'multiValueQueryStringParameters':{'q':['a b&c','é+'],'flag':['']},"
		"'pathParameters':{'proxy':'config/1/tags'},'stageVariables':{'x':'y'},"
		"'requestContext':{'accountId':'123456789012','apiId':'abc','authorizer':"
		"{'principalId':'principal','claims':{'sub':'5b1e','email':'anna@example.com',"
		"'cognito:username':'anna'}},'domainName':'other.example','httpMethod':'POST',"
		"'identity':{'accessKey':null,'caller':null,'sourceIp':'192.0.2.1','userArn':null},"
		"'path':'/prod/config/1/tags','protocol':'HTTP/1.1','requestId':'c6af9ac6','stage':'prod'},"
		"'body':'{\\\"code\\\":\\\"1\\\"}','isBase64Encoded':false}",
		"http POST /config/1/tags?q=a%20b%26c&q=%C3%A9%2B&flag= "
		"host=abc.execute-api.eu-west-1.amazonaws.com mount=/prod user=anna body={\"code\":\"1\"} "
		"[Host|abc.execute-api.eu-west-1.amazonaws.com] [Content-Type|application/json] "
		"[X-Two|a] [X-Two|b]",
	},
	{
		"a REST API's, null where nothing is",
		"{'resource':'/config','path':'/config','httpMethod':'GET','headers':null,"
		"'multiValueHeaders':null,'queryStringParameters':null,"
		"'multiValueQueryStringParameters':null,'pathParameters':null,'stageVariables':null,"
		"'requestContext':{'authorizer':null,'domainName':'abc.example','stage':'prod',"
		"'path':'/config','identity':null},'body':null,'isBase64Encoded':false}",
		"http GET /config",
	},
	{
		"the least that a REST API's may be",
		"{'path':'/','httpMethod':'GET','requestContext':{}}",
		"http GET /",
	},
	{
		"a REST API's, signed",
		"{'path':'/config','httpMethod':'GET','headers':{'Host':'h'},'requestContext':{'identity':"
		"{'userArn':'arn:aws:iam::123456789012:user/anna','cognitoIdentityId':null}}}",
		"http GET /config host=h user=arn:aws:iam::123456789012:user/anna [Host|h]",
	},
	{
		"an HTTP API's in the format 1.0",
		"{'version':'1.0','resource':'$default','path':'/dev/config/a b','httpMethod':'GET',"
		"'headers':{'host':'abc.example','accept':'*/*'},'multiValueHeaders':{'host':"
		"['abc.example'],'accept':['*/*']},'queryStringParameters':{'limit':'2'},"
		"'multiValueQueryStringParameters':{'limit':['2']},'requestContext':{'stage':'dev',"
		"'path':'/dev/config/a b','domainName':'abc.example','authorizer':{'claims':{'username':"
		"'anna','sub':'5b1e'},'scopes':null}},'body':'aGk=','isBase64Encoded':true}",
		"http GET /config/a%20b?limit=2 host=abc.example mount=/dev user=anna body=hi "
		"[host|abc.example] [accept|*/*]",
	},
	{
		"an HTTP API's in the format 2.0",
		"{'version':'2.0','routeKey':'$default','rawPath':'/dev/config','rawQueryString':"
		"'q=a%20b&q=c&flag','cookies':['a=1','b=2'],'headers':{'accept':'a,b','cookie':'c=3',"
		"'host':'abc.example'},'queryStringParameters':{'q':'a b,c','flag':''},'requestContext':"
		"{'accountId':'123456789012','apiId':'abc','authorizer':{'jwt':{'claims':{'sub':'5b1e'},"
		"'scopes':['x']}},'domainName':'abc.example','http':{'method':'GET','path':'/dev/config',"
		"'protocol':'HTTP/1.1','sourceIp':'192.0.2.1','userAgent':'x'},'requestId':'id','stage':"
		"'dev','timeEpoch':1583348638390},'pathParameters':{'x':'y'},'isBase64Encoded':false}",
		"http GET /config?q=a%20b&q=c&flag host=abc.example mount=/dev user=5b1e [accept|a,b] "
		"[host|abc.example] [cookie|a=1; b=2]",
	},
	{
		"a Function URL's",
		"{'version':'2.0','routeKey':'$default','rawPath':'/config/%41','rawQueryString':'',"
		"'headers':{'content-type':'application/json','host':'id.lambda-url.eu-west-1.on.aws'},"
		"'requestContext':{'accountId':'123456789012','apiId':'id','authentication':null,"
		"'authorizer':{'iam':{'accessKey':'AKIA','cognitoIdentity':null,'userArn':"
		"'arn:aws:iam::123456789012:user/bo'}},'domainName':'id.lambda-url.eu-west-1.on.aws',"
		"'http':{'method':'PATCH','path':'/config/%41'},'stage':'$default'},'body':'e30=',"
		"'isBase64Encoded':true}",
		"http PATCH /config/%41 host=id.lambda-url.eu-west-1.on.aws "
		"user=arn:aws:iam::123456789012:user/bo body={} [content-type|application/json] "
		"[host|id.lambda-url.eu-west-1.on.aws]",
	},
	{
		"the seed's",
		"{'userInfo':{'sub':'5b1e','email':'anna@example.com','username':'anna'},'subFunction':"
		"'addTag','id':'364425903','request': {'tags':[{'code':'SEA'}]} }",
		"seed addTag id=364425903 request={\"tags\":[{\"code\":\"SEA\"}]} "
		"user=anna",
	},
	{
		"the seed's for a list",
		"{'userInfo':{'sub':'','email':'','username':''},'subFunction':'listHotels','id':'',"
		"'request':''}",
		"seed listHotels",
	},
	{
		"a batch of a DynamoDB stream",
		"{'Records':[{'eventID':'1','eventName':'INSERT','eventSource':'aws:dynamodb','dynamodb':"
		"{'Keys':{'code':{'S':'1'}},'SequenceNumber':'700000000000000000011'}},"
		"{'eventSource':'aws:dynamodb','dynamodb':{'SequenceNumber':'700000000000000000012'}}]}",
		"stream 700000000000000000011",
	},
	{
		"an EventBridge rule's",
		"{'version':'0','id':'53dc4d37','detail-type':'Scheduled Event','source':'aws.events',"
		"'account':'123456789012','time':'2026-11-23T05:00:00Z','region':'eu-west-1','resources':"
		"[],'detail':{}}",
		"schedule",
	},
	{ "an EventBridge schedule's", "{'source':'aws.scheduler'}", "schedule" },
};

const size_t lambda_events_sample_count =
	sizeof(lambda_events_samples) / sizeof(lambda_events_samples[0]);

struct str lambda_events_json(struct arena *arena, const char *text)
{
	char *json = str_c(arena, str_of(text));

	for (char *at = json; *at; at++)
		*at = *at == '\'' ? '"' : *at;
	return str_of(json);
}

static void add(struct buf *out, const char *name, struct str value)
{
	if (value.len != 0)
		buf_printf(out, "%s" STR_FMT, name, STR_ARG(value));
}

static void add_request(struct buf *out, const struct lambda_event *event)
{
	const struct api_request *request = &event->request;

	buf_add(out, STR("http"));
	if (event->refusal.status != 0)
		buf_printf(out, " %u %s (%s)", event->refusal.status, event->refusal.code,
			   event->refusal.detail);
	add(out, " ", request->method);
	add(out, " ", request->path);
	add(out, "?", request->query);
	add(out, " host=", request->host);
	add(out, " mount=", request->mount);
	add(out, " user=", request->user);
	if (request->has_body && request->body_bytes == request->body.len)
		add(out, " body=", request->body);
	for (size_t i = 0; i < request->nheaders; i++)
		buf_printf(out, " [" STR_FMT "|" STR_FMT "]", STR_ARG(request->headers[i].name),
			   STR_ARG(request->headers[i].value));
}

static void add_seed(struct buf *out, const struct seed_event *seed)
{
	buf_add(out, STR("seed"));
	if (seed->refusal.len != 0)
		buf_printf(out, " refused (" STR_FMT ")", STR_ARG(seed->refusal));
	add(out, " ", seed->sub_function);
	add(out, " id=", seed->id);
	add(out, " request=", seed->request);
	add(out, " user=", seed->username);
}

struct str lambda_events_read(struct cx *cx, struct str json)
{
	struct lambda_event event;
	struct buf out;

	buf_init(&out, cx->arena);
	if (lambda_event_read(cx, json, &event) != OK) {
		buf_printf(&out, "failed: %s %s, " STR_FMT, err_name(cx->failure.err),
			   cx->failure.code, STR_ARG(cx->failure.detail));
		cx_clear(cx);
		return buf_take(&out);
	}
	switch (event.kind) {
	case LAMBDA_EVENT_HTTP:
		add_request(&out, &event);
		break;
	case LAMBDA_EVENT_SEED:
		add_seed(&out, &event.seed);
		break;
	case LAMBDA_EVENT_STREAM:
		add(&out, "stream ", event.first_record);
		break;
	case LAMBDA_EVENT_SCHEDULE:
		buf_add(&out, STR("schedule"));
		break;
	}
	return buf_take(&out);
}
