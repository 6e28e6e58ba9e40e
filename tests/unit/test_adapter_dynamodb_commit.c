/* layer: adapter */
#include "dynamodb_fixture.h"

#include "patience.h"
#include "port/store_stats.h"

#define CANCELLED(codes)                                  \
	"{\"__type\":\"com.amazonaws.dynamodb.v20120810#" \
	"TransactionCanceledException\",\"CancellationReasons\":[" codes "]}"
#define NONE "{\"Code\":\"None\"}"
#define REFUSED "{\"Code\":\"ConditionalCheckFailed\"}"
#define BUSY "{\"Code\":\"TransactionConflict\"}"
#define SLOW "{\"Code\":\"ThrottlingError\"}"
#define FOUND(rev, wt)                                                                        \
	"{\"__type\":\"x#ConditionalCheckFailedException\",\"Item\":{\"code\":{\"S\":\"h\"}," \
	"\"itemType\":{\"S\":\"ctl\"},\"rev\":{\"N\":\"" rev "\"},\"wt\":{\"S\":\"" wt "\"}}}"

static void one_conditioned_put_goes_alone(void **state)
{
	static const struct dynamodb_answer well[] = { { 200, NULL, NULL } };
	struct dynamodb_stub *stub = *state;
	struct write write = put_one(stub);
	size_t conflict = 9;

	DYNAMODB_SCRIPT(stub, well);
	assert_int_equal(commit_all(stub, &write, 1, &conflict), OK);
	assert_int_equal(stub->ncalls, 1);
	assert_non_null(strstr(stub->heads[0], "X-Amz-Target: DynamoDB_20120810.PutItem\r\n"));
	assert_string_equal(
		stub->bodies[0],
		"{\"TableName\":\"test-table\",\"Item\":{\"code\":{\"S\":\"h\"},\"itemType\":{\"S\":"
		"\"ctl\"},\"rev\":{\"N\":\"2\"},\"wt\":{\"S\":\"TOKEN\"}},"
		"\"ConditionExpression\":\"#r = :r\",\"ExpressionAttributeNames\":{\"#r\":\"rev\"},"
		"\"ExpressionAttributeValues\":{\":r\":{\"N\":\"1\"}},"
		"\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\"}");
}

static void a_put_that_meets_itself_was_applied(void **state)
{
	static const struct {
		struct dynamodb_answer answers[2];
		size_t n;
		enum err err;
	} cases[] = {
		{ { { 400, NULL, FOUND("2", "TOKEN") } }, 1, OK },
		{ { { 500, NULL, NULL }, { 400, NULL, FOUND("2", "TOKEN") } }, 2, OK },
		{ { { 400, NULL, FOUND("2", "OTHER") } }, 1, ERR_CONFLICT },
		{ { { 400, NULL, FOUND("3", "TOKEN") } }, 1, ERR_CONFLICT },
		{ { { 400, NULL, DYNAMODB_ERROR("ConditionalCheckFailedException") } },
		  1,
		  ERR_CONFLICT },
		/* Ours may have been there, and somebody else's over it. */
		{ { { 500, NULL, NULL }, { 400, NULL, FOUND("3", "OTHER") } }, 2, ERR_UNCERTAIN },
		{ { { 500, NULL, NULL },
		    { 400, NULL, DYNAMODB_ERROR("ConditionalCheckFailedException") } },
		  2,
		  ERR_UNCERTAIN },
		/* Ours was never there. */
		{ { { 400, NULL, DYNAMODB_ERROR("ThrottlingException") },
		    { 400, NULL, FOUND("3", "OTHER") } },
		  2,
		  ERR_CONFLICT },
	};
	struct dynamodb_stub *stub = *state;
	struct write write = put_one(stub);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t conflict = 9;

		dynamodb_stub_script(stub, cases[i].answers, cases[i].n);
		assert_int_equal(commit_all(stub, &write, 1, &conflict), cases[i].err);
		assert_int_equal(stub->ncalls, cases[i].n);
		assert_int_equal(stub->cx.failure.code != NULL, cases[i].err == ERR_UNCERTAIN);
		if (cases[i].err == ERR_CONFLICT)
			assert_int_equal(conflict, 0);
	}
}

/* The client token in the n-th request. */
static struct str token_of(const struct dynamodb_stub *stub, size_t n)
{
	const char *token = strstr(stub->bodies[n], "\"ClientRequestToken\":\"");

	assert_non_null(token);
	token += strlen("\"ClientRequestToken\":\"");
	return (struct str){ token, strcspn(token, "\"") };
}

static void a_transaction_is_sent_again_under_its_own_token(void **state)
{
	static const struct dynamodb_answer answers[] = {
		{ 500, NULL, NULL },
		{ 400, NULL, DYNAMODB_ERROR("TransactionInProgressException") },
		{ 400, NULL, CANCELLED(NONE "," BUSY) },
		{ 200, NULL, NULL },
		{ 200, NULL, NULL },
	};
	struct dynamodb_stub *stub = *state;
	struct write writes[2] = { put_one(stub), put_one(stub) };
	size_t conflict;

	writes[1].key.item_type = STR("other");
	stub->cx.rand = &rand_system;
	DYNAMODB_SCRIPT(stub, answers);
	assert_int_equal(commit_all(stub, writes, 2, &conflict), OK);
	assert_int_equal(stub->ncalls, 4);
	assert_int_equal(token_of(stub, 0).len, 32);
	for (size_t i = 1; i < 4; i++)
		assert_string_equal(stub->bodies[i], stub->bodies[0]);
	/* Committed anew, and be it the same: whether it holds now is asked anew. */
	assert_int_equal(commit_all(stub, writes, 2, &conflict), OK);
	assert_false(str_eq(token_of(stub, 4), token_of(stub, 0)));
}

static void every_condition_has_its_expression(void **state)
{
	static const struct dynamodb_answer well[] = { { 200, NULL, NULL } };
	static const struct {
		struct write write;
		const char *text;
	} cases[] = {
		{ { .op = WRITE_DELETE, .if_rev = REV_ANY },
		  "{\"Delete\":{\"TableName\":\"test-table\",\"Key\":{\"code\":{\"S\":\"h\"},"
		  "\"itemType\":{\"S\":\"x\"}}}}" },
		{ { .op = WRITE_CHECK, .if_rev = REV_ABSENT },
		  "{\"ConditionCheck\":{\"TableName\":\"test-table\",\"Key\":{\"code\":{\"S\":\"h\"},"
		  "\"itemType\":{\"S\":\"x\"}},\"ConditionExpression\":\"attribute_not_exists(#c)\","
		  "\"ExpressionAttributeNames\":{\"#c\":\"code\"}}}" },
		{ { .op = WRITE_DELETE, .if_rev = 5, .if_token = { "t", 1 } },
		  "\"ConditionExpression\":\"#r = :r AND #w = :w\",\"ExpressionAttributeNames\":"
		  "{\"#r\":\"rev\",\"#w\":\"wt\"},\"ExpressionAttributeValues\":{\":r\":{\"N\":\"5\"},"
		  "\":w\":{\"S\":\"t\"}}}" },
		{ { .op = WRITE_CHECK, .if_rev = REV_NONE },
		  "\"ConditionExpression\":\"attribute_exists(#c) AND (attribute_not_exists(#r) OR "
		  "NOT #r BETWEEN :l AND :r)\",\"ExpressionAttributeNames\":{\"#c\":\"code\","
		  "\"#r\":\"rev\"},\"ExpressionAttributeValues\":{\":l\":{\"N\":\"1\"},"
		  "\":r\":{\"N\":\"18446744073709551613\"}}}" },
	};
	struct dynamodb_stub *stub = *state;

	DYNAMODB_SCRIPT(stub, well);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct write write = cases[i].write;
		size_t conflict;

		write.key = (struct key){ STR("h"), STR("x") };
		assert_int_equal(commit_all(stub, &write, 1, &conflict), OK);
		if (!strstr(stub->bodies[i], cases[i].text))
			assert_string_equal(stub->bodies[i], cases[i].text);
	}
}

static void a_cancelled_transaction_names_the_write(void **state)
{
	static const struct dynamodb_answer answers[] = {
		{ 400, NULL, CANCELLED(NONE "," BUSY "," SLOW) },
		{ 400, NULL, CANCELLED(BUSY "," REFUSED "," NONE) },
	};
	struct dynamodb_stub *stub = *state;
	struct write writes[4];
	struct store_stats stats;
	size_t conflict;

	for (size_t i = 0; i < 4; i++) {
		writes[i] = put_one(stub);
		writes[i].key.item_type = str_printf(&stub->arena, "x%zu", i);
	}
	writes[1] = (struct write){ .op = WRITE_CHECK, .key = writes[1].key, .if_rev = REV_ANY };
	DYNAMODB_SCRIPT(stub, answers);
	assert_int_equal(commit_all(stub, writes, 4, &conflict), ERR_CONFLICT);
	assert_int_equal(stub->ncalls, 2);
	assert_int_equal(conflict,
			 2); /* the second that was sent: nothing is asked of a check of anything */
	assert_null(stub->cx.failure.code);
	assert_true(store_get_stats(stub->store, &stats));
	assert_int_equal(stats.conflicts, 1);
	assert_int_equal(stats.retries, 1);
	assert_int_equal(stats.throttled, 1);
}

static void only_what_certainly_wrote_nothing_is_unavailable(void **state)
{
	static const struct {
		struct dynamodb_answer answers[2];
		size_t n;
		enum err err;
		const char *code;
	} cases[] = {
		{ { { 400, NULL, DYNAMODB_ERROR("ThrottlingException") } },
		  1,
		  ERR_UNAVAILABLE,
		  "unavailable" },
		{ { { 400, NULL, CANCELLED(BUSY) } }, 1, ERR_UNAVAILABLE, "unavailable" },
		{ { { 400, NULL, DYNAMODB_ERROR("AccessDeniedException") } },
		  1,
		  ERR_UNAVAILABLE,
		  "unavailable" },
		{ { { 500, NULL, DYNAMODB_ERROR("InternalServerError") } },
		  1,
		  ERR_UNCERTAIN,
		  "uncertain" },
		{ { { 200, "x-amz-crc32: 7\r\n", "{}" } }, 1, ERR_UNCERTAIN, "uncertain" },
		{ { { 400, NULL, DYNAMODB_ERROR("TransactionInProgressException") } },
		  1,
		  ERR_UNCERTAIN,
		  "uncertain" },
		{ { { 500, NULL, NULL }, { 400, NULL, CANCELLED(BUSY) } },
		  2,
		  ERR_UNCERTAIN,
		  "uncertain" },
		{ { { 500, NULL, NULL }, { 400, NULL, DYNAMODB_ERROR("ValidationException") } },
		  2,
		  ERR_UNCERTAIN,
		  "uncertain" },
		{ { { 413, NULL, "" } }, 1, ERR_LIMIT, "too_large" },
		{ { { 400, NULL, CANCELLED("{\"Code\":\"ItemCollectionSizeLimitExceeded\"}") } },
		  1,
		  ERR_LIMIT,
		  "storage_full" },
	};
	struct write writes[2];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dynamodb_stub *stub = dynamodb_stub_open();
		struct store_stats stats;
		size_t conflict;

		writes[0] = put_one(stub);
		writes[1] = put_one(stub);
		writes[1].key.item_type = STR("other");
		dynamodb_stub_script(stub, cases[i].answers, cases[i].n);
		assert_int_equal(commit_all(stub, writes, 2, &conflict), cases[i].err);
		assert_string_equal(stub->cx.failure.code, cases[i].code);
		assert_null(strstr(str_c(&stub->arena, stub->cx.failure.detail), "TOKEN"));
		assert_true(store_get_stats(stub->store, &stats));
		assert_int_equal(stats.failed, 1);
		dynamodb_stub_close(stub);
	}
	(void)state;
}

/* Long enough to send a request on a machine that stands still for a while. */
#define DEADLINE_MS 2000

/* The last word on it comes while a person waits: two seconds, no more, and less where the caller has less. */
static void a_write_under_way_is_awaited_two_seconds_behind_the_deadline(void **state)
{
	static const struct dynamodb_answer silent[] = { { 0, NULL, NULL }, { 0, NULL, NULL } };
	struct dynamodb_stub *stub = *state;
	int64_t began_ms = clock_mono_ms(stub->cx.clock);
	struct write write = put_one(stub);
	struct stopwatch watch;
	size_t conflict;

	DYNAMODB_SCRIPT(stub, silent);
	stub->cx.deadline_mono_ms = began_ms + DEADLINE_MS;
	stopwatch_begin(&watch);
	assert_int_equal(commit_all(stub, &write, 1, &conflict), ERR_UNCERTAIN);
	assert_in_range(stopwatch_end_ms(&watch), 0, DEADLINE_MS + 7000);
	assert_true(clock_mono_ms(stub->cx.clock) - began_ms >= DEADLINE_MS + 1990);
	assert_int_equal(stub->ncalls, 1);
	cx_clear(&stub->cx);
	began_ms = clock_mono_ms(stub->cx.clock);
	stub->cx.deadline_mono_ms = began_ms + DEADLINE_MS;
	stub->cx.outcome_ms = 100;
	stopwatch_begin(&watch);
	assert_int_equal(commit_all(stub, &write, 1, &conflict), ERR_UNCERTAIN);
	assert_in_range(stopwatch_end_ms(&watch), 0, DEADLINE_MS + 1900);
	assert_true(clock_mono_ms(stub->cx.clock) - began_ms >= DEADLINE_MS + 90);
}

static void nobody_there_is_nothing_written(void **state)
{
	struct dynamodb_stub *stub = *state;
	struct write write = put_one(stub);
	size_t conflict;

	http_stub_close(stub->http);
	assert_int_equal(commit_all(stub, &write, 1, &conflict), ERR_UNAVAILABLE);
	stub->http = http_stub_open(NULL, NULL); /* for the end */
}

static void what_is_too_large_is_not_sent(void **state)
{
	static const struct dynamodb_answer well[] = { { 200, NULL, NULL } };
	struct dynamodb_stub *stub = *state;
	char *bytes = arena_bytes(&stub->arena, 409600);
	struct attr attr = { STR("x"), { .kind = VALUE_TEXT, .text = { bytes, 409600 } } };
	struct write writes[101];
	size_t conflict;

	memset(bytes, 'x', 409600);
	DYNAMODB_SCRIPT(stub, well);
	for (size_t i = 0; i < 101; i++) {
		writes[i] = put_one(stub);
		writes[i].key.item_type = str_printf(&stub->arena, "x%zu", i);
	}
	assert_int_equal(commit_all(stub, writes, 101, &conflict), ERR_LIMIT);
	cx_clear(&stub->cx);
	writes[0].attrs = (struct attrs){ &attr, 1 };
	assert_int_equal(commit_all(stub, writes, 1, &conflict), ERR_LIMIT);
	assert_string_equal(stub->cx.failure.code, "too_large");
	cx_clear(&stub->cx);
	attr.value.text.len = 405000;
	for (size_t i = 0; i < 10; i++)
		writes[i].attrs = (struct attrs){ &attr, 1 };
	assert_int_equal(commit_all(stub, writes, 10, &conflict), ERR_LIMIT);
	cx_clear(&stub->cx);
	assert_int_equal(stub->ncalls, 0);
	assert_int_equal(commit_all(stub, writes, 9, &conflict), OK);
	assert_int_equal(stub->ncalls, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STUB_TEST(one_conditioned_put_goes_alone),
		STUB_TEST(a_put_that_meets_itself_was_applied),
		STUB_TEST(a_transaction_is_sent_again_under_its_own_token),
		STUB_TEST(every_condition_has_its_expression),
		STUB_TEST(a_cancelled_transaction_names_the_write),
		cmocka_unit_test(only_what_certainly_wrote_nothing_is_unavailable),
		STUB_TEST(a_write_under_way_is_awaited_two_seconds_behind_the_deadline),
		STUB_TEST(nobody_there_is_nothing_written),
		STUB_TEST(what_is_too_large_is_not_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
