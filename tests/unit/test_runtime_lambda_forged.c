/* layer: runtime */
/* Events that nobody's templates made: forged, of wrong types, with a member twice. */
#include "lambda_rows.h"

#include <string.h>

#include "base/buf.h"
#include "lambda_event_mutants.h"

#define SEED "'userInfo':{'username':'root','sub':'root'},'subFunction':'deleteHotel','id':'1'"

static void what_has_a_request_context_is_never_the_seeds(void **state)
{
	static const struct row rows[] = {
		{ "{" SEED ",'httpMethod':'GET','path':'/config','requestContext':{}}",
		  "http GET /config" },
		{ "{" SEED ",'version':'2.0','rawPath':'/config','requestContext':{'http':"
		  "{'method':'GET'},'userInfo':{'username':'root'}}}",
		  "http GET /config" },
		{ "{" SEED ",'requestContext':{}}",
		  "failed: invalid invalid, httpMethod is missing" },
		{ "{" SEED ",'requestContext':7}",
		  "failed: invalid invalid, requestContext: an object is expected here" },
		{ "{" SEED ",'httpMethod':'GET','path':'/config'}", "http GET /config" },
		/* what a client sends is text in a body, whatever it says */
		{ "{'httpMethod':'POST','path':'/config','requestContext':{},'body':'{\\\"userInfo\\\":{},"
		  "\\\"subFunction\\\":\\\"x\\\"}'}",
		  "http POST /config body={\"userInfo\":{},\"subFunction\":\"x\"}" },
		{ "{" SEED ",'requestContext':null}", "seed deleteHotel id=1 user=root" },
		{ "{" SEED ",'Records':[{'eventSource':'aws:dynamodb','dynamodb':{'SequenceNumber':"
		  "'5'}}]}",
		  "stream 5" },
		{ "{" SEED ",'source':'aws.events'}", "schedule" },
		{ "{" SEED ",'source':'me'}", "seed deleteHotel id=1 user=root" },
	};

	ASSERT_ROWS(*state, rows);
}

static void claims_of_a_client_are_not_believed(void **state)
{
	static const struct row rows[] = {
		{ "{'httpMethod':'GET','path':'/','headers':{'x-amzn-user':'root'},'userArn':'root',"
		  "'authorizer':{'principalId':'root'},'claims':{'sub':'root'},'requestContext':"
		  "{'claims':{'sub':'root'},'userArn':'root','principalId':'root'}}",
		  "http GET / [x-amzn-user|root]" },
	};

	ASSERT_ROWS(*state, rows);
}

static void a_seed_event_with_a_wrong_type_is_refused_in_its_own_way(void **state)
{
	static const struct row rows[] = {
		{ "{'subFunction':7,'id':'1'}",
		  "seed refused (subFunction: a string is expected here)" },
		{ "{'subFunction':'getHotel','id':7}",
		  "seed refused (id: a string is expected here) getHotel" },
		{ "{'subFunction':'getHotel','id':'1','userInfo':'anna'}",
		  "seed refused (userInfo: an object is expected here) getHotel id=1" },
		{ "{'subFunction':'getHotel','id':'1','userInfo':{'username':['anna']}}",
		  "seed refused (username: a string is expected here) getHotel id=1" },
		{ "{'subFunction':'getHotel','userInfo':{'username':'anna','username':'bo'}}",
		  "seed refused (userInfo: username stands there twice) getHotel" },
		/* of any type: the use case says what it may be */
		{ "{'subFunction':'saveHotel','request':[7]}", "seed saveHotel request=[7]" },
		{ "{'subFunction':'','request':null,'userInfo':null,'id':null}", "seed" },
		{ "{'subFunction':'x','userInfo':{'sub':'s','email':'e'},'cascade':true}",
		  "seed x" },
	};

	ASSERT_ROWS(*state, rows);
}

static void nothing_is_believed_that_is_said_twice(void **state)
{
	static const struct row rows[] = {
		{ "{'httpMethod':'GET','path':'/','httpMethod':'DELETE'}",
		  "failed: invalid invalid, event: httpMethod stands there twice" },
		{ "{'httpMethod':'GET','path':'/','path':null}",
		  "failed: invalid invalid, event: path stands there twice" },
		{ "{'requestContext':null,'subFunction':'x','requestContext':{}}",
		  "failed: invalid invalid, event: requestContext stands there twice" },
		{ "{'subFunction':'x','subF\\u0075nction':'y'}",
		  "failed: invalid invalid, event: subFunction stands there twice" },
		{ "{'httpMethod':'GET','path':'/','requestContext':{'identity':null,'identity':{}}}",
		  "failed: invalid invalid, requestContext: identity stands there twice" },
		{ "{'httpMethod':'GET','path':'/','requestContext':{'authorizer':{'claims':{'sub':'a',"
		  "'sub':'b'}}}}",
		  "failed: invalid invalid, claims: sub stands there twice" },
		{ "{'httpMethod':'GET','path':'/','requestContext':{'authorizer':{'jwt':{'claims':{},"
		  "'claims':{'sub':'b'}}}}}",
		  "failed: invalid invalid, jwt: claims stands there twice" },
		{ "{'version':'2.0','rawPath':'/','requestContext':{'http':{'method':'GET','method':'PUT'"
		  "}}}",
		  "failed: invalid invalid, requestContext.http: method stands there twice" },
		{ "{'Records':[{'eventSource':'aws:dynamodb','eventSource':'aws:dynamodb'}]}",
		  "failed: invalid invalid, Records: eventSource stands there twice" },
		/* two fields of one name, as over HTTP */
		{ "{'httpMethod':'GET','path':'/','headers':{'a':'1','a':'2'}}",
		  "http GET / [a|1] [a|2]" },
		/* what is not known is not looked at */
		{ "{'subFunction':'x','y':1,'y':2}", "seed x" },
	};

	ASSERT_ROWS(*state, rows);
}

/* Each value of each sample, as each type and left out: read, refused, or no telling; and what is looked at is not taken as just anything. */
static void no_member_of_any_type_is_taken_for_another(void **state)
{
	struct cx *cx = *state;

	for (size_t i = 0; i < lambda_events_sample_count; i++) {
		const struct lambda_events_sample *sample = &lambda_events_samples[i];
		struct str json = lambda_events_json(cx->arena, sample->event);
		char path[LAMBDA_EVENT_PATH_MAX], *mutant;
		size_t n = 0, untold = 0;

		for (; (mutant = lambda_event_mutant(json.ptr, json.len, n, path)); n++) {
			struct str text = str_of(mutant), summary;
			struct arena arena;
			struct cx own;

			arena_init(&arena, 0);
			cx_init(&own, &arena);
			summary = lambda_events_read(&own, text);
			if (str_starts(summary, STR("failed: ")))
				assert_true(str_starts(summary, STR("failed: invalid invalid, ")));
			else /* the same shape, or one that the other member stood before */
				assert_true(str_starts(summary,
						       str_sub(str_of(sample->summary), 0, 4)) ||
					    str_starts(summary, STR("http ")));
			untold += str_starts(summary, STR("failed: ")) ||
				  str_starts(summary, STR("seed refused ("));
			arena_close(&arena);
			free(mutant);
		}
		print_message("%s: %zu of %zu\n", sample->name, untold, n);
		assert_true(n >= 10 && untold >= n / 20);
	}
}

/* What is cut off anywhere is no JSON. */
static void an_event_that_is_cut_off_is_not_told(void **state)
{
	struct cx *cx = *state;

	for (size_t i = 0; i < lambda_events_sample_count; i++) {
		struct str json = lambda_events_json(cx->arena, lambda_events_samples[i].event);

		for (size_t len = 0; len < json.len; len++) {
			struct lambda_event event;

			assert_int_equal(lambda_event_read(cx, str_sub(json, 0, len), &event),
					 ERR_INVALID);
			cx_clear(cx);
		}
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cx, close_cx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_has_a_request_context_is_never_the_seeds),
		TEST(claims_of_a_client_are_not_believed),
		TEST(a_seed_event_with_a_wrong_type_is_refused_in_its_own_way),
		TEST(nothing_is_believed_that_is_said_twice),
		TEST(no_member_of_any_type_is_taken_for_another),
		TEST(an_event_that_is_cut_off_is_not_told),
	};

	return cmocka_run_group_tests_name("runtime_lambda_forged", tests, NULL, NULL);
}
